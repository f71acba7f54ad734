import DescentGraph

/// Recorded nodes with the wiring between them, ready to be walked forward or backward.
///
/// Nodes are recorded in the order they are made, so operands stand before their users and no sorting is needed.
package struct Trace {
  /// The recorded nodes, then the sources that are not among them.
  let nodes: [Node]
  /// For each node, its operands' positions in `nodes`, −1 for those outside.
  private let wiring: [Int32]
  private let wiringStart: [Int32]
  /// Where the sources stand.
  let sources: [Int]

  /// Lays out `recorded` nodes and the sources that derivatives are taken with respect to.
  package init(_ recorded: [Node], sources: [Node]) {
    let layout = GraphLock.withLock { Trace.layout(recorded, sources) }
    nodes = layout.nodes
    wiring = layout.wiring
    wiringStart = layout.starts
    self.sources = layout.sources
  }

  private static func layout(
    _ recorded: [Node], _ sources: [Node]
  ) -> (nodes: [Node], wiring: [Int32], starts: [Int32], sources: [Int]) {
    var numbering = Numbering()
    for node in recorded { numbering.number(node) }
    var nodes = recorded
    for source in sources where numbering.position(of: source) == nil {
      numbering.number(source)
      nodes.append(source)
    }
    var wiring: [Int32] = []
    var starts: [Int32] = []
    wiring.reserveCapacity(2 * nodes.count)
    starts.reserveCapacity(nodes.count + 1)
    for node in recorded {
      starts.append(Int32(wiring.count))
      for index in 0..<node.operandCount { wiring.append(Int32(numbering.position(of: node.operand(index)) ?? -1)) }
    }
    for _ in recorded.count...nodes.count { starts.append(Int32(wiring.count)) }
    return (nodes, wiring, starts, sources.map { numbering.position(of: $0)! })
  }

  /// The operands' positions of the node at `position`.
  func operands(of position: Int) -> ArraySlice<Int32> {
    wiring[Int(wiringStart[position])..<Int(wiringStart[position + 1])]
  }

  /// Where a node stands, nil if it is not part of the trace.
  func position(of node: Node) -> Int? { nodes.lastIndex { $0 === node } }

  /// For each node, whether it depends on a source.
  func dependents() -> [Bool] {
    var depends = [Bool](repeating: false, count: nodes.count)
    for source in sources { depends[source] = true }
    for position in nodes.indices where !depends[position] {
      depends[position] = operands(of: position).contains { $0 >= 0 && depends[Int($0)] }
    }
    return depends
  }

  /// For each node, whether it is one of the `active` ones and a target depends on it.
  func between(_ active: [Bool], _ targets: [Node]) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for target in targets.compactMap(position) { needed[target] = active[target] }
    for position in nodes.indices.reversed() where needed[position] {
      for operand in operands(of: position) where operand >= 0 && active[Int(operand)] { needed[Int(operand)] = true }
    }
    return needed
  }
}
