import DescentTensor

// Operations of the reference cases that reduce axes, run along one, or put one in order.

extension ReferenceSpelling {
  static let reductions: [String: Function] = [
    "sum": along { $0.sum(axes: $1, keepingAxes: $2) }, "mean": along { $0.mean(axes: $1, keepingAxes: $2) },
    "max": along { $0.max(axes: $1, keepingAxes: $2) }, "min": along { $0.min(axes: $1, keepingAxes: $2) },
    "prod": along { $0.product(axes: $1, keepingAxes: $2) },
    "logsumexp": along { $0.logSumExp(axes: $1, keepingAxes: $2) },
    "softmax": atAxis { $0.softmax(axis: $1) }, "log_softmax": atAxis { $0.logSoftmax(axis: $1) },
  ]

  static let statistics: [String: Function] = [
    "variance": along { x, axes, keeping, parameters in
      x.variance(axes: axes, correction: parameters.number("correction") ?? 0, keepingAxes: keeping)
    },
    "std": along { x, axes, keeping, parameters in
      x.standardDeviation(axes: axes, correction: parameters.number("correction") ?? 0, keepingAxes: keeping)
    },
    "norm": along { x, axes, keeping, parameters in
      return x.norm(order: parameters.order ?? .nan, axes: axes, keepingAxes: keeping)
    },
    "l2_normalize": { x, parameters in
      [x[0].l2Normalized(axes: parameters.integer("axis") ?? -1, epsilon: parameters.number("epsilon") ?? 1e-12)]
    },
    "cosine_similarity": { x, parameters in
      let axis = parameters.integer("axis") ?? -1
      let lengths = sqrt(x[0].squared().sum(axes: axis) * x[1].squared().sum(axes: axis))
      return [(x[0] * x[1]).sum(axes: axis) / lengths]
    },
  ]

  static let scans: [String: Function] = [
    "cumsum": scan { $0.cumulativeSum(axis: $1, reversed: $2) },
    "cumprod": scan { $0.cumulativeProduct(axis: $1, reversed: $2) },
    "cummax": scan { $0.cumulativeMax(axis: $1, reversed: $2) },
    "logcumsumexp": scan { $0.logCumulativeSumExp(axis: $1, reversed: $2) },
  ]

  private static func scan(_ function: @escaping @Sendable (Tensor, Int, Bool) -> Tensor) -> Function {
    { x, parameters in [function(x[0], parameters.integer("axis") ?? -1, parameters.truth("reverse"))] }
  }

  static let orders: [String: Function] = [
    "sort": { x, parameters in
      let (axis, descending) = (parameters.integer("axis") ?? -1, parameters.truth("descending"))
      return [x[0].sorted(axis: axis, descending: descending), x[0].argSort(axis: axis, descending: descending)]
    },
    "topk": { x, parameters in
      let largest = parameters.values["largest"] == nil || parameters.truth("largest")
      let chosen = x[0].topK(
        parameters.integer("k") ?? 1, axis: parameters.integer("axis") ?? -1, largest: largest)
      return [chosen.values, chosen.indices]
    },
  ]
}
