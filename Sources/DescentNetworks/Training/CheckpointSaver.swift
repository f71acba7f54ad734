import Foundation

/// Writes checkpoints in the course of a training, from which it can go on with the same bits.
///
/// ```swift
/// try network.fit(
///   train, epochs: 100, optimizer: Adam(), loss: .softmaxCrossEntropy, checkpoint: CheckpointSaver("digits.checkpoint"))
/// ```
///
/// Whenever the training ends, be it by cancellation or a time limit, a last one is written. A checkpoint replaces the
/// one before only when it is whole and on the disk.
public struct CheckpointSaver: TrainingCallback {
  /// When a checkpoint is due.
  public enum Moment: Sendable, Equatable {
    /// After every so many epochs, and at the end.
    case epochs(Int)
    /// After every so many steps, and at the end.
    case steps(Int)
    /// After epochs with the best value so far of a score, and at no other time.
    case best(of: String, isLowerBetter: Bool = true)
  }

  /// Where to; `{epoch}` and `{step}` stand for numbers, so that all are kept.
  public let path: String
  /// When.
  public let moment: Moment
  private var record = Record()

  private struct Record: Codable {
    var epoch = 0
    var step = 0
    var best: Double?
    /// The step of the last checkpoint.
    var saved = -1
  }

  /// A saver that writes after every epoch unless told otherwise.
  public init(_ path: String, when moment: Moment = .epochs(1)) { (self.path, self.moment) = (path, moment) }

  /// Asks for a checkpoint if one is due.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    switch event {
    case .batchEnded:
      record.step += 1
      if case .steps(let count) = moment, record.step % max(count, 1) == 0 { save(session) }
    case .epochEnded(let epoch):
      record.epoch = epoch.number
      switch moment {
      case .epochs(let count): if epoch.number % max(count, 1) == 0 { save(session) }
      case .best(let score, let isLowerBetter): try saveBest(epoch, score, isLowerBetter, session)
      case .steps: break
      }
    case .ended:
      if case .best = moment { return }
      if record.saved != record.step || record.step == 0 { save(session) }
    case .began, .epochBegan, .checkpointSaved: break
    }
  }

  private mutating func saveBest(
    _ epoch: History.Epoch, _ score: String, _ isLowerBetter: Bool, _ session: any TrainingSession
  ) throws {
    let value = try epoch.score(score, for: "CheckpointSaver")
    guard !value.isNaN, record.best.map({ isLowerBetter ? value < $0 : value > $0 }) ?? true else { return }
    record.best = value
    save(session)
  }

  private mutating func save(_ session: any TrainingSession) {
    record.saved = record.step
    session.saveCheckpoint(
      to: path.replacingOccurrences(of: "{epoch}", with: "\(record.epoch)")
        .replacingOccurrences(of: "{step}", with: "\(record.step)"))
  }

  /// The counts and the best score.
  public var memory: CallbackMemory {
    CallbackMemory(text: (try? StateCoding.text(record)) ?? "")
  }

  /// Goes on from what a checkpoint kept.
  public mutating func restore(_ memory: CallbackMemory) throws {
    record = try StateCoding.state(memory.text, as: Record.self)
  }
}
