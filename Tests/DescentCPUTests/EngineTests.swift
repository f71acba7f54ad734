import CDescentRuntime
import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

@Suite(.serialized) struct EngineTests {
  // MARK: Plans

  /// softmax(x) along the last axis.
  private static func softmax(_ sketch: inout GraphSketch, _ x: Int) -> Int {
    let shape = sketch.shape(x)
    let last = AxisSet([shape.rank - 1])
    let largest = sketch.broadcast(sketch.reduce(.max, x, last), to: shape, along: last)
    let powers = sketch.unary(.exp, sketch.binary(.subtract, x, largest))
    let sum = sketch.broadcast(sketch.reduce(.sum, powers, last), to: shape, along: last)
    return sketch.binary(.divide, powers, sum)
  }

  @Test(arguments: [[64, 10], [7, 300], [3, 5, 17], [2, 8000]] as [Shape]) func softmaxIsOneStep(shape: Shape) throws {
    var sketch = GraphSketch()
    let x = sketch.input(shape)
    sketch.output(Self.softmax(&sketch, x))
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    #expect(plan.steps.count == 1)
    #expect(plan.description.contains("row program (max.trailing, subtract, exp, sum.trailing, divide)"))
    #expect(plan.slabByteCount == 0)
    try sketch.expectAgreement(.relative(1e-6))
  }

  @Test func softmaxOfLongRowsNeedsTheirSumsFirst() throws {
    var sketch = GraphSketch()
    let x = sketch.input([3, 20_000])
    sketch.output(Self.softmax(&sketch, x))
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    #expect(plan.steps.count == 3)
    try sketch.expectAgreement(.relative(1e-5))
  }

  @Test func adamIsOneStep() throws {
    var sketch = GraphSketch()
    let shape: Shape = [40, 30]
    let (parameter, gradient) = (sketch.input(shape, seed: 1), sketch.input(shape, seed: 2))
    let (mean, square) = (sketch.input(shape, seed: 3), sketch.unary(.absolute, sketch.input(shape, seed: 4)))
    func scaled(_ x: Int, by factor: Double) -> Int { sketch.binary(.multiply, x, sketch.fill(factor, shape)) }
    let newMean = sketch.binary(.add, scaled(mean, by: 0.9), scaled(gradient, by: 0.1))
    let squared = sketch.binary(.multiply, gradient, gradient)
    let newSquare = sketch.binary(.add, scaled(square, by: 0.999), scaled(squared, by: 0.001))
    let divisor = sketch.binary(.add, sketch.unary(.sqrt, newSquare), sketch.fill(1e-8, shape))
    let update = sketch.binary(.divide, scaled(newMean, by: 0.001), divisor)
    sketch.output(newMean, newSquare, sketch.binary(.subtract, parameter, update))
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    #expect(plan.steps.count == 1)
    #expect(plan.slabByteCount == 0)
    try sketch.expectAgreement(.relative(1e-6))
  }

  /// A layer forward and backward: the bias and relu are one step, and so are mask, product and bias gradient.
  @Test func layersTakeOneStepForEachProductAndOneBetween() throws {
    var sketch = GraphSketch()
    let (x, weight, bias) = (sketch.input([32, 20]), sketch.input([20, 24]), sketch.input([24]))
    let product = sketch.contract(x, weight, Contraction(leftContracting: [1], rightContracting: [0]))
    let sum = sketch.binary(.add, product, sketch.broadcast(bias, to: [32, 24], along: [0]))
    let cotangent = sketch.contract(
      sketch.unary(.relu, sum), weight, Contraction(leftContracting: [1], rightContracting: [1]))
    let back = sketch.contract(cotangent, weight, Contraction(leftContracting: [1], rightContracting: [0]))
    let mask = sketch.compare(.greater, sum, sketch.fill(0, [32, 24]))
    let masked = sketch.append(.select, [32, 24], .float32, mask, back, sketch.fill(0, [32, 24]))
    sketch.output(masked, sketch.reduce(.sum, masked, [0]))
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    #expect(plan.steps.count == 5, "\(plan)")
    try sketch.expectAgreement(.relative(1e-5))
  }

