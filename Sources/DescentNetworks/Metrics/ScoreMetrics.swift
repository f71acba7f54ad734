import DescentGraph
import DescentTensor

// Metrics of numbers: errors of regressions, and how well scores rank.

extension Metric {
  /// The mean of |prediction − target|; shapes must agree.
  public static let meanAbsoluteError = Metric("mean absolute error") { predictions, targets in
    guard predictions.shape == targets.shape else { return unequal("mean absolute error", predictions, targets) }
    return abs(predictions - targets)
  }

  /// The mean of (prediction − target)²; shapes must agree.
  public static let meanSquaredError = Metric("mean squared error") { predictions, targets in
    guard predictions.shape == targets.shape else { return unequal("mean squared error", predictions, targets) }
    return (predictions - targets).squared()
  }

  /// The part of the targets' variance that is explained: R² = 1 − Σ(y − p)²/Σ(y − ȳ)², over all elements together.
  ///
  /// Targets that are all the same give 1 if they are all met, and otherwise 0, as in scikit-learn.
  public static let rSquared = Metric(
    "R²",
    statistics: { predictions, targets in
      guard predictions.shape == targets.shape else { return unequal("R²", predictions, targets) }
      let (p, y) = (predictions.converted(to: .float64), targets.converted(to: .float64))
      let mean = y.mean()
      let count = Tensor(Double(y.elementCount), type: .float64)
      return .stack([count, mean, (y - mean).squared().sum(), (y - p).squared().sum()])
    }, joining: joinedMoments,
    result: { $0[2] == 0 ? ($0[3] == 0 ? 1 : 0) : 1 - $0[3] / $0[2] })

  /// Counts, means and sums of squared deviations of two sets together (Chan, Golub and LeVeque 1983), and a sum.
  @Sendable private static func joinedMoments(_ first: [Double], _ second: [Double]) -> [Double] {
    let count = first[0] + second[0], shift = second[1] - first[1]
    return [
      count, first[1] + shift * second[0] / count,
      first[2] + second[2] + shift * shift * first[0] * second[0] / count, first[3] + second[3],
    ]
  }

  /// The area under the receiver operating characteristic: the probability that a positive sample scores higher than a
  /// negative one, where equal scores count half.
  ///
  /// Exact, so that it keeps two numbers for each sample; targets are 0 and 1, of the predictions' shape. NaN if all
  /// are of one class.
  public static let rocAUC = Metric(
    "ROC AUC",
    statistics: { scores, targets in
      guard scores.shape == targets.shape else { return unequal("ROC AUC", scores, targets) }
      let numbers = [scores, targets].map { $0.converted(to: .float64).flattened() }
      return Tensor.stack(numbers, axis: 1).flattened()
    }, joining: { $0 + $1 }, result: areaUnderCurve)

  /// (R − P·(P + 1)/2)/(P·N), where R is the sum of the positives' ranks (Mann and Whitney 1947).
  @Sendable private static func areaUnderCurve(_ pairs: [Double]) -> Double {
    let samples = stride(from: 0, to: pairs.count, by: 2).map { (score: pairs[$0], isPositive: pairs[$0 + 1] > 0.5) }
    if samples.contains(where: \.score.isNaN) { return .nan }
    let sorted = samples.sorted { $0.score < $1.score }
    var (rankSum, start) = (0.0, 0)
    while start < sorted.count {
      let end = sorted[start...].firstIndex { $0.score != sorted[start].score } ?? sorted.count
      // Equal scores share the mean of their ranks, which are counted from 1.
      let positives = sorted[start..<end].count(where: \.isPositive)
      rankSum += Double(positives) * Double(start + end + 1) / 2
      start = end
    }
    let positives = Double(samples.count(where: \.isPositive))
    return (rankSum - positives * (positives + 1) / 2) / (positives * (Double(samples.count) - positives))
  }

  private static func unequal(_ name: String, _ predictions: Tensor, _ targets: Tensor) -> Tensor {
    refusal(name, predictions, targets, needs: "metrics do not broadcast")
  }
}
