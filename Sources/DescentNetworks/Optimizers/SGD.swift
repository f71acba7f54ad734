import DescentTensor

/// Gradient descent, with momentum if wanted.
///
/// With gradient g, momentum μ and learning rate η: v ← μ·v + g, then θ ← θ − η·v (Polyak 1964), or with Nesterov's
/// look-ahead θ ← θ − η·(g + μ·v) (Sutskever et al. 2013, in the form that PyTorch uses).
///
/// ```swift
/// var optimizer = SGD(learningRate: 0.1, momentum: 0.9)
/// ```
public struct SGD: Optimizer {
  /// The learning rate η.
  public var learningRate: Double
  /// μ, 0 for none.
  public let momentum: Double
  /// Whether the gradient counts as if it had been taken one step further on.
  public let nesterov: Bool
  /// The velocities v, if there is momentum.
  public var state = OptimizerState()

  /// Gradient descent with a learning rate and, if wanted, momentum.
  public init(learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false) {
    (self.learningRate, self.momentum, self.nesterov) = (learningRate, momentum, nesterov)
  }

  /// One velocity if there is momentum.
  public var slotCount: Int { momentum == 0 ? 0 : 1 }

  /// θ − η·v, or its Nesterov form.
  public func moved(_ parameter: Tensor, along gradient: Tensor, slots: inout [Tensor], step: Int) -> Tensor {
    guard momentum != 0 else { return parameter - learningRate * gradient }
    let velocity = momentum * slots[0] + gradient
    slots[0] = velocity
    return parameter - learningRate * (nesterov ? gradient + momentum * velocity : velocity)
  }
}