  @Test func temporaryMemoryIsSharedAndUpdatedInPlace() throws {
    var sketch = GraphSketch()
    let numbers = (0..<1024).map { Double($0 * $0 % 5 - 2) }
    var x = sketch.input(numbers, [32, 32])
    let weight = sketch.input(numbers.reversed(), [32, 32])
    for _ in 0..<4 {
      x = sketch.contract(x, weight, Contraction(leftContracting: [1], rightContracting: [0]))
      x = sketch.unary(.sign, x)
    }
    sketch.output(x)
    let plan = try #require(try CPUEngine().compile(sketch.graph) as? CPUPlan)
    // One product and the next, each updated where it lies.
    #expect(plan.slabByteCount == 2 * 32 * 32 * 4)
    try sketch.expectAgreement(.exact)
  }

  @Test func outputsThatNeedNoWorkAreShared() throws {
    var sketch = GraphSketch()
    let x = sketch.input([2, 3])
    let y = sketch.unary(.negate, x)
    sketch.output(sketch.reshape(x, to: [6]), y, sketch.reshape(y, to: [3, 2]), sketch.fill(7, [2]))
    let inputs = sketch.inputs.map(\.storage)
    let results = try CPUEngine().compile(sketch.graph).run(inputs: inputs, scalars: sketch.scalars)
    #expect(results[0] === inputs[0])
    #expect(results[1] === results[2])
    try sketch.expectAgreement(.exact)
  }

  /// Transposed operands are read in tiles, whose registers lie otherwise than memory.
  @Test(arguments: [(16, 16), (70, 130), (33, 1000), (257, 19)]) func transposedOperandsAreRead(rows: Int, columns: Int)
    throws
  {
    var sketch = GraphSketch()
    let shape: Shape = [rows, columns]
    let x = sketch.transpose(sketch.input([columns, rows], seed: 1), [1, 0])
    let rest = sketch.broadcast(sketch.input([rows], seed: 2), to: shape, along: [1])
    let bias = sketch.broadcast(sketch.input([columns], seed: 3), to: shape, along: [0])
    let sum = sketch.binary(
      .add, sketch.binary(.multiply, x, bias), sketch.binary(.maximum, rest, sketch.input(shape, seed: 4)))
    sketch.output(x, sum, sketch.binary(.add, rest, bias), sketch.compare(.less, sum, bias))
    sketch.output(sketch.reduce(.sum, sum, [0]), sketch.reduce(.max, x, [0, 1]))
    try sketch.expectAgreement(.relative(1e-5, floor: 1))
    let cube = sketch.transpose(sketch.input([3, columns, rows], seed: 5), [0, 2, 1])
    sketch.output(sketch.unary(.negate, cube))
    try sketch.expectAgreement(.relative(1e-5, floor: 1))
  }

  // MARK: Threads

