import DescentGraph

/// A nested literal of numbers or truth values: what stands between the brackets of a tensor.
public enum TensorLiteral: Sendable {
  /// An integer.
  case integer(Int64)
  /// A decimal number.
  case number(Double)
  /// A truth value.
  case truth(Bool)
  /// A row of literals.
  case row([TensorLiteral])
}

extension TensorLiteral: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral
{
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A decimal number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .truth(value) }
  /// A row of literals.
  public init(arrayLiteral elements: TensorLiteral...) { self = .row(elements) }

  /// A negated literal: lets `-` stand before numbers in a tensor's brackets.
  public static prefix func - (literal: TensorLiteral) -> TensorLiteral {
    switch literal {
    case .integer(let value): .integer(0 &- value)
    case .number(let value): .number(-value)
    case .truth, .row: literal
    }
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// A tensor from nested brackets: `float32` if it holds numbers, `bool` if it holds truth values.
  ///
  /// Rows of different lengths stop the program, naming the row.
  public init(arrayLiteral elements: TensorLiteral...) { self.init(.row(elements)) }

  /// A tensor from nested brackets with a scalar type of choice.
  ///
  /// ```swift
  /// let precise = Tensor([[0.1, 0.2], [0.3, 0.4]], type: .float64)
  /// let labels = Tensor([3, 1, 2], type: .int64)
  /// ```
  ///
  /// - Parameters:
  ///   - literal: Nested rows of equal length. Integers and decimal numbers may be mixed.
  ///   - type: The scalar type; `.float32` for numbers and `.bool` for truth values unless given.
  public init(_ literal: TensorLiteral, type: ScalarType? = nil) {
    var shape = Shape()
    literal.appendSizes(to: &shape)
    if let complaint = literal.raggedness(from: 0, of: shape, path: []) {
      self.init(Node.invalid(.raggedLiteral, "tensor literal", complaint))
      return
    }
    let type = type ?? (literal.isTruth ? .bool : .float32)
    let storage = HostStorage(allocating: shape.elementCount * type.byteCount)
    var next = storage.pointer
    literal.store(as: type, to: &next)
    self.init(Node(storage, shape, type))
  }
}

extension TensorLiteral {
  /// The sizes that the first elements suggest.
  fileprivate func appendSizes(to shape: inout Shape) {
    guard case .row(let elements) = self, shape.rank < Shape.maximumRank else { return }
    shape.append(elements.count)
    elements.first?.appendSizes(to: &shape)
  }

  /// Whether it holds truth values and nothing else.
  fileprivate var isTruth: Bool {
    switch self {
    case .truth: true
    case .row(let elements): !elements.isEmpty && elements.allSatisfy(\.isTruth)
    case .integer, .number: false
    }
  }

  /// What is wrong with the lengths of the rows, nil if nothing.
  fileprivate func raggedness(from axis: Int, of shape: Shape, path: [Int]) -> String? {
    func place(_ path: [Int]) -> String { "row " + path.map { "[\($0)]" }.joined() }
    guard case .row(let elements) = self else {
      return axis == shape.rank ? nil : "\(place(path)) is a number, and the rows before it are lists of \(shape[axis])"
    }
    if axis >= shape.rank {
      return axis >= Shape.maximumRank
        ? "brackets nest deeper than the \(Shape.maximumRank) axes that a tensor can have"
        : "\(place(path)) is a list, and the entries before it are numbers"
    }
    if elements.count != shape[axis] {
      return "\(place(path)) has \(elements.count) entries, and the rows before it have \(shape[axis]); rows must be "
        + "equally long"
    }
    for (index, element) in elements.enumerated() {
      if let complaint = element.raggedness(from: axis + 1, of: shape, path: path + [index]) { return complaint }
    }
    return nil
  }

  fileprivate func store(as type: ScalarType, to next: inout UnsafeMutableRawPointer) {
    switch self {
    case .row(let elements):
      for element in elements { element.store(as: type, to: &next) }
      return
    case .integer(let value): ScalarBits(integer: value, as: type).store(as: type, to: next)
    case .number(let value): ScalarBits(value, as: type).store(as: type, to: next)
    case .truth(let value): ScalarBits(integer: value ? 1 : 0, as: type).store(as: type, to: next)
    }
    next += type.byteCount
  }
}
