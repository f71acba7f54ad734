import CDescentKernels

/// Counts around every vector width, so that whole vectors and remainders of each length occur.
let sampleCounts = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 130, 257]

/// Both operands advancing, either one a scalar, and both scalars.
let stepPairs = [(1, 1), (1, 0), (0, 1), (0, 0)]

/// A type whose interesting values are known.
protocol Sampled: KernelElement {
  static var special: [Self] { get }
  static func random(using generator: inout SampleGenerator) -> Self
}

extension Sampled {
  /// `count` values, specials among ordinary ones, in an order that differs with the seed.
  static func samples(_ count: Int, seed: UInt64) -> [Self] {
    var generator = SampleGenerator(seed: seed)
    return (0..<count).map { _ in
      Bool.random(using: &generator) ? special.randomElement(using: &generator)! : random(using: &generator)
    }
  }
}

extension Float: Sampled {
  static let special: [Float] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p23, 0x1.fffffep22, 0x1p31, -0x1p31, 0x1p63, -0x1p63,
    0.49999997, 0x1p-133,
  ]
  static func random(using generator: inout SampleGenerator) -> Float { .random(in: -40...40, using: &generator) }
}

extension Double: Sampled {
  static let special: [Double] = [
    0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude, .greatestFiniteMagnitude, 0x1p52, 0x1.fffffffffffffp51, 0x1p31, -0x1p31, 0x1p63, -0x1p63,
    2147483647.5, -2147483648.5, 0.49999999999999994, 0x1p-1030,
  ]
  static func random(using generator: inout SampleGenerator) -> Double { .random(in: -40...40, using: &generator) }
}

extension Int32: Sampled {
  static let special: [Int32] = [0, 1, -1, 2, -2, 3, .max, .min, .max - 1, .min + 1, 65536, 46341]
  static func random(using generator: inout SampleGenerator) -> Int32 { .random(in: -100...100, using: &generator) }
}

extension Int64: Sampled {
  static let special: [Int64] = [0, 1, -1, 2, -2, 3, .max, .min, .max - 1, .min + 1, 1 << 32, 3_037_000_500, 1 << 53]
  static func random(using generator: inout SampleGenerator) -> Int64 { .random(in: -100...100, using: &generator) }
}

extension UInt8: Sampled {
  static let special: [UInt8] = [0, 1]
  static func random(using generator: inout SampleGenerator) -> UInt8 { .random(in: 0...1, using: &generator) }
}

extension KernelElement {
  /// Equal, counting any two NaN as equal; a zero's sign matters only where `exactly` says so.
  func matches(_ other: Self, exactly: Bool = true) -> Bool {
    switch (self, other) {
    case (let a as Float, let b as Float): a.isNaN ? b.isNaN : a == b && (!exactly || a.sign == b.sign)
    case (let a as Double, let b as Double): a.isNaN ? b.isNaN : a == b && (!exactly || a.sign == b.sign)
    case (let a as Float16, let b as Float16): a.isNaN ? b.isNaN : a == b && (!exactly || a.sign == b.sign)
    default: self == other
    }
  }
}

/// The first index at which two arrays differ, for a message that a person can act on.
func firstDifference<T: KernelElement>(_ a: [T], _ b: [T], exactly: Bool = true) -> Int? {
  if a.count != b.count { return min(a.count, b.count) }
  return a.indices.first { !a[$0].matches(b[$0], exactly: exactly) }
}

extension descent_unary { static let all = (0..<UInt8(DESCENT_UNARY_COUNT)).compactMap(Self.init(rawValue:)) }
extension descent_binary { static let all = (0..<UInt8(DESCENT_BINARY_COUNT)).compactMap(Self.init(rawValue:)) }
extension descent_comparison { static let all = (0..<UInt8(DESCENT_COMPARISON_COUNT)).compactMap(Self.init(rawValue:)) }
extension descent_reduction { static let all = (0..<UInt8(DESCENT_REDUCTION_COUNT)).compactMap(Self.init(rawValue:)) }
