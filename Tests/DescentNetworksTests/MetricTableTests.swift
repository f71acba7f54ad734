import Descent
import Testing

/// Metrics against tables worked out by hand, each in one piece and in batches.
@Suite struct MetricTableTests {
  // True classes 0 0 0 1 1 2 2 2 2, predicted 0 0 1 1 2 2 2 0 1: the matrix [[2, 1, 0], [0, 1, 1], [1, 1, 2]].
  private static let labels = [0, 0, 0, 1, 1, 2, 2, 2, 2]
  private static let predicted = [0, 0, 1, 1, 2, 2, 2, 0, 1]
  private static let scores = Tensor(scalars: predicted).oneHot(count: 3)

  /// The metric as `evaluate` takes it, in batches of a size.
  private func streamed(_ metric: Metric, _ predictions: Tensor, _ targets: Tensor, _ size: Int) throws -> Double {
    let zero = Loss("none") { predictions, _ in (0 * predictions).sum() }
    let scores = try Flatten().evaluate(
      Samples(inputs: predictions, targets: targets), batchSize: size, loss: zero, metrics: [metric])
    return scores[metric.name] ?? .nan
  }

  private func check(_ metric: Metric, _ predictions: Tensor, _ targets: Tensor, _ expected: Double) throws {
    #expect(abs(metric.value(predictions, targets) - expected) < 1e-6, "\(metric.name)")
    for size in [1, 2, 4, 100] {
      let found = try streamed(metric, predictions, targets, size)
      #expect(abs(found - expected) < 1e-6, "\(metric.name) in batches of \(size): \(found)")
    }
  }

  @Test func classesByHand() throws {
    let labels = Tensor(scalars: Self.labels)
    let table: [(Metric, Double)] = [
      (.accuracy, 5.0 / 9), (.precision(.micro), 5.0 / 9), (.recall(.micro), 5.0 / 9), (.f1(.micro), 5.0 / 9),
      (.precision(.macro), (2.0 / 3 + 1.0 / 3 + 2.0 / 3) / 3), (.recall(.macro), (2.0 / 3 + 0.5 + 0.5) / 3),
      (.f1(.macro), (2.0 / 3 + 0.4 + 4.0 / 7) / 3),
    ]
    for (metric, expected) in table {
      try check(metric, Self.scores, labels, expected)
      try check(metric, Self.scores, labels.oneHot(count: 3), expected)
    }
    // A class that occurs nowhere does not count.
    let wider = Tensor(scalars: Self.predicted).oneHot(count: 5)
    try check(.f1(.macro), wider, labels, (2.0 / 3 + 0.4 + 4.0 / 7) / 3)
  }

