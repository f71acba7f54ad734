import DescentGraph
import Synchronization

/// What the embedded engine made of a graph: steps in order, and where their arrays lie.
final class CPUPlan: Plan, @unchecked Sendable {
  /// Where an output of the graph is found after the steps.
  enum Output {
    case input(Int)
    case result(Int)
  }

  let steps: [Step]
  let slabByteCount: Int
  private let places: UnsafeMutableBufferPointer<MemoryPlacement.Place>
  private let resultByteCounts: [Int]
  private let outputs: [Output]
  /// The bytes that each input has at least, by number.
  private let inputByteCounts: [Int]
  private let scalars: [(argument: Int, type: ScalarType)]
  private let scalarCount: Int
  private let constants: UnsafeMutableRawPointer
  // The parts of a run's own memory: the addresses of buffers, a flag, scalars, the slab.
  private let flagOffset, scalarOffset, slabOffset: Int

  init(
    _ steps: [Step], _ placement: MemoryPlacement, _ table: BufferTable, outputs: [Output], inputByteCounts: [Int]
  ) {
    self.steps = steps
    self.outputs = outputs
    self.inputByteCounts = inputByteCounts
    slabByteCount = placement.slabByteCount
    resultByteCounts = placement.resultByteCounts
    (scalars, scalarCount) = (table.scalars, table.argumentCount)
    places = .allocate(capacity: placement.places.count)
    _ = places.initialize(from: placement.places)
    constants = .allocate(byteCount: max(8, 8 * table.constants.count), alignment: 64)
    for (place, constant) in table.constants.enumerated() {
      constant.bits.store(as: constant.type, to: constants + 8 * place)
    }
    func aligned(_ offset: Int) -> Int { (offset + 63) / 64 * 64 }
    flagOffset = aligned(placement.places.count * MemoryLayout<UnsafeMutableRawPointer>.stride)
    scalarOffset = flagOffset + 64
    slabOffset = aligned(scalarOffset + 8 * table.scalars.count)
  }

  deinit {
    places.deallocate()
    constants.deallocate()
  }

  func run(inputs: [Storage], scalars: [ScalarBits]) throws(TensorError) -> [Storage] {
    try check(inputs, scalars)
    var results: [HostStorage] = []
    results.reserveCapacity(resultByteCounts.count)
    for byteCount in resultByteCounts { results.append(try BufferPool.storage(byteCount: byteCount)) }
    let memory = try BufferPool.shared.allocate(slabOffset + slabByteCount)
    defer { BufferPool.shared.release(memory) }
    for (place, scalar) in self.scalars.enumerated() {
      scalars[scalar.argument].store(as: scalar.type, to: memory + scalarOffset + 8 * place)
    }
    let context = RunContext(
      buffers: memory.assumingMemoryBound(to: UnsafeMutableRawPointer.self), scalars: scalars,
      foundZero: (memory + flagOffset).initializeMemory(as: Atomic<Bool>.self, to: Atomic(false)))
    try setAddresses(context.buffers, memory, inputs, results)
    for step in steps { try StepTimes.run(step, context) }
    return outputs.map { output in
      switch output {
      case .input(let place): inputs[place]
      case .result(let place): results[place]
      }
    }
  }

  private func check(_ inputs: [Storage], _ scalars: [ScalarBits]) throws(TensorError) {
    guard inputs.count == inputByteCounts.count, scalars.count == scalarCount else {
      throw TensorError(
        .invalidArgument, "run",
        "the plan takes \(inputByteCounts.count) inputs and \(scalarCount) scalars, not \(inputs.count) and "
          + "\(scalars.count)")
    }
    for place in inputs.indices where inputs[place].byteCount < inputByteCounts[place] {
      throw TensorError(
        .invalidArgument, "run",
        "input \(place) has \(inputs[place].byteCount) bytes, and the plan reads \(inputByteCounts[place])")
    }
  }

  private func setAddresses(
    _ buffers: UnsafeMutablePointer<UnsafeMutableRawPointer>, _ memory: UnsafeMutableRawPointer, _ inputs: [Storage],
    _ results: [HostStorage]
  ) throws(TensorError) {
    for index in places.indices {
      buffers[index] =
        switch places[index] {
        case .scalars: memory + scalarOffset
        case .constants: constants
        case .input(let place): UnsafeMutableRawPointer(mutating: try inputs[place].hostPointer())
        case .result(let place): results[place].pointer
        case .slab(let offset): memory + slabOffset + offset
        }
    }
  }
}

extension CPUPlan: CustomStringConvertible {
  /// One line for each step, and the totals.
  var description: String {
    var lines = steps.enumerated().map { "\($0): \($1.summary)" }
    let read = steps.reduce(0) { $0 + $1.summary.bytesRead }
    let written = steps.reduce(0) { $0 + $1.summary.bytesWritten }
    let flops = steps.reduce(0) { $0 + $1.summary.flops }
    lines.append(
      "\(steps.count) steps, reads \(read) bytes, writes \(written) bytes, \(flops) flops, at most \(slabByteCount) "
        + "bytes of temporary memory")
    return lines.joined(separator: "\n")
  }
}

extension StepSummary: CustomStringConvertible {
  var description: String {
    "\(name), reads \(bytesRead) bytes, writes \(bytesWritten) bytes, "
      + "\(flops) flops"
  }
}
