import DescentTensor

/// The mean and the deviation of each channel, to bring images to mean 0 and deviation 1.
///
/// ```swift
/// let normalization = ImageNormalization(of: train.inputs)
/// let images = normalization(test.inputs)
/// ```
public struct ImageNormalization: Sendable {
  /// The mean of each channel, or one for all.
  public let mean: Tensor
  /// The standard deviation of each channel, or one for all.
  public let standardDeviation: Tensor

  /// A normalisation by known numbers: tensors of shape [channels], or scalars.
  public init(mean: Tensor, standardDeviation: Tensor) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }

  /// The mean and deviation of some images.
  ///
  /// - Parameter images: [count, height, width, channels], for numbers of each channel, or [count, height, width], for
  ///   one of all pixels. A channel that never varies keeps its size.
  public init(of images: Tensor) {
    let axes = [0, 1, 2].filter { $0 < images.rank }
    let mean = images.mean(axes: axes)
    let spread = sqrt((images - images.mean(axes: axes, keepingAxes: true)).squared().mean(axes: axes))
    self.init(mean: mean, standardDeviation: select(spread .> 0, spread, spread.onesLike()))
  }

  /// The images less the mean, over the deviation.
  public func callAsFunction(_ images: Tensor) -> Tensor { (images - mean) / standardDeviation }
}
