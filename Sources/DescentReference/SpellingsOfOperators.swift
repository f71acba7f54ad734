import DescentGraph
import DescentTensor

// Operations that other libraries' sample inputs ask for, beyond those of the reference folder.

extension ReferenceSpelling {
  /// Their signatures, written as those of the format.
  static let operatorSignatures = """
    truncate fraction reverse_axes ravel tanhshrink entr ndtr ndtri log_ndtr erfcx sinc logit corrcoef: x
    truncated_remainder copysign xlog1py: x y
    lerp: x y weight
    polygamma: x / order
    nan_to_number: x / nan? positive? negative?
    nansum nanmean: x / axes? keep_axes?
    cummin: x / axis reverse?
    softmin unstack sort_values: x / axis?
    quantile: x / q? axis? keep_axes?
    diff: x / order? axis?
    trapezoid cumulative_trapezoid: x at? / axis? spacing?
    cov: x / correction?
    cdist: x y / order?
    vander: x / count?
    flat_take: x indices
    index_add_scaled: x indices updates / axis? alpha?
    chain: …
    """

  static let operators: [String: Function] = [
    "truncate": one { truncate($0) }, "fraction": one { $0 - truncate($0) }, "reverse_axes": one { $0.transposed() },
    "ravel": one { $0.flattened() }, "tanhshrink": one { $0 - tanh($0) }, "entr": one { -xlogy($0, $0) },
    "ndtr": one { 0.5 * erfc(-0.7071067811865476 * $0) }, "ndtri": one { 1.4142135623730951 * erfinv(2 * $0 - 1) },
    "log_ndtr": one { log(0.5 * erfc(-0.7071067811865476 * $0)) }, "erfcx": one { exp($0.squared()) * erfc($0) },
    "sinc": one { sinc($0) }, "logit": one { logit($0) },
    "truncated_remainder": two { truncatedRemainder($0, $1) }, "copysign": two { copysign($0, $1) },
    "xlog1py": two { $0 * log1p($1) }, "lerp": { x, _ in [lerp(x[0], x[1], x[2])] },
    "polygamma": { x, parameters in [polygamma(parameters.integer("order") ?? 0, x[0])] },
    "nan_to_number": { x, parameters in
      [
        nanToNumber(
          x[0], nan: parameters.number("nan") ?? 0, positiveInfinity: parameters.number("positive"),
          negativeInfinity: parameters.number("negative"))
      ]
    },
    "nansum": along { x, axes, keeping, _ in x.nanSum(axes: axes, keepingAxes: keeping) },
    "nanmean": along { x, axes, keeping, _ in x.nanMean(axes: axes, keepingAxes: keeping) },
    "cummin": { x, parameters in
      let axis = parameters.integer("axis") ?? -1
      return [x[0].cumulativeMin(axis: axis, reversed: parameters.truth("reverse"))]
    },
    "softmin": { x, parameters in [(-x[0]).softmax(axis: parameters.integer("axis") ?? -1)] },
    "quantile": { x, parameters in
      let keeping = parameters.truth("keep_axes")
      return [x[0].quantile(parameters.number("q") ?? 0.5, axis: parameters.integer("axis"), keepingAxes: keeping)]
    },
    "diff": { x, parameters in
      [x[0].differences(order: parameters.integer("order") ?? 1, axis: parameters.integer("axis") ?? -1)]
    },
    "trapezoid": { x, parameters in
      let axis = parameters.integer("axis") ?? -1
      if x.count > 1 { return [x[0].trapezoid(at: x[1], axis: axis)] }
      return [x[0].trapezoid(spacing: parameters.number("spacing") ?? 1, axis: axis)]
    },
    "cumulative_trapezoid": { x, parameters in
      let axis = parameters.integer("axis") ?? -1
      if x.count > 1 { return [x[0].cumulativeTrapezoid(at: x[1], axis: axis)] }
      return [x[0].cumulativeTrapezoid(spacing: parameters.number("spacing") ?? 1, axis: axis)]
    },
    "cov": { x, parameters in [x[0].covariance(correction: parameters.number("correction") ?? 1)] },
    "corrcoef": one { $0.correlation() },
    "cdist": { x, parameters in
      return [pairwiseDistances(x[0], x[1], order: parameters.order ?? 2)]
    },
    "vander": { x, parameters in [vandermonde(x[0], count: parameters.integer("count"))] },
    "flat_take": { x, _ in [x[0].flattened().gathering(x[1])] },
    "index_add_scaled": { x, parameters in
      let updates = (parameters.number("alpha") ?? 1) * x[2]
      return [x[0].scatteringSum(updates, at: x[1], axis: parameters.integer("axis") ?? 0)]
    },
    "unstack": { x, parameters in x[0].unstacked(axis: parameters.integer("axis") ?? 0) },
    "chain": { x, _ in [x.dropFirst().reduce(x[0]) { matmul($0, $1) }] },
    "sort_values": { x, parameters in [x[0].sorted(axis: parameters.integer("axis") ?? -1)] },
  ]
}
