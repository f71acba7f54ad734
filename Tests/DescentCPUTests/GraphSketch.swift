import DescentGraph
import TestSupport
import Testing

@testable import DescentCPU

/// A graph in the making, with the values that it is run with.
struct GraphSketch {
  private(set) var graph = Graph()
  private(set) var inputs: [ReferenceTensor] = []
  private(set) var scalars: [ScalarBits] = []

  func shape(_ value: Int) -> Shape { graph.instructions[value].shape }
  func type(_ value: Int) -> ScalarType { graph.instructions[value].scalarType }

  mutating func input(_ values: [Double], _ shape: Shape, _ type: ScalarType = .float32) -> Int {
    inputs.append(ReferenceTensor(values, shape, type))
    return graph.appendInput(shape, type)
  }

  /// An input of numbers that look random.
  mutating func input(_ shape: Shape, _ type: ScalarType = .float32, seed: UInt64 = 1) -> Int {
    var generator = SplitMix64(seed: seed)
    let range = type == .bool ? 0.0..<2.0 : type.isInteger ? -9.0..<10.0 : -2.0..<2.0
    let values = generator.doubles(shape.elementCount, in: range)
    return input(values.map { type == .bool ? $0.rounded(.down) : $0 }, shape, type)
  }

  mutating func fill(_ value: Double, _ shape: Shape, _ type: ScalarType = .float32) -> Int {
    scalars.append(ScalarBits(value, as: type))
    return graph.append(.fill(ScalarBits(value, as: type)), shape, type, operands: [])
  }

  mutating func append(_ operation: DescentGraph.Operation, _ shape: Shape, _ type: ScalarType, _ operands: Int...)
    -> Int
  {
    graph.append(operation, shape, type, operands: operands)
  }

  mutating func unary(_ function: Unary, _ x: Int) -> Int { append(.unary(function), shape(x), type(x), x) }

  mutating func binary(_ function: Binary, _ x: Int, _ y: Int) -> Int {
    append(.binary(function), shape(x), type(x), x, y)
  }

  mutating func compare(_ comparison: Comparison, _ x: Int, _ y: Int) -> Int {
    append(.compare(comparison), shape(x), .bool, x, y)
  }

  mutating func convert(_ x: Int, to type: ScalarType) -> Int { append(.convert, shape(x), type, x) }

  mutating func reduce(_ reduction: Reduction, _ x: Int, _ axes: AxisSet) -> Int {
    append(.reduce(reduction, axes), shape(x).removing(axes), type(x), x)
  }

  mutating func argument(_ extremum: Extremum, _ x: Int, axis: Int) -> Int {
    append(.argument(extremum, axis: UInt8(axis)), shape(x).removing([axis]), .int64, x)
  }

  mutating func broadcast(_ x: Int, to shape: Shape, along axes: AxisSet) -> Int {
    append(.broadcast(axes), shape, type(x), x)
  }

  mutating func reshape(_ x: Int, to shape: Shape) -> Int { append(.reshape, shape, type(x), x) }

  mutating func transpose(_ x: Int, _ axes: [Int]) -> Int {
    append(.transpose(AxisList(axes)), Shape(axes.map { shape(x)[$0] }), type(x), x)
  }

  /// Every `stride`-th element of each axis, backwards if it is negative, from the end that it starts at.
  mutating func slice(_ x: Int, strides: [Int]) -> Int {
    var window = Window(rank: strides.count)
    var result = shape(x)
    for (axis, stride) in strides.enumerated() {
      window.strides[axis] = Int32(stride)
      window.starts[axis] = Int32(stride < 0 ? max(0, shape(x)[axis] - 1) : 0)
      result[axis] = (shape(x)[axis] + abs(stride) - 1) / abs(stride)
    }
    return append(.slice(window), result, type(x), x)
  }

  mutating func place(_ x: Int, starts: [Int], strides: [Int], in shape: Shape) -> Int {
    var window = Window(rank: starts.count)
    for axis in starts.indices {
      window.starts[axis] = Int32(starts[axis])
      window.strides[axis] = Int32(strides[axis])
    }
    return append(.place(window), shape, type(x), x)
  }

