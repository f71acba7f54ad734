import DescentGraph
import DescentNotation

// The gradient with respect to a source in stages, and the block of third order that nobody builds.

extension DerivationBuilder {
  func gradient(_ source: Node) throws -> Derivation.Gradient {
    guard let found = cotangent(source) else {
      let zeros = Derivation.Value(
        shape: source.shape.dimensions, scalars: [Double](repeating: 0, count: source.shape.elementCount))
      return Derivation.Gradient(name: name(source).letters, value: zeros)
    }
    var gradient = Derivation.Gradient(name: name(source).letters, value: found)
    if let symbolic = cotangentElements(of: source), options.simplifies {
      gradient.element = element(source, symbolic, found)
      gradient.stages = stages(source, symbolic, found)
    }
    gradient.jacobian = jacobian(of: source)
    return gradient
  }

  // MARK: One element

  /// ∂f/∂w₁₁ = ∂f/∂y₁·∂y₁/∂w₁₁ = 2y₁·x₁ = 2·(−3)·1 = −6.
  private func element(_ source: Node, _ symbolic: [Expression], _ found: Derivation.Value) -> Formula? {
    guard let first = symbolic.first, let name = elementNames(source).first else { return nil }
    let terms = chainTerms(first, by: .name(name))
    let sum = terms.count == 1 ? terms[0] : .sum(terms.map { Formula.Term($0) })
    return chain(partial(by: .name(name)), terms.isEmpty ? [] : [sum], resolved(first), found.scalars[0])
  }

  /// ∂f/∂y₁·∂y₁/∂w₁₁ for each cotangent that an expression reads.
  private func chainTerms(_ expression: Expression, by variable: Formula) -> [Formula] {
    expression.symbols.filter { $0.accent == .bar }.map { bar in
      var plain = bar
      plain.accent = nil
      let inner = Formula.derivative(of: .name(plain), by: [variable])
      return .product([formula(of: bar), inner], .dots)
    }
  }

  // MARK: Stages

  private func stages(
    _ source: Node, _ symbolic: [Expression], _ found: Derivation.Value
  ) -> [Derivation.Stage] {
    let title = partial(by: .name(name(source)))
    func stage(_ words: String, _ elements: [Formula]) -> Derivation.Stage {
      Derivation.Stage(title: words, formula: .equation(title, arranged(elements, like: source)))
    }
    let resolved = symbolic.map { self.resolved($0) }
    let computed = resolved.map { $0.substituting(numberOfComputed) }
    var stages = [
      stage("as partial derivatives", elementNames(source).map { partial(by: .name($0)) }),
      stage("after the chain rule", resolved.map { $0.formula(formula(of:)) }),
      stage("with the numbers of what was computed", computed.map { $0.formula(formula(of:)) }),
      stage("with all numbers", found.scalars.map { .number($0) }),
    ]
    // A scalar is its own partial derivative; stages that repeat each other say nothing.
    for place in stages.indices.dropFirst().reversed() where stages[place].formula == stages[place - 1].formula {
      stages.remove(at: place - 1)
    }
    return stages
  }

  /// The number of a symbol of something computed: results and cotangents, not data and parameters.
  private func numberOfComputed(_ name: Name) -> Expression? {
    let isGiven = vocabulary.quantities.contains { self.isGiven($0) && self.name($0).letters == name.letters }
    return isGiven && name.accent == nil ? nil : number(of: name).map { .number($0) }
  }

  /// Elements as a matrix of a node's shape: a vector as a column.
  private func arranged(_ elements: [Formula], like node: Node) -> Formula {
    if elements.count == 1 { return elements[0] }
    let width = node.shape.rank > 1 ? node.shape[-1] : 1
    return .matrix(stride(from: 0, to: elements.count, by: width).map { Array(elements[$0..<$0 + width]) })
  }

  // MARK: Jacobians

  private static let largestBlock = 64

  private func jacobian(of source: Node) -> Derivation.Jacobian? {
    guard let share = shares.first(where: { $0.operand === source && $0.consumer !== excerpt.target }) else {
      return nil
    }
    let (y, w) = (share.consumer, source)
    let shape = y.shape.dimensions + w.shape.dimensions
    var jacobian = Derivation.Jacobian(
      numerator: name(y).letters, denominator: name(w).letters, shape: shape)
    let (rows, columns) = (y.shape.elementCount, w.shape.elementCount)
    jacobian.remark =
      "∂\(name(y).letters)/∂\(name(w).letters) has \(rows) × \(columns) = \(rows * columns) numbers; reverse mode never builds it: "
      + "it goes from the \(rows) numbers of ∂\(name(excerpt.target).letters)/∂\(name(y).letters) to the \(columns) of "
      + "∂\(name(excerpt.target).letters)/∂\(name(w).letters) at once"
    guard rows * columns <= DerivationBuilder.largestBlock, w.shape.rank <= 2,
      let symbolic = elements(of: share.cotangent)
    else { return jacobian }
    let slices = elementNames(y, .bar).map { row in
      symbolic.map { $0.substituting { $0.accent == .bar ? ($0 == row ? .one : .zero) : nil }.atGeneralPoints }
    }
    jacobian.slices = zip(elementNames(y), slices).map { name, slice in
      let title = Formula.derivative(of: .name(name), by: [.name(self.name(w))])
      return (
        .equation(title, arranged(slice.map { $0.formula(formula(of:)) }, like: w)),
        .equation(title, arranged(slice.map { number($0) }, like: w))
      )
    }
    jacobian.contraction = contraction(y, w, slices)
    return jacobian
  }

  private func number(_ expression: Expression) -> Formula {
    expression.substituting { self.number(of: $0).map { .number($0) } }.formula
  }

  /// ∂f/∂w = Σₖ ∂f/∂yₖ·∂yₖ/∂w = −6 [1 2; 0 0] + 6 [0 0; 1 2] = [−6 −12; 6 12].
  private func contraction(_ y: Node, _ w: Node, _ slices: [[Expression]]) -> Formula? {
    guard let cotangent = cotangent(y), slices.count <= 8 else { return nil }
    let title = partial(by: .name(name(w)))
    let letters: [Name.Index] = (0..<y.shape.rank).filter { y.shape[$0] > 1 }.enumerated().map { place, _ in
      .letter(["k", "l", "m", "n"][place % 4])
    }
    var indexed = name(y)
    indexed.indices = letters
    let general = Formula.product(
      [partial(by: .name(indexed)), .derivative(of: .name(indexed), by: [.name(name(w))])], .dots)
    let indices: [String] = letters.compactMap { if case .letter(let letter) = $0 { letter } else { nil } }
    let terms = zip(cotangent.scalars, slices).map { factor, slice in
      Formula.Term(
        .product([.number(abs(factor)), arranged(slice.map { number($0) }, like: w)], .plain), isNegative: factor < 0)
    }
    var sides = [title, indices.isEmpty ? general : .indexedSum(indices, general), .sum(terms)]
    if let found = self.cotangent(w), shares.filter({ $0.operand === w }).count == 1 {
      sides.append(arranged(found.scalars.map { .number($0) }, like: w))
    }
    return .relation("=", sides)
  }
}
