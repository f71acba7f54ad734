import DescentGraph

/// What the embedded engine made of a graph: steps in order, and where their arrays lie.
final class CPUPlan: Plan, @unchecked Sendable {
  /// Where an output of the graph is found after the steps.
  enum Output {
    case input(Int)
    case result(Int)
  }

  let steps: [Step]
  /// How many of the steps, the first ones, compute what stays the same in all runs of a loop.
  let preparationCount: Int
  let slabByteCount: Int
  let memory: Memory
  let places: UnsafeMutableBufferPointer<MemoryPlacement.Place>
  let resultByteCounts: [Int]
  let outputs: [Output]
  /// The buffers that each input is read through, and those that each result is written through.
  let inputBuffers, resultBuffers: [[Int]]
  /// The bytes that each input has at least, by number.
  private let inputByteCounts: [Int]
  let scalars: [(argument: Int, type: ScalarType)]
  private let scalarCount: Int
  /// The inputs that come last: panels of others.
  private let panels: [KeptPanels]
  private let variants: PanelVariants?
  let constants: UnsafeMutableRawPointer

  init(
    _ steps: [Step], preparationCount: Int, _ placement: MemoryPlacement, _ table: BufferTable, outputs: [Output],
    inputByteCounts: [Int], panels: [KeptPanels] = [], variants: PanelVariants? = nil
  ) {
    (self.steps, self.preparationCount, self.outputs) = (steps, preparationCount, outputs)
    (self.inputByteCounts, self.panels, self.variants) = (inputByteCounts, panels, variants)
    slabByteCount = placement.slabByteCount
    resultByteCounts = placement.resultByteCounts
    (scalars, scalarCount) = (table.scalars, table.argumentCount)
    places = .allocate(capacity: placement.places.count)
    _ = places.initialize(from: placement.places)
    constants = .allocate(byteCount: max(8, 8 * table.constants.count), alignment: 64)
    for (place, constant) in table.constants.enumerated() {
      constant.bits.store(as: constant.type, to: constants + 8 * place)
    }
    var (inputBuffers, resultBuffers) = (inputByteCounts.map { _ in [Int]() }, resultByteCounts.map { _ in [Int]() })
    for (index, place) in placement.places.enumerated() {
      switch place {
      case .input(let input): inputBuffers[input].append(index)
      case .result(let result): resultBuffers[result].append(index)
      case .scalars, .constants, .slab: continue
      }
    }
    (self.inputBuffers, self.resultBuffers) = (inputBuffers, resultBuffers)
    memory = Memory(
      bufferCount: places.count, scalarCount: table.scalars.count, slabByteCount: placement.slabByteCount)
  }

  deinit {
    places.deallocate()
    constants.deallocate()
  }

  func run(inputs: [Storage], scalars: [ScalarBits]) throws(TensorError) -> [Storage] {
    try check(inputs, scalars)
    if let variant = try variants?.variant(for: inputs) { return try variant.run(inputs: inputs, scalars: scalars) }
    let inputs = panels.isEmpty ? inputs : inputs + (try panelStorages(inputs))
    var results: [HostStorage] = []
    results.reserveCapacity(resultByteCounts.count)
    for byteCount in resultByteCounts { results.append(try BufferPool.storage(byteCount: byteCount)) }
    let run = try PlanRun(self, scalars: scalars)
    for (place, input) in inputs.enumerated() {
      run.setInput(place, to: UnsafeMutableRawPointer(mutating: try input.hostPointer()))
    }
    for (place, result) in results.enumerated() { run.setResult(place, to: result.pointer) }
    try run.prepare()
    try run.run()
    return outputs.map { output in
      switch output {
      case .input(let place): inputs[place]
      case .result(let place): results[place]
      }
    }
  }

  private func panelStorages(_ inputs: [Storage]) throws(TensorError) -> [Storage] {
    var storages: [Storage] = []
    for panels in panels { storages.append(try panels.storage(of: inputs[panels.input])) }
    return storages
  }

  private func check(_ inputs: [Storage], _ scalars: [ScalarBits]) throws(TensorError) {
    guard inputs.count == inputByteCounts.count - panels.count, scalars.count == scalarCount else {
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
