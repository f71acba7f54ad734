import DescentGraph
import DescentTensor

/// Ends a training when a score has not become better for some epochs, and goes back to the best weights.
///
/// ```swift
/// try network.fit(
///   train, validation: test, epochs: 100, optimizer: Adam(), loss: .softmaxCrossEntropy,
///   callbacks: [EarlyStopping(patience: 5)])
/// ```
public struct EarlyStopping: TrainingCallback {
  /// The score that is watched, such as `validation loss` or `accuracy`.
  public let score: String
  /// How many epochs without progress are borne.
  public let patience: Int
  /// By how much a score must beat the best to count as progress.
  public let smallestProgress: Double
  /// Whether smaller is better, as it is for losses.
  public let isLowerBetter: Bool
  /// Whether the model gets its best weights back at the end.
  public let restoresBest: Bool
  private var record = Record()
  private var best: [(name: String, tensor: Tensor)] = []

  private struct Record: Codable {
    var best: Double?
    var failures = 0
  }

  /// A rule that watches the validation loss unless told otherwise.
  public init(
    watching score: String = "validation loss", patience: Int = 5, smallestProgress: Double = 0,
    isLowerBetter: Bool = true, restoringBest: Bool = true
  ) {
    (self.score, self.patience, self.smallestProgress) = (score, patience, smallestProgress)
    (self.isLowerBetter, restoresBest) = (isLowerBetter, restoringBest)
  }

  /// Looks at the score of an epoch; restores the best weights at the end, unless the task was cancelled.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    switch event {
    case .epochEnded(let epoch): try observe(epoch, session)
    case .ended(.completed), .ended(.stopped):
      if restoresBest, !best.isEmpty { session.replaceParameters(with: best.map(\.tensor)) }
    case .began, .epochBegan, .batchEnded, .checkpointSaved, .ended(.cancelled): break
    }
  }

  private mutating func observe(_ epoch: History.Epoch, _ session: any TrainingSession) throws {
    let value = try epoch.score(score, for: "EarlyStopping")
    let gain = record.best.map { isLowerBetter ? $0 - value : value - $0 }
    if !value.isNaN, gain.map({ $0 > smallestProgress }) ?? true {
      (record.best, record.failures) = (value, 0)
      if restoresBest { best = session.parameters }
      return
    }
    record.failures += 1
    if record.failures >= patience {
      session.stop("\(score) has not become better for \(record.failures) epochs")
    }
  }

  /// The best score, the epochs since, and the best weights.
  public var memory: CallbackMemory {
    CallbackMemory(
      text: (try? StateCoding.text(record)) ?? "",
      tensors: Dictionary(best.enumerated().map { ("\($0)/\($1.name)", $1.tensor) }) { $1 })
  }

  /// Goes on from what a checkpoint kept.
  public mutating func restore(_ memory: CallbackMemory) throws {
    record = try StateCoding.state(memory.text, as: Record.self)
    let numbered = memory.tensors.map { name, tensor in
      let parts = name.split(separator: "/", maxSplits: 1)
      return (Int(parts[0]) ?? 0, String(parts.last ?? ""), tensor)
    }
    best = numbered.sorted { $0.0 < $1.0 }.map { (name: $0.1, tensor: $0.2) }
  }
}

extension History.Epoch {
  /// A score by its name: `loss`, the name of a metric, or one of these after `validation `; nil if there is none.
  public subscript(name: String) -> Double? {
    let prefix = "validation "
    return name.hasPrefix(prefix) ? validation?[String(name.dropFirst(prefix.count))] : training[name]
  }

  /// A score that a callback needs.
  func score(_ name: String, for callback: String) throws(TensorError) -> Double {
    if let value = self[name] { return value }
    let metrics = ["loss"] + training.metrics.map(\.name)
    let names = metrics + (validation == nil ? [] : metrics.map { "validation \($0)" })
    throw TensorError(
      .invalidArgument, callback, "there is no score '\(name)'; there are \(names.joined(separator: ", "))")
  }
}
