import DescentData
import DescentGraph
import DescentTensor

/// A training, event by event.
///
/// Nothing happens until an event is asked for: between two events the model and the optimiser stand still and may be
/// looked at.
///
/// ```swift
/// let trainer = Trainer(
///   network, optimizer: Adam(learningRate: 1e-3), TrainingPlan(train, epochs: 5, loss: .softmaxCrossEntropy))
/// for try await event in trainer.events {
///   if case .epochEnded(let epoch) = event { print(epoch.training.loss, trainer.optimizer.currentLearningRate) }
/// }
/// network = trainer.model
/// ```
///
/// `fit` is the same in one call.
public final class Trainer<Model: Layer, Method: Optimizer> {
  /// The model as it is after the last event.
  public var model: Model {
    get { steps.model }
    _modify { yield &steps.model }
  }
  /// The optimiser as it is after the last event.
  public var optimizer: Method {
    get { steps.optimizer }
    _modify { yield &steps.optimizer }
  }
  /// What is trained on, and how.
  public let plan: TrainingPlan
  /// The epochs that were completed.
  public internal(set) var history = History()
  /// The precision of the next step, with its loss scale; nil for that of the model.
  public internal(set) var precision: MixedPrecision?
  /// Why the training ended; nil before.
  public private(set) var end: TrainingEnd?

  private let steps: StepRunner<Model, Method>
  var callbacks: [any TrainingCallback]
  var random: RandomGenerator
  /// The draws before the order of the current epoch was drawn.
  var epochStart: UInt64 = 0
  /// The epoch under way, from 1, and how many of its batches are done.
  var position = (epoch: 1, batch: 0)
  var running: RunningScores
  /// The batches that are left of the epoch under way; nil between epochs.
  var batches: (any DatasetCursor<Samples>)?
  private var hasBegun = false
  private var clock = EpochClock()
  private var waiting: [TrainingEvent] = []
  private var stopReason: String?
  private var wantedCheckpoints: [String] = []
  private var replacement: [Tensor]?

  /// A training that has not begun.
  ///
  /// Its steps are compiled as ``CompiledStep`` says: the model, the loss and the metrics are asked for their formulas at
  /// the first step of each epoch, for each new shape of a batch, and whenever ``model`` or ``optimizer`` was changed
  /// between events. In between only the plan runs. What Swift code decides inside a layer by something that changes from
  /// step to step, other than tensors and random generators, would not be seen; for such a model set
  /// ``TrainingPlan/compilesSteps`` to false. A step that looks at values while it is recorded is never compiled.
  ///
  /// - Parameters:
  ///   - model: The model; training changes the trainer's copy.
  ///   - optimizer: How to step; it starts with the state it has.
  ///   - plan: What to train on.
  ///   - callbacks: What follows the training, in the order in which they see each event.
  ///   - onTrace: Called each time a step is traced, with the reason and its plan.
  public init(
    _ model: Model, optimizer: Method, _ plan: TrainingPlan, callbacks: [any TrainingCallback] = [],
    onTrace: ((CompilationTrace) -> Void)? = nil
  ) {
    (self.plan, self.callbacks) = (plan, callbacks)
    steps = StepRunner(
      model, optimizer, name: "a training step", compiles: plan.compilesSteps, onTrace: onTrace)
    (random, precision) = (RandomGenerator(seed: plan.seed), plan.precision)
    running = RunningScores(plan.metrics)
  }

  /// Trains up to the next event; nil once the training is over.
  ///
  /// - Throws: ``NonFiniteLoss``; `TensorError` for what only values show; what callbacks throw. The model keeps the
  ///   steps before.
  public func next() throws -> TrainingEvent? {
    if waiting.isEmpty {
      guard let event = try advance() else { return nil }
      waiting.append(event)
      try announce(event)
    }
    return waiting.removeFirst()
  }

  /// Trains to the end.
  public func run() throws { while try next() != nil {} }

  // MARK: What comes next

  private func advance() throws -> TrainingEvent? {
    if end != nil { return nil }
    guard hasBegun else { return try begin() }
    if let reason = stopReason { return ended(.stopped(reason)) }
    if Task.isCancelled { return ended(.cancelled) }
    guard batches != nil else {
      return position.epoch > plan.epochs ? ended(.completed) : try beginEpoch()
    }
    if let batch = try batches?.next() { return .batchEnded(try take(batch)) }
    return .epochEnded(try finishEpoch())
  }

  private func begin() throws -> TrainingEvent {
    try plan.data.check(epochs: plan.epochs)
    hasBegun = true
    try model.build(for: plan.data.exampleInputs())
    clock = EpochClock()
    return .began
  }

  private func ended(_ end: TrainingEnd) -> TrainingEvent {
    self.end = end
    return .ended(end)
  }

  private func beginEpoch() throws -> TrainingEvent {
    epochStart = random.drawCount
    running = RunningScores(plan.metrics)
    clock = EpochClock()
    steps.forgetPrograms()
    batches = try plan.data.open(position.epoch, nil, random)
    return .epochBegan(position.epoch)
  }

