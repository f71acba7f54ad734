import DescentGraph

// Derivatives by a pullback that the node carries. It is linear in the cotangent, made of ordinary operations, and
// everything else follows from it by recording it.

/// The pullback that the node carries; the first operand is the value and has no share.
var customRule: Rule {
  .joint { application, cotangent, isNeeded in
    application.customPullback(cotangent) ?? isNeeded.map { _ in nil }
  } pushforward: { application, tangents in
    application.customPushforward(tangents)
  }
}

extension Application {
  /// The cotangents of all operands by the node's own pullback, nil if it has none.
  func customPullback(_ cotangent: Node) -> [Node?]? {
    guard case .pullback(let pullback) = node.note else { return nil }
    return [nil] + pullback(Array(node.operands.dropFirst()), node, cotangent)
  }

  /// J·t from the pullback P(c) = Jᵀ·c: the gradient of ⟨P(c), t⟩ with respect to c, whatever c is.
  func customPushforward(_ tangents: [Node?]) -> Node? {
    let probe = Node.identity(.alias, node.filled(0))
    let recorder = Recorder()
    guard let shares = Scope.current.record(with: recorder, { customPullback(probe) }) else { return nil }
    let mode = ReverseMode(recorder.nodes, sources: [probe])
    return zip(shares, tangents).reduce(nil) { total, pair in
      guard let share = pair.0, let tangent = pair.1 else { return total }
      if share.isInvalid { return share }
      guard let moved = mode.pullback(tangent, of: share)[0] else { return total }
      return total.map { $0 + moved } ?? moved
    }
  }
}

extension BatchApplication {
  /// A custom operation on the batch, whose pullback is the batched pullback.
  var batchedCustom: Node {
    guard case .pullback(let pullback) = node.note else { return x.expanded }
    let isBatched = operands.dropFirst().map(\.isBatched)
    let size = size
    return .custom(x.expanded, inputs: operands.dropFirst().map(\.node)) { inputs, value, cotangent in
      let arguments = zip(inputs, isBatched).map { ($0, $1) } + [(value, true), (cotangent, true)]
      let recorder = Recorder()
      var sources: [Node] = []
      let shares = Scope.current.record(with: recorder) {
        let examples = arguments.map { node, isBatched in isBatched ? node.batchExample : node }
        sources = zip(examples, arguments).compactMap { $1.1 ? $0 : nil }
        return pullback(Array(examples.dropLast(2)), examples[inputs.count], examples[inputs.count + 1])
      }
      let mode = BatchMode(recorder.nodes, sources: sources)
      let batched = mode.batched(arguments.filter(\.1).map(\.0), size: size, to: shares)
      return zip(zip(shares, batched), isBatched).map { pair, isBatched in
        if pair.0.isInvalid { return pair.0 }
        let share = pair.1 ?? pair.0.repeatedAlongBatch(size)
        // What every sample uses gets the cotangents of all.
        return isBatched ? share : share.sum(AxisSet([0]))
      }
    }
  }
}
