import Testing

@testable import DescentGraph

struct GraphTests {
  /// A small graph with places to change.
  private func graph(
    _ operation: Operation = .binary(.add), shape: Shape = [2, 3], type: ScalarType = .float32,
    operands: [Int] = [0, 1], fill: Double = 1, outputs: [Int] = [3]
  ) -> Graph {
    var graph = Graph()
    _ = graph.appendInput([2, 3], .float32)
    graph.append(.fill(ScalarBits(fill, as: .float32)), [2, 3], .float32, operands: [])
    graph.append(operation, shape, type, operands: operands)
    graph.append(.unary(.exp), shape, type, operands: [2])
    graph.outputs = outputs
    return graph
  }

  @Test func theSameStructureIsEqual() {
    #expect(graph() == graph())
    #expect(graph().hashValue == graph().hashValue)
    #expect(graph(fill: 1) == graph(fill: 2), "the numbers of fills are arguments, not structure")
    #expect(graph(fill: 1).hashValue == graph(fill: 2).hashValue)
  }

  @Test func whateverChangesTheResultMakesAnotherGraph() {
    let others: [(String, Graph)] = [
      ("operation", graph(.binary(.subtract))), ("family", graph(.compare(.equal))), ("shape", graph(shape: [3, 2])),
      ("rank", graph(shape: [2, 3, 1])), ("type", graph(type: .float64)), ("wiring", graph(operands: [1, 0])),
      ("one operand twice", graph(operands: [0, 0])), ("operand count", graph(operands: [0])),
      ("output", graph(outputs: [2])), ("more outputs", graph(outputs: [3, 2])),
      ("order of outputs", graph(outputs: [2, 3])), ("empty", Graph()),
    ]
    let all = [("the first", graph())] + others
    for (left, first) in all.enumerated() {
      for (right, second) in all.enumerated() {
        #expect((first.1 == second.1) == (left == right), "\(first.0) and \(second.0)")
      }
    }
    #expect(Set(all.map(\.1)).count == all.count)
  }

  /// Operations that differ in any attribute, all with one operand of shape [4, 4].
  private static let variations: [Operation] = {
    func window(_ starts: [Int32], _ strides: [Int32]) -> Window {
      var window = Window(rank: 2)
      for axis in starts.indices {
        window.starts[axis] = starts[axis]
        window.strides[axis] = strides[axis]
      }
      return window
    }
    let windows = [
      window([0, 0], [1, 1]), window([1, 0], [1, 1]), window([0, 1], [1, 1]), window([0, 0], [2, 1]),
      window([0, 0], [1, -1]),
    ]
    let contractions = [
      Contraction(leftContracting: [0], rightContracting: [1]),
      Contraction(leftContracting: [1], rightContracting: [0]),
      Contraction(leftContracting: [0, 1], rightContracting: [0, 1]),
      Contraction(leftContracting: [0, 1], rightContracting: [1, 0]),
      Contraction(leftBatch: [0], rightBatch: [0], leftContracting: [1], rightContracting: [1]),
      Contraction(leftBatch: [1], rightBatch: [1], leftContracting: [0], rightContracting: [0]),
    ]
    var all: [Operation] = [
      .input, .invalid, .convert, .select, .reshape, .fill(ScalarBits(0, as: .float32)), .custom,
    ]
    all += Unary.allCases.map(Operation.unary) + Binary.allCases.map(Operation.binary)
    all += Comparison.allCases.map(Operation.compare) + Identity.allCases.map(Operation.identity)
    all += Distribution.allCases.map(Operation.random) + [2, -1, 0, 0.5].map(Operation.power)
    all += Reduction.allCases.flatMap { reduction in [1, 2, 3].map { .reduce(reduction, AxisSet(bits: $0)) } }
    all += Extremum.allCases.flatMap { extremum in [0, 1].map { .argument(extremum, axis: $0) } }
    all += (0..<3).flatMap { [.iota(axis: $0), .concatenate(axis: $0), .gather(axis: $0), .scatterAdd(axis: $0)] }
    all += [.call, .conditional, .bundle, .after, .whileLoop(carries: 1), .whileLoop(carries: 2), .part(0), .part(1)]
    all += [(1, 0, 3, false), (0, 1, 3, false), (1, 0, 4, false), (1, 0, 3, true)].map {
      .scan(ScanForm(carries: $0.0, sequences: $0.1, length: $0.2, isReversed: $0.3))
    }
    all += [0, 1].flatMap { axis in [true, false].map { .argSort(axis: axis, isDescending: $0) } }
    all += MatrixFunction.allCases.map(Operation.matrix) + SystemMatrix.allCases.map(Operation.solve)
    all += [[0, 1], [1, 0], [0]].map { Operation.transpose(AxisList($0)) }
    all += [1, 2, 3].map { .broadcast(AxisSet(bits: $0)) }
    all += [(0, false), (1, false), (0, true)].map { .recurrence(axis: $0.0, reverse: $0.1) }
    all += Extremum.allCases.flatMap { extremum in
      [(0, false), (1, false), (0, true)].map { .cumulative(extremum, axis: $0.0, reverse: $0.1) }
    }
    all += slidingWindows.flatMap { [.windows($0), .overlap($0)] }
    return all + windows.flatMap { [.slice($0), .place($0)] } + contractions.map(Operation.contract)
  }()

  private static let slidingWindows: [Windows] = [
    Windows(firstAxis: 0, [.init(size: 2)]), Windows(firstAxis: 1, [.init(size: 2)]),
    Windows(firstAxis: 0, [.init(size: 3)]), Windows(firstAxis: 0, [.init(size: 2, stride: 2)]),
    Windows(firstAxis: 0, [.init(size: 2, dilation: 2)]), Windows(firstAxis: 0, [.init(size: 2), .init(size: 1)]),
    Windows(firstAxis: 0, [.init(size: 2), .init(size: 2)]), Windows(firstAxis: 0, [.init(size: 1), .init(size: 2)]),
  ]

  @Test func everyAttributeCounts() {
    let graphs = Self.variations.map { graph($0) }
    #expect(Set(graphs).count == graphs.count)
    #expect(Set(Self.variations.map(\.structuralHash)).count == graphs.count, "equal hashes slow the plan cache down")
  }

  @Test func instructionsAndOperandsCanBeRead() {
    let graph = graph()
    #expect(graph.instructions.map(\.operation.name) == ["input", "fill", "add", "exp"])
    #expect(graph.instructions.indices.map { graph.operands(of: $0) } == [[], [], [0, 1], [2]])
    #expect(
      graph.description == """
        %0 = input() float32 [2, 3]
        %1 = fill() float32 [2, 3]
        %2 = add(%0, %1) float32 [2, 3]
        %3 = exp(%2) float32 [2, 3]
        return %3
        """)
  }
}
