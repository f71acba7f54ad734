import DescentCalculus
import DescentGraph
import DescentNotation
import DescentTensor

/// What a derivation is made from: the excerpt, its names, all numbers, and the shares that quantities have in each
/// other.
final class DerivationBuilder {
  let excerpt: Excerpt
  let vocabulary: Vocabulary
  let options: ExplanationOptions
  let scopes: ScopeTable
  let sources: [NamedSource]
  let originalTarget: Node
  /// What each quantity passes back to those that it was computed from.
  private(set) var shares: [Share] = []
  private var values: [ObjectIdentifier: Derivation.Value] = [:]
  private var cotangents: [ObjectIdentifier: Derivation.Value] = [:]
  /// Nodes in known forms that formulas call by a name: softmax, σ.
  private var auxiliaries: [ObjectIdentifier: (node: Node, letters: String)] = [:]
  /// The nodes that stand for cotangents of quantities.
  private var symbols: [ObjectIdentifier: (node: Node, of: Node)] = [:]
  private var spelled: [ObjectIdentifier: [Expression]?] = [:]
  /// Where nodes stand in the graph that is drawn.
  var places: [ObjectIdentifier: Int] = [:]

  init(of target: Node, withRespectTo sources: [NamedSource], _ options: ExplanationOptions) throws {
    self.options = options
    self.sources = sources
    originalTarget = target
    excerpt = try Excerpt(of: target, sources: sources.map(\.node), names: sources.map(\.name))
    scopes = ScopeTable(excerpt, isOpened: options.opensScopes)
    vocabulary = Vocabulary(excerpt, scopes)
    try compute()
    // What no cotangent reaches passes none on.
    for quantity in vocabulary.quantities.reversed()
    where quantity === excerpt.target || shares.contains(where: { $0.operand === quantity }) {
      shares += try shares(of: quantity)
    }
  }

  func derivation() throws -> Derivation {
    var derivation = Derivation()
    derivation.target = name(excerpt.target).letters
    derivation.quantities = vocabulary.quantities.map(quantity)
    derivation.steps = try forwardSteps() + backwardSteps()
    derivation.gradients = try excerpt.sources.map(gradient)
    derivation.verification = try VerificationBuilder(self).verification()
    derivation.graph = graph()
    return derivation
  }

  // MARK: Numbers

  private func compute() throws {
    let nodes = excerpt.nodes.filter { !$0.operation.hasParts }
    for (node, numbers) in zip(nodes, try excerpt.numbers(of: nodes)) {
      values[ObjectIdentifier(node)] = Derivation.Value(shape: node.shape.dimensions, scalars: numbers)
    }
    let variables = excerpt.nodes.filter { vocabulary.isVariable($0) && !$0.operation.hasParts }
    let target = excerpt.target
    let pulled = ReverseMode(excerpt.nodes, sources: variables).pullback(target.filled(1), of: target)
    let found = zip(variables, pulled).compactMap { node, cotangent in cotangent.map { (node, $0) } }
    for (pair, numbers) in zip(found, try excerpt.numbers(of: found.map(\.1))) {
      cotangents[ObjectIdentifier(pair.0)] = Derivation.Value(shape: pair.0.shape.dimensions, scalars: numbers)
    }
  }

  /// The numbers of a node.
  func value(_ node: Node) -> Derivation.Value {
    if let known = values[ObjectIdentifier(node)] { return known }
    return Derivation.Value(shape: node.shape.dimensions, scalars: (try? excerpt.numbers(of: [node])[0]) ?? [])
  }

  /// The derivative of the target with respect to a node, nil if there is none.
  func cotangent(_ node: Node) -> Derivation.Value? { cotangents[ObjectIdentifier(node)] }

  // MARK: Names

  func name(_ node: Node) -> Name {
    auxiliaries[ObjectIdentifier(node)].map { Name($0.letters) } ?? vocabulary.name(of: node)
  }

  /// Whether formulas call a node by its name.
  private func isCalledByName(_ node: Node) -> Bool {
    vocabulary.isQuantity(node) || auxiliaries[ObjectIdentifier(node)] != nil
  }

  /// ∂f/∂y, or d instead of ∂ where there is one variable and one number.
  func partial(by variable: Formula) -> Formula { .derivative(of: .name(name(excerpt.target)), by: [variable]) }

