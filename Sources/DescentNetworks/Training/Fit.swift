import DescentData
import DescentGraph
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
  ///   - optimizer: How to step; it starts with the state it has.
  ///   - loss: What to minimise.
  ///   - metrics: What else to measure.
  ///   - seed: Decides the order of the samples and what dropout drops.
  ///   - shuffling: Whether each epoch has an order of its own.
  ///   - progress: How to show on standard error how far the training is.
  ///   - onNonFiniteLoss: What to do when the loss of a batch is infinite or no number.
  /// - Returns: The scores of each epoch.
  /// - Throws: ``NonFiniteLoss``, or ``TensorError`` for what only values show. The model keeps the steps before.
  @discardableResult
  public mutating func fit(
    _ samples: Samples, validation: Samples? = nil, epochs: Int, batchSize: Int = 32, optimizer: some Optimizer,
    loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0, shuffling: Bool = true,
    progress: ProgressDisplay = .automatic, onNonFiniteLoss: NonFiniteLossPolicy = .stop
  ) throws -> History {
    var training = Training(
      model: self, optimizer: optimizer, loss: loss, metrics: metrics, random: RandomGenerator(seed: seed),
      policy: onNonFiniteLoss,
      reporter: ProgressReporter(progress, epochs: epochs, sampleCount: samples.count))
    // Also when an error ends the training.
    defer { self = training.model }
    return try training.run(
      samples, validation: validation, epochs: epochs, batchSize: batchSize, shuffling: shuffling)
  }
}

/// A training under way.
private struct Training<Model: Layer, Method: Optimizer> {
  var model: Model
  var optimizer: Method
  let loss: Loss
  let metrics: [Metric]
  let random: RandomGenerator
  let policy: NonFiniteLossPolicy
  var reporter: ProgressReporter
  var history = History()

  init(
    model: Model, optimizer: Method, loss: Loss, metrics: [Metric], random: RandomGenerator,
    policy: NonFiniteLossPolicy, reporter: ProgressReporter
  ) {
    (self.model, self.optimizer, self.loss, self.metrics) = (model, optimizer, loss, metrics)
    (self.random, self.policy, self.reporter) = (random, policy, reporter)
  }

  mutating func run(
    _ samples: Samples, validation: Samples?, epochs: Int, batchSize: Int, shuffling: Bool
  ) throws -> History {
    guard samples.count > 0, epochs >= 0, batchSize > 0 else {
      throw TensorError(
        .invalidArgument, "fit",
        "can't make \(epochs) epochs over \(samples.count) samples in batches of \(batchSize)")
    }
    for epoch in stride(from: 1, through: epochs, by: 1) {
      let start = ContinuousClock.now
      let ordered = shuffling ? samples.shuffled(using: random) : samples
      let scores = try pass(over: ordered.batches(of: batchSize), epoch)
      let trained = seconds(since: start)
      let validated = try validation.map { try model.evaluate($0, loss: loss, metrics: metrics) }
      let record = History.Epoch(
        number: epoch, training: scores, validation: validated, seconds: seconds(since: start),
        samplesPerSecond: Double(samples.count) / trained)
      history.epochs.append(record)
      reporter.finish(record)
    }
    return history
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  /// One epoch's steps.
  private mutating func pass(over batches: Samples.Batches, _ epoch: Int) throws -> Scores {
    var running = RunningScores(metrics)
    reporter.begin(epoch)
    for (index, batch) in batches.enumerated() {
      let before = (model, optimizer)
      let sums = try step(batch, running)
      if policy == .stop, !sums.loss.scalar.isFinite {
        (model, optimizer) = before
        throw NonFiniteLoss(epoch: epoch, batch: index + 1, loss: sums.loss.scalar, history: history)
      }
      running.add(sums)
      reporter.advance(by: batch.count) { running.scores }
    }
    return running.scores
  }

  /// One step: loss, gradient, update and metrics in one evaluation.
  private mutating func step(_ batch: Samples, _ running: RunningScores) throws(TensorError) -> RunningScores.Batch {
    let pass = ForwardPass(trainingWith: random)
    var predictions: Tensor?
    let (value, gradient) = valueWithGradient(at: model) { model in
      let output = model(batch.inputs, pass)
      if !metrics.isEmpty { predictions = output }
      return loss(output, batch.targets)
    }
    let sums = running.batch(loss: value, predictions, batch)
    predictions = nil
    try optimizer.update(&model, along: gradient, evaluating: sums.tensors)
    return sums
  }
}
