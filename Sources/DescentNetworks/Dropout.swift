import DescentGraph
import DescentTensor

/// Sets a random part of the elements to zero while training, and does nothing in inference.
///
/// The others are divided by 1 − rate, so that the expected value stays what it was (Srivastava et al. 2014).
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
    guard pass.isTraining else { return pass.noting(input, from: self) }
    return pass.noting(dropout(input, rate: rate, using: pass.random), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
