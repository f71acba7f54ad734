import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// Inputs of products that stay the same from run to run are packed once, which changes no bit.
@Suite struct KeptPanelsTests {
  private static let plain = Contraction(leftContracting: [1], rightContracting: [0])

  /// x·w with `rows` rows, w [300, 200], or x·wᵀ with w [200, 300], and a second layer.
  private func layers(rows: Int, _ type: ScalarType = .float32, isTransposed: Bool = false) -> GraphSketch {
    var sketch = GraphSketch()
    let x = sketch.input([rows, 300], type)
    let w = sketch.input(isTransposed ? [200, 300] : [300, 200], type, seed: 2)
    let v = sketch.input([200, 120], type, seed: 3)
    let axes = isTransposed ? Contraction(leftContracting: [1], rightContracting: [1]) : Self.plain
    let hidden = sketch.unary(.tanh, sketch.contract(x, w, axes))
    sketch.output(sketch.contract(hidden, v, Self.plain))
    return sketch
  }

  @Test(arguments: [ScalarType.float32, .float64], [false, true])
  func runsHaveTheSameBits(type: ScalarType, isTransposed: Bool) throws {
    for rows in [16, 40, 128] {
      let sketch = layers(rows: rows, type, isTransposed: isTransposed)
      for (name, engine) in GraphSketch.engines {
        let plan = try engine.compile(sketch.graph)
        let storages = sketch.inputs.map(\.storage)
        let runs = try (0..<5).map { _ in
          let result = try plan.run(inputs: storages, scalars: sketch.scalars)
          return try ReferenceTensor(result[0], [rows, 120], type)
        }
        for (number, run) in runs.enumerated() {
          #expect(run.hasSameBits(as: runs[0]), "\(name) engine, \(rows) rows, run \(number)")
        }
      }
    }
    try layers(rows: 16, type, isTransposed: isTransposed)
      .expectAgreement(.relative(type == .float32 ? 1e-4 : 1e-12, floor: 1))
  }

  @Test func weightsArePackedAtTheThirdRun() throws {
    let sketch = layers(rows: 64)
    let plan = try CPUEngine().compile(sketch.graph)
    let weights = sketch.inputs.dropFirst().map(\.storage)
    for run in 1...5 {
      // A batch is another one each time.
      _ = try plan.run(inputs: [sketch.inputs[0].storage] + weights, scalars: sketch.scalars)
      #expect(weights.map(\.derivedCount) == (run < 3 ? [0, 0] : [1, 1]), "run \(run)")
    }
  }

  /// Where one operand has so many lines that packing the other costs little, its memory isn't spent.
  @Test func largeBatchesKeepNothing() throws {
    let sketch = layers(rows: 600)
    let plan = try CPUEngine().compile(sketch.graph)
    let storages = sketch.inputs.map(\.storage)
    for _ in 0..<5 { _ = try plan.run(inputs: storages, scalars: sketch.scalars) }
    #expect(storages[1].derivedCount == 0)
  }

  @Test func whatIsDonatedIsNotPacked() throws {
    var sketch = layers(rows: 64)
    let w = 1
    sketch.output(sketch.binary(.add, w, w))
    var graph = sketch.graph
    graph.donatedInputs = [w]
    let plan = try CPUEngine().compile(graph)
    let expected = try sketch.run(on: ReferenceEngine())
    for _ in 0..<4 {
      let storages = sketch.inputs.map(\.storage)
      let results = try plan.run(inputs: storages, scalars: sketch.scalars)
      #expect(storages[w].derivedCount == 0)
      #expect(try ReferenceTensor(results[1], [300, 200], .float32).hasSameBits(as: expected[1]))
    }
  }

  @Test func eightThreadsShareThePanels() throws {
    let sketch = layers(rows: 64)
    let plan = try CPUEngine().compile(sketch.graph)
    let storages = sketch.inputs.map(\.storage)
    let first = try plan.run(inputs: storages, scalars: sketch.scalars)
    let expected = try ReferenceTensor(first[0], [64, 120], .float32)
    let same = try onThreads(8) { _ in
      try (0..<10).allSatisfy { _ in
        let results = try plan.run(inputs: storages, scalars: [])
        return try ReferenceTensor(results[0], [64, 120], .float32).hasSameBits(as: expected)
      }
    }
    #expect(same == Array(repeating: true, count: 8))
    #expect(storages[1].derivedCount == 1)
  }
}
