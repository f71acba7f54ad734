import DescentData
import DescentGraph
import DescentTensor

/// Sums over batches from which the scores of all samples follow exactly, however long the batches are.
struct RunningScores: Sendable {
  private let metrics: [Metric]
  private(set) var sums: Sums

  /// What is known of the batches so far: what a checkpoint keeps of an epoch under way.
  struct Sums: Sendable, Codable, Equatable {
    var loss = 0.0
    var samples = 0
    /// The statistics of each metric; empty before the first batch.
    var statistics: [[Double]]
  }

  init(_ metrics: [Metric]) {
    self.init(metrics, sums: Sums(statistics: [[Double]](repeating: [], count: metrics.count)))
  }

  /// Scores that go on from sums of the same metrics.
  init(_ metrics: [Metric], sums: Sums) { (self.metrics, self.sums) = (metrics, sums) }

  /// What has to be evaluated for a batch before it can be added.
  struct Batch {
    let loss: Tensor
    let samples: Int
    let statistics: [Metric.Statistics]

    var tensors: [Tensor] { [loss] + statistics.flatMap(\.tensors) }
  }

  func batch(loss: Tensor, _ predictions: Tensor, _ samples: Samples) -> Batch {
    Batch(
      loss: loss, samples: samples.count, statistics: metrics.map { $0.statistics(predictions, samples.targets) })
  }

  /// The same from statistics that have been evaluated, in the order in which metrics give them.
  func batch(loss: Tensor, evaluated statistics: [Tensor], _ samples: Samples) -> Batch {
    var rest = statistics[...]
    return Batch(loss: loss, samples: samples.count, statistics: metrics.map { $0.statistics(evaluated: &rest) })
  }

  mutating func add(_ batch: Batch) {
    sums.loss += batch.loss.scalar * Double(batch.samples)
    sums.samples += batch.samples
    for (index, statistics) in batch.statistics.enumerated() {
      sums.statistics[index] = metrics[index].joined(sums.statistics[index], statistics.numbers)
    }
  }

  /// The means so far; NaN before the first batch.
  var scores: Scores {
    Scores(
      loss: sums.loss / Double(sums.samples),
      metrics: zip(metrics, sums.statistics).map { .init(name: $0.name, value: $0.result($1)) })
  }
}
