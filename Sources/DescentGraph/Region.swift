/// The pending part of the graph that some values depend on, captured as a closed `Graph` with its arguments.
package struct Region {
  package var graph = Graph()
  /// The values of the graph's inputs.
  package var inputs: [Storage] = []
  /// The numbers of its fills.
  package var scalars: [ScalarBits] = []
  /// The nodes that the graph's outputs are the values of.
  package var results: [Node] = []
  /// The first mistake that the region contains, if any.
  var error: TensorError?

  /// Captures what `targets` depend on.
  ///
  /// The lock is held.
  ///
  /// Besides the targets, the outputs are the nodes that somebody can still ask for: those with a handle, and those
  /// that a recorder or a pending node outside the region may read again, where computing twice is expensive.
  init(of targets: [Node]) {
    var walk = Walk()
    var captured: [Node] = []
    for target in targets where target.storage == nil {
      walk.number(ancestorsOf: target) { node in
        captured.append(node)
        return capture(node)
      }
    }
    var uses = [Int32](repeating: 0, count: captured.count)
    for node in captured where node.storage == nil {
      for index in 0..<node.operandCount { uses[node.operand(index).number] += 1 }
    }
    var isOutput = [Bool](repeating: false, count: captured.count)
    func addOutput(_ node: Node) {
      if isOutput[node.number] { return }
      isOutput[node.number] = true
      results.append(node)
      graph.outputs.append(node.number)
    }
    for target in targets where target.storage == nil { addOutput(target) }
    for (node, use) in zip(captured, uses) where mustKeep(node, uses: use) { addOutput(node) }
  }

  /// More elements than any memory holds, few enough that sizes in bytes do not overflow.
  private static let mostElements = 1 << 48

  private mutating func capture(_ node: Node) -> Int {
    if let storage = node.storage {
      inputs.append(storage)
      return graph.appendInput(node.shape, node.scalarType)
    }
    if case .fill(let bits) = node.operation { scalars.append(bits) }
    if case .error(let first) = node.note, error == nil { error = first }
    if node.shape.elementCount > Region.mostElements, error == nil {
      error = TensorError(.resource, node.operation.name, "no memory holds a tensor of shape \(node.shape)")
    }
    return graph.append(node)
  }

  private func mustKeep(_ node: Node, uses: Int32) -> Bool {
    guard node.storage == nil else { return false }
    switch node.operation {
    case .input, .fill, .iota, .invalid: return false
    case .identity where node.operand(0).isFill: return false
    case .random, .unary, .power, .convert, .identity, .binary, .compare, .select, .reduce, .argument, .broadcast,
      .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract:
      break
    }
    if node.handles.load(ordering: .relaxed) > 0 { return true }
    return node.operation.isExpensive && (node.pins > 0 || node.consumers.load(ordering: .relaxed) > uses)
  }
}

/// An iterative walk over the ancestors of nodes, each visited once, operands before users.
///
/// The lock is held.
struct Walk {
  /// What a walk leaves behind in a node: which walk it was, and the number that it gave the node.
  struct Mark {
    var stamp: UInt64 = 0
    var number: Int32 = 0
  }

  private nonisolated(unsafe) static var lastStamp: UInt64 = 0

  /// Stands in the marks of nodes that this walk has visited, and in no other: 64 bits are never used up.
  let stamp: UInt64
  private var stack: [(node: Node, expanded: Bool)] = []

  init() {
    Walk.lastStamp += 1
    stamp = Walk.lastStamp
  }

  /// Marks `node` and everything pending that it depends on, stopping at values, with the number that `visit` gives.
  mutating func number(ancestorsOf node: Node, _ visit: (Node) -> Int) {
    stack.append((node, false))
    while let (node, expanded) = stack.popLast() {
      if node.mark.stamp == stamp { continue }
      if expanded || node.storage != nil || node.operandCount == 0 {
        node.mark = Mark(stamp: stamp, number: Int32(visit(node)))
        continue
      }
      stack.append((node, true))
      for index in stride(from: node.operandCount - 1, through: 0, by: -1) {
        stack.append((node.operand(index), false))
      }
    }
  }
}

/// Numbers nodes in the order given, for readers that walk recorded nodes.
///
/// The lock is held while it is used.
package struct Numbering {
  private let walk = Walk()
  private var count: Int32 = 0

  package init() {}

  /// Gives `node` the next number.
  package mutating func number(_ node: Node) {
    node.mark = Walk.Mark(stamp: walk.stamp, number: count)
    count += 1
  }

  /// The number of `node`, nil if it has none.
  package func position(of node: Node) -> Int? {
    node.mark.stamp == walk.stamp ? node.number : nil
  }
}
