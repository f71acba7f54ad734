import DescentCalculus
import DescentGraph
import DescentNotation

// The steps of a derivation: the program forward, and the chain rule backward.

extension DerivationBuilder {
  // MARK: Forward

  func forwardSteps() throws -> [Derivation.Step] {
    vocabulary.quantities.filter { !isGiven($0) }.map { node in
      let (inner, _) = between(node, scopes.closed(node))
      let formula = definition(of: node)
      var step = Derivation.Step(
        kind: .forward, subject: name(node).letters, title: .name(name(node)),
        rule: scopes.closed(node).map(\.kind.rawValue) ?? inner.filter { !$0.isFill }.map(\.operation.word).uniqued,
        formula: .equation(.name(name(node)), formula),
        numbers: .equation(.name(name(node)), value(node).formula(limit: options.spellsOutUpTo)), value: value(node))
      step.scalars = forwardScalars(node)
      step.remarks = scopes.closed(node).map { [$0.kind.definition] } ?? remarks(about: inner)
      step.nodes = inner.compactMap(graphPlace)
      step.scope = scopes.closed(node)?.kind.rawValue
      return step
    }
  }

  /// Whether a quantity is data or a source, so that nothing computes it here.
  func isGiven(_ node: Node) -> Bool { vocabulary.isGiven(node) }

  /// yᵢ = formula = formula with numbers = number.
  private func forwardScalars(_ node: Node) -> [Formula] {
    guard scopes.closed(node)?.kind.spellsOutResult ?? true, let elements = elements(of: node) else { return [] }
    let lines = zip(zip(elementNames(node), elements), value(node).scalars).map { pair, number in
      chain(.name(pair.0), [], pair.1, number)
    }
    return lines + (node === excerpt.target ? wholeTarget(elements) : [])
  }

  /// The target in terms of what is given, if something is computed on the way and the expression is no monster.
  private func wholeTarget(_ elements: [Expression]) -> [Formula] {
    var whole = elements[0]
    for quantity in vocabulary.quantities.reversed() where !isGiven(quantity) && quantity !== excerpt.target {
      guard scopes.closed(quantity)?.kind.spellsOutResult ?? true, let inner = self.elements(of: quantity) else {
        return []
      }
      let known = Dictionary(zip(elementNames(quantity), inner), uniquingKeysWith: { first, _ in first })
      whole = whole.substituting { known[$0] }
      guard whole.size <= DerivationBuilder.largestWhole else { return [] }
    }
    return whole == elements[0] ? [] : [.equation(.name(name(excerpt.target)), whole.formula)]
  }

  private static let largestWhole = 90

  /// `left = middle = expression = expression with numbers = number`, each side once.
  func chain(_ left: Formula, _ middle: [Formula], _ expression: Expression, _ number: Double) -> Formula {
    var sides = [left]
    let last = Formula.number(number)
    for side in middle + [expression.formula(formula(of:)), withNumbers(expression), last] where side != sides.last {
      sides.append(side)
    }
    return .relation("=", sides)
  }

  // MARK: Backward

  func backwardSteps() throws -> [Derivation.Step] {
    try vocabulary.quantities.reversed().compactMap { node in
      guard vocabulary.isVariable(node), let found = cotangent(node) else { return nil }
      let shares = shares.filter { $0.operand === node }
      guard node === excerpt.target || !shares.isEmpty else { return nil }
      return try backwardStep(node, shares, found)
    }
  }

  private func backwardStep(_ node: Node, _ shares: [Share], _ found: Derivation.Value) throws -> Derivation.Step {
    let title = partial(by: .name(name(node)))
    let written = found.formula(limit: options.spellsOutUpTo)
    let isTarget = node === excerpt.target
    var writer = writer()
    let formulas =
      isTarget ? [Formula.number(1)] : shares.map { convolutionFormula($0) ?? writer.formula(of: $0.cotangent) }
    let sum = formulas.count == 1 ? formulas[0] : .sum(formulas.map { Formula.Term($0) })
    var step = Derivation.Step(
      kind: vocabulary.isSource(node) ? .gradient : .backward, subject: name(node).letters, title: title,
      rule: isTarget ? "start: ∂f/∂f = 1".replacing("f", with: name(node).letters) : rules(shares, node),
      formula: .equation(title, sum), numbers: .equation(title, written), value: found)
    step.scalars = isTarget ? [] : backwardScalars(node, found)
    step.remarks = try isTarget ? [] : backwardRemarks(node, shares)
    step.nodes = (shares.flatMap(\.path) + [node]).compactMap(graphPlace)
    step.scope = shares.compactMap(\.scope).first?.kind.rawValue
    return step
  }

