import TestSupport

@testable import DescentDrawing

/// Which graph to draw at random.
struct RandomGraph: CustomStringConvertible {
  var seed: UInt64
  var nodeCount: Int
  var edgeCount: Int
  var groupCount = 0
  var hasLabels = false
  var hasCycles = false
  var direction = GraphPicture.Direction.leftToRight

  var description: String {
    "seed \(seed): \(nodeCount) nodes, \(edgeCount) edges, \(groupCount) groups, labels \(hasLabels), cycles \(hasCycles), "
      + direction.rawValue
  }

  var picture: GraphPicture {
    var random = SplitMix64(seed: seed)
    let nodes = (0..<nodeCount).map { index in
      let details = (0..<Int.random(in: 0...3, using: &random)).map { String(repeating: "d", count: 4 * $0 + 1) }
      let group = Int.random(in: 0...groupCount, using: &random)
      return GraphPicture.Node(
        "n\(index)", details: details, kind: GraphPicture.Kind.allCases[index % 4],
        group: group == 0 ? nil : "g\(group)")
    }
    let edges = (0..<(nodeCount < 2 ? 0 : edgeCount)).map { index in
      let first = Int.random(in: 0..<(nodeCount - 1), using: &random)
      let second = Int.random(in: (first + 1)..<min(nodeCount, first + 15), using: &random)
      let isBackward = hasCycles && Int.random(in: 0..<4, using: &random) == 0
      let label = hasLabels && index % 3 > 0 ? "∂\(index)" : ""
      return GraphPicture.Edge(
        from: "n\(isBackward ? second : first)", to: "n\(isBackward ? first : second)", label: label)
    }
    let groups = (0...groupCount).dropFirst().map { GraphPicture.Group("g\($0)", title: "Group \($0)") }
    return GraphPicture(title: description, nodes: nodes, edges: edges, groups: groups, direction: direction)
  }

  /// Graphs of many kinds.
  static let samples: [RandomGraph] = (0..<24).map { seed in
    RandomGraph(
      seed: UInt64(seed), nodeCount: [1, 2, 5, 12, 25, 40][seed % 6], edgeCount: [0, 4, 10, 18, 40, 70][seed % 6],
      groupCount: seed % 4, hasLabels: seed % 3 > 0, hasCycles: seed % 5 == 0,
      direction: seed.isMultiple(of: 2) ? .leftToRight : .topToBottom)
  }
}
