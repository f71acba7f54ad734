import DescentGraph

// Control over a batch: bodies are batched. Where a condition differs along the batch, both branches are computed and
// the right values selected, and loops go on until the last sample is done.

extension BatchApplication {
  /// y = f(x…), the body batched.
  var batchedCall: Node {
    let (body, captures) = Body.trace(operands.map { Body.Signature($0.node) }, hoists: false) { nodes in
      self.node.bodies[0].batched(nodes, operands.map(\.isBatched), size: size)
    }
    return .call(body, operands.map(\.node) + captures)
  }

  /// y = c ? f(x…) : g(x…).
  var batchedConditional: Node {
    let arguments = operands.dropFirst()
    let isBatched = arguments.map(\.isBatched)
    func batched(_ body: Int, _ nodes: [Node]) -> [Node] { node.bodies[body].batched(nodes, isBatched, size: size) }
    if !x.isBatched {
      let nodes = arguments.map(\.node)
      let (bodies, captures) = Body.trace(nodes.map(Body.Signature.init), count: 2, hoists: false, batched)
      return .conditional(x.node, bodies, nodes + captures)
    }
    let branches = (0..<2).map { batched($0, arguments.map(\.node)) }
    return .bundle(zip(branches[0], branches[1]).map { .select(x.node.repeated(toMatch: $0), $0, $1) })
  }

  /// yₜ, cₜ₊₁ = f(cₜ, xₜ, k): every carry may come to depend on the sample.
  func batchedScan(_ form: ScanForm) -> Node {
    let sequences = Int(form.carries)..<Int(form.carries + form.sequences)
    let isBatched = operands.indices.map { $0 < form.carries || operands[$0].isBatched }
    let arguments = operands.enumerated().map { place, operand in
      if place < form.carries { return operand.expanded }
      // Each step takes its elements of all samples.
      return sequences.contains(place) && operand.isBatched ? operand.node.movingAxis(1, to: 0) : operand.node
    }
    let result = Node.scan(form, arguments: arguments) { nodes in
      self.node.bodies[0].batched(nodes, isBatched, size: size)
    }
    if result.isInvalid { return result }
    return .bundle(
      result.partNodes.enumerated().map { place, part in place < form.carries ? part : part.movingAxis(1, to: 0) })
  }

  /// The samples that are done keep their carries until all are.
  func batchedWhile(carries: Int) -> Node {
    if size == 0 { return .bundle(operands.prefix(carries).map(\.expanded)) }
    let isBatched = operands.indices.map { $0 < carries || operands[$0].isBatched }
    let arguments = operands.enumerated().map { $0 < carries ? $1.expanded : $1.node }
    let (bodies, captures) = Body.trace(arguments.map(Body.Signature.init), count: 2, hoists: true) { index, nodes in
      let goesOn = self.node.bodies[0].batched(nodes, isBatched, size: size)[0]
      if index == 0 { return [.reduce(.max, goesOn, AxisSet([0]))] }
      let next = self.node.bodies[1].batched(nodes, isBatched, size: size)
      return zip(next, nodes).map { .select(goesOn.repeated(toMatch: $0), $0, $1) }
    }
    return .whileLoop(carries: carries, condition: bodies[0], body: bodies[1], arguments + captures)
  }
}

extension Node {
  /// A value for each sample, repeated along the other axes of `other`.
  fileprivate func repeated(toMatch other: Node) -> Node {
    if isInvalid || other.isInvalid { return isInvalid ? self : other }
    return broadcast(to: other.shape, along: AxisSet(Array(1..<other.shape.rank)))
  }
}
