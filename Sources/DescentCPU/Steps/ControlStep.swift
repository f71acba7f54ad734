import DescentGraph

/// Runs a control operation: its bodies are plans of their own, run as often as values say.
final class ControlStep: Step, @unchecked Sendable {
  private let program: ControlProgram
  private let plans: [CPUPlan]
  private let operands: [MemoryPlace]
  private let result: MemoryPlace
  /// The bytes of the outputs of each body.
  private let byteCounts: [[Int]]
  /// The wanted results, by number.
  private let parts: [Int: ControlProgram.Part]

  init(
    _ program: ControlProgram, operands: [MemoryPlace], result: MemoryPlace, granularity: Granularity,
    summary: StepSummary
  ) throws(TensorError) {
    self.program = program
    (self.operands, self.result) = (operands, result)
    var plans: [CPUPlan] = []
    for graph in program.graphs {
      plans.append(try Compiler(graph, granularity, constantInputs: program.constants).plan())
    }
    self.plans = plans
    byteCounts = program.graphs.map { graph in graph.outputs.map { graph.instructions[$0].byteCount } }
    parts = Dictionary(uniqueKeysWithValues: program.parts.map { ($0.index, $0) })
    var summary = summary
    summary.operations = plans.flatMap { $0.steps.flatMap(\.summary.operations) }
    summary.flops = program.mostRuns * plans.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.summary.flops } }
    super.init(reads: operands.map(\.buffer), writes: [result.buffer], summary: summary)
  }

  override func run(_ context: RunContext) throws(TensorError) {
    let inputs = operands.map { context.address(of: $0) }
    let memory = context.address(of: result)
    let scalars = program.scalars(of: context)
    switch program.form {
    case .conditional: try choose(inputs, scalars, memory)
    case .whileLoop(let carries): try loop(Int(carries), inputs, scalars, memory)
    case .scan(let form): try scan(form, inputs, scalars[0], memory)
    }
  }

  private func start(
    _ index: Int, carries: Int, _ inputs: [UnsafeMutableRawPointer], _ scalars: [ScalarBits]
  ) throws(TensorError) -> BodyRun {
    try BodyRun(plans[index], carries: carries, byteCounts[index], scalars: scalars, inputs: inputs)
  }

  // MARK: Targets

  /// Where a wanted result stands; nil for one that is not wanted.
  private func target(_ result: Int, _ memory: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    parts[result].map { memory + $0.byteOffset }
  }

  /// Where one element of a wanted stack of results stands.
  private func target(_ result: Int, at place: Int, _ memory: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    parts[result].map { memory + $0.byteOffset + place * ($0.byteCount / $0.signature.shape[0]) }
  }

  private func store(_ address: UnsafeMutableRawPointer, as result: Int, _ memory: UnsafeMutableRawPointer) {
    guard let part = parts[result] else { return }
    (memory + part.byteOffset).copyMemory(from: address, byteCount: part.byteCount)
  }

  // MARK: Forms

  private func choose(
    _ inputs: [UnsafeMutableRawPointer], _ scalars: [[ScalarBits]], _ memory: UnsafeMutableRawPointer
  ) throws(TensorError) {
    let branch = inputs[0].load(as: UInt8.self) != 0 ? 0 : 1
    var body = try start(branch, carries: 0, Array(inputs.dropFirst()), scalars[branch])
    try body(program.outputs.map { target($0, memory) })
  }

  private func loop(
    _ carries: Int, _ inputs: [UnsafeMutableRawPointer], _ scalars: [[ScalarBits]], _ memory: UnsafeMutableRawPointer
  ) throws(TensorError) {
    var condition = try start(0, carries: 0, inputs, scalars[0])
    var body = try start(1, carries: carries, inputs, scalars[1])
    let nowhere = [UnsafeMutableRawPointer?](repeating: nil, count: max(1, carries))
    while true {
      try condition(nowhere)
      if condition.outputs[0].load(as: UInt8.self) == 0 { break }
      try body(nowhere)
      for index in 0..<carries {
        body.inputs[index] = body.outputs[index]
        condition.inputs[index] = body.outputs[index]
      }
    }
    for index in 0..<carries { store(condition.inputs[index], as: index, memory) }
  }

  /// A carry whose values are wanted goes from step to step in their stack, and to its last value at the end.
  private func scan(
    _ form: ScanForm, _ inputs: [UnsafeMutableRawPointer], _ scalars: [ScalarBits], _ memory: UnsafeMutableRawPointer
  ) throws(TensorError) {
    let (carries, length) = (Int(form.carries), Int(form.length))
    if length == 0 { return (0..<carries).forEach { store(inputs[$0], as: $0, memory) } }
    let sequences = carries..<carries + Int(form.sequences)
    let strides = program.bodies[0].arguments.map(\.byteCount)
    func place(_ step: Int) -> Int { form.isReversed ? length - 1 - step : step }
    var body = try start(0, carries: carries, inputs, scalars)
    var targets = [UnsafeMutableRawPointer?](repeating: nil, count: program.outputs.count)
    for index in 0..<carries {
      target(carries + index, at: place(0), memory)?.copyMemory(from: inputs[index], byteCount: strides[index])
    }
    for step in 0..<length {
      for index in sequences { body.inputs[index] = inputs[index] + place(step) * strides[index] }
      for (index, result) in program.outputs.enumerated() {
        targets[index] =
          if index >= carries { target(carries + result, at: place(step), memory) } else if step == length - 1 {
            target(index, memory)
          } else { target(carries + index, at: place(step + 1), memory) }
      }
      try body(targets)
      for index in 0..<carries { body.inputs[index] = body.outputs[index] }
    }
  }
}

extension ControlProgram {
  /// What the bodies compute.
  fileprivate var graphs: [Graph] {
    bodies.enumerated().map { index, body in
      var graph = body.graph
      // A loop's condition has one result.
      if index == bodies.count - 1 || form == .conditional { graph.outputs = outputs.map { graph.outputs[$0] } }
      return graph
    }
  }

  /// The arguments of bodies that are the same in every run.
  fileprivate var constants: Range<Int> {
    let arguments = bodies[0].arguments.count
    return switch form {
    case .conditional: 0..<0
    case .whileLoop(let carries): carries..<arguments
    case .scan(let form): Int(form.carries + form.sequences)..<arguments
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

extension Body.Signature {
  /// The bytes of a value.
  fileprivate var byteCount: Int { shape.elementCount * scalarType.byteCount }
}

extension Graph.Instruction {
  /// The bytes of the result.
  fileprivate var byteCount: Int { shape.elementCount * scalarType.byteCount }
}
