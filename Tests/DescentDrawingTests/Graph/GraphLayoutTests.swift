import TestSupport
import Testing

@testable import DescentDrawing

/// A layout of boxes of one size.
private func layout(_ nodeCount: Int, _ edges: [(Int, Int)]) -> GraphLayout {
  GraphLayout(
    nodes: Array(repeating: Extent(along: 60, across: 30), count: nodeCount),
    edges: edges.map { GraphLayout.Edge(from: $0.0, to: $0.1) }, groupOfNode: Array(repeating: nil, count: nodeCount),
    groups: [], spacing: Spacing())
}

@Suite struct GraphLayoutTests {
  @Test func layersFollowTheLongestPath() {
    let cases: [(edges: [(from: Int, to: Int)], layers: [Int])] = [
      ([], [0, 0, 0, 0]),
      ([(0, 1), (1, 2), (2, 3)], [0, 1, 2, 3]),
      ([(0, 1), (1, 2), (0, 2), (2, 3)], [0, 1, 2, 3]),
      // A node without operands stands just before its only use.
      ([(0, 1), (1, 2), (3, 2)], [0, 1, 2, 1]),
    ]
    withEvery("edges", in: cases) { #expect(Layering(nodeCount: 4, edges: $0.edges).layers == $0.layers) }
  }

  @Test func cyclesAreBroken() {
    let cycle = Layering(nodeCount: 3, edges: [(0, 1), (1, 2), (2, 0)])
    #expect(cycle.isReversed == [false, false, true])
    #expect(cycle.layers == [0, 1, 2])
    var random = SplitMix64(seed: 3)
    withEvery("trial", in: 0..<20) { _ in
      let edges = (0..<60).map { _ in
        (from: Int.random(in: 0..<20, using: &random), to: Int.random(in: 0..<20, using: &random))
      }.filter { $0.from != $0.to }
      let layering = Layering(nodeCount: 20, edges: edges)
      for (edge, isReversed) in zip(edges, layering.isReversed) {
        let (from, to) = (layering.layers[edge.from], layering.layers[edge.to])
        #expect(isReversed ? to < from : from < to)
      }
    }
  }

  @Test func crossingsAreCounted() {
    var square = LayeredGraph(layout(4, [(0, 3), (1, 2)]))
    #expect(square.crossings == 1)
    square.layers[1].reverse()
    #expect(square.crossings == 0)
    let complete = LayeredGraph(layout(6, [(0, 3), (0, 4), (0, 5), (1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]))
    #expect(complete.crossings == 9)
  }

  @Test func treesHaveNoCrossings() {
    withEvery("seed", in: UInt64(0)..<10) { seed in
      var random = SplitMix64(seed: seed)
      // Everything flows into node 0.
      let edges = (1..<60).map { ($0, Int.random(in: max(0, $0 - 8)..<$0, using: &random)) }
      var graph = LayeredGraph(layout(60, edges))
      graph.order()
      #expect(graph.crossings == 0)
    }
  }

  @Test func aChainIsStraight() {
    let placed = layout(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]).placed()
    #expect(Set(placed.nodes.map(\.y)) == [0])
    #expect(placed.routes.joined().allSatisfy { $0.y == 15 })
  }

  @Test func anOperationStandsBetweenItsOperands() {
    let placed = layout(3, [(0, 2), (1, 2)]).placed()
    #expect(abs(placed.nodes[2].middle.y - (placed.nodes[0].middle.y + placed.nodes[1].middle.y) / 2) < 1e-9)
  }

  @Test func unconnectedNodesFillRows() {
    let placed = layout(100, []).placed()
    #expect(Set(placed.nodes.map(\.x)).count > 5)
    #expect(Set(placed.nodes.map(\.y)).count > 5)
  }

  @Test func isotonicRegressionIsTheClosestNonDecreasingSequence() {
    let means = isotonicRegression([(1, 1), (3, 1), (2, 1), (2, 3), (5, 1)])
    expectClose(means, [1, 2.2, 2.2, 2.2, 5], .relative(1e-12))
    var random = SplitMix64(seed: 9)
    withEvery("trial", in: 0..<20) { _ in
      let wishes = zip(random.doubles(8), random.doubles(8, in: 0.1..<2)).map { (place: $0, weight: $1) }
      func cost(_ places: [Double]) -> Double {
        zip(places, wishes).reduce(0) { $0 + $1.1.weight * ($1.0 - $1.1.place) * ($1.0 - $1.1.place) }
      }
      let best = isotonicRegression(wishes)
      #expect(zip(best, best.dropFirst()).allSatisfy { $0 <= $1 })
      for _ in 0..<50 {
        let other = zip(best, random.doubles(8, in: -0.1..<0.1)).map { $0 + $1 }.sorted()
        #expect(cost(best) <= cost(other) + 1e-12)
      }
    }
  }
}
