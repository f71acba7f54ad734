// Control operations: nodes that apply bodies, and the parts of their results.

/// How a scan's operands are told apart, and how often its body runs.
///
/// The body maps (carries…, elements…, constants…) to (carries…, outputs…). The scan's results are the last carries,
/// the carries that each step began with, stacked, and the outputs, stacked. Behind the outputs that were asked for
/// stands what is expensive in a step, for the derivative.
package struct ScanForm: Hashable, Sendable {
  package var carries: UInt16
  package var sequences: UInt16
  /// How many elements each sequence has along its first axis.
  package var length: Int32
  /// Whether the steps go from the last elements to the first.
  package var isReversed: Bool

  package init(carries: Int, sequences: Int, length: Int, isReversed: Bool) {
    (self.carries, self.sequences) = (UInt16(carries), UInt16(sequences))
    (self.length, self.isReversed) = (Int32(length), isReversed)
  }
}

extension Node {
  /// The results of `body` for these arguments, as the parts of one node.
  package static func call(_ body: Body, _ arguments: [Node]) -> Node {
    control(.call, [body], arguments, after: 0)
  }

  /// The results of one of two bodies with the same arguments and results, chosen by a bool.
  package static func conditional(_ condition: Node, _ bodies: [Body], _ arguments: [Node]) -> Node {
    control(.conditional, bodies, [condition] + arguments, after: 1)
  }

  /// Applies `body` along the first axis of the sequences; see `ScanForm` for the order of operands and results.
  package static func scan(_ form: ScanForm, _ body: Body, _ operands: [Node]) -> Node {
    if let failed = operands.first(where: \.isInvalid) { return failed }
    let carries = Int(form.carries)
    let whole = body.puttingOutExpensive(
      dependingOnFirst: carries + Int(form.sequences), besidesResultsAfter: carries)
    return make(.scan(form), [whole], operands)
  }

  /// Applies the second body to the carries while the first gives true.
  package static func whileLoop(carries: Int, condition: Body, body: Body, _ operands: [Node]) -> Node {
    control(.whileLoop(carries: UInt16(carries)), [condition, body], operands, after: 0)
  }

  /// Several values as one node.
  package static func bundle(_ values: [Node]) -> Node {
    values.first(where: \.isInvalid) ?? Node(.bundle, [], .float32, operands: values)
  }

  /// One of the results of a node that has several.
  package static func part(_ node: Node, _ index: Int) -> Node {
    if node.isInvalid { return node }
    if case .bundle = node.operation { return node.operand(index) }
    let signature = node.parts[index]
    return Node(.part(UInt16(index)), signature.shape, signature.scalarType, node)
  }

  /// `x`, computed again where it is computed at all, once `y` is there.
  package static func after(_ x: Node, _ y: Node) -> Node {
    if let failed = [x, y].first(where: \.isInvalid) { return failed }
    return Node(.after, x.shape, x.scalarType, x, y)
  }

  private static func control(_ operation: Operation, _ bodies: [Body], _ operands: [Node], after skipped: Int) -> Node
  {
    if let failed = operands.first(where: \.isInvalid) { return failed }
    for body in bodies {
      precondition(body.arguments == operands.dropFirst(skipped).map(Body.Signature.init))
    }
    return make(operation, bodies, operands)
  }

  private static func make(_ operation: Operation, _ bodies: [Body], _ operands: [Node]) -> Node {
    let node = Node(operation, [], .float32, operands: operands)
    node.note = .bodies(bodies)
    return node
  }

  /// The bodies of a control operation.
  package var bodies: [Body] {
    if case .bodies(let bodies) = note { bodies } else { [] }
  }

  /// The shapes and types of the results of a node that has several.
  package var parts: [Body.Signature] {
    if case .bundle = operation { return operands.map(Body.Signature.init) }
    return operation.parts(bodies)
  }

  /// All results of a node that has several, as nodes.
  package var partNodes: [Node] { parts.indices.map { .part(self, $0) } }
}

extension Operation {
  /// The shapes and types of the results of a control operation with these bodies.
  package func parts(_ bodies: [Body]) -> [Body.Signature] {
    guard let results = bodies.last?.results else { return [] }
    guard case .scan(let form) = self else { return results }
    func stacked(_ step: Body.Signature) -> Body.Signature {
      Body.Signature(Shape([Int(form.length)] + step.shape.dimensions), step.scalarType)
    }
    let carries = results.prefix(Int(form.carries))
    return carries + carries.map(stacked) + results.dropFirst(carries.count).map(stacked)
  }
}
