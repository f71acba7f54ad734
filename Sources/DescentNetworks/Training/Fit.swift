import DescentData
import DescentTensor

/// What to do when the loss of a batch is infinite or no number.
public enum NonFiniteLossPolicy: Sendable {
  /// Stop and throw ``NonFiniteLoss``, before the parameters are spoilt.
  case stop
  /// Go on as if nothing had happened.
  case continueTraining
}

extension Layer {
  /// Trains the model on samples, for a number of passes over them.
  ///
  /// ```swift
  /// let history = try network.fit(
  ///   train, validation: test, epochs: 5, batchSize: 128, optimizer: Adam(learningRate: 1e-3),
  ///   loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: 1)
  /// ```
  ///
  /// This gives the same parameters, bit for bit, as the loop written by hand, whatever the number of threads:
  /// ```swift
  /// var optimizer = Adam(learningRate: 1e-3)
  /// let random = RandomGenerator(seed: 1), pass = ForwardPass(trainingWith: random)
  /// for _ in 0..<5 {
  ///   for batch in train.shuffled(using: random).batches(of: 128) {
  ///     let gradient = gradient(at: network) { softmaxCrossEntropy($0(batch.inputs, pass), batch.targets) }
  ///     optimizer.update(&network, along: gradient)
  ///   }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - samples: What to learn from.
  ///   - validation: What to judge the model by after each epoch.
  ///   - epochs: How many passes to make over the samples.
  ///   - batchSize: How many samples a step is taken on.
  ///   - optimizer: How to step; it starts with the state it has. Give it with `&` to have it back.
  ///   - loss: What to minimise.
  ///   - metrics: What else to measure.
  ///   - seed: Decides the order of the samples and what dropout drops.
  ///   - shuffling: Whether each epoch has an order of its own.
  ///   - progress: How to show on standard error how far the training is.
  ///   - onNonFiniteLoss: What to do when the loss of a batch is infinite or no number.
  ///   - regularizers: What is added to the loss for large parameters; all losses that are reported include it.
  ///   - precision: In which precision steps are computed; that of the model unless given. Validation is computed in
  ///     that of the model.
  ///   - compilesSteps: Whether a step's formula is asked for once an epoch and then only computed, as ``Trainer`` says;
  ///     false for layers whose Swift code does different things from step to step.
  ///   - callbacks: What follows the training and may act on it, such as ``EarlyStopping``.
  ///   - checkpoint: Where and when to save the whole state of the training.
  ///   - resumed: A checkpoint to go on from, with the same bits as if the training had never stopped; model,
  ///     optimiser, samples and callbacks must be those it began with.
  /// - Returns: The scores of each epoch.
  /// - Throws: ``NonFiniteLoss``, or ``TensorError`` for what only values show; ``DataError`` or ``LoadingMismatch`` for
  ///   checkpoints that can't be read or written; `CancellationError` if the task is cancelled, after a last checkpoint.
  ///   The model keeps the steps before.
  @discardableResult
  public mutating func fit(
    _ samples: Samples, validation: Samples? = nil, epochs: Int, batchSize: Int = 32, optimizer: some Optimizer,
    loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0, shuffling: Bool = true,
    progress: ProgressDisplay = .automatic, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true,
    callbacks: [any TrainingCallback] = [], checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws -> History {
    var optimizer = optimizer
    return try fit(
      samples, validation: validation, epochs: epochs, batchSize: batchSize, optimizer: &optimizer, loss: loss,
      metrics: metrics, seed: seed, shuffling: shuffling, progress: progress, onNonFiniteLoss: onNonFiniteLoss,
      regularizers: regularizers, precision: precision, compilesSteps: compilesSteps, callbacks: callbacks,
      checkpoint: checkpoint, resumingFrom: resumed)
  }

  /// Trains the model with an optimiser that goes on where it is, and is handed back as the training leaves it.
  ///
  /// ```swift
  /// var optimizer = Adam(learningRate: 1e-3)
  /// try network.fit(train, epochs: 5, optimizer: &optimizer, loss: .softmaxCrossEntropy)
  /// try network.fit(train, epochs: 5, optimizer: &optimizer, loss: .softmaxCrossEntropy)     // the sixth epoch and on
  /// ```
  @discardableResult
  public mutating func fit<Method: Optimizer>(
    _ samples: Samples, validation: Samples? = nil, epochs: Int, batchSize: Int = 32, optimizer: inout Method,
    loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0, shuffling: Bool = true,
    progress: ProgressDisplay = .automatic, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true,
    callbacks: [any TrainingCallback] = [], checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws -> History {
    try fit(
      TrainingPlan(
        samples, validation: validation, epochs: epochs, batchSize: batchSize, loss: loss, metrics: metrics, seed: seed,
        shuffling: shuffling, onNonFiniteLoss: onNonFiniteLoss, regularizers: regularizers, precision: precision,
        compilesSteps: compilesSteps),
      &optimizer, progress, callbacks, checkpoint, resumed)
  }

  /// Trains the model on the batches of a dataset: of data that are read, changed at random, or made as they are needed.
  ///
  /// ```swift
  /// let batches = train.dataset.map(seed: 1, augment).shuffled(seed: 2, window: 4096).batched(of: 128).prefetched()
  /// try network.fit(
  ///   batches, validation: test.dataset.batched(of: 256), epochs: 5, optimizer: Adam(), loss: .softmaxCrossEntropy)
  /// ```
  ///
  /// The dataset shuffles and batches; epoch 1 of the training is its epoch 0. A checkpoint keeps the position in it, so
  /// that a training resumes with the same bits in the middle of an epoch. A dataset that does not know its number of
  /// batches gives progress without a total; of one that never ends, take a `prefix(_:)` as an epoch.
  ///
  /// - Parameters:
  ///   - batches: What to learn from, a step a batch. If the model's sizes were left open, a first batch is read once
  ///     more for its shape.
  ///   - validation: The batches to judge the model by after each epoch.
  ///   - seed: Decides what dropout drops.
  ///
  /// The other parameters, the result and the errors are those of `fit` on samples; errors of the dataset are passed on.
  @discardableResult
  public mutating func fit(
    _ batches: some Dataset<Samples>, validation: (any Dataset<Samples>)? = nil, epochs: Int,
    optimizer: some Optimizer, loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0,
    progress: ProgressDisplay = .automatic, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true,
    callbacks: [any TrainingCallback] = [], checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws -> History {
    var optimizer = optimizer
    return try fit(
      batches, validation: validation, epochs: epochs, optimizer: &optimizer, loss: loss, metrics: metrics, seed: seed,
      progress: progress, onNonFiniteLoss: onNonFiniteLoss, regularizers: regularizers, precision: precision,
      compilesSteps: compilesSteps, callbacks: callbacks, checkpoint: checkpoint, resumingFrom: resumed)
  }

  /// Trains the model on the batches of a dataset with an optimiser that goes on where it is, and is handed back as the
  /// training leaves it.
  @discardableResult
  public mutating func fit<Method: Optimizer>(
    _ batches: some Dataset<Samples>, validation: (any Dataset<Samples>)? = nil, epochs: Int,
    optimizer: inout Method, loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0,
    progress: ProgressDisplay = .automatic, onNonFiniteLoss: NonFiniteLossPolicy = .stop,
    regularizers: [Regularizer] = [], precision: MixedPrecision? = nil, compilesSteps: Bool = true,
    callbacks: [any TrainingCallback] = [], checkpoint: CheckpointSaver? = nil, resumingFrom resumed: String? = nil
  ) throws -> History {
    try fit(
      TrainingPlan(
        batches, validation: validation, epochs: epochs, loss: loss, metrics: metrics, seed: seed,
        onNonFiniteLoss: onNonFiniteLoss, regularizers: regularizers, precision: precision,
        compilesSteps: compilesSteps),
      &optimizer, progress, callbacks, checkpoint, resumed)
  }

  private mutating func fit<Method: Optimizer>(
    _ plan: TrainingPlan, _ optimizer: inout Method, _ progress: ProgressDisplay,
    _ callbacks: [any TrainingCallback], _ checkpoint: CheckpointSaver?, _ resumed: String?
  ) throws -> History {
    let reporter = ProgressCallback(ProgressReporter(progress, epochs: plan.epochs))
    let savers: [any TrainingCallback] = checkpoint.map { [$0] } ?? []
    let trainer = Trainer(self, optimizer: optimizer, plan, callbacks: [reporter] + callbacks + savers)
    if let resumed { try trainer.resume(from: resumed) }
    // Also when an error ends the training.
    defer { (self, optimizer) = (trainer.model, trainer.optimizer) }
    try trainer.run()
    if trainer.end == .cancelled { throw CancellationError() }
    var history = trainer.history
    history.end = trainer.end
    return history
  }
}
