import Testing

/// How many representable numbers lie between two, 0 for equal ones; NaN is as far from numbers as can be.
package func ulpDistance(_ x: Double, _ y: Double) -> UInt64 {
  if x.isNaN || y.isNaN { return x.isNaN && y.isNaN ? 0 : .max }
  /// The bits as an integer that is ordered like the numbers: both zeros are 0.
  func place(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits < 0 ? Int64.min - bits : bits
  }
  return place(x) > place(y) ? UInt64(bitPattern: place(x) &- place(y)) : UInt64(bitPattern: place(y) &- place(x))
}

/// How many representable numbers lie between two, 0 for equal ones; NaN is as far from numbers as can be.
package func ulpDistance(_ x: Float, _ y: Float) -> UInt64 {
  if x.isNaN || y.isNaN { return x.isNaN && y.isNaN ? 0 : .max }
  func place(_ value: Float) -> Int64 {
    let bits = Int64(Int32(bitPattern: value.bitPattern))
    return bits < 0 ? Int64(Int32.min) - bits : bits
  }
  return (place(x) - place(y)).magnitude
}

/// How many representable numbers lie between two, 0 for equal ones; NaN is as far from numbers as can be.
package func ulpDistance(_ x: Float16, _ y: Float16) -> UInt64 {
  if x.isNaN || y.isNaN { return x.isNaN && y.isNaN ? 0 : .max }
  func place(_ value: Float16) -> Int64 {
    let bits = Int64(Int16(bitPattern: value.bitPattern))
    return bits < 0 ? Int64(Int16.min) - bits : bits
  }
  return (place(x) - place(y)).magnitude
}

/// How far computed numbers may be from the expected ones.
package enum Tolerance: Sendable {
  /// The same numbers; NaN equals NaN, and the zeros equal each other.
  case exact
  /// max |actual − expected| ≤ tolerance · max(max |expected|, floor): one scale for the whole array.
  case relative(Double, floor: Double = 1e-3)
  /// At most so many representable numbers between the two, in the type of the elements.
  case ulps(UInt64)

  /// The error of one element as a multiple of what is accepted; above 1 is a failure.
  fileprivate func excess<Value: TestedScalar>(_ actual: Value, _ expected: Value, scale: Double) -> Double {
    if actual == expected || (actual.isNaN && expected.isNaN) { return 0 }
    guard actual.isFinite, expected.isFinite else { return .infinity }
    return switch self {
    case .exact: .infinity
    case .relative(let tolerance, let floor):
      abs(Double(actual) - Double(expected)) / (tolerance * max(scale, floor))
    case .ulps(let limit): Double(Value.ulps(actual, expected)) / Double(max(limit, 1)) + (limit == 0 ? 1 : 0)
    }
  }
}

/// The numbers that ``mismatch(_:_:_:)`` compares.
package protocol TestedScalar: BinaryFloatingPoint {
  static func ulps(_ x: Self, _ y: Self) -> UInt64
}

extension Float16: TestedScalar {
  package static func ulps(_ x: Float16, _ y: Float16) -> UInt64 { ulpDistance(x, y) }
}

extension Float: TestedScalar {
  package static func ulps(_ x: Float, _ y: Float) -> UInt64 { ulpDistance(x, y) }
}

extension Double: TestedScalar {
  package static func ulps(_ x: Double, _ y: Double) -> UInt64 { ulpDistance(x, y) }
}

/// What is wrong with computed numbers: their count, or the first and the worst of those too far off; nil if all are
/// close.
package func mismatch<Value: TestedScalar>(_ actual: [Value], _ expected: [Value], _ tolerance: Tolerance) -> String? {
  guard actual.count == expected.count else { return "\(actual.count) numbers where \(expected.count) were expected" }
  let scale = expected.reduce(0.0) { max($0, $1.isFinite ? abs(Double($1)) : 0) }
  let excesses = zip(actual, expected).map { tolerance.excess($0, $1, scale: scale) }
  guard let first = excesses.firstIndex(where: { !($0 <= 1) }) else { return nil }
  let worst = excesses.indices.max { excesses[$0] < excesses[$1] } ?? first
  func report(_ index: Int) -> String {
    "[\(index)] is \(actual[index]), expected \(expected[index]), \(excesses[index]) times the tolerance"
  }
  let count = excesses.count { !($0 <= 1) }
  return "\(count) of \(actual.count) numbers differ (\(tolerance)): first \(report(first))"
    + (worst == first ? "" : "; worst \(report(worst))")
}

/// Records an issue unless the computed numbers are close to the expected ones; the combination of the enclosing
/// ``withEvery(_:in:_:)`` loops is part of the message.
package func expectClose<Value: TestedScalar>(
  _ actual: [Value], _ expected: [Value], _ tolerance: Tolerance, _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let mismatch = mismatch(actual, expected, tolerance) else { return }
  let context = [comment(), Combination.description].filter { !$0.isEmpty }.joined(separator: ", ")
  Issue.record("\(context.isEmpty ? "" : "\(context): ")\(mismatch)", sourceLocation: sourceLocation)
}
