import DescentTensor

/// A loss under a name, for `fit` and `evaluate`.
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

  /// The mean of absolute differences; see ``DescentNetworks/meanAbsoluteError(_:_:)``.
  public static let meanAbsoluteError = Loss("mean absolute error") { DescentNetworks.meanAbsoluteError($0, $1) }

  /// Squares that go on as lines; see ``DescentNetworks/huber(_:_:delta:)``.
  public static func huber(delta: Double = 1) -> Loss {
    Loss("Huber loss") { DescentNetworks.huber($0, $1, delta: delta) }
  }

  /// The mean of ln cosh; see ``DescentNetworks/logCosh(_:_:)``.
  public static let logCosh = Loss("log-cosh") { DescentNetworks.logCosh($0, $1) }

  /// Classes against logits; see ``DescentNetworks/softmaxCrossEntropy(_:_:labelSmoothing:classWeights:ignoring:)``.
  public static let softmaxCrossEntropy = Loss("softmax cross-entropy") { DescentNetworks.softmaxCrossEntropy($0, $1) }

  /// Classes against logits; see ``DescentNetworks/softmaxCrossEntropy(_:_:labelSmoothing:classWeights:ignoring:)``.
  public static func softmaxCrossEntropy(
    labelSmoothing: Double = 0, classWeights: [Double]? = nil, ignoring ignored: Int? = nil
  ) -> Loss {
    Loss("softmax cross-entropy") {
      DescentNetworks.softmaxCrossEntropy(
        $0, $1, labelSmoothing: labelSmoothing, classWeights: classWeights, ignoring: ignored)
    }
  }

  /// Classes against probabilities; see ``DescentNetworks/crossEntropy(_:_:labelSmoothing:classWeights:ignoring:)``.
  public static func crossEntropy(
    labelSmoothing: Double = 0, classWeights: [Double]? = nil, ignoring ignored: Int? = nil
  ) -> Loss {
    Loss("cross-entropy") {
      DescentNetworks.crossEntropy(
        $0, $1, labelSmoothing: labelSmoothing, classWeights: classWeights, ignoring: ignored)
    }
  }

  /// Classes against logarithms of probabilities; see
  /// ``DescentNetworks/negativeLogLikelihood(_:_:classWeights:ignoring:)``.
  public static let negativeLogLikelihood = Loss("negative log-likelihood") {
    DescentNetworks.negativeLogLikelihood($0, $1)
  }

  /// Yes-or-no answers against logits; see
  /// ``DescentNetworks/sigmoidCrossEntropy(_:_:positiveWeight:labelSmoothing:)``.
  public static func sigmoidCrossEntropy(positiveWeight: Double = 1, labelSmoothing: Double = 0) -> Loss {
    Loss("sigmoid cross-entropy") {
      DescentNetworks.sigmoidCrossEntropy($0, $1, positiveWeight: positiveWeight, labelSmoothing: labelSmoothing)
    }
  }

  /// Yes-or-no answers against probabilities; see ``DescentNetworks/binaryCrossEntropy(_:_:labelSmoothing:)``.
  public static let binaryCrossEntropy = Loss("binary cross-entropy") { DescentNetworks.binaryCrossEntropy($0, $1) }

  /// Margins of scores; see ``DescentNetworks/hinge(_:_:)``.
  public static let hinge = Loss("hinge loss") { DescentNetworks.hinge($0, $1) }

  /// Divergence of distributions; see ``DescentNetworks/klDivergence(_:_:)``.
  public static let klDivergence = Loss("KL divergence") { DescentNetworks.klDivergence($0, $1) }

  /// Angles between rows; see ``DescentNetworks/cosineDistance(_:_:)``.
  public static let cosineDistance = Loss("cosine distance") { DescentNetworks.cosineDistance($0, $1) }
}
