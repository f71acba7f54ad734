import DescentGraph
import DescentTensor

/// A number that tells how good predictions are: a mean over samples, which can be taken batch by batch.
///
/// ```swift
/// let close = Metric("close") { predictions, targets in abs(predictions - targets) .< 0.1 }
/// ```
public struct Metric: Sendable {
  /// The name in histories and progress.
  public let name: String
  private let values: @Sendable (Tensor, Tensor) -> Tensor

  /// A metric from a function that gives one number or truth value for each sample, or for each element.
  public init(_ name: String, _ values: @escaping @Sendable (_ predictions: Tensor, _ targets: Tensor) -> Tensor) {
    (self.name, self.values) = (name, values)
  }

  /// The numbers for a batch, whose mean is the metric.
  public func callAsFunction(_ predictions: Tensor, _ targets: Tensor) -> Tensor { values(predictions, targets) }

  /// The sum of a batch's numbers, in float64 so that long streams stay exact, and how many there are.
  func sum(_ predictions: Tensor, _ targets: Tensor) -> (sum: Tensor, count: Int) {
    let values = values(predictions, targets)
    return (values.converted(to: .float64).sum(), values.elementCount)
  }

  /// The part of the samples whose largest prediction is the right class.
  ///
  /// Targets are class indices of the predictions' shape without the last axis, or one-hot rows of their shape.
  public static let accuracy = Metric("accuracy") { predictions, targets in
    let isIndexed = targets.scalarType.isInteger
    let expected = isIndexed ? Shape(predictions.shape.dimensions.dropLast()) : predictions.shape
    guard predictions.rank > 0, predictions.shape[-1] > 1, targets.shape == expected else {
      return refusal(of: predictions, targets)
    }
    let labels = isIndexed ? targets.converted(to: .int64) : targets.argMax()
    return (predictions.argMax() .== labels).converted(to: .float32)
  }

  /// The mean of |prediction − target|; shapes must agree.
  public static let meanAbsoluteError = Metric("mean absolute error") { predictions, targets in
    guard predictions.shape == targets.shape else { return refusal(of: predictions, targets, "mean absolute error") }
    return abs(predictions - targets)
  }

  private static func refusal(of predictions: Tensor, _ targets: Tensor, _ name: String = "accuracy") -> Tensor {
    if predictions.node.isInvalid { return predictions }
    if targets.node.isInvalid { return targets }
    let needs =
      name == "accuracy"
      ? "it needs scores of 2 or more classes along the last axis, and class indices without that axis or one-hot rows"
      : "metrics do not broadcast"
    return Tensor(
      Node.invalid(
        .shapeMismatch, name,
        "predictions have shape \(predictions.shape), targets have \(targets.scalarType) shape \(targets.shape); \(needs)"
      ))
  }
}
