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
  /// - Throws: ``TensorError`` for what only values show.
  public func evaluate(
    _ samples: Samples, batchSize: Int = 256, loss: Loss, metrics: [Metric] = [],
    regularizers: [Regularizer] = []
  ) throws(TensorError) -> Scores {
    guard samples.count > 0 else { throw TensorError(.invalidArgument, "evaluate", "there are no samples") }
    var running = RunningScores(metrics)
    let (pass, penalty) = (ForwardPass.judging(), regularizers.penalty(of: self))
    for batch in samples.batches(of: batchSize) {
      let predictions = self(batch.inputs, pass)
      let value = loss(predictions, batch.targets).adding(penalty).adding(pass.penalties?.take())
      let sums = running.batch(loss: value, predictions, batch)
      try DescentTensor.evaluate(sums.tensors)
      running.add(sums)
    }
    return running.scores
  }
}
