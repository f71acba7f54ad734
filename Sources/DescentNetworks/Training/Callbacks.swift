import DescentData
import DescentTensor

// Callbacks that watch a training; those with files of their own are EarlyStopping and CheckpointSaver.

/// Ends a training after a time.
///
/// ```swift
/// let callbacks: [any TrainingCallback] = [TimeLimit(.seconds(3600))]
/// ```
public struct TimeLimit: TrainingCallback {
  /// The time.
  public let limit: Duration
  private var start: ContinuousClock.Instant?

  /// A limit, from when the training begins or goes on.
  public init(_ limit: Duration) { self.limit = limit }

  /// Looks at the clock after each step.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) {
    switch event {
    case .began: start = .now
    case .batchEnded: if let start, .now - start >= limit { session.stop("the time of \(limit) is over") }
    case .epochBegan, .epochEnded, .checkpointSaved, .ended: break
    }
  }
}

/// Ends a training at the end of an epoch that left a parameter infinite or no number, and names it.
public struct FiniteParameters: TrainingCallback {
  /// A watch.
  public init() {}

  /// Looks at all parameters after each epoch.
  ///
  /// - Throws: ``NonFiniteParameter``.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    guard case .epochEnded(let epoch) = event else { return }
    for (name, tensor) in session.parameters where tensor.scalarType.isFloatingPoint {
      if let value = tensor.scalars.first(where: { !$0.isFinite }) {
        throw NonFiniteParameter(name: name, value: value, epoch: epoch.number)
      }
    }
  }
}

/// A parameter became infinite or no number.
public struct NonFiniteParameter: Error, Sendable, CustomStringConvertible {
  /// The parameter's path.
  public let name: String
  /// The value.
  public let value: Double
  /// The number of the epoch, from 1.
  public let epoch: Int

  /// What happened and what usually helps.
  public var description: String {
    "parameter '\(name)' holds \(value) after epoch \(epoch); a smaller learning rate or clipped gradients usually help"
  }
}

/// Lowers the learning rate when a score has stopped getting better; see ``ReduceOnPlateau``.
public struct PlateauWatch: TrainingCallback {
  /// The score that is watched, such as `validation loss`.
  public let score: String
  private var rule: ReduceOnPlateau

  /// A watch over a score.
  public init(_ score: String = "validation loss", _ rule: ReduceOnPlateau = ReduceOnPlateau()) {
    (self.score, self.rule) = (score, rule)
  }

  /// Looks at the score of an epoch.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws {
    guard case .epochEnded(let epoch) = event else { return }
    let value = try epoch.score(score, for: "PlateauWatch")
    var factor = session.learningRateFactor
    if rule.observe(value, rate: session.currentLearningRate, factor: &factor) { session.learningRateFactor = factor }
  }

  /// The rule with its counts.
  public var memory: CallbackMemory {
    CallbackMemory(text: (try? StateCoding.text(rule)) ?? "")
  }

  /// Goes on from what a checkpoint kept.
  public mutating func restore(_ memory: CallbackMemory) throws {
    rule = try StateCoding.state(memory.text, as: ReduceOnPlateau.self)
  }
}

/// Shows the progress of a training.
struct ProgressCallback: TrainingCallback {
  private var reporter: ProgressReporter

  init(_ reporter: ProgressReporter) { self.reporter = reporter }

  mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) {
    switch event {
    case .began, .epochBegan: reporter.begin()
    case .batchEnded(let step): reporter.advance(by: step) { session.runningScores }
    case .epochEnded(let epoch): reporter.finish(epoch)
    case .checkpointSaved, .ended: break
    }
  }
}