  /// The names of the elements: indices for the axes that have more than one place.
  func elementNames(_ node: Node, _ accent: Name.Accent? = nil) -> [Name] {
    var name = name(node)
    name.accent = accent
    let axes = (0..<node.shape.rank).filter { node.shape[$0] > 1 }
    return node.shape.places.map { place in name.element(axes.map { place[$0] + 1 }) }
  }

  /// The formula of a symbol: cotangents are derivatives of the target.
  func formula(of name: Name) -> Formula {
    guard name.accent == .bar else { return .name(name) }
    var plain = name
    plain.accent = nil
    return partial(by: .name(plain))
  }

  // MARK: Shares

  /// What a quantity passes back: a node made by the rules for each quantity that it is computed from.
  struct Share {
    /// The quantity that is computed.
    var consumer: Node
    /// What it is computed from.
    var operand: Node
    /// The operand's part of the cotangent, from the consumer's.
    var cotangent: Node
    /// The operations between the two, operands first.
    var path: [Node]
    /// The named scope that computes the consumer, if it is shown closed.
    var scope: ClosedScope?
  }

  private func shares(of consumer: Node) throws -> [Share] {
    guard vocabulary.isVariable(consumer), !vocabulary.isSource(consumer), consumer.operandCount > 0 else { return [] }
    let scope = scopes.closed(consumer)
    let (inner, operands) = between(consumer, scope)
    let variables = operands.filter { vocabulary.isVariable($0) }
    let cotangent = cotangentSymbol(of: consumer)
    let known = try scope.flatMap { try pullbacks(of: $0, cotangent, variables) }
    let pulled = known ?? ReverseMode(inner, sources: variables).pullback(cotangent, of: consumer)
    return zip(variables, pulled).compactMap { operand, share in
      guard let share, !share.isZero || vocabulary.isSource(operand) else { return nil }
      let path = inner.filter { vocabulary.isVariable($0) && $0.depends(on: operand, within: inner) }
      return Share(consumer: consumer, operand: operand, cotangent: share, path: path, scope: scope)
    }
  }

  /// The cotangents of a closed scope's inputs in their known form, nil if there is none.
  private func pullbacks(of scope: ClosedScope, _ cotangent: Node, _ variables: [Node]) throws -> [Node?]? {
    let sums = scope.inputs.last.map { rowSums(of: $0) } ?? []
    let found = variables.map { operand in
      scope.inputs.firstIndex { $0 === operand }.flatMap {
        scope.pullback(cotangent, $0, sumsToOne: sums.allSatisfy { abs($0 - 1) < 1e-12 })
      }
    }
    if found.contains(where: { $0 == nil }) { return nil }
    for (node, letters) in found.flatMap({ $0?.named ?? [] }) where auxiliaries[ObjectIdentifier(node)] == nil {
      auxiliaries[ObjectIdentifier(node)] = (node, vocabulary.free(letters))
      values[ObjectIdentifier(node)] = value(node)
    }
    return found.map { $0?.cotangent }
  }

  /// What the rows of floating-point labels add up to; class numbers stand for rows that add up to 1.
  private func rowSums(of labels: Node) -> [Double] {
    guard labels.scalarType.isFloatingPoint, labels.shape.rank > 1 else { return [] }
    return value(labels).rows.map { $0.reduce(0, +) }
  }

  /// The nodes between a quantity and those that it is computed from, with itself, operands first; and these.
  func between(_ quantity: Node, _ scope: ClosedScope? = nil) -> (inner: [Node], operands: [Node]) {
    if let scope { return (scope.inside, scope.inputs) }
    var (inner, operands) = ([Node](), [Node]())
    var (seen, waiting) = (Set<ObjectIdentifier>(), [(node: quantity, isReady: false)])
    while let (next, isReady) = waiting.popLast() {
      if isReady {
        inner.append(next)
      } else if next !== quantity, vocabulary.isQuantity(next) {
        if seen.insert(ObjectIdentifier(next)).inserted { operands.append(next) }
      } else if seen.insert(ObjectIdentifier(next)).inserted {
        waiting.append((next, true))
        waiting += next.operands.reversed().map { ($0, false) }
      }
    }
    return (inner, operands)
  }

