import DescentTensor
import Foundation

// Relatives of Adam: the same running means, other quotients.

/// Adam whose weights decay beside the step instead of through the gradient (Loshchilov and Hutter 2019).
///
/// θ ← θ − η·(m̂/(√v̂ + ε) + λ·θ).
///
/// ```swift
/// var optimizer = AdamW(learningRate: 3e-4, weightDecay: 0.1).adjusting("*.bias", weightDecay: false)
/// ```
public struct AdamW: Optimizer {
  private var adam: Adam

  /// Adam with decoupled weight decay.
  public init(
    learningRate: some LearningRateConvertible = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, amsgrad: Bool = false, weightDecay: Double = 0.01
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      weightDecay: .decoupled(weightDecay))
  }

  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings {
    get { adam.settings }
    set { adam.settings = newValue }
  }

  /// The means m and v.
  public var state: OptimizerState {
    get { adam.state }
    set { adam.state = newValue }
  }

  /// The two means, and the largest mean square for AMSGrad.
  public func slots(for parameter: Tensor) -> ParameterSlots { adam.slots(for: parameter) }

  /// Adam's step; the decay is not its affair.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    adam.moved(parameter, along: gradient, slots: &slots, at: step)
  }
}

/// Adam with the largest gradient in the place of the root of the mean square (Kingma and Ba 2015, section 7.1).
///
/// m ← β₁·m + (1 − β₁)·g and u ← max(β₂·u, |g| + ε); θ ← θ − η/(1 − β₁ᵗ)·m/u. The place of ε is PyTorch's.
public struct Adamax: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// How slowly the mean of the gradient forgets.
  public let beta1: Double
  /// How slowly the largest gradient is forgotten.
  public let beta2: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// The means m and the extremes u.
  public var state = OptimizerState()

  /// Adamax with the constants of the paper.
  public init(
    learningRate: some LearningRateConvertible = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  /// The mean and the extreme.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    ["mean": parameter.zerosLike(), "extreme": parameter.zerosLike()]
  }

  /// θ − η/(1 − β₁ᵗ)·m/u.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let mean = beta1 * slots["mean", default: parameter.zerosLike()] + (1 - beta1) * gradient
    let extreme = max(beta2 * slots["extreme", default: parameter.zerosLike()], abs(gradient) + epsilon)
    slots["mean"] = mean
    slots["extreme"] = extreme
    let rate = step.scalar { [beta1] in $0.learningRate / (1 - power(beta1, $0.count)) }
    return parameter - rate * mean / extreme
  }
}

/// Adam with Nesterov's look-ahead (Dozat 2016), as PyTorch has it.
///
/// With μₜ = β₁·(1 − ½·0.96^(t·ψ)) and the product Πμ of them up to t:
/// θ ← θ − η·(1 − μₜ)/(1 − Πμ)·g/d − η·μₜ₊₁/(1 − Πμ·μₜ₊₁)·m/d, where d = √v̂ + ε.
public struct NAdam: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// How slowly the mean of the gradient forgets.
  public let beta1: Double
  /// How slowly the mean of the squared gradient forgets.
  public let beta2: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// ψ, how fast the look-ahead reaches its full length.
  public let momentumDecay: Double
  /// The means m and v, and the product Πμ.
  public var state = OptimizerState()

  /// NAdam with PyTorch's constants.
  public init(
    learningRate: some LearningRateConvertible = 2e-3, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, momentumDecay: Double = 4e-3, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.beta1, self.beta2, self.epsilon, self.momentumDecay) = (beta1, beta2, epsilon, momentumDecay)
  }

  /// The two means and the product, a scalar.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    [
      "mean": parameter.zerosLike(), "square": parameter.zerosLike(),
      "momentum product": Tensor(1.0, type: parameter.scalarType),
    ]
  }

  /// The step of the formula above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let (now, next) = (step.scalar { momentum($0.count) }, step.scalar { momentum($0.count + 1) })
    let mean = beta1 * slots["mean", default: parameter.zerosLike()] + (1 - beta1) * gradient
    let square = beta2 * slots["square", default: parameter.zerosLike()] + (1 - beta2) * (gradient * gradient)
    let product = now * slots["momentum product", default: Tensor(1.0, type: parameter.scalarType)]
    slots = slots.merging(["mean": mean, "square": square, "momentum product": product]) { $1 }
    let scale = sqrt(square / step.scalar { [beta2] in 1 - power(beta2, $0.count) }) + epsilon
    let ahead = step.scalar { $0.learningRate * (1 - momentum($0.count)) } / (1 - product) * gradient
    let rate = step.scalar { $0.learningRate * momentum($0.count + 1) }
    return parameter - (ahead + rate / (1 - next * product) * mean) / scale
  }

  private func momentum(_ step: Int) -> Double {
    beta1 * (1 - 0.5 * Foundation.pow(0.96, Double(step) * momentumDecay))
  }
}
