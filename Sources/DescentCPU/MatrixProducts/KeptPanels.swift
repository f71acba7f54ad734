// Weights that stay the same from run to run are packed once: their panels live as long as they do.

import CDescentRuntime
import DescentGraph
import Synchronization

/// Panels of an input of a plan, which the plan takes as a further input.
struct KeptPanels: Sendable {
  /// What panels are found by among those of a storage.
  struct Key: Hashable, Sendable {
    var panels: PanelShape
    var type: ScalarType
    /// Where the matrix begins in the storage, in bytes.
    var offset: Int
  }

  let input: Int
  let key: Key
  let byteCount: Int

  /// The panels of a storage, packed at the first call.
  func storage(of source: Storage) throws(TensorError) -> Storage {
    try source.derived(key) { () throws(TensorError) in
      let result = try BufferPool.storage(byteCount: byteCount)
      try pack(source, into: result)
      return result
    }
  }

  private func pack(_ source: Storage, into result: HostStorage) throws(TensorError) {
    guard let element = MatrixProduct.Element(key.type), let kernels = element.kernels else {
      preconditionFailure("only what products take is packed")
    }
    let step = PackStep(
      key.panels, element, kernels, source: MemoryPlace(buffer: 0, offset: key.offset), result: MemoryPlace(buffer: 1),
      summary: StepSummary(
        kind: "pack", operations: ["pack"], space: "\(key.panels.lineCount) x \(key.panels.depthCount)"))
    let memory = try BufferPool.shared.allocate(128)
    defer { BufferPool.shared.release(memory) }
    let buffers = memory.assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    (buffers[0], buffers[1]) = (UnsafeMutableRawPointer(mutating: try source.hostPointer()), result.pointer)
    let flag = (memory + 64).initializeMemory(as: Atomic<Bool>.self, to: Atomic(false))
    try StepTimes.run(step, RunContext(buffers: buffers, scalars: [], foundZero: flag))
  }
}

/// The variants of a plan that take some inputs in panels, for inputs that were read a few times as they are.
final class PanelVariants: Sendable {
  private struct Variant: Sendable {
    /// The inputs that are taken in panels, a bit for each of those that can be.
    var kept: UInt64
    var plan: CPUPlan
  }

  /// Panels are made when an input is read for the third time: fresh batches and weights in training never are.
  private static let leastReads = 3
  private static let mostVariants = 4

  /// The inputs that can be taken in panels.
  private let inputs: [Int]
  private let compile: @Sendable (Set<Int>) throws(TensorError) -> CPUPlan
  private let variants = Mutex<[Variant]>([])

  init(_ inputs: Set<Int>, _ compile: @escaping @Sendable (Set<Int>) throws(TensorError) -> CPUPlan) {
    self.inputs = Array(inputs.sorted().prefix(64))
    self.compile = compile
  }

  /// The variant for inputs, nil if none of them is to be taken in panels.
  func variant(for storages: [Storage]) throws(TensorError) -> CPUPlan? {
    var kept: UInt64 = 0
    for (place, input) in inputs.enumerated() where storages[input].countRead() >= Self.leastReads {
      kept |= 1 << UInt64(place)
    }
    if kept == 0 { return nil }
    let (known, isFull) = variants.withLock { [kept] variants in
      (variants.first { $0.kept == kept }?.plan, variants.count == Self.mostVariants)
    }
    if known != nil || isFull { return known }
    let plan = try compile(Set(inputs.enumerated().filter { kept >> UInt64($0.offset) & 1 == 1 }.map(\.element)))
    variants.withLock { [kept] in $0.append(Variant(kept: kept, plan: plan)) }
    return plan
  }
}

extension Lowering {
  /// An operand of a product as a further input, if it is an input of the graph that is to be taken in panels; otherwise
  /// nil, and a note that it could be.
  mutating func keptPanels(of operand: StridedView, _ panels: PanelShape, _ layout: PanelLayout) -> StridedView? {
    guard case .input(let input, _) = values[operand.root].kind, canKeepPanels(of: input) else { return nil }
    let type = values[operand.root].type
    let key = KeptPanels.Key(panels: panels, type: type, offset: operand.offset * type.byteCount)
    return keptPanels(KeptPanels(input: input, key: key, byteCount: layout.count * type.byteCount), layout.count)
  }
}
