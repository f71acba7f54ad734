import DescentData
import DescentGraph
import DescentTensor

/// The batches of a training, epoch by epoch: those of a dataset, or of samples in memory, which are one in the order
/// that the training draws.
struct TrainingData: Sendable {
  /// Opens an epoch, counted from 1, at a position; the generator gives the order of samples in memory.
  typealias Opening =
    @Sendable (_ epoch: Int, _ position: DatasetPosition?, _ random: RandomGenerator) throws -> any DatasetCursor<
      Samples
    >

  /// The number of samples in an epoch; nil for a dataset.
  let sampleCount: Int?
  /// The size of a batch; nil for a dataset.
  let batchSize: Int?
  /// Whether the training shuffles; nil for a dataset, which does that itself.
  let isShuffling: Bool?
  /// The number of batches in an epoch; nil if only reading tells.
  let batchCount: Int?
  let open: Opening

  init(_ samples: Samples, batchSize: Int, shuffling: Bool) {
    (sampleCount, self.batchSize, isShuffling) = (samples.count, batchSize, shuffling)
    batchCount = batchSize > 0 ? samples.batches(of: batchSize).count : nil
    open = { _, position, random in
      let ordered = shuffling ? samples.shuffled(using: random) : samples
      return try ordered.dataset.batched(of: batchSize).cursor(epoch: 0, from: position)
    }
  }

  init(_ batches: some Dataset<Samples>) {
    (sampleCount, batchSize, isShuffling, batchCount) = (nil, nil, nil, batches.count)
    open = { epoch, position, _ in try batches.cursor(epoch: epoch - 1, from: position) }
  }

  /// Inputs like those of the first batch, read for their shape and type.
  func exampleInputs() throws -> Tensor {
    var batches = try open(1, nil, RandomGenerator(seed: 0))
    guard let batch = try batches.next() else { throw TrainingData.noBatches(epoch: 1) }
    return batch.inputs.copyingRows(0..<min(batch.count, dryRunSize))
  }

  /// Refuses numbers with which no epoch can be made.
  func check(epochs: Int) throws(TensorError) {
    guard let sampleCount, let batchSize else {
      if epochs < 0 { throw TensorError(.invalidArgument, "fit", "can't make \(epochs) epochs") }
      return
    }
    guard sampleCount > 0, epochs >= 0, batchSize > 0 else {
      throw TensorError(
        .invalidArgument, "fit",
        "can't make \(epochs) epochs over \(sampleCount) samples in batches of \(batchSize)")
    }
  }

  static func noBatches(epoch: Int) -> TensorError {
    TensorError(.invalidArgument, "fit", "epoch \(epoch) of the dataset has no batches")
  }
}
