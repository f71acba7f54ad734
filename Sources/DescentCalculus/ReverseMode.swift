import DescentGraph

/// Reverse mode: pulls a cotangent of one result back to every source in a single backward walk.
package struct ReverseMode {
  private let trace: Trace

  /// Reverse mode through recorded nodes with respect to `sources`.
  package init(_ recorded: [Node], sources: [Node]) { trace = Trace(recorded, sources: sources) }

  /// For each source, Σ cotangent·∂target/∂source, nil if the target does not depend on it.
  ///
  /// Costs at most a few times the recorded computation. The derivative is zero, not nil, for a source that the
  /// target depends on through steps and constants only.
  package func pullback(_ cotangent: Node, of target: Node) -> [Node?] { pullback([cotangent], of: [target]) }

  /// For each source, Σ cotangent·∂target/∂source over the targets, nil if none depends on it.
  package func pullback(_ targetCotangents: [Node], of targets: [Node]) -> [Node?] {
    let active = trace.dependents()
    var reached = [Bool](repeating: false, count: trace.nodes.count)
    var cotangents = [Node?](repeating: nil, count: trace.nodes.count)
    for (target, cotangent) in zip(targets, targetCotangents) {
      guard let start = trace.position(of: target) else { continue }
      reached[start] = true
      cotangents[start] = cotangents[start].map { $0.adding(cotangent) } ?? cotangent
    }
    // Sources outside the recording stand last and have no operands, so walking from the end is safe for them too.
    for position in trace.nodes.indices.reversed() where reached[position] && active[position] {
      for operand in trace.operands(of: position) where operand >= 0 { reached[Int(operand)] = true }
      if let cotangent = cotangents[position] {
        spread(cotangent, from: position, active: active, into: &cotangents)
      }
    }
    return trace.sources.map { source in
      reached[source] ? cotangents[source] ?? trace.nodes[source].filled(0) : nil
    }
  }

  /// Adds the share of each active operand to its cotangent.
  private func spread(_ cotangent: Node, from position: Int, active: [Bool], into cotangents: inout [Node?]) {
    let node = trace.nodes[position]
    let operands = trace.operands(of: position)
    let rule = node.operation.rule
    func isNeeded(_ operand: Int32) -> Bool {
      operand >= 0 && active[Int(operand)] && trace.nodes[Int(operand)].scalarType.isFloatingPoint
    }
    var joint: [Node?]?
    if case .joint(let pullback, _) = rule {
      joint = pullback(Application(node), cotangent, operands.map(isNeeded))
    }
    for (index, operand) in operands.enumerated() where isNeeded(operand) {
      guard let share = joint.map({ $0[index] }) ?? rule.pullback(cotangent, of: Application(node), to: index) else {
        continue
      }
      checkShape(share, against: trace.nodes[Int(operand)], of: node)
      cotangents[Int(operand)] = cotangents[Int(operand)].map { $0.adding(share) } ?? share
    }
  }

  /// A rule that gives a cotangent of the wrong shape is a mistake in this library; name it.
  private func checkShape(_ cotangent: Node, against operand: Node, of node: Node) {
    guard cotangent.shape != operand.shape || cotangent.scalarType != operand.scalarType, !cotangent.isInvalid else {
      return
    }
    fatalError(
      "the rule of \(node.operation.name) gave a cotangent \(cotangent.scalarType) \(cotangent.shape) for an operand "
        + "\(operand.scalarType) \(operand.shape)")
  }
}

extension Rule {
  /// The cotangent of one operand from the result's, nil for zero.
  package func pullback(_ cotangent: Node, of application: Application, to operand: Int) -> Node? {
    switch self {
    case .elementwise(let partials): partials[operand].times(cotangent, at: application)
    case .linear(let operands, let transpose):
      operands.contains(operand) ? transpose(application, cotangent, operand) : nil
    case .bilinear(let transpose): transpose(application, cotangent, operand)
    case .weightedSum(let axes, let weight):
      cotangent.broadcast(to: application.x.shape, along: axes) * weight(application)
    case .joint(let pullback, _): pullback(application, cotangent, application.node.operands.map { _ in true })[operand]
    case .general(let pullback, _): pullback(application, cotangent, operand)
    case .zero: nil
    }
  }
}
