import TestSupport
import Testing

@testable import DescentGraph

/// What an evaluation captures, and which values it keeps.
struct RegionTests {
  private let x = Node.literal([1, 2, 3, 4], [2, 2])
  private let square = Contraction(leftContracting: [1], rightContracting: [0])

  private func region(of targets: Node...) -> Region { GraphLock.withLock { Region(of: targets) } }

  @Test func operandsStandBeforeTheirUsersAndOnce() {
    let sum = Node.binary(.add, x, .fill(3, [2, 2], .float64))
    let result = Node.binary(.multiply, sum, .unary(.exp, sum))
    let region = region(of: result)
    #expect(region.graph.instructions.map(\.operation.name) == ["input", "fill", "add", "exp", "multiply"])
    #expect(region.graph.operands(of: 4) == [2, 3])
    #expect(region.graph.outputs == [4])
    #expect(region.inputs.count == 1 && region.inputs[0] === x.value)
    #expect(region.results.count == 1 && region.results[0] === result)
  }

  @Test func fillsAreArguments() {
    func scaled(_ factor: Double) -> Node { .binary(.multiply, x, .fill(factor, [2, 2], .float64)) }
    let (first, second) = (region(of: scaled(3)), region(of: scaled(4)))
    #expect(first.graph == second.graph)
    #expect(first.scalars == [ScalarBits(3, as: .float64)] && second.scalars == [ScalarBits(4, as: .float64)])
  }

  @Test func valuesAreInputsAndEndTheWalk() throws {
    let middle = Node.unary(.exp, x)
    _ = try middle.evaluated()
    let region = region(of: .unary(.tanh, middle))
    #expect(region.graph.instructions.map(\.operation.name) == ["input", "tanh"])
    #expect(region.inputs[0] === middle.value)
  }

  @Test func evaluatedTargetsNeedNothing() {
    let region = region(of: x)
    #expect(region.graph.instructions.isEmpty && region.results.isEmpty)
  }

  @Test func severalTargetsShareTheirAncestors() {
    let shared = Node.unary(.exp, x)
    let (left, right) = (Node.unary(.tanh, shared), Node.unary(.sin, shared))
    let region = region(of: left, right, left)
    #expect(region.graph.instructions.map(\.operation.name) == ["input", "exp", "tanh", "sin"])
    #expect(region.graph.outputs == [2, 3])
  }

  @Test func whatCanStillBeNamedIsKept() {
    let (named, unnamed) = (Node.unary(.exp, x), Node.unary(.sin, x))
    named.handles.add(1, ordering: .relaxed)
    let result = Node.binary(.add, named, unnamed)
    let region = region(of: result)
    #expect(region.results.count == 2 && region.results[0] === result && region.results[1] === named)
    let fill = Node.fill(1, [2, 2], .float64)
    fill.handles.add(1, ordering: .relaxed)
    #expect(self.region(of: .unary(.exp, fill)).results.count == 1, "a fill is cheaper to make than to keep")
  }

  @Test func expensiveNodesWithOtherReadersAreKept() {
    func kept(_ make: (Node) -> Node) -> Bool {
      let shared = make(x)
      let outside = Node.unary(.sin, shared)
      let region = region(of: .unary(.exp, shared))
      return withExtendedLifetime(outside) { region.results.contains { $0 === shared } }
    }
    #expect(kept { .contract($0, $0, square) })
    #expect(kept { .scatterAdd($0, .literal([0, 1], [2], .int64), axis: 0, in: [3, 2]) })
    #expect(!kept { .unary(.exp, $0) })
    let alone = Node.contract(x, x, square)
    #expect(region(of: .unary(.exp, alone)).results.count == 1, "without other readers it is not kept")
    let twice = Node.contract(x, x, square)
    #expect(region(of: .binary(.add, twice, twice)).results.count == 1, "both uses lie inside the region")
  }

  @Test func expensiveNodesOfARecorderAreKept() {
    let recorder = Recorder()
    let (product, exponential) = Scope.current.record(with: recorder) { () -> (Node, Node) in
      let product = Node.contract(x, x, square)
      return (product, .unary(.exp, product))
    }
    let region = region(of: .reduce(.sum, exponential, [0, 1]))
    #expect(region.results.contains { $0 === product })
    #expect(!region.results.contains { $0 === exponential })
  }

  @Test func theFirstMistakeIsFound() throws {
    var failed: Node?
    #expect(throws: TensorError(.notScalar, "first", "mistake")) {
      try checked { failed = .invalid(.notScalar, "first", "mistake") }
    }
    #expect(region(of: try #require(failed)).error == TensorError(.notScalar, "first", "mistake"))
    #expect(region(of: .unary(.exp, x)).error == nil)
  }
}
