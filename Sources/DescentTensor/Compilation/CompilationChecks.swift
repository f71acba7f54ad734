import DescentGraph

extension CompiledProgram {
  /// How many calls are compared with the function itself unless somebody says otherwise: some in debug builds.
  package static let usualCheckCount: Int = {
    var count = 0
    assert(
      {
        count = 3
        return true
      }())
    return count
  }()

  /// Complains where results are not what the function itself gives.
  package static func compare(_ found: [Tensor], with expected: [Tensor], _ name: String) {
    for (place, (value, other)) in zip(found, expected).enumerated() {
      guard let difference = difference(value, other) else { continue }
      return Failure.stop(
        .init(
          .invalidArgument, "compile",
          "result \(place) of \(name) is not what the function itself gives now: \(difference); it depends on something "
            + "that is no argument and has changed since it was traced; give that as an argument"))
    }
  }

  /// What is different between a result and the one that is expected; nil if rounding explains it.
  private static func difference(_ value: Tensor, _ expected: Tensor) -> String? {
    if value.shape != expected.shape { return "shape \(value.shape), not \(expected.shape)" }
    if value.scalarType != expected.scalarType { return "\(value.scalarType), not \(expected.scalarType)" }
    let (found, right) = (value.converted(to: .float64).scalars, expected.converted(to: .float64).scalars)
    let largest = right.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
    let tolerance = largest * (value.scalarType == .float64 ? 1e-9 : value.scalarType == .float32 ? 1e-3 : 0.05)
    let worst = zip(found, right).first { $0 != $1 && !(abs($0 - $1) <= tolerance) && !($0.isNaN && $1.isNaN) }
    return worst.map { "\($0), not \($1)" }
  }
}
