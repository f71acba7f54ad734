import DescentTensor

// Elementary and special functions and activations of the reference cases.

extension ReferenceSpelling {
  static let functions: [String: Function] = [
    "rsqrt": one { rsqrt($0) }, "exp2": one { exp2($0) }, "expm1": one { expm1($0) }, "log2": one { log2($0) },
    "log10": one { log10($0) }, "log1p": one { log1p($0) }, "tan": one { tan($0) }, "asin": one { asin($0) },
    "acos": one { acos($0) }, "atan": one { atan($0) }, "sinh": one { sinh($0) }, "cosh": one { cosh($0) },
    "asinh": one { asinh($0) }, "acosh": one { acosh($0) }, "atanh": one { atanh($0) }, "erf": one { erf($0) },
    "erfc": one { erfc($0) }, "erfinv": one { erfinv($0) }, "lgamma": one { lgamma($0) },
    "digamma": one { digamma($0) }, "floor": one { floor($0) }, "ceil": one { ceil($0) }, "round": one { round($0) },
  ]

  static let functionsOfTwo: [String: Function] = [
    "atan2": two { atan2($0, $1) }, "logaddexp": two { logaddexp($0, $1) },
    "squared_difference": two { squaredDifference($0, $1) }, "remainder": two { remainder($0, $1) },
    "xlogy": two { xlogy($0, $1) },
  ]

  static let activations: [String: Function] = [
    "log_sigmoid": one { logSigmoid($0) }, "softplus": one { softplus($0) }, "softsign": one { softsign($0) },
    "relu6": one { relu6($0) }, "selu": one { selu($0) }, "gelu": one { gelu($0) }, "gelu_tanh": one { geluTanh($0) },
    "silu": one { silu($0) }, "mish": one { mish($0) }, "hard_sigmoid": one { hardSigmoid($0) },
    "hard_swish": one { hardSwish($0) }, "hard_tanh": one { hardTanh($0) },
    "leaky_relu": { x, parameters in [leakyRelu(x[0], slope: parameters.number("slope") ?? 0.01)] },
    "elu": { x, parameters in [elu(x[0], alpha: parameters.number("alpha") ?? 1)] },
    "celu": { x, parameters in [celu(x[0], alpha: parameters.number("alpha") ?? 1)] },
  ]
}
