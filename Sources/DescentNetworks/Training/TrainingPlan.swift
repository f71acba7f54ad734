import DescentData
import DescentGraph
import DescentTensor

/// What a training consists of, beside the model and the optimiser.
public struct TrainingPlan: Sendable {
  /// What to learn from.
  let data: TrainingData
  /// The batches to judge the model by after each epoch.
  public var validation: (any Dataset<Samples>)?
  /// How many passes to make over the data.
  public var epochs: Int
  /// What to minimise.
  public var loss: Loss
  /// What else to measure.
  public var metrics: [Metric]
  /// Decides the order of samples in memory and what dropout drops.
  public var seed: UInt64
  /// What to do when the loss of a batch is infinite or no number.
  public var onNonFiniteLoss: NonFiniteLossPolicy
  /// What is added to the loss for large parameters.
  public var regularizers: [Regularizer]
  /// In which precision steps are computed; nil for that of the model.
  public var precision: MixedPrecision?
  /// Whether steps are traced and then only computed; see ``Trainer/init(_:optimizer:_:callbacks:onTrace:)``.
  public var compilesSteps: Bool

  /// A plan for samples in memory, whose parameters are those of `fit`.
  public init(
    _ samples: Samples, validation: Samples? = nil, epochs: Int, batchSize: Int = 32, loss: Loss,
    metrics: [Metric] = [], seed: UInt64 = 0, shuffling: Bool = true, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true
  ) {
    self.init(
      TrainingData(samples, batchSize: batchSize, shuffling: shuffling),
      validation: validation.map { $0.dataset.batched(of: 256) }, epochs: epochs, loss: loss, metrics: metrics,
      seed: seed, onNonFiniteLoss: onNonFiniteLoss, regularizers: regularizers, precision: precision,
      compilesSteps: compilesSteps)
  }

  /// A plan for batches that a dataset reads, whose parameters are those of `fit`.
  public init(
    _ batches: some Dataset<Samples>, validation: (any Dataset<Samples>)? = nil, epochs: Int, loss: Loss,
    metrics: [Metric] = [], seed: UInt64 = 0, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true
  ) {
    self.init(
      TrainingData(batches), validation: validation, epochs: epochs, loss: loss, metrics: metrics, seed: seed,
      onNonFiniteLoss: onNonFiniteLoss, regularizers: regularizers, precision: precision,
      compilesSteps: compilesSteps)
  }

  private init(
    _ data: TrainingData, validation: (any Dataset<Samples>)?, epochs: Int, loss: Loss, metrics: [Metric],
    seed: UInt64, onNonFiniteLoss: NonFiniteLossPolicy, regularizers: [Regularizer], precision: MixedPrecision?,
    compilesSteps: Bool
  ) {
    (self.data, self.validation, self.epochs) = (data, validation, epochs)
    (self.loss, self.metrics, self.seed) = (loss, metrics, seed)
    (self.onNonFiniteLoss, self.regularizers, self.precision) = (onNonFiniteLoss, regularizers, precision)
    self.compilesSteps = compilesSteps
  }
}

extension TrainingPlan {
  /// The loss of a batch, with the penalties for parameters and those that layers added.
  func penalizedLoss(_ output: Tensor, _ targets: Tensor, _ model: some Layer, _ pass: ForwardPass) -> Tensor {
    loss(output, targets).adding(regularizers.penalty(of: model)).adding(pass.penalties?.take())
  }
}
