/// The sizes of a tensor's axes, outermost first; `[]` is a scalar's shape.
///
/// Shapes are stored inline: a tensor has at most ``maximumRank`` axes, each with at most 2³¹−1 elements.
///
/// ```swift
/// let shape: Shape = [2, 3]
/// print(shape.rank, shape.elementCount, shape[-1])    // 2 6 3
/// ```
public struct Shape: Hashable, Sendable {
  /// The largest number of axes.
  public static let maximumRank = 8

  var sizes: AxisValues
  private var axisCount: UInt8

  /// A shape with the given sizes.
  ///
  /// More than eight axes, or a negative or too large size, stop the program.
  public init(_ sizes: some Collection<Int>) {
    self.sizes = AxisValues()
    axisCount = UInt8(Swift.min(sizes.count, Shape.maximumRank))
    guard sizes.count <= Shape.maximumRank else {
      Failure.stop(
        .init(
          .invalidArgument, "shape",
          "\(sizes.count) axes are more than the \(Shape.maximumRank) that a tensor can have"))
      return
    }
    for (axis, size) in sizes.enumerated() { self.sizes[axis] = Shape.narrow(size, axis: axis) }
  }

  /// A size as it is stored; one that is negative or too large stops the program.
  private static func narrow(_ size: Int, axis: Int) -> Int32 {
    if let narrow = Int32(exactly: size), narrow >= 0 { return narrow }
    Failure.stop(.init(.invalidArgument, "shape", "axis \(axis) can't have \(size) elements (0 to 2147483647)"))
    return 1
  }

  /// A scalar's shape.
  public init() {
    sizes = AxisValues()
    axisCount = 0
  }

  /// The number of axes.
  public var rank: Int { Int(axisCount) }

  /// The number of elements: the product of the sizes, 1 for a scalar, `Int.max` where it would be more.
  public var elementCount: Int {
    var count = 1
    var overflows = false
    for axis in 0..<rank {
      let size = Int(sizes[axis])
      if size == 0 { return 0 }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      count = product
      overflows = overflows || overflow
    }
    return overflows ? Int.max : count
  }

  /// The size of an axis; negative axes count from the end.
  ///
  /// An axis that does not exist stops the program.
  public subscript(axis: Int) -> Int {
    get {
      let place = axis < 0 ? axis + rank : axis
      guard place >= 0, place < rank else {
        Failure.stop(.init(.invalidAxis, "shape", "axis \(axis) does not exist in \(self)"))
        return 1
      }
      return Int(sizes[place])
    }
    set {
      let place = axis < 0 ? axis + rank : axis
      guard place >= 0, place < rank else {
        Failure.stop(.init(.invalidAxis, "shape", "axis \(axis) does not exist in \(self)"))
        return
      }
      sizes[place] = Shape.narrow(newValue, axis: place)
    }
  }

  /// The sizes as an array.
  public var dimensions: [Int] { (0..<rank).map { Int(sizes[$0]) } }

  /// The distances between neighbours along each axis in row-major order, counted in elements; meaningless, but no mistake,
  /// if there are none.
  package var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] &* self[axis + 1] }
    return strides
  }

  /// The index of an element from its position in row-major order.
  package func index(of position: Int) -> [Int] { zip(strides, dimensions).map { position / $0 % $1 } }

  /// Appends an axis at the end.
  package mutating func append(_ size: Int) {
    axisCount += 1
    sizes[rank - 1] = Shape.narrow(size, axis: rank - 1)
  }

  /// The shape without the axes of a set.
  package func removing(_ axes: AxisSet) -> Shape {
    var result = Shape()
    for axis in 0..<rank where !axes.contains(axis) { result.append(self[axis]) }
    return result
  }

  /// The shape with the axes of a set reduced to size 1.
  package func flattening(_ axes: AxisSet) -> Shape {
    var result = self
    for axis in 0..<rank where axes.contains(axis) { result[axis] = 1 }
    return result
  }
}

extension Shape: ExpressibleByArrayLiteral {
  /// A shape from its sizes, outermost first.
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }
}

extension Shape: CustomStringConvertible {
  /// The sizes in brackets, for example `[2, 3]`.
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}

/// One small integer for each possible axis, inline.
package struct AxisValues: Hashable, Sendable {
  private var values = InlineArray<8, Int32>(repeating: 0)

  package init() {}

  package subscript(axis: Int) -> Int32 {
    get { values[axis] }
    set { values[axis] = newValue }
  }

  package static func == (left: AxisValues, right: AxisValues) -> Bool {
    // Without branches: shapes are compared for every node, and are mostly equal.
    var difference: Int32 = 0
    for axis in 0..<8 { difference |= left.values[axis] ^ right.values[axis] }
    return difference == 0
  }

  package func hash(into hasher: inout Hasher) {
    for axis in 0..<4 { hasher.combine(word(axis)) }
  }

  /// Two neighbouring values in one word, for hashing; `index` is 0..<4.
  package func word(_ index: Int) -> UInt64 {
    UInt64(UInt32(bitPattern: values[2 * index])) << 32 | UInt64(UInt32(bitPattern: values[2 * index + 1]))
  }
}
