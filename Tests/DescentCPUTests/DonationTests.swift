import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Where results lie that may take the memory of inputs.
///
/// That they are right is checked with every sketch.
@Suite struct PlanDonationTests {
  /// A step with momentum: m' = 0.9m + g, w' = w − 0.1m'.
  private func momentum() -> GraphSketch {
    var sketch = GraphSketch()
    let shape: Shape = [20, 30]
    let (w, m, g) = (sketch.input(shape), sketch.input(shape, seed: 2), sketch.input(shape, seed: 3))
    let mean = sketch.binary(.add, sketch.binary(.multiply, sketch.fill(0.9, shape), m), g)
    let moved = sketch.binary(.subtract, w, sketch.binary(.multiply, sketch.fill(0.1, shape), mean))
    sketch.output(moved, mean)
    return sketch
  }

  private func results(_ sketch: GraphSketch, donating inputs: [Int]) throws -> (inputs: [Storage], results: [Storage])
  {
    var graph = sketch.graph
    graph.donatedInputs = inputs
    let storages = sketch.inputs.map(\.storage)
    return (storages, try CPUEngine().compile(graph).run(inputs: storages, scalars: sketch.scalars))
  }

  @Test func aStepIsTakenInPlace() throws {
    let sketch = momentum()
    let (inputs, results) = try results(sketch, donating: [0, 1])
    #expect(results[0] === inputs[0] && results[1] === inputs[1])
    try sketch.expectAgreement(.relative(1e-6, floor: 1))
  }

  @Test func onlyWhatIsDonatedIsOverwritten() throws {
    let sketch = momentum()
    let (inputs, results) = try results(sketch, donating: [1])
    #expect(results[1] === inputs[1])
    #expect(!inputs.contains { $0 === results[0] })
    #expect(try ReferenceTensor(inputs[0], [20, 30], .float32).hasSameBits(as: sketch.inputs[0]))
  }

  /// A product reads the weight after the place where its update was written down.
  @Test func laterReadersComeFirst() throws {
    var sketch = GraphSketch()
    let (w, x) = (sketch.input([16, 16]), sketch.input([16, 16], seed: 2))
    let square = Contraction(leftContracting: [1], rightContracting: [0])
    let first = sketch.contract(x, w, square)
    let second = sketch.contract(first, w, square)
    sketch.output(sketch.binary(.add, w, first), second)
    let (inputs, results) = try results(sketch, donating: [0])
    #expect(results[0] === inputs[0])
    try sketch.expectAgreement(.relative(1e-5, floor: 1))
  }

  /// A product and a lookup that nothing but the loss needs.
  @Test func readersThatStandLaterComeFirst() throws {
    var sketch = GraphSketch()
    let (w, g, x) = (sketch.input([20, 30]), sketch.input([20, 30], seed: 2), sketch.input([30, 4], seed: 3))
    sketch.output(sketch.binary(.subtract, w, g))
    sketch.output(sketch.contract(w, x, Contraction(leftContracting: [1], rightContracting: [0])))
    let rows = sketch.input([1, 19, 4], [3], .int64)
    sketch.output(sketch.gather(w, rows, axis: 0))
    let (inputs, results) = try results(sketch, donating: [0])
    #expect(results[0] === inputs[0])
    try sketch.expectAgreement(.relative(1e-5, floor: 1))
  }

  @Test func anInputThatIsAnOutputStays() throws {
    var sketch = GraphSketch()
    let x = sketch.input([300])
    sketch.output(x, sketch.unary(.exp, x))
    let (inputs, results) = try results(sketch, donating: [0])
    #expect(results[0] === inputs[0] && results[1] !== inputs[0])
    try sketch.expectAgreement(.relative(1e-6, floor: 1))
  }

  @Test func afterAnErrorInputsAreAsTheyWere() throws {
    var sketch = GraphSketch()
    let (x, zeros) = (sketch.input([300]), sketch.input([0, 1], [2], .int32))
    let (rows, indices) = (sketch.input([4, 3], seed: 4), sketch.input([1, 9], [2], .int64))
    for bad in [sketch.binary(.divide, zeros, zeros), sketch.gather(rows, indices, axis: 0)] {
      var whole = sketch
      whole.output(whole.unary(.exp, x), bad)
      var graph = whole.graph
      graph.donatedInputs = [0]
      let storages = whole.inputs.map(\.storage)
      let plan = try CPUEngine().compile(graph)
      #expect(throws: TensorError.self) { try plan.run(inputs: storages, scalars: whole.scalars) }
      #expect(try ReferenceTensor(storages[0], [300], .float32).hasSameBits(as: whole.inputs[0]))
    }
  }
}
