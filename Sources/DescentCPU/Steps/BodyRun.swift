import DescentGraph

/// A body of a control operation at work, once or again and again.
///
/// What it puts out is written where it is to stay, or to memory that two runs use by turns, so that a carry is read
/// where the step before left it. Nothing is copied but what is put out to two places, and what a body passes on as it
/// got it; nothing is allocated once the first run has begun.
struct BodyRun: ~Copyable {
  private let plan: CPUPlan
  private let run: PlanRun
  /// How many inputs, the first ones, the next run takes from the outputs of this one.
  private let carries: Int
  /// The bytes of each output.
  private let byteCounts: [Int]
  /// Where the inputs of the next run lie.
  var inputs: [UnsafeMutableRawPointer]
  /// Where the outputs of the last run lie.
  private(set) var outputs: [UnsafeMutableRawPointer] = []
  private let spareOffsets: SpareOffsets
  private var isPrepared = false
  private var isOddRun = false

  init(
    _ plan: CPUPlan, carries: Int, _ byteCounts: [Int], scalars: [ScalarBits], inputs: [UnsafeMutableRawPointer]
  ) throws(TensorError) {
    (self.plan, self.carries, self.inputs, self.byteCounts) = (plan, carries, inputs, byteCounts)
    spareOffsets = SpareOffsets(plan, byteCounts)
    run = try PlanRun(plan, scalars: scalars, spareByteCount: 2 * spareOffsets.byteCount)
    outputs = .init(repeating: run.spare, count: plan.outputs.count)
  }

  /// Runs the body; each output goes to its target, if it has one.
  ///
  /// A carry's next value must not have the memory of its last one as its target.
  mutating func callAsFunction(_ targets: [UnsafeMutableRawPointer?]) throws(TensorError) {
    let spare = run.spare + (isOddRun ? spareOffsets.byteCount : 0)
    isOddRun.toggle()
    for result in plan.resultByteCounts.indices { run.setResult(result, to: spare + spareOffsets.results[result]) }
    for (index, output) in plan.outputs.enumerated().reversed() {
      // The first of the targets of a result that is put out several times.
      if case .result(let result) = output, let target = targets[index] { run.setResult(result, to: target) }
    }
    for (input, address) in inputs.enumerated() { run.setInput(input, to: address) }
    if !isPrepared { try run.prepare() }
    isPrepared = true
    try run.run()
    settleOutputs(targets, spare)
  }

  /// Notes where outputs lie, and copies those that lie elsewhere than they should.
  private mutating func settleOutputs(_ targets: [UnsafeMutableRawPointer?], _ spare: UnsafeMutableRawPointer) {
    for (index, output) in plan.outputs.enumerated() {
      var address: UnsafeMutableRawPointer
      var target = targets[index]
      let isCarry = index < carries
      switch output {
      case .result(let result): address = run.address(ofResult: result)
      case .input(let input):
        address = inputs[input]
        // The memory of another carry may be written while this one is still read.
        if target == nil, isCarry, input < carries, input != index { target = spare + spareOffsets.outputs[index] }
      }
      if let target, target != address {
        target.copyMemory(from: address, byteCount: byteCounts[index])
        address = target
      }
      outputs[index] = address
    }
  }
}

/// Where results, and outputs that are inputs, stand in memory that runs use by turns.
private struct SpareOffsets {
  var results: [Int] = []
  var outputs: [Int] = []
  var byteCount = 0

  init(_ plan: CPUPlan, _ byteCounts: [Int]) {
    for bytes in plan.resultByteCounts { results.append(take(bytes)) }
    for (output, bytes) in zip(plan.outputs, byteCounts) {
      if case .input = output { outputs.append(take(bytes)) } else { outputs.append(0) }
    }
  }

  private mutating func take(_ bytes: Int) -> Int {
    defer { byteCount += (bytes + 63) / 64 * 64 }
    return byteCount
  }
}
