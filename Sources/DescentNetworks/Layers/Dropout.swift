import DescentGraph
import DescentTensor

/// Sets a random part of the elements to zero while training, and does nothing in inference.
///
/// The others are divided by 1 − rate, so that the expected value stays what it was (Srivastava and others 2014).
///
/// ```swift
/// let network = Sequential { Dense(784, 128, activation: .relu); Dropout(0.2); Dense(128, 10) }
/// ```
public struct Dropout: Layer {
  /// The probability with which an element becomes zero.
  public let rate: Double

  /// A layer that drops elements with probability `rate`, from 0 up to, not including, 1.
  public init(_ rate: Double) { self.rate = Dropout.checked(rate, "Dropout") }

  /// The rate, or 0 after a complaint.
  static func checked(_ rate: Double, _ layer: String) -> Double {
    let isSound = rate >= 0 && rate < 1
    require(isSound, layer, "the rate must be at least 0 and less than 1, and \(rate) isn't")
    return isSound ? rate : 0
  }

  /// The input with some elements zeroed if this is training.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    guard pass.isTraining else { return pass.noting(input, from: self) }
    return pass.noting(dropout(input, rate: rate, using: pass.random), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// Sets whole channels to zero while training, and does nothing in inference (Tompson and others 2015).
///
/// Neighbouring elements of an image say nearly the same, so dropping them one by one would hardly hide anything.
///
/// ```swift
/// let network = Sequential { Conv2D(32, kernel: 3, activation: .relu); SpatialDropout(0.1) }
/// ```
public struct SpatialDropout: Layer {
  /// The probability with which a channel of a sample becomes zero.
  public let rate: Double
  /// Where the channels stand.
  public let layout: ChannelLayout

  /// A layer that drops channels with probability `rate`, from 0 up to, not including, 1.
  public init(_ rate: Double, layout: ChannelLayout = .channelsLast) {
    (self.rate, self.layout) = (Dropout.checked(rate, "SpatialDropout"), layout)
  }

  /// The input with some channels of each sample zeroed if this is training: [batch, space…, channels], or [batch,
  /// channels, space…].
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.rank > 1 else {
      return Tensor(
        Node.invalid(.shapeMismatch, "SpatialDropout", "the input has shape \(input.shape), without channels"))
    }
    guard pass.isTraining, rate > 0 else { return pass.noting(input, from: self) }
    var shape = Shape(input.shape.dimensions.map { _ in 1 })
    let channels = layout.channelAxis(rank: input.rank)
    (shape[0], shape[channels]) = (input.shape[0], input.shape[channels])
    let factors = dropout(.ones(shape, type: input.scalarType), rate: rate, using: pass.random)
    return pass.noting(input * factors, from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
