import DescentGraph

/// Forward mode: pushes tangents of the sources through every recorded node in one forward walk.
package struct ForwardMode {
  private let trace: Trace

  /// Forward mode through recorded nodes, starting at `sources`.
  package init(_ recorded: [Node], sources: [Node]) { trace = Trace(recorded, sources: sources) }

  /// For each target, Σ ∂target/∂source·tangent over the sources, nil if it depends on none of them.
  package func pushforward(_ sourceTangents: [Node], to targets: [Node]) -> [Node?] {
    let active = trace.dependents()
    let needed = trace.between(active, targets)
    var tangents = [Node?](repeating: nil, count: trace.nodes.count)
    for (source, tangent) in zip(trace.sources, sourceTangents) { tangents[source] = tangent }
    for position in trace.nodes.indices where needed[position] && tangents[position] == nil {
      let node = trace.nodes[position]
      guard node.scalarType.isFloatingPoint else { continue }
      let operandTangents = trace.operands(of: position).map { $0 < 0 ? nil : tangents[Int($0)] }
      tangents[position] = node.operation.rule.pushforward(operandTangents, of: Application(node))
    }
    return targets.map { target in
      guard let position = trace.position(of: target), active[position] else { return nil }
      return tangents[position] ?? target.filled(0)
    }
  }
}

extension Rule {
  /// The result's tangent from those of the operands (nil: zero), nil for zero.
  package func pushforward(_ tangents: [Node?], of application: Application) -> Node? {
    guard tangents.contains(where: { $0 != nil }) else { return nil }
    switch self {
    case .elementwise(let partials):
      return sum(
        zip(tangents, partials).map { tangent, partial in tangent.flatMap { partial.times($0, at: application) } })
    case .linear(let operands, _):
      guard tangents.indices.contains(where: { operands.contains($0) && tangents[$0] != nil }) else { return nil }
      let moved = application.node.operands.enumerated().map { index, operand in
        operands.contains(index) ? tangents[index] ?? operand.filled(0) : operand
      }
      return application.node.reapplied(to: moved)
    case .bilinear:
      return sum([
        tangents[0].map { application.node.reapplied(to: [$0, application.y]) },
        tangents[1].map { application.node.reapplied(to: [application.x, $0]) },
      ])
    case .weightedSum(let axes, let weight):
      return tangents[0].map { ($0 * weight(application)).sum(axes) }
    case .general(_, let pushforward), .joint(_, let pushforward): return pushforward(application, tangents)
    case .zero: return nil
    }
  }

  private func sum(_ terms: [Node?]) -> Node? {
    terms.reduce(nil) { total, term in
      guard let total, let term else { return total ?? term }
      return total + term
    }
  }
}