  @Test func confusionMatricesAddUp() throws {
    let labels = Tensor(scalars: Self.labels)
    let whole = try ConfusionMatrix(predictions: Self.scores, labels: labels)
    let parts = [0..<4, 4..<9].map { range in
      ConfusionMatrix(
        counts: range.reduce(into: [[Int]](repeating: [0, 0, 0], count: 3)) {
          $0[Self.labels[$1]][Self.predicted[$1]] += 1
        })
    }
    #expect(whole.counts == [[2, 1, 0], [0, 1, 1], [1, 1, 2]])
    #expect((parts[0] + parts[1]).counts == whole.counts)
    #expect(whole.precision(of: 1) == 1.0 / 3 && whole.recall(of: 1) == 0.5 && whole.f1(of: 1) == 0.4)
    #expect(
      complaint { _ = whole + ConfusionMatrix(counts: [[1]]) }.contains("matrices of 3 and 1 classes can't be added"))
  }

  @Test func topPredictions() throws {
    let scores: Tensor = [[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]]
    let labels = Tensor(scalars: [0, 1, 2, 2])
    for (count, expected) in [(1, 0.5), (2, 0.75), (3, 1)] { try check(.topAccuracy(count), scores, labels, expected) }
    // Of equal scores the first is the larger.
    try check(.topAccuracy(2), [[0.5, 0.2, 0.2], [0.5, 0.2, 0.2]], Tensor(scalars: [1, 2]), 0.5)
    try check(.topAccuracy(1), Self.scores, Tensor(scalars: Self.labels), 5.0 / 9)
  }

  @Test func yesAndNoByHand() throws {
    // Three found, one false alarm, two overlooked.
    let scores = Tensor(scalars: [0.9, 0.8, 0.6, 0.7, 0.2, 0.5, 0.1, 0.3])
    let targets = Tensor(scalars: [1, 1, 1, 0, 1, 1, 0, 0])
    let table: [(Metric, Double)] = [
      (.binaryAccuracy(), 5.0 / 8), (.precision(), 3.0 / 4), (.recall(), 3.0 / 5), (.f1(), 2.0 / 3),
      (.recall(.binary(threshold: 0.15)), 1), (.precision(.binary(threshold: 2)), 0),
      (.f1(.binary(threshold: 2)), 0),
    ]
    for (metric, expected) in table {
      try check(metric, scores.expanded(axes: 1), targets.expanded(axes: 1), expected)
    }
  }

  @Test func areasByHand() throws {
    // Pairs in the right order, out of all: 0.8 beats all three, 0.4 ties with one and beats one.
    let scores: Tensor = [[0.1], [0.4], [0.4], [0.8], [0.6]]
    let targets: Tensor = [[0], [0], [1], [1], [0]]
    try check(.rocAUC, scores, targets, 4.5 / 6)
    try check(.rocAUC, -scores, targets, 1.5 / 6)
    try check(.rocAUC, 0 * scores, targets, 0.5)
    #expect(Metric.rocAUC.value(scores, targets.onesLike()).isNaN)
  }

  @Test func regressionsByHand() throws {
    let predictions: Tensor = [[2.5], [0], [2], [8]], targets: Tensor = [[3], [-0.5], [2], [7]]
    try check(.meanSquaredError, predictions, targets, 0.375)
    try check(.meanAbsoluteError, predictions, targets, 0.5)
    try check(.rSquared, predictions, targets, 1 - 1.5 / 29.1875)
    // A large mean must not swallow the variance.
    try check(
      .rSquared, predictions.converted(to: .float64) + 1e8, targets.converted(to: .float64) + 1e8, 1 - 1.5 / 29.1875)
    #expect(Metric.rSquared.value([[1], [1]], [[1], [1]]) == 1)
    #expect(Metric.rSquared.value([[1], [2]], [[1], [1]]) == 0)
  }

  @Test func perplexityOfEqualLogitsIsTheNumberOfClasses() throws {
    try check(.perplexity, .zeros([6, 7]), Tensor(scalars: [0, 1, 2, 3, 4, 6]), 7)
    let sure: Tensor = [[100, 0], [0, 100], [0, 0], [0, 0]]
    try check(.perplexity, sure, Tensor(scalars: [0, 1, 1, 0]), 1.4142135)
  }

  @Test func unequalShapesAreRefused() {
    let metrics: [Metric] = [
      .meanSquaredError, .rSquared, .rocAUC, .precision(), .binaryAccuracy(), .f1(.macro), .topAccuracy(2),
    ]
    for metric in metrics {
      let words = complaint { _ = metric.value(.zeros([3, 1]), .zeros([3])) }
      #expect(
        words.hasPrefix("\(metric.name): predictions have shape [3, 1], targets have float32 shape [3]"), "\(words)")
    }
  }

  @Test func metricsOfYourOwnJoinTheirStatistics() throws {
    let spread = Metric(
      "spread", statistics: { predictions, _ in .stack([predictions.min(), predictions.max()]) },
      joining: { [min($0[0], $1[0]), max($0[1], $1[1])] }, result: { $0[1] - $0[0] })
    try check(spread, [[3], [-1], [7], [2]], .zeros([4, 1]), 8)
  }
}
