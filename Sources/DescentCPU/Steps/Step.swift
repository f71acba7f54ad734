import CDescentRuntime
import DescentGraph
import Synchronization

/// What a run's steps share.
struct RunContext: @unchecked Sendable {
  /// The addresses of the plan's buffers, by number.
  let buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>
  /// The run's numbers.
  let scalars: [ScalarBits]
  /// Raised where an integer is divided by zero.
  let foundZero: UnsafeMutablePointer<Atomic<Bool>>

  func address(of place: MemoryPlace) -> UnsafeMutableRawPointer { buffers[place.buffer] + place.offset }
}

/// Where an array begins: some bytes into a buffer.
struct MemoryPlace {
  var buffer: Int
  var offset = 0
}

/// A part of a plan's work.
///
/// It is immutable once made, so several runs may use it at a time.
class Step: @unchecked Sendable {
  /// The buffers read and written, temporary ones included.
  let reads: [Int]
  let writes: [Int]
  let summary: StepSummary

  init(reads: [Int], writes: [Int], summary: StepSummary) {
    (self.reads, self.writes, self.summary) = (reads, writes, summary)
  }

  /// Does the work.
  func run(_ context: RunContext) throws(TensorError) {}
}

/// What a report says about a step.
struct StepSummary {
  var kind: String
  var operations: [String]
  var space: String
  var bytesRead = 0
  var bytesWritten = 0
  var flops = 0
}