  /// A node with the numbers of a quantity's cotangent, which formulas call ∂f/∂y; for the target, 1.
  private func cotangentSymbol(of node: Node) -> Node {
    if node === excerpt.target { return node.filled(1) }
    let symbol: Node
    if node.scalarType == .float64, let numbers = cotangent(node)?.scalars {
      symbol = .numbers(numbers, node.shape)
    } else {
      symbol = Node.convert(.numbers(cotangent(node)?.scalars ?? [], node.shape), to: node.scalarType)
    }
    symbols[ObjectIdentifier(symbol)] = (symbol, node)
    return symbol
  }

  /// The quantity whose cotangent a node stands for.
  func quantity(withCotangent node: Node) -> Node? { symbols[ObjectIdentifier(node)]?.of }

  // MARK: Writing

  /// Writes nodes with the names of quantities and cotangents.
  func writer() -> MatrixFormula {
    MatrixFormula(isRaw: !options.simplifies) { node in
      if let quantity = self.quantity(withCotangent: node) { return self.partial(by: .name(self.name(quantity))) }
      return self.isCalledByName(node) ? .name(self.name(node)) : nil
    }
  }

  /// A reader of elements that stops at quantities and cotangents.
  private func reader(at start: Node) -> ElementReader {
    ElementReader(
      limit: options.spellsOutUpTo * 16,
      given: { node in
        if let quantity = self.quantity(withCotangent: node) {
          return self.elementNames(quantity, .bar).map { .symbol($0) }
        }
        if node !== start, self.isCalledByName(node) { return self.elementNames(node).map { .symbol($0) } }
        if node.operandCount == 0, !node.isFill { return self.value(node).scalars.map { .number($0) } }
        return nil
      },
      numbers: { node in self.vocabulary.isVariable(node) ? nil : self.value(node).scalars })
  }

  /// Whether a tensor is small enough to be spelt out.
  func isSmall(_ node: Node) -> Bool { node.shape.elementCount <= options.spellsOutUpTo }

  /// The elements of a node in symbols of quantities, nil if it is too large.
  func elements(of node: Node) -> [Expression]? {
    if let known = spelled[ObjectIdentifier(node)] { return known }
    var reader = reader(at: node)
    let elements = isSmall(node) ? reader.elements(of: node) : nil
    spelled[ObjectIdentifier(node)] = .some(elements)
    return elements
  }

  private var numbersOfSymbols: [Name: Double]?

  /// The number of every symbol: elements of quantities, and cotangents.
  func number(of name: Name) -> Double? {
    if numbersOfSymbols == nil {
      var numbers: [Name: Double] = [:]
      for node in vocabulary.quantities + auxiliaries.values.map(\.node)
      where node.shape.elementCount <= options.spellsOutUpTo * 16 {
        for (name, number) in zip(elementNames(node), value(node).scalars) { numbers[name] = number }
        for (name, number) in zip(elementNames(node, .bar), cotangent(node)?.scalars ?? []) { numbers[name] = number }
      }
      numbersOfSymbols = numbers
    }
    return numbersOfSymbols?[name]
  }

  /// An expression with numbers in the places of its symbols, not worked out.
  func withNumbers(_ expression: Expression) -> Formula {
    expression.formula { name in self.number(of: name).map { .number($0) } ?? .name(name) }
  }

  private func quantity(_ node: Node) -> Derivation.Quantity {
    let isGiven = vocabulary.isGiven(node)
    let role: Derivation.Quantity.Role =
      node === excerpt.target ? .target : vocabulary.isSource(node) ? .parameter : isGiven ? .data : .intermediate
    return Derivation.Quantity(
      name: name(node).letters, role: role, formula: isGiven ? nil : definition(of: node), value: value(node),
      cotangent: cotangent(node))
  }

  /// What a quantity is computed as.
  func definition(of node: Node) -> Formula {
    if let scope = scopes.closed(node) { return scope.formula(scope.inputs.map { .name(name($0)) }) }
    var writer = writer()
    return writer.definition(of: node)
  }
}

extension Node {
  /// Whether this node reads another one through nodes of a list, which stand in order.
  fileprivate func depends(on other: Node, within nodes: [Node]) -> Bool {
    var dependents: Set<ObjectIdentifier> = [ObjectIdentifier(other)]
    for node in nodes where node.operands.contains(where: { dependents.contains(ObjectIdentifier($0)) }) {
      dependents.insert(ObjectIdentifier(node))
    }
    return dependents.contains(ObjectIdentifier(self))
  }
}
