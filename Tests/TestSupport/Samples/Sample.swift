import DescentGraph

/// One row of the sample table: an operation with inputs that it is defined and smooth at.
///
/// Every law of the suite runs over every row, so a new operation is tested by adding rows here.
package struct Sample: Sendable, CustomStringConvertible {
  /// What kind of tensor an operand is.
  package struct Input: Sendable {
    package var shape: Shape
    package var domain: Domain

    package init(_ shape: Shape, _ domain: Domain = .any) {
      self.shape = shape
      self.domain = domain
    }
  }

  /// The operation's name and what is special about the row.
  package var description: String
  package var inputs: [Input]
  /// The scalar types that the row is for; inputs with a type of their own keep it.
  package var types: [ScalarType]
  /// The shape that the result must have, stated by hand.
  package var shape: Shape
  /// Makes the node from evaluated inputs of one of the types.
  package var build: @Sendable ([Node]) -> Node

  package init(
    _ description: String, _ inputs: [Input], _ types: [ScalarType], _ shape: Shape,
    _ build: @escaping @Sendable ([Node]) -> Node
  ) {
    self.description = description
    self.inputs = inputs
    self.types = types
    self.shape = shape
    self.build = build
  }

  /// Inputs of the row, the same for the same seed; all have distinct, well separated elements where `apart` asks
  /// for it, across inputs too.
  package func tensors(_ type: ScalarType, seed: UInt64) -> [ReferenceTensor] {
    var generator = SplitMix64(seed: seed)
    let apartCount = inputs.reduce(0) { $0 + ($1.domain == .apart ? $1.shape.elementCount : 0) }
    var apart = (0..<apartCount).map { Double($0 - apartCount / 2) }.shuffled(using: &generator)[...]
    return inputs.map { input in
      let type = input.domain.ownType ?? type
      if let values = input.domain.matrices(input.shape, &generator) {
        return ReferenceTensor(values, input.shape, type)
      }
      let values = (0..<input.shape.elementCount).map { _ in
        input.domain == .apart
          ? input.domain.separated(apart.removeFirst(), type, &generator) : input.domain.value(type, &generator)
      }
      return ReferenceTensor(values, input.shape, type)
    }
  }
}

/// Where the elements of an input lie.
package enum Domain: Hashable, Sendable {
  /// −2 to 2; integers −9 to 9, without a sign 0 to 18.
  case any
  /// 0.4 to 2.5; integers 1 to 9.
  case positive
  /// Further than 0.3 from zero.
  case nonZero
  /// −0.7 to 0.7, for real numbers.
  case inside
  /// 1.4 to 3, for real numbers.
  case aboveOne
  /// 3 to 4, above `positive`; integers 1 to 9.
  case divisor
  /// Any two elements of all inputs of the row differ by 0.15 or more, and from 0 by 0.07.
  case apart
  /// int64 indices into an axis of this size, repeated ones among them.
  case index(below: Int)
  /// The same as int32.
  case narrowIndex(below: Int)
  /// Truth values.
  case truth
  /// Two int64 words.
  case key
  /// Matrices whose diagonals rule, with either sign; see `matrices(_:_:)`.
  case dominant
  /// The same with positive diagonals, so that (a + aᵀ)/2 is positive definite.
  case positiveDefinite

  /// The type of inputs that do not follow the row's type.
  var ownType: ScalarType? {
    switch self {
    case .any, .positive, .nonZero, .inside, .aboveOne, .divisor, .apart, .dominant, .positiveDefinite: nil
    case .index, .key: .int64
    case .narrowIndex: .int32
    case .truth: .bool
    }
  }

  func value(_ type: ScalarType, _ generator: inout SplitMix64) -> Double {
    if type == .bool { return Bool.random(using: &generator) ? 1 : 0 }
    let (isInteger, isUnsigned) = (type.isInteger, type.isUnsigned)
    let magnitude =
      isInteger ? Double(Int.random(in: 1...9, using: &generator)) : Double.random(in: 0.4..<2.5, using: &generator)
    let sign = Bool.random(using: &generator) ? 1.0 : -1.0
    return switch self {
    case .any:
      isInteger
        ? Double(Int.random(in: -9...9, using: &generator) + (isUnsigned ? 9 : 0))
        : Double.random(in: -2..<2, using: &generator)
    case .positive: magnitude
    case .nonZero: isUnsigned ? magnitude : sign * magnitude
    case .inside: Double.random(in: -0.7..<0.7, using: &generator)
    case .aboveOne: Double.random(in: 1.4..<3, using: &generator)
    case .divisor: isInteger ? magnitude : Double.random(in: 3..<4, using: &generator)
    case .apart, .dominant, .positiveDefinite: preconditionFailure("the elements are drawn together")
    case .index(let size), .narrowIndex(let size): Double(Int.random(in: 0..<size, using: &generator))
    case .truth: Bool.random(using: &generator) ? 1 : 0
    case .key: Double(Int64.random(in: -1 << 40...1 << 40, using: &generator))
    }
  }

  /// The element at an integral place: places are 0.25 apart, the elements not exactly on them.
  func separated(_ place: Double, _ type: ScalarType, _ generator: inout SplitMix64) -> Double {
    if type.isFloatingPoint { return (place + 0.5) * 0.25 + Double.random(in: -0.05..<0.05, using: &generator) }
    if type == .bool { return place > 0 ? 1 : 0 }
    return type.isUnsigned ? 2 * abs(place) + (place < 0 ? 1 : 0) : place
  }
}

extension [ScalarType] {
  package static var floats: [ScalarType] { all.filter(\.isFloatingPoint) }
  package static var narrowFloats: [ScalarType] { [.float16, .bfloat16] }
  package static var integers: [ScalarType] { all.filter(\.isInteger) }
  package static var numbers: [ScalarType] { all.filter { $0 != .bool } }
  package static var integersAndBool: [ScalarType] { integers + [.bool] }
  package static var all: [ScalarType] { ScalarType.allCases }
}
