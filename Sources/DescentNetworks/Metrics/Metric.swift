import DescentGraph
import DescentTensor

/// A number that tells how good predictions are, and that can be taken batch by batch.
///
/// Most metrics are means of a number for each sample:
///
/// ```swift
/// let close = Metric("close") { predictions, targets in abs(predictions - targets) .< 0.1 }
/// ```
///
/// Others follow from statistics of the batches, which are joined as the batches come:
///
/// ```swift
/// let spread = Metric(
///   "spread", statistics: { predictions, _ in .stack([predictions.min(), predictions.max()]) },
///   joining: { [min($0[0], $1[0]), max($0[1], $1[1])] }, result: { $0[1] - $0[0] })
/// ```
public struct Metric: Sendable {
  /// The name in histories and progress.
  public let name: String
  private let numbers: @Sendable (Tensor, Tensor) -> Tensor
  private let isMean: Bool
  private let join: @Sendable ([Double], [Double]) -> [Double]
  private let finish: @Sendable ([Double]) -> Double

  /// A metric from a function that gives one number or truth value for each sample, or for each element.
  public init(_ name: String, _ values: @escaping @Sendable (_ predictions: Tensor, _ targets: Tensor) -> Tensor) {
    (self.name, numbers, isMean) = (name, values, true)
    (join, finish) = (Metric.adding, { $0[0] / $0[1] })
  }

  /// A metric that follows from statistics of the batches.
  ///
  /// - Parameters:
  ///   - name: The name in histories and progress.
  ///   - statistics: What is to be known of a batch.
  ///   - join: The statistics of two batches together; their sum unless given.
  ///   - result: The metric from the statistics of all batches.
  public init(
    _ name: String, statistics: @escaping @Sendable (_ predictions: Tensor, _ targets: Tensor) -> Tensor,
    joining join: (@Sendable (_ first: [Double], _ second: [Double]) -> [Double])? = nil,
    result: @escaping @Sendable (_ statistics: [Double]) -> Double
  ) {
    (self.name, numbers, isMean) = (name, statistics, false)
    (self.join, finish) = (join ?? Metric.adding, result)
  }

  /// The numbers for a batch from which the metric follows: for most metrics one for each sample, whose mean it is.
  public func callAsFunction(_ predictions: Tensor, _ targets: Tensor) -> Tensor { numbers(predictions, targets) }

  /// The metric of predictions that are all there.
  ///
  /// ```swift
  /// let auc = Metric.rocAUC.value(scores, labels)
  /// ```
  public func value(_ predictions: Tensor, _ targets: Tensor) -> Double {
    let statistics = statistics(predictions, targets)
    let numbers = statistics.numbers
    // Inside `checked` a mistake leaves nothing to read.
    if statistics.values.node.isInvalid || numbers.count < statistics.values.elementCount { return .nan }
    return result(numbers)
  }

  /// What must be evaluated for a batch; of means the sum, in float64 so that long streams stay exact.
  struct Statistics: Sendable {
    let values: Tensor
    /// For means the number of the elements; a tensor too, so that a traced step may put it out.
    let count: Tensor?

    /// All of them, to be evaluated together.
    var tensors: [Tensor] { [values] + (count.map { [$0] } ?? []) }

    /// The evaluated statistics.
    var numbers: [Double] { tensors.flatMap(\.scalars) }
  }

  /// Statistics whose tensors have been evaluated elsewhere.
  func statistics(evaluated tensors: inout ArraySlice<Tensor>) -> Statistics {
    Statistics(values: tensors.removeFirst(), count: isMean ? tensors.removeFirst() : nil)
  }

  func statistics(_ predictions: Tensor, _ targets: Tensor) -> Statistics {
    let numbers = numbers(predictions, targets)
    let exact = numbers.converted(to: .float64)
    guard isMean else { return Statistics(values: exact, count: nil) }
    return Statistics(values: exact.sum(), count: Tensor(Double(numbers.elementCount), type: .float64))
  }

  /// The statistics so far with those of another batch.
  func joined(_ before: [Double], _ batch: [Double]) -> [Double] { before.isEmpty ? batch : join(before, batch) }

  /// The metric; NaN before the first batch.
  func result(_ statistics: [Double]) -> Double { statistics.isEmpty ? .nan : finish(statistics) }

  /// Joins statistics by adding them up.
  @Sendable private static func adding(_ first: [Double], _ second: [Double]) -> [Double] {
    zip(first, second).map { $0 + $1 }
  }

  /// The failure of a metric whose operands don't fit.
  static func refusal(_ name: String, _ predictions: Tensor, _ targets: Tensor, needs: String) -> Tensor {
    if predictions.node.isInvalid { return predictions }
    if targets.node.isInvalid { return targets }
    return Tensor(
      Node.invalid(
        .shapeMismatch, name,
        "predictions have shape \(predictions.shape), targets have \(targets.scalarType) shape \(targets.shape); \(needs)"
      ))
  }
}
