import DescentTensor

/// Gradient descent, with momentum if wanted.
///
/// With gradient g, momentum μ, dampening δ and learning rate η: v ← μ·v + (1 − δ)·g, then θ ← θ − η·v (Polyak 1964),
/// or with Nesterov's look-ahead θ ← θ − η·(g + μ·v) (Sutskever et al. 2013, in the form that PyTorch uses). As in
/// PyTorch the first velocity is the gradient itself.
///
/// ```swift
/// var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
/// ```
public struct SGD: Optimizer {
  /// The learning rate and what all optimisers have in common.
  public var settings: OptimizerSettings
  /// μ, 0 for none.
  public let momentum: Double
  /// δ, how much less than whole the gradient enters the velocity.
  public let dampening: Double
  /// Whether the gradient counts as if it had been taken one step further on.
  public let nesterov: Bool
  /// The velocities v, if there is momentum.
  public var state = OptimizerState()

  /// Gradient descent with a learning rate and, if wanted, momentum.
  public init(
    learningRate: some LearningRateConvertible = 0.01, momentum: Double = 0, dampening: Double = 0,
    nesterov: Bool = false, weightDecay: WeightDecay = .none
  ) {
    settings = OptimizerSettings(learningRate: learningRate, weightDecay: weightDecay)
    (self.momentum, self.dampening, self.nesterov) = (momentum, dampening, nesterov)
  }

  /// One velocity if there is momentum.
  public func slots(for parameter: Tensor) -> ParameterSlots {
    momentum == 0 ? [:] : ["velocity": parameter.zerosLike()]
  }

  /// θ − η·v, or its Nesterov form.
  public func moved(
    _ parameter: Tensor, along gradient: Tensor, slots: inout ParameterSlots, at step: OptimizerStep
  ) -> Tensor {
    guard momentum != 0, let before = slots["velocity"] else { return parameter - step.learningRate * gradient }
    let share = step.scalar { [dampening] in $0.count == 1 ? 1 : 1 - dampening }
    let entering = dampening == 0 ? gradient : share * gradient
    let velocity = momentum * before + entering
    slots["velocity"] = velocity
    return parameter - step.learningRate * (nesterov ? gradient + momentum * velocity : velocity)
  }
}
