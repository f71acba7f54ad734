import DescentTensor

/// What happens in the course of a training.
public enum TrainingEvent: Sendable {
  /// The training begins, or goes on from a checkpoint.
  case began
  /// An epoch begins; its number, from 1.
  case epochBegan(Int)
  /// A step was taken.
  case batchEnded(TrainingStep)
  /// An epoch is over, validation included.
  case epochEnded(History.Epoch)
  /// A checkpoint is whole and on the disk; its path.
  case checkpointSaved(String)
  /// The training is over. Nothing follows.
  case ended(TrainingEnd)
}

/// A step of a training.
public struct TrainingStep: Sendable {
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// The number of the batch in its epoch, from 1.
  public let batch: Int
  /// How many batches the epoch has; nil if only reading the data tells.
  public let batchCount: Int?
  /// How many samples the batch has.
  public let sampleCount: Int
  /// The loss of the batch, before the step.
  public let loss: Double
  /// The learning rate of the step.
  public let learningRate: Double
}

/// Why a training ended.
public enum TrainingEnd: Sendable, Equatable {
  /// All epochs were made.
  case completed
  /// A callback stopped it, for this reason.
  case stopped(String)
  /// The task in which it runs was cancelled.
  case cancelled
}

/// Something that follows a training and may act on it: a struct whose properties are its memory.
///
/// ```swift
/// struct Shout: TrainingCallback {
///   mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) {
///     if case .epochEnded(let epoch) = event, epoch.training.loss < 0.1 { session.stop("the loss is below 0.1") }
///   }
/// }
/// ```
public protocol TrainingCallback: Sendable {
  /// Takes note of an event. An error ends the training.
  mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) throws

  /// What a checkpoint must keep so that the callback goes on where it was; nothing unless written.
  var memory: CallbackMemory { get }

  /// Goes on from what a checkpoint kept.
  mutating func restore(_ memory: CallbackMemory) throws
}

extension TrainingCallback {
  /// Nothing.
  public var memory: CallbackMemory { CallbackMemory() }

  /// There is nothing to restore.
  public mutating func restore(_ memory: CallbackMemory) throws {}
}

/// What a callback has a checkpoint keep.
public struct CallbackMemory: Sendable {
  /// Anything that can be said in a text, such as JSON.
  public var text: String
  /// Tensors by names.
  public var tensors: [String: Tensor]

  /// A memory.
  public init(text: String = "", tensors: [String: Tensor] = [:]) { (self.text, self.tensors) = (text, tensors) }
}

/// What callbacks see of a training and can do to it.
public protocol TrainingSession: AnyObject {
  /// The epochs so far.
  var history: History { get }
  /// How many epochs there will be.
  var epochs: Int { get }
  /// How many samples an epoch has; nil for a dataset.
  var sampleCount: Int? { get }
  /// The scores of the epoch under way.
  var runningScores: Scores { get }
  /// The learning rate of the next step.
  var currentLearningRate: Double { get }
  /// The factor on the schedule's learning rate.
  var learningRateFactor: Double { get set }
  /// The model's parameters by their paths.
  var parameters: [(name: String, tensor: Tensor)] { get }
  /// A table of the model's layers, for inputs like those of the training; see ``Layer/summary(inputShape:type:)``.
  func summary() throws -> Summary
  /// Puts other values in the place of the parameters, in order, once the event is over and its checkpoints are written.
  func replaceParameters(with tensors: [Tensor])
  /// Ends the training after the event.
  func stop(_ reason: String)
  /// Writes a checkpoint once all callbacks have handled the event.
  func saveCheckpoint(to path: String)
}
