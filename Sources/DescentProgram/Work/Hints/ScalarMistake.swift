import DescentGraph
import Foundation

/// A mistake that learners make in one step of a derivation.
struct ScalarMistake: Sendable {
  /// The rule that is broken.
  let rule: String
  /// What is wrong, in words.
  let hint: @Sendable (StepWords) -> String
  /// What the step gives with the mistake, nil where it can't be made.
  let tangent: @Sendable (ScalarStep) -> Double?

  init(
    _ rule: String, _ hint: @escaping @Sendable (StepWords) -> String,
    _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) {
    (self.rule, self.hint, self.tangent) = (rule, hint, tangent)
  }

  /// All mistakes, the most specific ones first.
  static let all: [ScalarMistake] =
    chain + powers + exponentials + functions + products + quotients + sums + signs + general
}

/// The parts of a step in words, for hints.
struct StepWords {
  /// f(u).
  let whole: String
  /// u and v.
  let operands: [String]
  /// u′ and v′.
  let derivatives: [String]
  /// The operand that depends on the variable.
  let innerPlace: Int
  /// The correct derivative of the whole.
  let derivative: String
  /// What is differentiated by.
  let variable: String
  /// The exponent of a power, in words.
  let exponent: String

  var u: String { operands[innerPlace] }
  var innerDerivative: String { derivatives[innerPlace] }

  func marked(_ text: String) -> String { "d/d\(variable)(\(text))" }
}

extension ScalarStep {
  /// Whether the step is a function of an inner function that is not the variable itself.
  var hasInner: Bool {
    switch form {
    case .power, .exponential, .function: inner.tangent != 1
    case .sum, .negation, .product, .scaled, .quotient, .other, .leaf: false
    }
  }

  var isPower: Bool { form == .power }
  var isExponential: Bool { form == .exponential }
  var isProduct: Bool { form == .product }
  var isQuotient: Bool { form == .quotient }
  func isFunction(_ functions: Unary...) -> Bool { functions.contains { form == .function($0) } }
  var isAnyFunction: Bool { if case .function = form { true } else { false } }
  var isSum: Bool { if case .sum = form { true } else { false } }
}

extension ScalarMistake {
  // MARK: Functions of functions

  private static func chain(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("chain rule", hint) { $0.hasInner ? tangent($0) : nil }
  }

  static let chain: [ScalarMistake] = [
    chain({ "the inner derivative \($0.marked($0.u)) = \($0.innerDerivative) is missing" }) { $0.inner.partial },
    chain({
      "the outer derivative is multiplied by the inner one, \($0.marked($0.u)) = \($0.innerDerivative), not added to it"
    }) { $0.inner.partial + $0.inner.tangent },
    chain({
      "the outer derivative is taken at the inner function \($0.u), and multiplied by its derivative; "
        + "here \($0.innerDerivative) stands inside"
    }) { $0.atTangent?.partial },
    chain({
      "the inner derivative \($0.innerDerivative) is a factor; it does not go inside together with being multiplied"
    }) { step in step.atTangent.map { $0.partial * step.inner.tangent } },
    chain({ "the derivative of \($0.whole) is not the same function of the derivative of \($0.u)" }) {
      $0.atTangent?.value
    },
    chain({ "the inner derivative \($0.innerDerivative) stands there squared" }) {
      $0.inner.partial * $0.inner.tangent * $0.inner.tangent
    },
    chain({ _ in "only the inner function is differentiated; the outer derivative is missing" }) { $0.inner.tangent },
  ]

  // MARK: Powers

  private static func power(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("power rule", hint) { $0.isPower ? tangent($0) : nil }
  }

  static let powers: [ScalarMistake] = [
    power({ "the exponent \($0.exponent) must be lowered by 1" }) { $0.exponent * $0.result * $0.inner.tangent },
    power({ "the exponent \($0.exponent) must be brought down as a factor" }) {
      $0.inner.partial / $0.exponent * $0.inner.tangent
    },
    power({ "the factor is the old exponent \($0.exponent), not the lowered one" }) {
      ($0.exponent - 1) * $0.inner.partial / $0.exponent * $0.inner.tangent
    },
    power({ "the exponent \($0.exponent) must be lowered by 1, not raised" }) {
      $0.exponent * $0.result * $0.inner.value * $0.inner.tangent
    },
    power({ "the exponent \($0.exponent) must be lowered by 1, not by 2" }) {
      $0.inner.partial / $0.inner.value * $0.inner.tangent
    },
    power({ "this is an integral of \($0.whole): the exponent \($0.exponent) comes down as a factor and is lowered" }) {
      $0.exponent == -1
        ? log($0.inner.value) * $0.inner.tangent
        : $0.result * $0.inner.value / ($0.exponent + 1) * $0.inner.tangent
    },
    power({ "the exponent \($0.exponent) comes down as a factor, with its sign" }) {
      $0.exponent < 0 ? -$0.tangent : nil
    },
    power({ "the exponent \($0.exponent) must be brought down, and the inner derivative is missing" }) {
      $0.hasInner ? $0.inner.partial / $0.exponent : nil
    },
    power({ "the exponent \($0.exponent) must be lowered by 1, and the inner derivative is missing" }) {
      $0.hasInner ? $0.exponent * $0.result : nil
    },
  ]

