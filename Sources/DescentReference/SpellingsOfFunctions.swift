import DescentTensor

// Functions of the reference cases that are applied to each element.

extension ReferenceSpelling {
  static let unary: [String: Function] = [
    "neg": one { -$0 }, "abs": one { abs($0) }, "sign": one { sign($0) }, "floor": one { floor($0) },
    "ceil": one { ceil($0) }, "round": one { round($0) }, "square": one { $0.squared() }, "sqrt": one { sqrt($0) },
    "rsqrt": one { rsqrt($0) }, "reciprocal": one { $0.reciprocal() }, "exp": one { exp($0) },
    "exp2": one { exp2($0) }, "expm1": one { expm1($0) }, "log": one { log($0) }, "log2": one { log2($0) },
    "log10": one { log10($0) }, "log1p": one { log1p($0) },
  ]

  static let functions: [String: Function] = [
    "sin": one { sin($0) }, "cos": one { cos($0) }, "tan": one { tan($0) }, "asin": one { asin($0) },
    "acos": one { acos($0) }, "atan": one { atan($0) }, "sinh": one { sinh($0) }, "cosh": one { cosh($0) },
    "tanh": one { tanh($0) }, "asinh": one { asinh($0) }, "acosh": one { acosh($0) }, "atanh": one { atanh($0) },
    "erf": one { erf($0) }, "erfc": one { erfc($0) }, "erfinv": one { erfinv($0) }, "lgamma": one { lgamma($0) },
    "digamma": one { digamma($0) },
  ]

  static let activations: [String: Function] = [
    "sigmoid": one { sigmoid($0) }, "log_sigmoid": one { logSigmoid($0) }, "softplus": one { softplus($0) },
    "softsign": one { softsign($0) }, "relu": one { relu($0) }, "relu6": one { relu6($0) }, "selu": one { selu($0) },
    "gelu": one { gelu($0) }, "gelu_tanh": one { geluTanh($0) }, "silu": one { silu($0) }, "mish": one { mish($0) },
    "hard_sigmoid": one { hardSigmoid($0) }, "hard_swish": one { hardSwish($0) }, "hard_tanh": one { hardTanh($0) },
    "leaky_relu": { x, parameters in [leakyRelu(x[0], slope: parameters.number("slope") ?? 0.01)] },
    "elu": { x, parameters in [elu(x[0], alpha: parameters.number("alpha") ?? 1)] },
    "celu": { x, parameters in [celu(x[0], alpha: parameters.number("alpha") ?? 1)] },
  ]

  static let binary: [String: Function] = [
    "add": two { $0 + $1 }, "subtract": two { $0 - $1 }, "multiply": two { $0 * $1 }, "divide": two { $0 / $1 },
    "pow": two { $0 ** $1 }, "maximum": two { max($0, $1) }, "minimum": two { min($0, $1) },
    "atan2": two { atan2($0, $1) }, "hypot": two { hypot($0, $1) }, "logaddexp": two { logaddexp($0, $1) },
    "squared_difference": two { squaredDifference($0, $1) }, "remainder": two { remainder($0, $1) },
    "xlogy": two { xlogy($0, $1) },
    "pow_scalar": { x, parameters in [x[0] ** (parameters.number("exponent") ?? 1)] },
  ]

  static let masks: [String: Function] = [
    "where": { x, _ in [select(x[0].converted(to: .bool), x[1], x[2])] },
    "masked_fill": { x, parameters in
      [x[0].masked(x[1].converted(to: .bool), with: parameters.number("value") ?? 0)]
    },
    "masked_select": two { $0.entries(where: $1.converted(to: .bool)) },
    "clamp": { x, parameters in
      switch (parameters.number("minimum"), parameters.number("maximum")) {
      case (let low?, let high?): [low <= high ? x[0].clamped(to: low...high) : min(max(x[0], low), high)]
      case (let low?, nil): [max(x[0], low)]
      case (nil, let high?): [min(x[0], high)]
      case (nil, nil): [x[0]]
      }
    },
  ]
}