  @Test func threadsDoNotChangeBits() throws {
    defer { descent_pool_set_thread_count(0) }
    var sketch = GraphSketch()
    let x = sketch.input([700, 300])
    let weight = sketch.input([300, 200])
    let soft = Self.softmax(&sketch, x)
    let product = sketch.contract(soft, weight, Contraction(leftContracting: [1], rightContracting: [0]))
    let shape: Shape = [700, 200]
    let normal = sketch.append(.random(.normal), shape, .float32, sketch.input([3, 4], [2], .int64))
    let sum = sketch.binary(.add, product, normal)
    sketch.output(
      soft, product, sum, sketch.reduce(.sum, sum, [0]), sketch.reduce(.sum, sum, [1]),
      sketch.reduce(.sum, sum, [0, 1]))
    var results: [[ReferenceTensor]] = []
    for count in [1, 2, 5] {
      descent_pool_set_thread_count(count)
      results.append(try sketch.run(on: CPUEngine()))
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func onePlanRunsOnManyThreads() throws {
    var sketch = GraphSketch()
    let x = sketch.input([300, 50])
    let soft = Self.softmax(&sketch, x)
    sketch.output(sketch.reduce(.sum, sketch.unary(.sqrt, soft), [0]))
    let plan = try CPUEngine().compile(sketch.graph)
    let expected = try sketch.run(plan)
    let captured = sketch
    let results = try onThreads(4) { _ in try (0..<20).map { _ in try captured.run(plan) } }
    #expect(results.allSatisfy { $0.allSatisfy { $0 == expected } })
  }

  // MARK: Errors

  @Test func indicesOutsideAreErrors() throws {
    var sketch = GraphSketch()
    let x = sketch.input([10, 2])
    let indices = sketch.input([0, 9, -10, 12], [2, 2], .int64)
    sketch.output(sketch.gather(x, indices, axis: 0))
    #expect(
      throws: TensorError(
        .indexOutOfBounds, "gather", "index 12 at position 3 is outside axis 0, which has 10 elements")
    ) { try sketch.run(on: CPUEngine()) }
    var other = GraphSketch()
    let updates = other.input([3, 1])
    let places = other.input([0, -3], [1, 2], .int32)
    other.output(
      other.append(
        .scatterAdd(axis: 1), [3, 2], .float32, other.broadcast(updates, to: [3, 1, 2], along: [2]), places))
    #expect(
      throws: TensorError(
        .indexOutOfBounds, "scatterAdd", "index -3 at position 1 is outside axis 1, which has 2 elements")
    ) { try other.run(on: CPUEngine()) }
  }

  @Test func gatheringFromNothingIsAnError() throws {
    var sketch = GraphSketch()
    let x = sketch.input([0])
    sketch.output(sketch.gather(x, sketch.input([0], [1], .int32), axis: 0))
    #expect(throws: TensorError.self) { try sketch.run(on: CPUEngine()) }
  }

  @Test func integersDividedByZeroAreErrors() throws {
    for type in [ScalarType.int32, .int64] {
      for divisors in [[1, 0, 2], [1, 3, 2]] as [[Double]] {
        var sketch = GraphSketch()
        let quotient = sketch.binary(.divide, sketch.input([7, 8, -9], [3], type), sketch.input(divisors, [3], type))
        sketch.output(quotient)
        if divisors.contains(0) {
          let error = TensorError(.divisionByZero, "divide", "an integer is divided by zero")
          #expect(throws: error) { try sketch.run(on: CPUEngine()) }
        } else {
          #expect(try sketch.run(on: CPUEngine()).map(\.integers) == [[7, 2, -4]])
        }
      }
    }
  }

  @Test func tensorsBeyondMemoryAreErrors() throws {
    var sketch = GraphSketch()
    let huge = Shape([Int](repeating: 1 << 16, count: 4))
    sketch.output(sketch.fill(1, huge))
    #expect(throws: TensorError.self) { try sketch.run(on: CPUEngine()) }
    var large = GraphSketch()
    large.output(large.fill(1, [1 << 30, 1 << 16]))
    #expect(throws: TensorError.self) { try large.run(on: CPUEngine()) }
  }

  @Test func failedOperationsAreErrors() throws {
    var sketch = GraphSketch()
    sketch.output(sketch.append(.invalid, [], .float32))
    #expect(throws: TensorError.self) { try CPUEngine().compile(sketch.graph) }
  }

  @Test func missingInputsAreErrors() throws {
    var sketch = GraphSketch()
    sketch.output(sketch.unary(.exp, sketch.input([4])))
    let plan = try CPUEngine().compile(sketch.graph)
    #expect(throws: TensorError.self) { try plan.run(inputs: [], scalars: []) }
    #expect(throws: TensorError.self) { try plan.run(inputs: [HostStorage(allocating: 8)], scalars: []) }
  }
}
