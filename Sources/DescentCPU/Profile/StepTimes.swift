import DescentGraph
import Synchronization

/// What each step of the plans that run has taken, while somebody wants to know.
///
/// Steps that do the same work on the same shapes count as one, whatever plan they belong to.
package enum StepTimes {
  /// The time of one kind of step.
  package struct Entry: Sendable {
    /// The step in words: its kernel, what it fuses, and its shape.
    package var step: String
    package var runs = 0
    package var seconds = 0.0
    /// Bytes read and written, and arithmetic operations, of one run.
    package var bytes: Int
    package var flops: Int
  }

  private static let isRecording = Atomic<Bool>(false)
  private static let entries = Mutex([String: Entry]())

  /// Forgets what was recorded and begins anew.
  package static func start() {
    entries.withLock { $0 = [:] }
    isRecording.store(true, ordering: .releasing)
  }

  /// Ends the recording; the steps by the time that they took, the longest first.
  package static func stop() -> [Entry] {
    isRecording.store(false, ordering: .releasing)
    return entries.withLock { $0.values.sorted { ($1.seconds, $0.step) < ($0.seconds, $1.step) } }
  }

  /// Runs a step, and records how long it takes if somebody wants to know.
  ///
  /// A step that runs plans of its own leaves it to their steps.
  static func run(_ step: Step, _ context: RunContext) throws(TensorError) {
    guard isRecording.load(ordering: .relaxed), !(step is ControlStep) else { return try step.run(context) }
    let start = ContinuousClock.now
    try step.run(context)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let (name, summary) = (step.summary.name, step.summary)
    entries.withLock { entries in
      let fresh = Entry(step: name, bytes: summary.bytesRead + summary.bytesWritten, flops: summary.flops)
      entries[name, default: fresh].runs += 1
      entries[name, default: fresh].seconds += seconds
    }
  }
}

extension StepSummary {
  /// The kernel, what it fuses, and the shape.
  var name: String { "\(kind) (\(operations.joined(separator: ", "))) \(space)" }
}
