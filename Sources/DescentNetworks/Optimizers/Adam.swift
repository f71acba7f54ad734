import DescentTensor

/// Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015, algorithm 1).
///
/// m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g². At step t, with the corrections m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ) for their start at zero: θ ← θ − η·m̂/(√v̂ + ε). AMSGrad (Reddi, Kale and Kumar 2018) puts the
/// largest v so far in the place of v.
///
/// ```swift
/// var optimizer = Adam(learningRate: 1e-3)
/// ```
public struct Adam: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// How slowly the mean of the gradient forgets.
  public let beta1: Double
  /// How slowly the mean of the squared gradient forgets.
  public let beta2: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// Whether steps are scaled by the largest mean square so far.
  public let amsgrad: Bool
  /// The means m and v.
  public var state = OptimizerState()

  /// Adam with the constants of the paper.
  public init(
    learningRate: some LearningRateConvertible = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, amsgrad: Bool = false, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.beta1, self.beta2, self.epsilon, self.amsgrad) = (beta1, beta2, epsilon, amsgrad)
  }

  /// The two means, and the largest mean square for AMSGrad.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    var slots = ["mean": parameter.zerosLike(), "square": parameter.zerosLike()]
    if amsgrad { slots["largest square"] = parameter.zerosLike() }
    return slots
  }

  /// θ − η·m̂/(√v̂ + ε), with η/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ) as one number each.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let mean = beta1 * slots["mean", default: parameter.zerosLike()] + (1 - beta1) * gradient
    var square = beta2 * slots["square", default: parameter.zerosLike()] + (1 - beta2) * (gradient * gradient)
    slots["mean"] = mean
    slots["square"] = square
    if amsgrad {
      square = max(slots["largest square", default: parameter.zerosLike()], square)
      slots["largest square"] = square
    }
    let rate = step.scalar { [beta1] in $0.learningRate / (1 - power(beta1, $0.count)) }
    let correction = step.scalar { [beta2] in 1 / (1 - power(beta2, $0.count)) }
    return parameter - rate * mean / (sqrt(correction * square) + epsilon)
  }
}

/// βᵗ by repeated squaring.
func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, remaining) = (1.0, base, exponent)
  while remaining > 0 {
    if remaining & 1 == 1 { result *= square }
    square *= square
    remaining >>= 1
  }
  return result
}