  mutating func concatenate(_ operands: [Int], axis: Int) -> Int {
    var result = shape(operands[0])
    result[axis] = operands.reduce(0) { $0 + shape($1)[axis] }
    return graph.append(.concatenate(axis: UInt8(axis)), result, type(operands[0]), operands: operands)
  }

  mutating func gather(_ x: Int, _ indices: Int, axis: Int) -> Int {
    let sizes = shape(x).dimensions
    let result = Shape(sizes[..<axis] + shape(indices).dimensions + sizes[(axis + 1)...])
    return append(.gather(axis: UInt8(axis)), result, type(x), x, indices)
  }

  mutating func contract(_ x: Int, _ y: Int, _ axes: Contraction) -> Int {
    append(.contract(axes), axes.shape(shape(x), shape(y)), type(x), x, y)
  }

  mutating func output(_ values: Int...) { graph.outputs += values }

  // MARK: Running

  /// The operations of each step of the plan.
  func stepNames() throws -> [[String]] {
    try #require(try CPUEngine().compile(graph) as? CPUPlan).steps.map(\.summary.operations)
  }

  /// Runs the graph on an engine.
  func run(on engine: any Engine) throws -> [ReferenceTensor] {
    try run(engine.compile(graph))
  }

  /// Runs a plan of the graph, and checks that the inputs stay as they are.
  func run(_ plan: any Plan) throws -> [ReferenceTensor] {
    let storages = inputs.map(\.storage)
    let results = try plan.run(inputs: storages, scalars: scalars)
    for (storage, input) in zip(storages, inputs) {
      let after = try ReferenceTensor(storage, input.shape, input.scalarType)
      #expect(after.hasSameBits(as: input), "an input was overwritten: \(Combination.description)\n\(graph)")
    }
    return try zip(graph.outputs, results).map { try ReferenceTensor($1, shape($0), type($0)) }
  }

  /// Runs the graph on copies of all inputs, whose memory the results may take.
  func runDonatingInputs(on engine: any Engine) throws -> [ReferenceTensor] {
    var graph = graph
    graph.donatedInputs = Array(inputs.indices)
    let results = try engine.compile(graph).run(inputs: inputs.map(\.storage), scalars: scalars)
    return try zip(graph.outputs, results).map { try ReferenceTensor($1, shape($0), type($0)) }
  }

  /// Expects the engines, which cut their work in several ways, to compute what the reference engine does.
  func expectAgreement(_ tolerance: Tolerance, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = try run(on: ReferenceEngine())
    for (name, engine) in GraphSketch.engines {
      let actual = try run(on: engine)
      for (place, (given, kept)) in zip(try runDonatingInputs(on: engine), actual).enumerated() {
        #expect(
          given.hasSameBits(as: kept), "\(name) engine, output \(place), written over donated inputs\n\(graph)",
          sourceLocation: sourceLocation)
      }
      for (place, (actual, expected)) in zip(actual, expected).enumerated() {
        expectClose(
          actual, expected, tolerance.forResults(of: expected.scalarType),
          "\(name) engine, output \(place), \(expected.scalarType) \(expected.shape)\n\(graph)",
          sourceLocation: sourceLocation)
      }
    }
  }

  /// The engine as it is, and one that cuts small tensors into many blocks and items.
  static let engines: [(name: String, engine: CPUEngine)] = [
    ("usual", CPUEngine()),
    (
      "fine",
      CPUEngine(
        Granularity(
          longestRow: 20, longestProgram: 12, longestSegment: 7, blockElements: 16, itemNanoseconds: 0.5,
          epilogueBytes: 1, stripBytes: 64, stripRows: 1, stripCount: 2))
    ),
  ]
}

extension ReferenceTensor {
  /// Whether the elements are the same, NaN included.
  func hasSameBits(as other: ReferenceTensor) -> Bool {
    elements.count == other.elements.count
      && zip(elements, other.elements).allSatisfy { $0 == $1 || ($0.double.isNaN && $1.double.isNaN) }
  }
}