  // MARK: Exponentials

  private static func exponential(
    _ hint: @escaping @Sendable (StepWords) -> String, _ tangent: @escaping @Sendable (ScalarStep) -> Double?
  ) -> ScalarMistake {
    ScalarMistake("derivative of the exponential function", hint) { $0.isExponential ? tangent($0) : nil }
  }

  static let exponentials: [ScalarMistake] = [
    exponential({ "the power rule is for constant exponents; \($0.whole) has the variable in the exponent" }) {
      $0.inner.value * $0.result / exp($0.logarithmOfBase) * $0.inner.tangent
    },
    exponential({ "the power rule is for constant exponents; \($0.whole) has the variable in the exponent" }) {
      $0.inner.value * $0.result / exp($0.logarithmOfBase)
    },
    exponential({ "the exponent of \($0.whole) does not come down as a factor; its derivative does" }) {
      $0.hasInner ? $0.inner.value * $0.result : nil
    },
    exponential({ "the logarithm of the base of \($0.whole) is missing as a factor" }) {
      $0.logarithmOfBase == 1 ? nil : $0.result * $0.inner.tangent
    },
  ]

  // MARK: Functions by name

  /// A function taken for its own derivative, with a sign.
  private static func ownDerivative(_ sign: Double) -> ScalarMistake {
    ScalarMistake("derivative of a function", { "\($0.whole) is not its own derivative; that is \($0.derivative)" }) {
      $0.isAnyFunction ? sign * $0.result * $0.inner.tangent : nil
    }
  }

  static let functions: [ScalarMistake] = [
    ScalarMistake("derivative of cos", { "cos' = −sin: the minus sign of \($0.marked($0.whole)) is lost" }) {
      $0.isFunction(.cos) ? -$0.tangent : nil
    },
    ScalarMistake("derivative of the logarithm", { "ln' u = 1/u: \($0.u) belongs in the denominator" }) {
      $0.isFunction(.log) ? $0.inner.value * $0.inner.tangent : nil
    },
    ScalarMistake("derivative of the logarithm", { "ln' u = 1/u, not 1/ln u, for \($0.whole)" }) {
      $0.isFunction(.log) ? $0.inner.tangent / $0.result : nil
    },
    ScalarMistake(
      "derivative of the logarithm", { "the derivative of \($0.whole) has the factor 1/ln of the base, 1/(u·ln a)" }
    ) {
      $0.isFunction(.log2, .log10) ? $0.inner.tangent / $0.inner.value : nil
    },
    ScalarMistake("derivative of tan", { _ in "tan' = 1/cos², and tanh' = 1 − tanh²: a square is missing" }) {
      $0.isFunction(.tan)
        ? $0.inner.tangent / cos($0.inner.value) : $0.isFunction(.tanh) ? $0.inner.tangent / cosh($0.inner.value) : nil
    },
    ScalarMistake("derivative of tanh", { _ in "tanh' = 1 − tanh²: the square is missing" }) {
      $0.isFunction(.tanh) ? (1 - $0.result) * $0.inner.tangent : nil
    },
    ScalarMistake("derivative of tan", { _ in "tan' = 1 + tan²: the square is missing" }) {
      $0.isFunction(.tan) ? (1 + $0.result) * $0.inner.tangent : nil
    },
    ScalarMistake("derivative of the logistic function", { _ in "σ' = σ(1 − σ): one of the factors is missing" }) {
      $0.isFunction(.sigmoid) ? (1 - $0.result) * $0.inner.tangent : nil
    },
    ScalarMistake("derivative of the logistic function", { _ in "σ' = σ(1 − σ), with a minus sign" }) {
      $0.isFunction(.sigmoid) ? $0.result * (1 + $0.result) * $0.inner.tangent : nil
    },
    ownDerivative(1), ownDerivative(-1),
  ]
}
