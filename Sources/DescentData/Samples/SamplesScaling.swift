import DescentGraph
import DescentTensor

/// An offset and a factor for each feature, which bring all of them to one size: y = (x − offset) · factor.
///
/// Take them from the training set and apply them to every set, so that nothing is learned from the test set.
///
/// ```swift
/// let scale = train.featureScale(.standard)
/// let (scaledTrain, scaledTest) = (train.scaled(by: scale), test.scaled(by: scale))
/// ```
public struct FeatureScale: Sendable {
  /// What is subtracted, of the shape of one sample.
  public let offset: Tensor
  /// What the difference is multiplied with, of the shape of one sample.
  public let factor: Tensor

  /// The ways to choose a scale.
  public enum Method: Sendable, CaseIterable {
    /// Mean 0 and standard deviation 1.
    case standard
    /// From 0 to 1.
    case unitRange
  }
}

extension Samples {
  /// The scale of each feature in these samples; a feature that never varies keeps its size.
  public func featureScale(_ method: FeatureScale.Method) -> FeatureScale {
    let inputs = inputs
    let (offset, spread): (Tensor, Tensor) =
      switch method {
      case .standard:
        (inputs.mean(axes: 0), sqrt((inputs - inputs.mean(axes: 0)).squared().mean(axes: 0)))
      case .unitRange:
        (inputs.min(axes: 0), inputs.max(axes: 0) - inputs.min(axes: 0))
      }
    let ones = spread.onesLike()
    return FeatureScale(offset: offset, factor: ones / select(spread .> 0, spread, ones))
  }

  /// The samples with scaled inputs.
  public func scaled(by scale: FeatureScale) -> Samples {
    replacingInputs { ($0 - scale.offset) * scale.factor }
  }
}
