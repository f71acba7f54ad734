/// Which layer each node belongs to.
struct Layering {
  /// Of each node, counted from 0.
  private(set) var layers: [Int]
  /// Of each edge: whether it points to a lower layer, since the graph has cycles.
  private(set) var isReversed: [Bool]

  /// The layers that the longest path to each node asks for; nodes that would stretch their outgoing edges move towards
  /// them.
  init(nodeCount: Int, edges: [(from: Int, to: Int)]) {
    isReversed = Layering.backEdges(nodeCount, edges)
    layers = Array(repeating: 0, count: nodeCount)
    let forward = zip(edges, isReversed).map { $1 ? (from: $0.to, to: $0.from) : $0 }
    var successors = Array(repeating: [Int](), count: nodeCount)
    var operandCounts = Array(repeating: 0, count: nodeCount)
    for edge in forward {
      successors[edge.from].append(edge.to)
      operandCounts[edge.to] += 1
    }
    let order = Layering.topologicalOrder(successors, operandCounts)
    for node in order {
      for next in successors[node] { layers[next] = max(layers[next], layers[node] + 1) }
    }
    for node in order.reversed() where successors[node].count > operandCounts[node] {
      layers[node] = (successors[node].map { layers[$0] }.min() ?? 1) - 1
    }
  }

  private static func topologicalOrder(_ successors: [[Int]], _ operandCounts: [Int]) -> [Int] {
    var waiting = operandCounts
    var order = waiting.indices.filter { waiting[$0] == 0 }
    var next = 0
    while next < order.count {
      for node in successors[order[next]] {
        waiting[node] -= 1
        if waiting[node] == 0 { order.append(node) }
      }
      next += 1
    }
    return order
  }

  /// The edges that close a cycle: those that lead to a node whose depth-first visit has not ended.
  private static func backEdges(_ nodeCount: Int, _ edges: [(from: Int, to: Int)]) -> [Bool] {
    var outgoing = Array(repeating: [Int](), count: nodeCount)
    for (index, edge) in edges.enumerated() { outgoing[edge.from].append(index) }
    var isBack = Array(repeating: false, count: edges.count)
    var (isOpen, isSeen) = (Array(repeating: false, count: nodeCount), Array(repeating: false, count: nodeCount))
    for start in 0..<nodeCount where !isSeen[start] {
      var path = [(node: start, next: 0)]
      (isSeen[start], isOpen[start]) = (true, true)
      while let (node, next) = path.last {
        guard next < outgoing[node].count else {
          isOpen[node] = false
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let edge = outgoing[node][next], target = edges[edge].to
        if isOpen[target] {
          isBack[edge] = true
        } else if !isSeen[target] {
          (isSeen[target], isOpen[target]) = (true, true)
          path.append((target, 0))
        }
      }
    }
    return isBack
  }
}