  /// The derivative by a kernel as a formula of indices; the one by what is convolved is a transposed convolution.
  private func convolutionFormula(_ share: Share) -> Formula? {
    guard let scope = share.scope, scope.kind == .convolution else { return nil }
    let cotangent = partial(by: .name(name(share.consumer)))
    guard share.operand === scope.inputs[1] else {
      return .call("transposedConvolution", [cotangent, .name(name(scope.inputs[1]))])
    }
    let factors = [
      Formula.indexed(.name(name(scope.inputs[0])), "n, i + a, j + b, c"), .indexed(cotangent, "n, i, j, o"),
    ]
    return .indexedSum(["n", "i", "j"], .product(factors, .dots))
  }

  /// The names of the rules on the way from the consumers, last operation first.
  private func rules(_ shares: [Share], _ node: Node) -> String {
    let words = shares.flatMap { share -> [String] in
      if let scope = share.scope { return [scope.kind.rawValue] }
      return share.path.reversed().map { part in
        part.operation.ruleName(part.operands.map { $0 === node || share.path.contains($0) })
      }
    }
    let isChain = shares.contains { $0.consumer !== excerpt.target }
    return (words.uniquedList + (isChain ? ["chain rule"] : [])).joined(separator: ", ")
  }

  private func backwardScalars(_ node: Node, _ found: Derivation.Value) -> [Formula] {
    guard options.simplifies, let symbolic = cotangentElements(of: node) else { return [] }
    return zip(zip(elementNames(node), symbolic), found.scalars).map { pair, number in
      let resolved = resolved(pair.1)
      let middle = resolved == pair.1 ? [] : [pair.1.formula(formula(of:))]
      return chain(partial(by: .name(pair.0)), middle, resolved, number)
    }
  }

  /// The derivatives of the target by a quantity's elements, in symbols of quantities and of the cotangents of those
  /// that read it; nil for large tensors.
  func cotangentElements(of node: Node) -> [Expression]? {
    let shares = shares.filter { $0.operand === node }
    if node === excerpt.target { return [.one] }
    let parts = shares.map { elements(of: $0.cotangent) }
    guard !shares.isEmpty, !parts.contains(where: { $0 == nil }) else { return nil }
    return (0..<node.shape.elementCount).map { place in
      Expression.sum(parts.map { $0![place] }).atGeneralPoints
    }
  }

  /// The expression with short formulas in the places of cotangents: ∂f/∂y₁·x₁ becomes 2y₁·x₁.
  func resolved(_ expression: Expression) -> Expression {
    expression.substituting { name in
      guard name.accent == .bar, let known = self.cotangentFormula(name) else { return nil }
      let whole = self.resolved(known)
      return whole.size <= DerivationBuilder.shortSize ? whole : nil
    }
  }

  /// Formulas with more parts are called by their names.
  private static let shortSize = 8

  private func cotangentFormula(_ name: Name) -> Expression? {
    for node in vocabulary.quantities where self.name(node).letters == name.letters {
      guard let place = elementNames(node, .bar).firstIndex(of: name) else { return nil }
      return cotangentElements(of: node)?[place]
    }
    return nil
  }
}

extension [String] {
  /// The strings, each once.
  var uniquedList: [String] {
    var seen = Set<String>()
    return filter { seen.insert($0).inserted }
  }

  /// The strings, each once, with commas.
  var uniqued: String { uniquedList.joined(separator: ", ") }
}

extension [Node] {
  fileprivate func contains(_ node: Node) -> Bool { contains { $0 === node } }
}

extension Derivation.Value {
  /// The numbers as a formula: a matrix if they are few, else what there is to say about them.
  package func formula(limit: Int) -> Formula {
    // Axes of one place say nothing about a block of more than two axes.
    let shape = shape.count > 2 ? shape.filter { $0 != 1 } : shape
    guard scalars.count <= Swift.max(limit, 1), shape.count <= 2, !scalars.isEmpty else { return .words(summary) }
    if shape.allSatisfy({ $0 == 1 }) { return .number(scalars[0]) }
    return .matrix(Derivation.Value(shape: shape, scalars: scalars).rows.map { $0.map { .number($0) } })
  }

  /// `1,024 numbers of shape [32, 32], from −0.2 to 0.3`.
  private var summary: String {
    let finite = scalars.filter(\.isFinite)
    guard let least = finite.min(), let largest = finite.max() else {
      return "\(scalars.count) numbers of shape \(shape)"
    }
    let range = "\(Formula.number(least).text) to \(Formula.number(largest).text)"
    let rest = scalars.count - finite.count
    return "\(scalars.count) numbers of shape \(shape), from \(range)" + (rest > 0 ? ", \(rest) not finite" : "")
  }
}
