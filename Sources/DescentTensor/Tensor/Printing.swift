import DescentGraph

// Tensors print as NumPy users know them, with Swift's commas, so that what is printed is also a literal: aligned
// columns, nested brackets, long axes shortened with dots.

extension Tensor: CustomStringConvertible, CustomDebugStringConvertible {
  /// The values in nested brackets, aligned.
  ///
  /// Longer than 1,000 elements, axes show their first and last three.
  public var description: String { TensorPrinter(self).text }

  /// The values with name, scalar type and shape.
  public var debugDescription: String {
    "Tensor(\(name.map { "'\($0)', " } ?? "")\(scalarType), \(shape))\n\(description)"
  }
}

/// Lays out the values of one tensor.
private struct TensorPrinter {
  private static let longest = 1000
  private static let edge = 3
  private static let lineWidth = 80
  private static let mostDigits = 8

  private let shape: Shape
  private let shortens: Bool
  private let isComplete: Bool
  private var cells: [String] = []

  init(_ tensor: Tensor) {
    shape = tensor.shape
    shortens = tensor.elementCount > TensorPrinter.longest
    cells = TensorPrinter.aligned(TensorPrinter.texts(TensorPrinter.shown(tensor, shortens: shortens)))
    isComplete = !cells.isEmpty || tensor.elementCount == 0
  }

  var text: String {
    // Inside `checked` a value may be missing; the scope throws the reason at its end.
    guard isComplete else { return "invalid" }
    if shape.rank == 0 { return cells[0] }
    var next = 0
    return row(axis: 0, next: &next)
  }

  /// The elements that will be shown, in order.
  private static func shown(_ tensor: Tensor, shortens: Bool) -> Tensor {
    guard shortens else { return tensor }
    var corners = tensor
    for axis in 0..<tensor.rank where tensor.shape[axis] > 2 * edge {
      let places = Array(0..<edge) + Array(tensor.shape[axis] - edge..<tensor.shape[axis])
      corners = corners.gathering(places, axis: axis)
    }
    try? evaluate(tensor)
    return corners
  }

  private func row(axis: Int, next: inout Int) -> String {
    let size = shape[axis]
    let isShortened = shortens && size > 2 * TensorPrinter.edge
    var parts: [String] = []
    for index in 0..<(isShortened ? 2 * TensorPrinter.edge : size) {
      if isShortened && index == TensorPrinter.edge { parts.append("...") }
      if axis == shape.rank - 1 {
        parts.append(cells[next])
        next += 1
      } else {
        parts.append(row(axis: axis + 1, next: &next))
      }
    }
    return "[" + (axis == shape.rank - 1 ? wrapped(parts) : parts.joined(separator: separator(axis: axis))) + "]"
  }

  /// Elements beside each other, on as many lines as they need.
  private func wrapped(_ parts: [String]) -> String {
    var text = ""
    var column = shape.rank
    for (index, part) in parts.enumerated() {
      if index > 0 {
        let breaks = column + part.count + 3 > TensorPrinter.lineWidth
        text += breaks ? ",\n" + String(repeating: " ", count: shape.rank) : ", "
        column = breaks ? shape.rank : column + 2
      }
      text += part
      column += part.count
    }
    return text
  }

  /// Rows stand below each other, matrices with an empty line between them.
  private func separator(axis: Int) -> String {
    "," + String(repeating: "\n", count: shape.rank - 1 - axis) + String(repeating: " ", count: axis + 1)
  }

  // MARK: Numbers

  /// The elements as strings; integers are read as such, for a `Double` does not hold all of them.
  private static func texts(_ tensor: Tensor) -> [String] {
    switch tensor.scalarType {
    case .float16, .bfloat16, .float32, .float64: decimals(tensor.scalars, tensor.scalarType)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32: tensor.scalars(as: Int64.self).map(String.init)
    case .uint64: tensor.scalars(as: UInt64.self).map(String.init)
    case .bool: tensor.scalars(as: Bool.self).map(String.init)
    }
  }

  /// The strings filled up to one width.
  private static func aligned(_ texts: [String]) -> [String] {
    let width = texts.map(\.count).max() ?? 0
    return texts.map { String(repeating: " ", count: width - $0.count) + $0 }
  }

  /// As many digits behind the point as the number with most needs, at most eight; powers of ten where numbers are
  /// very large, very small or far apart.
  private static func decimals(_ values: [Double], _ type: ScalarType) -> [String] {
    let sizes = values.filter { $0.isFinite && $0 != 0 }.map(\.magnitude)
    let largest = sizes.max() ?? 0, smallest = sizes.min() ?? 1
    if largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1e8 { return values.map(scientific) }
    let digits = values.map { $0.isFinite ? fractionDigits($0, type) : 1 }.max() ?? 1
    return values.map { fixed($0, Swift.min(digits, mostDigits)) }
  }

  /// The digits behind the point that tell the number from its neighbours of the same type.
  private static func fractionDigits(_ value: Double, _ type: ScalarType) -> Int {
    let text =
      switch type {
      case .float16: "\(Float16(value))"
      case .bfloat16: "\(BFloat16(value))"
      case .float32: "\(Float(value))"
      case .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: "\(value)"
      }
    if text.contains("e") { return fractionDigits((value * 1e8).rounded() / 1e8, .float64) }
    return text.split(separator: ".").last?.count ?? 1
  }

  private static func scientific(_ value: Double) -> String {
    guard value.isFinite else { return special(value) }
    if value == 0 { return "0.0" }
    var exponent = 0
    var mantissa = value
    while mantissa.magnitude >= 9.99995 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa.magnitude < 0.999995 {
      mantissa *= 10
      exponent -= 1
    }
    return "\(fixed(mantissa, 4))e\(exponent < 0 ? "-" : "+")\(exponent.magnitude < 10 ? "0" : "")\(exponent.magnitude)"
  }

  private static func special(_ value: Double) -> String { value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }

  /// The number rounded to some digits behind the point.
  private static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return special(value) }
    let scale = (0..<digits).reduce(1) { scale, _ in scale * 10 }
    let scaled = Int64((value.magnitude * Double(scale)).rounded(.toNearestOrEven))
    let fraction = String(scaled % Int64(scale))
    let sign = value.sign == .minus ? "-" : ""
    return sign + String(scaled / Int64(scale)) + "." + String(repeating: "0", count: digits - fraction.count)
      + fraction
  }
}
