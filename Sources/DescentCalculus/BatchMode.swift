import DescentGraph

/// Batching: emits recorded nodes again for many values of the sources at once.
///
/// Every node that depends on a source gets one more axis, the batch axis, which always comes first. Nodes that do
/// not depend on one are used as they are and repeated along the batch axis only where an operation needs it.
package struct BatchMode {
  private let trace: Trace

  /// Batching through recorded nodes, starting at `sources`.
  package init(_ recorded: [Node], sources: [Node]) { trace = Trace(recorded, sources: sources) }

  /// For each target, its values along a leading batch axis, nil if it depends on no source.
  ///
  /// - Parameters:
  ///   - values: For each source, `size` values of its shape and type along a leading axis.
  ///   - size: The size of the batch axis.
  ///   - targets: What to batch.
  package func batched(_ values: [Node], size: Int, to targets: [Node]) -> [Node?] {
    let places = targets.map(trace.position)
    let needed = trace.between(trace.dependents(), targets)
    var batched = [Node?](repeating: nil, count: trace.nodes.count)
    for (source, value) in zip(trace.sources, values) { batched[source] = value }
    for position in trace.nodes.indices where needed[position] && batched[position] == nil {
      let node = trace.nodes[position]
      let operands = trace.operands(of: position).enumerated().map { index, place in
        BatchOperand(node.operand(index), batched: place < 0 ? nil : batched[Int(place)], size: size)
      }
      batched[position] = BatchApplication(node: node, operands: operands, size: size).result
    }
    return places.map { $0.flatMap { batched[$0] } }
  }

}

/// An operand of a node that is being batched.
struct BatchOperand {
  /// The values along the leading batch axis, or the one value that serves the whole batch.
  let node: Node
  let isBatched: Bool
  private let size: Int

  init(_ node: Node, batched: Node?, size: Int) {
    self.node = batched ?? node
    isBatched = batched != nil
    self.size = size
  }

  /// The values along the batch axis, repeated if there is only one.
  var expanded: Node { isBatched ? node : node.repeatedAlongBatch(size) }
}

/// A node that depends on the batch, with its operands: what batching rules see.
struct BatchApplication {
  let node: Node
  let operands: [BatchOperand]
  let size: Int

  var x: BatchOperand { operands[0] }
  var y: BatchOperand { operands[1] }
  var z: BatchOperand { operands[2] }

  /// The result's shape after the batch axis.
  var shape: Shape { Shape([size] + node.shape.dimensions) }

  /// The node's values along the batch axis.
  var result: Node {
    if let failed = operands.first(where: { $0.node.isInvalid }) { return failed.node }
    return node.shape.rank < Shape.maximumRank ? emitted : Node.tooManyBatchAxes(node.operation.name, node.shape)
  }

  /// The one list of batching rules, by family.
  private var emitted: Node {
    switch node.operation {
    // These have no operands, so they never depend on the batch.
    case .input, .fill, .iota, .invalid: node
    case .random(let distribution): batchedRandom(distribution)
    case .unary(let function): .unary(function, x.node)
    case .power(let exponent): .power(x.node, exponent)
    case .convert: .convert(x.node, to: node.scalarType)
    case .identity(let identity): batchedIdentity(identity)
    case .binary(let function): .binary(function, x.expanded, y.expanded)
    case .compare(let comparison): .compare(comparison, x.expanded, y.expanded)
    case .select: .select(x.expanded, y.expanded, z.expanded)
    case .reduce(let reduction, let axes): .reduce(reduction, x.node, axes.afterBatch)
    case .argument(let extremum, let axis): .argument(extremum, x.node, axis: Int(axis) + 1)
    case .broadcast(let axes): .broadcast(x.node, to: shape, along: axes.afterBatch)
    case .reshape: .reshape(x.node, to: shape)
    case .transpose(let axes): .transpose(x.node, axes.withBatch)
    case .slice(let window): .slice(x.node, window.withBatch(rank: node.shape.rank), to: shape)
    case .place(let window): .place(x.node, window.withBatch(rank: node.shape.rank), in: shape)
    case .concatenate(let axis): .concatenate(operands.map(\.expanded), axis: Int(axis) + 1)
    case .gather(let axis): batchedGather(axis: Int(axis))
    case .scatterAdd(let axis): batchedScatterAdd(axis: Int(axis))
    case .contract(let axes): batchedContraction(axes)
    case .custom: batchedCustom
    case .recurrence(let axis, let reverse):
      .recurrence(x.expanded, y.expanded, axis: Int(axis) + 1, reverse: reverse)
    case .cumulative(let extremum, let axis, let reverse):
      .cumulative(extremum, x.node, axis: Int(axis) + 1, reverse: reverse)
    case .argSort(let axis, let isDescending): .argSort(x.node, axis: Int(axis) + 1, isDescending: isDescending)
    case .call: batchedCall
    case .conditional: batchedConditional
    case .scan(let form): batchedScan(form)
    case .whileLoop(let carries): batchedWhile(carries: Int(carries))
    case .bundle: .bundle(operands.map(\.expanded))
    case .part(let index): .part(x.node, Int(index))
    case .after: .after(x.expanded, y.node)
    case .windows(let windows): .windows(x.node, windows.afterBatch)
    case .overlap(let windows): .overlap(x.node, windows.afterBatch, in: shape)
    case .matrix(let function): .matrix(function, x.node)
    case .solve(let matrix): batchedSolve(matrix)
    }
  }

  private func batchedIdentity(_ identity: Identity) -> Node {
    let result = Node.identity(identity, x.node)
    result.note = node.note
    return result
  }
}

extension Node {
  /// `size` copies along a new leading axis.
  package func repeatedAlongBatch(_ size: Int) -> Node {
    if isInvalid { return self }
    guard shape.rank < Shape.maximumRank else { return .tooManyBatchAxes("broadcast", shape) }
    return .broadcast(self, to: Shape([size] + shape.dimensions), along: AxisSet([0]))
  }

  /// The node with the axis `source` moved to `destination`, the others keeping their order.
  package func movingAxis(_ source: Int, to destination: Int) -> Node {
    if isInvalid { return self }
    var order = Array(0..<shape.rank)
    order.insert(order.remove(at: source), at: destination)
    return .transpose(self, AxisList(order))
  }

  /// The first of the values along a leading batch axis under a name of its own, zeros if there is none.
  ///
  /// Functions are recorded with it before they are batched.
  package var batchExample: Node {
    if isInvalid { return self }
    let sample = shape.removing(AxisSet([0]))
    guard shape[0] > 0 else { return .identity(.alias, .fill(0, sample, scalarType)) }
    var first = shape
    first[0] = 1
    return .identity(.alias, .reshape(.slice(self, Window(rank: shape.rank), to: first), to: sample))
  }

  fileprivate static func tooManyBatchAxes(_ operation: String, _ shape: Shape) -> Node {
    .invalid(
      .shapeMismatch, "vmap",
      "\(operation) gives shape \(shape), which has no room for the batch axis; a tensor has at most "
        + "\(Shape.maximumRank)")
  }
}
