import DescentGraph

/// Runs a control operation: its bodies are plans of their own, run as often as values say.
final class ControlStep: Step, @unchecked Sendable {
  private let program: ControlProgram
  private let plans: [CPUPlan]
  private let operands: [MemoryPlace]
  private let byteCounts: [Int]
  private let result: MemoryPlace

  init(
    _ program: ControlProgram, operands: [MemoryPlace], result: MemoryPlace, granularity: Granularity,
    summary: StepSummary
  ) throws(TensorError) {
    self.program = program
    (self.operands, self.result) = (operands, result)
    var plans: [CPUPlan] = []
    for body in program.bodies { plans.append(try Compiler(body.graph, granularity).plan()) }
    self.plans = plans
    byteCounts = program.operandByteCounts
    var summary = summary
    summary.operations = plans.flatMap { $0.steps.flatMap(\.summary.operations) }
    summary.flops = program.mostRuns * plans.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.summary.flops } }
    super.init(reads: operands.map(\.buffer), writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let storages = zip(operands, byteCounts).map { HostStorage(borrowing: context.address(of: $0), byteCount: $1) }
    let results = PackedResults(program, context.address(of: result))
    let scalars = program.scalars(of: context)
    func run(_ body: Int, _ inputs: [Storage]) throws(TensorError) -> [Storage] {
      try plans[body].run(inputs: inputs, scalars: scalars[body])
    }
    switch program.form {
    case .conditional:
      let values = try run(try isTrue(storages[0]) ? 0 : 1, Array(storages.dropFirst()))
      for (index, value) in values.enumerated() { try results.store(value, as: index) }
    case .whileLoop(let carries):
      var values: [Storage] = storages
      while try isTrue(try run(0, values)[0]) { values.replaceSubrange(..<carries, with: try run(1, values)) }
      for index in 0..<carries { try results.store(values[index], as: index) }
    case .scan(let form): try scan(form, storages, scalars[0], results)
    }
  }

  private func isTrue(_ storage: Storage) throws(TensorError) -> Bool {
    try storage.hostPointer().load(as: UInt8.self) != 0
  }

  private func scan(
    _ form: ScanForm, _ storages: [HostStorage], _ scalars: [ScalarBits], _ results: PackedResults
  ) throws(TensorError) {
    let (carries, length) = (Int(form.carries), Int(form.length))
    var inputs: [Storage] = storages
    for step in 0..<length {
      let place = form.isReversed ? length - 1 - step : step
      for index in carries..<carries + Int(form.sequences) {
        let byteCount = byteCounts[index] / length
        inputs[index] = HostStorage(borrowing: storages[index].pointer + place * byteCount, byteCount: byteCount)
      }
      for index in 0..<carries { try results.store(inputs[index], as: carries + index, at: place) }
      let values = try plans[0].run(inputs: inputs, scalars: scalars)
      inputs.replaceSubrange(..<carries, with: values[..<carries])
      for index in carries..<values.count { try results.store(values[index], as: carries + index, at: place) }
    }
    for index in 0..<carries { try results.store(inputs[index], as: index) }
  }
}

/// The packed results of a control operation, as far as they are wanted.
private struct PackedResults {
  private var parts: [ControlProgram.Part?] = []
  private let memory: UnsafeMutableRawPointer

  init(_ program: ControlProgram, _ memory: UnsafeMutableRawPointer) {
    for part in program.parts {
      while parts.count <= part.index { parts.append(nil) }
      parts[part.index] = part
    }
    self.memory = memory
  }

  /// Copies a value to its part, or to one place along the part's first axis.
  func store(_ value: Storage, as index: Int, at place: Int? = nil) throws(TensorError) {
    guard index < parts.count, let part = parts[index] else { return }
    let byteCount = place == nil ? part.byteCount : part.byteCount / part.signature.shape[0]
    let target = memory + part.byteOffset + (place ?? 0) * byteCount
    target.copyMemory(from: try value.hostPointer(), byteCount: byteCount)
  }
}

extension HostStorage {
  /// Memory that belongs to someone who outlives the storage.
  fileprivate convenience init(borrowing pointer: UnsafeMutableRawPointer, byteCount: Int) {
    self.init(pointer, byteCount: byteCount) { _ in }
  }
}

extension ControlProgram {
  /// The bytes of each operand.
  fileprivate var operandByteCounts: [Int] {
    let arguments = bodies[0].arguments.map { $0.shape.elementCount * $0.scalarType.byteCount }
    switch form {
    case .conditional: return [1] + arguments
    case .whileLoop: return arguments
    case .scan(let form):
      let sequences = Int(form.carries)..<Int(form.carries + form.sequences)
      return arguments.enumerated().map { $1 * (sequences.contains($0) ? Int(form.length) : 1) }
    }
  }

  /// The numbers of each body in a run.
  fileprivate func scalars(of context: RunContext) -> [[ScalarBits]] {
    var start = firstScalar
    return bodies.map { body in
      defer { start += body.scalars.count }
      return Array(context.scalars[start..<start + body.scalars.count])
    }
  }

  /// How often bodies run, as far as that is known.
  fileprivate var mostRuns: Int {
    if case .scan(let form) = form { Int(form.length) } else { 1 }
  }
}
