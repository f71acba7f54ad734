import DescentTensor

/// A loss under a name, for
/// ``Layer/fit(_:validation:epochs:batchSize:optimizer:loss:metrics:seed:shuffling:progress:onNonFiniteLoss:)``.
///
/// ```swift
/// let absolute = Loss("absolute error") { predictions, targets in abs(predictions - targets).mean() }
/// ```
public struct Loss: Sendable {
  /// The name in histories and progress.
  public let name: String
  private let function: @Sendable (Tensor, Tensor) -> Tensor

  /// A loss from a function of predictions and targets, whose result must be a floating-point scalar: a mean over the
  /// batch.
  public init(_ name: String, _ function: @escaping @Sendable (_ predictions: Tensor, _ targets: Tensor) -> Tensor) {
    (self.name, self.function) = (name, function)
  }

  /// The loss of a batch.
  public func callAsFunction(_ predictions: Tensor, _ targets: Tensor) -> Tensor { function(predictions, targets) }

  /// The mean of squared differences; see ``DescentNetworks/meanSquaredError(_:_:)``.
  public static let meanSquaredError = Loss("mean squared error") { DescentNetworks.meanSquaredError($0, $1) }

  /// Classes against logits; see ``DescentNetworks/softmaxCrossEntropy(_:_:)``.
  public static let softmaxCrossEntropy = Loss("softmax cross-entropy") { DescentNetworks.softmaxCrossEntropy($0, $1) }
}
