import DescentGraph
import DescentTensor

/// Sets a random part of the elements to zero while training (Srivastava et al. 2014), and does nothing in inference.
///
/// The others are divided by 1 − rate, so that the expected value stays what it was.
///
/// ```swift
/// let network = Sequential { Dense(784, 128, activation: .relu); Dropout(0.2); Dense(128, 10) }
/// ```
public struct Dropout: Layer {
  /// The probability with which an element becomes zero.
  public let rate: Double

  /// A layer that drops elements with probability `rate`, from 0 up to, not including, 1.
  public init(_ rate: Double) {
    let isSound = rate >= 0 && rate < 1
    if !isSound {
      Failure.stop(
        .init(.invalidArgument, "Dropout", "the rate must be at least 0 and less than 1, and \(rate) isn't"))
    }
    self.rate = isSound ? rate : 0
  }

  /// The input with some elements zeroed if this is training.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    guard pass.isTraining, rate > 0, !input.node.isInvalid else { return pass.noting(input, from: self) }
    let kept = Tensor.uniform(input.shape, type: input.scalarType, using: pass.random) .>= rate
    return pass.noting(select(kept, input * (1 / (1 - rate)), input.zerosLike()), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
