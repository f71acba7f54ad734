import DescentData
import DescentGraph
import DescentTensor

/// Sums over batches from which the scores of all samples follow exactly, however long the batches are.
struct RunningScores {
  private let metrics: [Metric]
  private var loss = 0.0
  private var samples = 0
  private var sums: [Double]
  private var counts: [Int]

  init(_ metrics: [Metric]) {
    self.metrics = metrics
    sums = [Double](repeating: 0, count: metrics.count)
    counts = [Int](repeating: 0, count: metrics.count)
  }

  /// What has to be evaluated for a batch before it can be added.
  struct Batch {
    let loss: Tensor
    let samples: Int
    let sums: [(sum: Tensor, count: Int)]

    var tensors: [Tensor] { [loss] + sums.map(\.sum) }
  }

  func batch(loss: Tensor, _ predictions: Tensor?, _ samples: Samples) -> Batch {
    let sums = predictions.map { predictions in metrics.map { $0.sum(predictions, samples.targets) } } ?? []
    return Batch(loss: loss, samples: samples.count, sums: sums)
  }

  mutating func add(_ batch: Batch) {
    loss += batch.loss.scalar * Double(batch.samples)
    samples += batch.samples
    for (index, (sum, count)) in batch.sums.enumerated() {
      sums[index] += sum.scalar
      counts[index] += count
    }
  }

  /// The means so far; NaN before the first batch.
  var scores: Scores {
    Scores(
      loss: loss / Double(samples),
      metrics: metrics.indices.map { .init(name: metrics[$0].name, value: sums[$0] / Double(counts[$0])) })
  }
}
