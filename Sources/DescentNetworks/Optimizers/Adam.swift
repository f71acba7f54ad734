import DescentTensor

/// Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015, algorithm 1).
///
/// m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g². At step t, with the corrections m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ) for their start at zero: θ ← θ − η·m̂/(√v̂ + ε).
///
/// ```swift
/// var optimizer = Adam(learningRate: 1e-3)
/// ```
public struct Adam: Optimizer {
  /// The learning rate η.
  public var learningRate: Double
  /// How slowly the mean of the gradient forgets.
  public let beta1: Double
  /// How slowly the mean of the squared gradient forgets.
  public let beta2: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// The means m and v.
  public var state = OptimizerState()

  /// Adam with the constants of the paper.
  public init(learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
  }

  /// The two means.
  public var slotCount: Int { 2 }

  /// θ − η·m̂/(√v̂ + ε), with η/(1 − β₁ᵗ) and 1/(1 − β₂ᵗ) as one number each.
  public func moved(_ parameter: Tensor, along gradient: Tensor, slots: inout [Tensor], step: Int) -> Tensor {
    let mean = beta1 * slots[0] + (1 - beta1) * gradient
    let square = beta2 * slots[1] + (1 - beta2) * (gradient * gradient)
    slots = [mean, square]
    let rate = learningRate / (1 - power(beta1, step))
    let correction = 1 / (1 - power(beta2, step))
    return parameter - rate * mean / (sqrt(correction * square) + epsilon)
  }

  /// βᵗ by repeated squaring.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, remaining) = (1.0, base, exponent)
    while remaining > 0 {
      if remaining & 1 == 1 { result *= square }
      square *= square
      remaining >>= 1
    }
    return result
  }
}
