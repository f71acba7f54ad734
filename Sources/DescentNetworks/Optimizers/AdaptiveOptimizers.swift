import DescentTensor

// Rules that scale each element of the gradient by the size of its past.

/// Steps scaled by a running mean of squared gradients (Tieleman and Hinton 2012).
///
/// s ← α·s + (1 − α)·g² and θ ← θ − η·g/(√s + ε); if centred, the square of the mean gradient is taken off s first;
/// with momentum μ the quotient goes into b ← μ·b + g/(√s + ε), and θ ← θ − η·b.
public struct RMSProp: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// α, how slowly the mean forgets.
  public let decay: Double
  /// μ, 0 for none.
  public let momentum: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// Whether steps are scaled by the gradient's deviation instead of its size.
  public let centered: Bool
  /// The means and velocities.
  public var state = OptimizerState()

  /// RMSProp with PyTorch's constants.
  public init(
    learningRate: some LearningRateConvertible = 0.01, decay: Double = 0.99, momentum: Double = 0,
    epsilon: Double = 1e-8, centered: Bool = false, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.decay, self.momentum, self.epsilon, self.centered) = (decay, momentum, epsilon, centered)
  }

  /// The mean square, and the mean and the velocity if they are wanted.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    var slots = ["square": parameter.zerosLike()]
    if centered { slots["mean"] = parameter.zerosLike() }
    if momentum != 0 { slots["velocity"] = parameter.zerosLike() }
    return slots
  }

  /// The step of the formulas above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let square = decay * slots["square", default: parameter.zerosLike()] + (1 - decay) * (gradient * gradient)
    slots["square"] = square
    var spread = square
    if centered {
      let mean = decay * slots["mean", default: parameter.zerosLike()] + (1 - decay) * gradient
      slots["mean"] = mean
      spread = square - mean * mean
    }
    let quotient = gradient / (sqrt(spread) + epsilon)
    guard momentum != 0 else { return parameter - step.learningRate * quotient }
    let velocity = momentum * slots["velocity", default: parameter.zerosLike()] + quotient
    slots["velocity"] = velocity
    return parameter - step.learningRate * velocity
  }
}

/// Steps scaled by the sum of all squared gradients (Duchi, Hazan and Singer 2011).
///
/// s ← s + g² and θ ← θ − η/(1 + (t − 1)·κ)·g/(√s + ε), where κ is the decay of the learning rate.
public struct AdaGrad: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// κ, 0 for none.
  public let learningRateDecay: Double
  /// Where the sums start.
  public let initialSum: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// The sums s.
  public var state = OptimizerState()

  /// AdaGrad with PyTorch's constants.
  public init(
    learningRate: some LearningRateConvertible = 0.01, learningRateDecay: Double = 0, initialSum: Double = 0,
    epsilon: Double = 1e-10, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.learningRateDecay, self.initialSum, self.epsilon) = (learningRateDecay, initialSum, epsilon)
  }

  /// The sum.
  public func slots(for parameter: Tensor) -> ParameterSlots { ["sum": parameter.zerosLike() + initialSum] }

  /// The step of the formula above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let sum = slots["sum", default: parameter.zerosLike()] + gradient * gradient
    slots["sum"] = sum
    let rate = step.scalar { [learningRateDecay] in
      $0.learningRate / (1 + Double($0.count - 1) * learningRateDecay)
    }
    return parameter - rate * gradient / (sqrt(sum) + epsilon)
  }
}

/// Steps as long as those before them, scaled by running means (Zeiler 2012).
///
/// s ← ρ·s + (1 − ρ)·g², d = √(a + ε)/√(s + ε)·g, a ← ρ·a + (1 − ρ)·d², θ ← θ − η·d.
public struct AdaDelta: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// ρ, how slowly the means forget.
  public let decay: Double
  /// Starts the steps and keeps the quotient finite.
  public let epsilon: Double
  /// The means s and a.
  public var state = OptimizerState()

  /// AdaDelta with the constants of the paper.
  public init(
    learningRate: some LearningRateConvertible = 1.0, decay: Double = 0.9, epsilon: Double = 1e-6,
    weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.decay, self.epsilon) = (decay, epsilon)
  }

  /// The mean squares of gradients and of steps.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    ["square": parameter.zerosLike(), "step square": parameter.zerosLike()]
  }

  /// The step of the formula above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let square = decay * slots["square", default: parameter.zerosLike()] + (1 - decay) * (gradient * gradient)
    let before = slots["step square", default: parameter.zerosLike()]
    let change = sqrt(before + epsilon) / sqrt(square + epsilon) * gradient
    slots["square"] = square
    slots["step square"] = decay * before + (1 - decay) * (change * change)
    return parameter - step.learningRate * change
  }
}

/// Steps of one length in every element, along the sign of a mean of gradients (Chen and others 2023).
///
/// θ ← θ − η·sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g. Needs a smaller learning rate than Adam and a larger
/// weight decay, which is decoupled.
public struct Lion: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// How much of the direction is the past.
  public let beta1: Double
  /// How slowly the mean forgets.
  public let beta2: Double
  /// The means m.
  public var state = OptimizerState()

  /// Lion with the constants of the paper.
  public init(
    learningRate: some LearningRateConvertible = 1e-4, beta1: Double = 0.9, beta2: Double = 0.99,
    weightDecay: Double = 0
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: .decoupled(weightDecay))
    (self.beta1, self.beta2) = (beta1, beta2)
  }

  /// The mean.
  public func slots(for parameter: Tensor) -> ParameterSlots { ["mean": parameter.zerosLike()] }

  /// The step of the formula above.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    let mean = slots["mean", default: parameter.zerosLike()]
    slots["mean"] = beta2 * mean + (1 - beta2) * gradient
    return parameter - step.learningRate * sign(beta1 * mean + (1 - beta1) * gradient)
  }
}
