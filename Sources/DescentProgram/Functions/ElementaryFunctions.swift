import DescentTensor

// Functions of one element, and activations. Numbers give numbers; see `ProgramFunction.isElementwise`.

extension ProgramFunction {
  /// A function of one tensor.
  private static func one(
    _ name: String, aliases: [String] = [], _ summary: String, _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.elementary, "\(name)(x)", aliases: aliases, summary) { function(try $0.tensor("x")) }
  }

  static let elementary: [ProgramFunction] = exponentials + circular + special + steps

  private static let exponentials: [ProgramFunction] = [
    one("exp", "eˣ") { exp($0) },
    one("exp2", "2ˣ") { exp2($0) },
    one("expm1", "eˣ − 1, precise for small x") { expm1($0) },
    one("log", aliases: ["ln"], "the natural logarithm") { log($0) },
    one("log2", "the logarithm with base 2") { log2($0) },
    one("log10", "the logarithm with base 10") { log10($0) },
    one("log1p", "ln(1 + x), precise for small x") { log1p($0) },
    one("logit", "ln(x/(1 − x)), the inverse of sigmoid") { logit($0) },
    one("sqrt", "the square root") { sqrt($0) },
    one("cbrt", "the cube root") { cbrt($0) },
    one("rsqrt", "1/√x") { rsqrt($0) },
    one("square", "x²") { $0.squared() },
    one("reciprocal", "1/x") { $0.reciprocal() },
  ]

  private static let circular: [ProgramFunction] = [
    one("sin", "the sine of an angle in radians") { sin($0) },
    one("cos", "the cosine of an angle in radians") { cos($0) },
    one("tan", aliases: ["tg"], "the tangent of an angle in radians") { tan($0) },
    one("sec", "1/cos x") { 1 / cos($0) },
    one("csc", aliases: ["cosec"], "1/sin x") { 1 / sin($0) },
    one("cot", aliases: ["cotan"], "1/tan x") { 1 / tan($0) },
    one("asin", aliases: ["arcsin"], "the angle in [−π/2, π/2] with sine x") { asin($0) },
    one("acos", aliases: ["arccos"], "the angle in [0, π] with cosine x") { acos($0) },
    one("atan", aliases: ["arctan"], "the angle in [−π/2, π/2] with tangent x") { atan($0) },
    one("sinh", "the hyperbolic sine") { sinh($0) },
    one("cosh", "the hyperbolic cosine") { cosh($0) },
    one("tanh", "the hyperbolic tangent") { tanh($0) },
    one("asinh", aliases: ["arcsinh"], "the inverse of sinh") { asinh($0) },
    one("acosh", aliases: ["arccosh"], "the inverse of cosh") { acosh($0) },
    one("atanh", aliases: ["arctanh"], "the inverse of tanh") { atanh($0) },
    one("sinc", "sin(πx)/(πx), 1 at 0") { sinc($0) },
  ]

  private static let special: [ProgramFunction] = [
    one("erf", "the error function 2/√π·∫₀ˣ exp(−t²) dt") { erf($0) },
    one("erfc", "1 − erf x, precise for large x") { erfc($0) },
    one("erfinv", "the inverse of erf") { erfinv($0) },
    one("lgamma", aliases: ["gammaln"], "ln |Γ(x)|") { lgamma($0) },
    one("digamma", "the derivative of lgamma") { digamma($0) },
  ]

  private static let steps: [ProgramFunction] = [
    one("abs", aliases: ["absolute", "fabs"], "|x|") { abs($0) },
    one("negative", aliases: ["neg"], "−x") { -$0 },
    one("sign", aliases: ["sgn"], "−1, 0 or 1") { sign($0) },
    one("floor", "the largest whole number that isn't above x") { floor($0) },
    one("ceil", "the smallest whole number that isn't below x") { ceil($0) },
    one("round", aliases: ["rint"], "the nearest whole number, the even one for halves") { round($0) },
    one("trunc", aliases: ["truncate", "fix"], "x without its fraction") { truncate($0) },
    one("isnan", "whether x is NaN") { isNaN($0) },
    one("isinf", "whether x is ∞ or −∞") { isInfinite($0) },
    one("isfinite", "whether x is neither infinite nor NaN") { isFinite($0) },
  ]

  // MARK: Activations

  /// An activation without parameters.
  private static func activation(
    _ name: String, aliases: [String] = [], _ summary: String, _ function: @escaping @Sendable (Tensor) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.activation, "\(name)(x)", aliases: aliases, summary) { function(try $0.tensor("x")) }
  }

  static let activations: [ProgramFunction] = [
    activation("relu", "max(x, 0)") { relu($0) },
    activation("relu6", "x limited to 0…6") { relu6($0) },
    activation("sigmoid", aliases: ["σ", "expit", "logistic"], "1/(1 + e⁻ˣ)") { sigmoid($0) },
    activation("log_sigmoid", aliases: ["logsigmoid"], "ln sigmoid(x)") { logSigmoid($0) },
    activation("softplus", "ln(1 + eˣ)") { softplus($0) },
    activation("softsign", "x/(1 + |x|)") { softsign($0) },
    activation("silu", aliases: ["swish"], "x·sigmoid(x)") { silu($0) },
    activation("mish", "x·tanh(softplus(x))") { mish($0) },
    activation("selu", "the scaled elu that keeps mean 0 and variance 1") { selu($0) },
    activation("hard_tanh", aliases: ["hardtanh"], "x limited to −1…1") { hardTanh($0) },
    activation("hard_sigmoid", aliases: ["hardsigmoid"], "(x + 3)/6 limited to 0…1") { hardSigmoid($0) },
    activation("hard_swish", aliases: ["hardswish"], "x·hard_sigmoid(x)") { hardSwish($0) },
    ProgramFunction(.activation, "gelu(x, approximate=False)", "x·Φ(x), or by the formula with tanh") {
      try $0.truth("approximate") ? geluTanh(try $0.tensor("x")) : gelu(try $0.tensor("x"))
    },
    ProgramFunction(.activation, "leaky_relu(x, slope=0.01)", "x, times the slope where it is negative") {
      leakyRelu(try $0.tensor("x"), slope: try $0.number("slope", default: 0.01))
    },
    ProgramFunction(.activation, "elu(x, alpha=1)", "x, and α(eˣ − 1) where it is negative") {
      elu(try $0.tensor("x"), alpha: try $0.number("alpha", default: 1))
    },
    ProgramFunction(.activation, "celu(x, alpha=1)", "x, and α(exp(x/α) − 1) where it is negative") {
      celu(try $0.tensor("x"), alpha: try $0.number("alpha", default: 1))
    },
  ]
}
