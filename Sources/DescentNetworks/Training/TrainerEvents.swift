/// The events of a training as they happen; see ``Trainer/events``.
public struct TrainingEvents<Model: Layer, Method: Optimizer>: AsyncSequence {
  let trainer: Trainer<Model, Method>

  /// Starts where the training is.
  public func makeAsyncIterator() -> Iterator { Iterator(trainer: trainer) }

  /// Trains from event to event.
  public struct Iterator: AsyncIteratorProtocol {
    let trainer: Trainer<Model, Method>

    /// The next event; nil once the training is over.
    public mutating func next() async throws -> TrainingEvent? { try await next(isolation: nil) }

    /// The next event, before which other tasks get their turn; nil once the training is over.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> TrainingEvent? {
      await Task.yield()
      return try trainer.next()
    }
  }
}

extension Trainer {
  /// The events of the training, one after the other: the loop over them trains.
  ///
  /// A loop that is left can be taken up again where it was. If the task is cancelled, the last event is
  /// `.ended(.cancelled)`; a ``CheckpointSaver`` then writes a last checkpoint.
  public var events: TrainingEvents<Model, Method> { TrainingEvents(trainer: self) }
}
