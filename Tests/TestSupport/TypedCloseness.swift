import DescentGraph
import Testing

extension Tolerance {
  /// The same tolerance for bfloat16 numbers that are given as `Float`: neighbours are 2¹⁶ `Float`s apart.
  fileprivate var asFloats: Tolerance {
    switch self {
    case .exact, .relative: self
    case .ulps(let limit): .ulps(limit << 16)
    }
  }

  /// The tolerance, or what results of a narrow floating-point type need: some last bits more.
  package func forResults(of type: ScalarType) -> Tolerance {
    guard case .relative(let tolerance, let floor) = self, [ScalarType].narrowFloats.contains(type) else { return self }
    return .relative(max(tolerance, 4 * type.ulpOfOne), floor: max(floor, 1))
  }
}

/// Records an issue unless two tensors of one type are close: integers and truth values equal, real numbers within a
/// tolerance that is counted in their own type.
package func expectClose(
  _ actual: ReferenceTensor, _ expected: ReferenceTensor, _ tolerance: Tolerance,
  _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.scalarType == expected.scalarType, actual.shape == expected.shape else {
    let (found, wanted) = ("\(actual.scalarType) \(actual.shape)", "\(expected.scalarType) \(expected.shape)")
    Issue.record("\(Combination.description): \(found) where \(wanted) was expected", sourceLocation: sourceLocation)
    return
  }
  func compare<Value: TestedScalar>(_ tolerance: Tolerance, _ value: (Double) -> Value) {
    expectClose(
      actual.doubles.map(value), expected.doubles.map(value), tolerance, comment(), sourceLocation: sourceLocation)
  }
  switch expected.scalarType {
  case .float64: compare(tolerance) { $0 }
  case .float32: compare(tolerance) { Float($0) }
  case .bfloat16: compare(tolerance.asFloats) { Float($0) }
  case .float16: compare(tolerance) { Float16($0) }
  case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool:
    if actual.integers != expected.integers {
      Issue.record(
        "\(comment()) \(Combination.description): \(actual.integers) where \(expected.integers) was expected",
        sourceLocation: sourceLocation)
    }
  }
}
