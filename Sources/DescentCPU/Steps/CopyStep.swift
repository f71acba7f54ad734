import DescentGraph

/// Copies bytes, once all that it reads is there.
final class CopyStep: Step, @unchecked Sendable {
  private let (source, result): (MemoryPlace, MemoryPlace)
  private let byteCount: Int

  init(_ source: MemoryPlace, reads: [Int], result: MemoryPlace, byteCount: Int, summary: StepSummary) {
    (self.source, self.result, self.byteCount) = (source, result, byteCount)
    super.init(reads: reads, writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    context.address(of: result).copyMemory(from: context.address(of: source), byteCount: byteCount)
  }
}
