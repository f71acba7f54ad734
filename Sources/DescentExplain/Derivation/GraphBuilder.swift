import DescentCalculus
import DescentGraph
import DescentNotation

// The graph of operations with what flows along it.

extension DerivationBuilder {
  /// What is drawn: everything but constants, which stand in the formulas, and nodes with several results.
  private var drawn: [Node] {
    excerpt.nodes.filter { node in
      !node.isFill && !node.operation.hasParts && !scopes.hidden.contains(ObjectIdentifier(node))
        && (node.operandCount > 0 || node.scalarType.isFloatingPoint || vocabulary.isQuantity(node))
    }
  }

  /// Where a node stands in the graph that is drawn.
  func graphPlace(_ node: Node) -> Int? {
    if places.isEmpty {
      places = Dictionary(uniqueKeysWithValues: drawn.enumerated().map { (ObjectIdentifier($1), $0) })
    }
    return places[ObjectIdentifier(node)]
  }

  func graph() -> ComputationGraph {
    var graph = ComputationGraph()
    for (place, node) in drawn.enumerated() {
      let isGiven = isGiven(node)
      graph.nodes.append(
        .init(
          id: place, name: name(node).letters, operation: isGiven ? "input" : node.operation.name,
          formula: isGiven ? nil : ownFormula(node), role: role(of: node), value: value(node),
          cotangent: cotangent(node), scope: scopes.name(of: node)))
      if !isGiven { graph.edges += edges(to: node, place) }
    }
    return graph
  }

  private func role(of node: Node) -> Derivation.Quantity.Role {
    if node === excerpt.target { return .target }
    if vocabulary.isSource(node) { return .parameter }
    return node.operandCount == 0 ? .data : .intermediate
  }

  /// How a node is computed from its operands, by their names.
  private func ownFormula(_ node: Node) -> Formula {
    if let scope = scopes.closed(node) { return scope.formula(scope.inputs.map { .name(name($0)) }) }
    var writer = MatrixFormula { $0.isFill ? nil : .name(self.name($0)) }
    return writer.definition(of: node)
  }

  private func edges(to node: Node, _ place: Int) -> [ComputationGraph.Edge] {
    let operands = scopes.closed(node)?.inputs ?? node.operands
    return operands.enumerated().compactMap { index, operand in
      guard let from = graphPlace(operand) else { return nil }
      guard vocabulary.isVariable(operand), cotangent(node) != nil else {
        return .init(from: from, to: place, localDerivative: nil, rule: nil)
      }
      if let scope = scopes.closed(node) {
        return .init(from: from, to: place, localDerivative: nil, rule: scope.kind.rawValue)
      }
      return .init(
        from: from, to: place, localDerivative: localDerivative(of: node, by: index),
        rule: node.operation.ruleName(node.operands.map { vocabulary.isVariable($0) }))
    }
  }

  /// ∂result/∂operand of an operation from element to element, in the names of whole tensors, by its rule.
  private func localDerivative(of node: Node, by operand: Int) -> Formula? {
    switch node.operation.rule {
    case .elementwise(let partials):
      var names: [ObjectIdentifier: Name] = [:]
      func symbol(_ node: Node) -> Node {
        let symbol = Node.symbol(name(node).letters, Shape(), node.scalarType)
        names[ObjectIdentifier(symbol)] = name(node)
        return symbol
      }
      let inputs = node.operands.map { operand in
        if case .fill(let bits) = operand.operation { return Node.fill(bits, Shape(), operand.scalarType) }
        return symbol(operand)
      }
      let result = node.scalar(of: inputs)
      names[ObjectIdentifier(result)] = name(node)
      guard let partial = partials[operand].times(result.filled(1), at: Application(result)) else { return .number(0) }
      var reader = ElementReader(limit: 1, given: { names[ObjectIdentifier($0)].map { [.symbol($0)] } })
      return reader.elements(of: partial)?.first?.atGeneralPoints.formula
    case .linear, .bilinear, .weightedSum, .joint, .general, .zero: return nil
    }
  }
}

extension Node {
  /// The same operation of single elements.
  fileprivate func scalar(of operands: [Node]) -> Node { .applied(operation, to: operands, Shape(), scalarType, note) }
}