  private func take(_ batch: Samples) throws -> TrainingStep {
    let (rate, draws) = (steps.currentLearningRate, random.drawCount)
    let sums = try step(batch)
    let loss = sums.loss.scalar
    if plan.onNonFiniteLoss == .stop, !loss.isFinite {
      throw NonFiniteLoss(
        epoch: position.epoch, batch: position.batch + 1, loss: loss, origin: origin(in: batch, draws), history: history
      )
    }
    running.add(sums)
    position.batch += 1
    clock.samples += batch.count
    return TrainingStep(
      epoch: position.epoch, batch: position.batch, batchCount: plan.data.batchCount, sampleCount: batch.count,
      loss: loss, learningRate: rate)
  }

  /// One step: loss, gradient, update and metrics in one evaluation.
  ///
  /// A step whose loss is to stop the training leaves model and optimiser as they were.
  private func step(_ batch: Samples) throws -> RunningScores.Batch {
    let (plan, policy) = (plan, precision)
    let (loss, statistics) = try steps.step(
      [batch.inputs, batch.targets], .init(random: random, skipsNonFinite: plan.onNonFiniteLoss == .stop), &precision
    ) { model, pass, batch in
      let (inputs, targets) = (batch[0], batch[1])
      let output = policy?.output(of: model, for: inputs, pass) ?? model(inputs, pass)
      return (
        plan.penalizedLoss(output, targets, model, pass),
        plan.metrics.flatMap { $0.statistics(output, targets).tensors }
      )
    }
    return running.batch(loss: loss, evaluated: statistics, batch)
  }

  /// Where a loss that is not finite comes from: the step is computed again with the random numbers it had.
  private func origin(in batch: Samples, _ draws: UInt64) -> NonFiniteOrigin? {
    let (trace, random) = (LayerTrace(), RandomGenerator(seed: plan.seed, drawCount: draws))
    let pass = ForwardPass(trainingWith: random, computingIn: precision?.type, tracing: trace)
    let narrow = precision?.narrowed(parametersOf: model) ?? model
    let inputs = precision?.narrowed(batch.inputs) ?? batch.inputs
    return NonFiniteOrigin.find(in: narrow, trace, data: [("inputs", inputs), ("targets", batch.targets)]) {
      plan.penalizedLoss(narrow(inputs, pass).widened, batch.targets, narrow, pass)
    }
  }

  private func finishEpoch() throws -> History.Epoch {
    guard position.batch > 0 else { throw TrainingData.noBatches(epoch: position.epoch) }
    let trained = clock.seconds
    let validated = try plan.validation.map {
      try model.evaluate($0, loss: plan.loss, metrics: plan.metrics, regularizers: plan.regularizers)
    }
    let record = History.Epoch(
      number: position.epoch, training: running.scores, validation: validated,
      learningRate: steps.currentLearningRate, seconds: clock.seconds,
      samplesPerSecond: Double(clock.samples) / trained)
    history.epochs.append(record)
    (position, batches, epochStart) = ((position.epoch + 1, 0), nil, random.drawCount)
    running = RunningScores(plan.metrics)
    return record
  }

  // MARK: Callbacks

  /// Shows an event to the callbacks and does what they want.
  private func announce(_ event: TrainingEvent) throws {
    for index in callbacks.indices { try callbacks[index].handle(event, in: self) }
    let wanted = wantedCheckpoints
    wantedCheckpoints = []
    for path in wanted {
      try checkpoint(path).write()
      waiting.append(.checkpointSaved(path))
      for index in callbacks.indices { try callbacks[index].handle(.checkpointSaved(path), in: self) }
    }
    if let tensors = replacement { steps.replaceTensors(with: tensors) }
    replacement = nil
  }
}

/// How long an epoch has been under way.
private struct EpochClock {
  private let start = ContinuousClock.now
  var samples = 0

  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}

extension Trainer: TrainingSession {
  /// How many epochs there will be.
  public var epochs: Int { plan.epochs }

  /// How many samples an epoch has; nil for a dataset.
  public var sampleCount: Int? { plan.data.sampleCount }

  /// The scores of the epoch under way.
  public var runningScores: Scores { running.scores }

  /// The learning rate of the next step.
  public var currentLearningRate: Double { steps.currentLearningRate }

  /// The factor on the schedule's learning rate.
  public var learningRateFactor: Double {
    get { steps.learningRateFactor }
    set { steps.learningRateFactor = newValue }
  }

  /// The model's parameters and states by their paths.
  public var parameters: [(name: String, tensor: Tensor)] { model.tensorsByName }

  /// A table of the model's layers; costs reading a first batch and a dry run.
  public func summary() throws -> Summary {
    let inputs = try plan.data.exampleInputs()
    return model.summary(inputShape: Shape(inputs.shape.dimensions.dropFirst()), type: inputs.scalarType)
  }

  /// Puts other values in the place of the parameters once the event is over.
  public func replaceParameters(with tensors: [Tensor]) { replacement = tensors }

  /// Ends the training after the event.
  public func stop(_ reason: String) { stopReason = stopReason ?? reason }

  /// Writes a checkpoint once all callbacks have handled the event.
  public func saveCheckpoint(to path: String) { wantedCheckpoints.append(path) }
}
