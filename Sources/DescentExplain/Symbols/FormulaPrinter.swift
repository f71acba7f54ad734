import DescentGraph
import DescentNotation

/// Prints nodes as equations: named nodes by their names, the others as the formulas that made them.
package struct FormulaPrinter {
  /// Called by their nodes' identities; the nodes are held, so that no other takes over an identity.
  private var names: [ObjectIdentifier: (node: Node, name: String)] = [:]
  private var count = 0

  /// A printer that calls some nodes by the given names; nodes with a name of their own keep it.
  package init(naming named: [(node: Node, name: String)] = []) {
    for (node, name) in named { names[ObjectIdentifier(node)] = (node, name) }
  }

  /// The equation `name = formula`, after those of intermediate results t₁, t₂, … that it uses more than once.
  ///
  /// Names given to intermediate results hold for later equations too.
  package mutating func equations(of node: Node, called name: String) -> [String] {
    var equations: [String] = []
    var formulas: [ObjectIdentifier: Formula] = [:]
    let (order, uses) = walk(from: node)
    for part in order {
      let identity = ObjectIdentifier(part)
      let formula = formula(of: part, formulas)
      formulas[identity] = formula
      guard part !== node, uses[identity, default: 0] > 1, formula.text.count > 9 else { continue }
      count += 1
      let short =
        "t" + String(count).map { String("₀₁₂₃₄₅₆₇₈₉".dropFirst($0.wholeNumberValue ?? 0).prefix(1)) }.joined()
      equations.append(equation(of: part, called: short, formula))
      names[identity] = (part, short)
      formulas[identity] = .name(short)
    }
    return equations + [equation(of: node, called: name, formulas[ObjectIdentifier(node)]!)]
  }

  /// The name of a node, if it has one.
  private func name(of node: Node) -> String? { names[ObjectIdentifier(node)]?.name ?? node.name }

  private func formula(of node: Node, _ formulas: [ObjectIdentifier: Formula]) -> Formula {
    if let name = name(of: node) { return .name(name) }
    return node.formula(node.operands.map { formulas[ObjectIdentifier($0)]! })
  }

  /// `Cᵢⱼ = Σₖ Aᵢₖ·Bₖⱼ`, `y = …` without indices for everything else.
  private func equation(of node: Node, called name: String, _ formula: Formula) -> String {
    guard case .contract = node.operation, self.name(of: node) == nil else {
      return Formula.equation(.name(name), formula).text(digits: .all)
    }
    return Formula.equation(.name(name).element(Contraction.resultLetters(rank: node.shape.rank)), formula).text(
      digits: .all)
  }

  /// The nodes behind a node down to those with a name, operands first, and how often each is read.
  private func walk(from node: Node) -> (order: [Node], uses: [ObjectIdentifier: Int]) {
    var order: [Node] = []
    var uses: [ObjectIdentifier: Int] = [:]
    var waiting: [(node: Node, isReady: Bool)] = [(node, false)]
    var seen = Set<ObjectIdentifier>()
    while let (next, isReady) = waiting.popLast() {
      if isReady {
        order.append(next)
      } else if seen.insert(ObjectIdentifier(next)).inserted {
        waiting.append((next, true))
        let operands = name(of: next) == nil ? next.operands : []
        for operand in operands { uses[ObjectIdentifier(operand), default: 0] += 1 }
        waiting += operands.reversed().map { ($0, false) }
      }
    }
    return (order, uses)
  }
}
