/// The pending part of the graph that some values depend on, captured as a closed `Graph` with its arguments.
package struct Region {
  package var graph = Graph()
  /// The values of the graph's inputs.
  package var inputs: [Storage] = []
  /// The numbers of its fills and of those in bodies, in order.
  package var scalars: [ScalarBits] = []
  /// The nodes that the graph's first outputs are the values of.
  package var results: [Node] = []
  /// The nodes with several results that the next outputs are the values of, all results of each.
  private var bundles: [Node] = []
  /// The inputs that nobody needs once the results are there.
  package private(set) var donors: [Donor] = []
  /// An evaluation that is writing over what this region would read.
  private(set) var overwriting: OverwritingEvaluation?
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
    captured.reserveCapacity(Region.usualCount)
    graph.reserveCapacity(Region.usualCount)
    for target in targets where target.storage == nil {
      walk.visit(ancestorsOf: target) { node in
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
    for node in captured where node.pins > 0 { addBundle(node) }
    donors = Region.donors(among: donors, captured, uses: uses, isResult: isOutput)
  }

  /// A recorded scan is kept as a whole: its derivative needs every carry.
  private mutating func addBundle(_ node: Node) {
    guard case .scan = node.operation, node.storage == nil else { return }
    bundles.append(node)
    for (index, part) in node.parts.enumerated() {
      let place = graph.append(.part(UInt16(index)), part.shape, part.scalarType, operands: [node.number])
      graph.outputs.append(place)
    }
  }

  /// Gives the nodes the values of the graph's outputs.
  ///
  /// The lock is held.
  func fulfil(_ values: [Storage]) {
    for (node, value) in zip(results, values) where node.storage == nil { node.fulfil(value) }
    var rest = values[results.count...]
    for node in bundles {
      let count = node.parts.count
      if node.storage == nil { node.fulfil(StorageBundle(Array(rest.prefix(count)))) }
      rest = rest.dropFirst(count)
    }
  }

  /// Small regions have about so many nodes: their arrays need not grow.
  private static let usualCount = 24

  /// More elements than any memory holds, few enough that sizes in bytes do not overflow.
  private static let mostElements = 1 << 48

  private mutating func capture(_ node: Node) -> Int {
    if let storage = node.storage {
      if let donated = storage as? DonatedStorage, donated.evaluation.isRunning { overwriting = donated.evaluation }
      if Donor.suits(node, storage) { donors.append(Donor(input: inputs.count, node: node)) }
      inputs.append(storage)
      return graph.appendInput(node.shape, node.scalarType)
    }
    if case .fill(let bits) = node.operation { scalars.append(bits) }
    if case .bodies(let bodies) = node.note { scalars += bodies.flatMap(\.scalars) }
    if case .error(let first) = node.note, error == nil { error = first }
    if case .input = node.operation, error == nil { error = Region.placeholderError }
    if node.shape.elementCount > Region.mostElements, error == nil {
      error = TensorError(.resource, node.operation.name, "no memory holds a tensor of shape \(node.shape)")
    }
    return graph.append(node)
  }

  private static let placeholderError = TensorError(
    .invalidArgument, "evaluate",
    "a value inside the body of a scan, whileLoop, conditional or checkpoint is looked at, where a tensor stands for any "
      + "step's value; compute with it, or return it and look at it outside")

  private func mustKeep(_ node: Node, uses: Int32) -> Bool {
    guard node.storage == nil, !node.operation.isGiven else { return false }
    // A named constant is still a constant.
    if case .identity = node.operation, node.operand(0).isFill { return false }
    if node.handles.load(ordering: .relaxed) > 0 { return true }
    return node.operation.isExpensive && (node.pins > 0 || node.consumers.load(ordering: .relaxed) > uses)
  }
}

/// An iterative walk over the ancestors of nodes, each visited once, operands before users.
///
/// The lock is held.
struct Walk {
  private nonisolated(unsafe) static var last: UInt64 = 0

  /// What the nodes that this walk has visited are stamped with.
  private let stamp: UInt64
  private var stack: [(node: Node, expanded: Bool)] = []

  init() {
    Walk.last += 1
    stamp = Walk.last
  }

  /// Whether this walk has visited `node`.
  func hasVisited(_ node: Node) -> Bool { node.stamp == stamp }

  /// Stamps `node` and leaves a number on it.
  func visit(_ node: Node, numbering number: Int) {
    node.stamp = stamp
    node.number = number
  }

  /// Visits `node` and everything pending that it depends on, stopping at values, with the numbers that `number` gives.
  mutating func visit(ancestorsOf node: Node, _ number: (Node) -> Int) {
    stack.append((node, false))
    while let (node, expanded) = stack.popLast() {
      if hasVisited(node) { continue }
      node.takeFromBundle()
      if expanded || node.storage != nil || node.operandCount == 0 {
        visit(node, numbering: number(node))
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
  private var count = 0

  package init() {}

  /// Gives `node` the next number.
  package mutating func number(_ node: Node) {
    walk.visit(node, numbering: count)
    count += 1
  }

  /// The number of `node`, nil if it has none.
  package func position(of node: Node) -> Int? { walk.hasVisited(node) ? node.number : nil }
}
