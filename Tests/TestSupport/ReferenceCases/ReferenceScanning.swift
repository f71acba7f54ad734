import DescentTensor

// Operations of the reference cases that run along an axis, and statistics along axes.

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

  static let statistics: [String: Function] = [
    "prod": along { $0.product(axes: $1, keepingAxes: $2) },
    "variance": { x, parameters in
      [
        x[0].variance(
          axes: parameters.integers("axes") ?? [], correction: parameters.number("correction") ?? 0,
          keepingAxes: parameters.truth("keep_axes"))
      ]
    },
    "std": { x, parameters in
      [
        x[0].standardDeviation(
          axes: parameters.integers("axes") ?? [], correction: parameters.number("correction") ?? 0,
          keepingAxes: parameters.truth("keep_axes"))
      ]
    },
    "l2_normalize": { x, parameters in
      let epsilon = parameters.number("epsilon") ?? 1e-12
      return [x[0].l2Normalized(axes: parameters.integer("axis") ?? -1, epsilon: epsilon)]
    },
  ]
}
