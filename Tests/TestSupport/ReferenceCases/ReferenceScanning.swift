import DescentTensor

// Operations of the reference cases that run along an axis.

extension ReferenceSpelling {
  static let scans: [String: Function] = [
    "cumsum": scan { $0.cumulativeSum(axis: $1, reversed: $2) },
    "cumprod": scan { $0.cumulativeProduct(axis: $1, reversed: $2) },
    "cummax": scan { $0.cumulativeMax(axis: $1, reversed: $2) },
    "logcumsumexp": scan { $0.logCumulativeSumExp(axis: $1, reversed: $2) },
  ]

  private static func scan(_ function: @escaping @Sendable (Tensor, Int, Bool) -> Tensor) -> Function {
    { x, parameters in [function(x[0], parameters.integer("axis") ?? -1, parameters.truth("reverse"))] }
  }
}
