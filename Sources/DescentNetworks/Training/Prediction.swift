import DescentData
import DescentGraph
import DescentTensor

extension Layer {
  /// The outputs for many inputs, computed batch by batch so that memory stays small.
  ///
  /// ```swift
  /// let logits = network.predict(test.inputs, batchSize: 256)
  /// ```
  ///
  /// - Parameters:
  ///   - inputs: One sample a row.
  ///   - batchSize: How many samples are computed at once.
  public func predict(_ inputs: Tensor, batchSize: Int = 256) -> Tensor {
    if inputs.node.isInvalid { return inputs }
    guard inputs.rank > 0, batchSize > 0 else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "predict",
          "needs one sample a row and batches of 1 or more; inputs have shape \(inputs.shape), batchSize is \(batchSize)"
        ))
    }
    let count = inputs.shape[0]
    guard count > batchSize else { return self(inputs) }
    var outputs: [Tensor] = []
    for start in stride(from: 0, to: count, by: batchSize) {
      // A copy and not a slice, whose place would ask for a plan of its own for each batch.
      let output = self(inputs.copyingRows(start..<min(start + batchSize, count)))
      // A mistake that only values show is reported by whoever looks at the result.
      try? DescentTensor.evaluate([output])
      outputs.append(output)
    }
    return .concatenate(outputs)
  }

  /// The mean loss and the metrics on some samples, in inference.
  ///
  /// ```swift
  /// let scores = try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
  /// print(scores)       // loss 0.1234  accuracy 0.9567
  /// ```
  ///
  /// - Parameters:
  ///   - samples: What to judge by; the order doesn't matter.
  ///   - batchSize: How many samples are computed at once; a shorter last batch counts for as many as it has.
  ///   - loss: The loss.
  ///   - metrics: What else to measure.
  ///   - regularizers: What is added to the loss for large parameters. What layers add to it, such as
  ///     ``ActivityRegularization``, is always in it.
  /// - Throws: ``TensorError`` for what only values show, or if there are no samples.
  public func evaluate(
    _ samples: Samples, batchSize: Int = 256, loss: Loss, metrics: [Metric] = [], regularizers: [Regularizer] = []
  ) throws -> Scores {
    try evaluate(samples.dataset.batched(of: batchSize), loss: loss, metrics: metrics, regularizers: regularizers)
  }

  /// The mean loss and the metrics on the batches of a dataset, in inference.
  ///
  /// ```swift
  /// let scores = try network.evaluate(folder.batched(of: 64).prefetched(), loss: .softmaxCrossEntropy)
  /// ```
  ///
  /// - Parameters:
  ///   - batches: What to judge by: epoch 0 of the dataset. Each batch counts for as many samples as it has.
  ///   - loss: The loss.
  ///   - metrics: What else to measure.
  ///   - regularizers: What is added to the loss for large parameters.
  /// - Throws: ``TensorError`` for what only values show, or if there is nothing to judge by; what the dataset throws.
  public func evaluate(
    _ batches: some Dataset<Samples>, loss: Loss, metrics: [Metric] = [], regularizers: [Regularizer] = []
  ) throws -> Scores {
    var running = RunningScores(metrics)
    let (pass, penalty) = (ForwardPass.judging(), regularizers.penalty(of: self))
    try batches.forEach { batch in
      let predictions = self(batch.inputs, pass)
      let value = loss(predictions, batch.targets).adding(penalty).adding(pass.penalties?.take())
      let sums = running.batch(loss: value, predictions, batch)
      try DescentTensor.evaluate(sums.tensors)
      running.add(sums)
    }
    guard running.sums.samples > 0 else { throw TensorError(.invalidArgument, "evaluate", "there are no samples") }
    return running.scores
  }

  /// The outputs for the batches of a dataset, one row a sample.
  ///
  /// ```swift
  /// let logits = try network.predict(folder.batched(of: 64).prefetched())
  /// ```
  ///
  /// The outputs are in memory together; to see them one batch at a time, call the network in a loop over the dataset.
  ///
  /// - Parameter batches: The inputs, of which the targets are not looked at: epoch 0 of the dataset.
  /// - Throws: ``TensorError`` for what only values show, or if there are no batches; what the dataset throws.
  public func predict(_ batches: some Dataset<Samples>) throws -> Tensor {
    try predict(batches.map { $0.inputs })
  }

  /// The outputs for a dataset of batches of inputs, one row a sample.
  ///
  /// - Throws: ``TensorError`` for what only values show, or if there are no batches; what the dataset throws.
  public func predict(_ batches: some Dataset<Tensor>) throws -> Tensor {
    var outputs: [Tensor] = []
    try batches.forEach { inputs in
      let output = self(inputs)
      try DescentTensor.evaluate([output])
      outputs.append(output)
    }
    guard !outputs.isEmpty else { throw TensorError(.invalidArgument, "predict", "there are no batches") }
    return .concatenate(outputs)
  }
}
