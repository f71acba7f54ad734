import DescentGraph
import Synchronization

/// A plan at work: the addresses of its buffers, a flag, scalars and the slab, for one run or for as many as a loop needs.
///
/// Whoever runs it says where inputs lie and where results are to go, and may say so anew before each run; nothing is
/// allocated in between.
struct PlanRun: ~Copyable {
  private let plan: CPUPlan
  private let memory: UnsafeMutableRawPointer
  private let context: RunContext
  /// Memory for whoever runs the plan.
  let spare: UnsafeMutableRawPointer

  init(_ plan: CPUPlan, scalars: [ScalarBits], spareByteCount: Int = 0) throws(TensorError) {
    let memory = try BufferPool.shared.allocate(plan.memory.byteCount + spareByteCount)
    (self.plan, self.memory, spare) = (plan, memory, memory + plan.memory.byteCount)
    context = RunContext(
      buffers: memory.assumingMemoryBound(to: UnsafeMutableRawPointer.self), scalars: scalars,
      foundZero: (memory + plan.memory.flagOffset).initializeMemory(as: Atomic<Bool>.self, to: Atomic(false)))
    for (place, scalar) in plan.scalars.enumerated() {
      scalars[scalar.argument].store(as: scalar.type, to: memory + plan.memory.scalarOffset + 8 * place)
    }
    for (index, place) in plan.places.enumerated() {
      switch place {
      case .scalars: context.buffers[index] = memory + plan.memory.scalarOffset
      case .constants: context.buffers[index] = plan.constants
      case .slab(let offset): context.buffers[index] = memory + plan.memory.slabOffset + offset
      case .input, .result: continue
      }
    }
  }

  deinit { BufferPool.shared.release(memory) }

  /// Says where an input lies.
  func setInput(_ input: Int, to address: UnsafeMutableRawPointer) {
    for buffer in plan.inputBuffers[input] { context.buffers[buffer] = address }
  }

  /// Says where a result is to go.
  func setResult(_ result: Int, to address: UnsafeMutableRawPointer) {
    for buffer in plan.resultBuffers[result] { context.buffers[buffer] = address }
  }

  /// Where a result goes.
  func address(ofResult result: Int) -> UnsafeMutableRawPointer { context.buffers[plan.resultBuffers[result][0]] }

  /// Computes what does not change from run to run; once, before the first `run` and once its inputs are set.
  func prepare() throws(TensorError) { try run(0..<plan.preparationCount) }

  /// Computes the results.
  func run() throws(TensorError) { try run(plan.preparationCount..<plan.steps.count) }

  private func run(_ range: Range<Int>) throws(TensorError) {
    for index in range { try StepTimes.run(plan.steps[index], context) }
  }
}

extension CPUPlan {
  /// How the memory of a run is divided: addresses of buffers from its beginning, then the other parts.
  struct Memory {
    let flagOffset, scalarOffset, slabOffset: Int
    let byteCount: Int

    init(bufferCount: Int, scalarCount: Int, slabByteCount: Int) {
      func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
      flagOffset = aligned(bufferCount * MemoryLayout<UnsafeMutableRawPointer>.stride)
      scalarOffset = flagOffset + 64
      slabOffset = aligned(scalarOffset + 8 * scalarCount)
      byteCount = aligned(slabOffset + slabByteCount)
    }
  }
}
