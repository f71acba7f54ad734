import Foundation
import Synchronization

/// Ends a training in good order when the process is interrupted (SIGINT, as Control-C sends it).
///
/// The step under way is finished, and a ``CheckpointSaver`` writes a last checkpoint. A second interruption ends the
/// process as usual. While the training runs the process's handler of the signal is replaced.
public struct StopOnInterrupt: TrainingCallback {
  /// What ``History/end`` says of a training that was interrupted.
  public static let reason = "it was interrupted"
  private var handler: InterruptHandler?

  /// A watch for interruptions.
  public init() {}

  /// Ends the training once the process has been interrupted.
  public mutating func handle(_ event: TrainingEvent, in session: any TrainingSession) {
    switch event {
    case .began: handler = InterruptHandler()
    case .batchEnded, .epochEnded: if interruptions.load(ordering: .relaxed) > 0 { session.stop(Self.reason) }
    case .ended: handler = nil
    case .epochBegan, .checkpointSaved: break
    }
  }
}

/// How often the process was interrupted since the handler was installed.
private let interruptions = Atomic<Int>(0)

/// The handler of SIGINT as long as this lives.
private final class InterruptHandler: Sendable {
  init() {
    interruptions.store(0, ordering: .relaxed)
    // A process may have been started with the signal blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGINT) { number in
      // Only what is safe in a handler: an atomic count, and the usual handler for the next time.
      interruptions.add(1, ordering: .relaxed)
      signal(number, SIG_DFL)
    }
  }

  deinit { signal(SIGINT, SIG_DFL) }
}
