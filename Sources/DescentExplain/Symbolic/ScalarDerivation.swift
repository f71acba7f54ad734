import DescentGraph
import DescentNotation

/// The derivative of an expression of single numbers, line by line, each line with the rule that leads to it.
///
/// Every line is made by the rule of one operation, the same that computes numbers: what is still to be differentiated
/// is replaced by what the operation's rule makes of it.
public struct ScalarDerivation: Sendable {
  /// The function that is differentiated.
  public internal(set) var function: Formula
  /// The variables that are differentiated by, in order: two for a second derivative.
  public internal(set) var variables: [String]
  /// The lines, from d/dx(…) to the simplified derivative.
  public internal(set) var lines: [Line]
  /// The function as a composition, if it is one: f = y², y = 3x + 2x², and the product of their derivatives.
  public internal(set) var composition: Composition?
  /// The simplified derivative.
  public internal(set) var derivative: Formula
  /// How the simplified derivative compares with the rules in numbers, and with finite differences, at random points.
  public internal(set) var check = Check()
  /// The simplified derivative for other programs, and for whoever differentiates again.
  package internal(set) var expression: Expression

  /// One line, equal to the one before.
  public struct Line: Sendable {
    /// The rules that lead to this line; empty for the first.
    public var rule: String
    /// The line.
    public var formula: Formula
    /// Why, in words.
    public var remarks: [String] = []
  }

  /// A function as functions of functions.
  public struct Composition: Sendable {
    /// f = y², y = 3x + 2x².
    public var definitions: [Formula]
    /// df/dx = df/dy·dy/dx = 2y × (3 + 4x) = 2(3x + 2x²)·(3 + 4x).
    public var product: Formula
  }
}

/// Derives expressions of single numbers.
struct ScalarDeriver {
  let variable: Node
  let isPartial: Bool
  private let dependents: Set<ObjectIdentifier>
  /// The nodes behind what is still to be differentiated.
  private var nodes: [Formula: Node] = [:]
  private let names: [ObjectIdentifier: Name]

  /// - Parameters:
  ///   - target: Nodes of shape [] over named leaves, without aliases.
  ///   - isPartial: Whether ∂ is written: there are other variables.
  init(_ target: Node, by variable: Node, isPartial: Bool) {
    self.variable = variable
    self.isPartial = isPartial
    var names: [ObjectIdentifier: Name] = [:]
    var dependents: Set<ObjectIdentifier> = [ObjectIdentifier(variable)]
    for node in target.ancestors {
      if node.operandCount == 0, let name = node.name { names[ObjectIdentifier(node)] = Name(name) }
      let isStopped = node.operation == .identity(.stopGradient)
      if !isStopped, node.operands.contains(where: { dependents.contains(ObjectIdentifier($0)) }) {
        dependents.insert(ObjectIdentifier(node))
      }
    }
    self.names = names
    self.dependents = dependents
  }

  mutating func derivation(of target: Node, simplifies: Bool) throws -> ScalarDerivation {
    var line = marker(of: target)
    var lines = [ScalarDerivation.Line(rule: "", formula: line)]
    while true {
      let pending = line.parts(where: isMarker)
      if pending.isEmpty { break }
      var rules: [String] = []
      var remarks: [String] = []
      line = line.replacing { part in
        guard let node = self.nodes[part] else { return nil }
        return self.expanded(node, &rules, &remarks)
      }
      lines.append(.init(rule: rules.uniqued, formula: line.tidied, remarks: remarks.uniquedList))
    }
    let simple = try derivative(of: target)
    let formula = simple.formula
    if simplifies, lines.last?.formula.text != formula.text { lines.append(.init(rule: "simplify", formula: formula)) }
    return ScalarDerivation(
      function: plain(target), variables: [variable.name ?? "x"], lines: lines,
      composition: try composition(of: target, simple), derivative: simplifies ? formula : line.tidied,
      check: try ScalarChecker(target, by: variable).check(simple), expression: simple)
  }

  // MARK: Formulas

  private func plain(_ node: Node) -> Formula {
    var writer = MatrixFormula { self.names[ObjectIdentifier($0)].map { .name($0) } }
    return writer.formula(of: node)
  }

  private var x: Formula { .name(Name(variable.name ?? "x")) }

  private func isMarker(_ formula: Formula) -> Bool { nodes[formula] != nil }

  /// d/dx(u).
  private mutating func marker(of node: Node) -> Formula {
    let formula = Formula.differentiating(plain(node), by: x, isPartial: isPartial)
    nodes[formula] = node
    return formula
  }

  func depends(_ node: Node) -> Bool { dependents.contains(ObjectIdentifier(node)) }

  /// An expression over the leaves' names.
  func expression(of node: Node) throws -> Expression {
    var reader = ElementReader(limit: 1, given: { self.names[ObjectIdentifier($0)].map { [.symbol($0)] } })
    guard let expression = reader.elements(of: node)?.first else {
      throw TensorError(
        .invalidArgument, "derive", "'\(node.operation.name)' is no function of single numbers; use explain for tensors"
      )
    }
    return expression
  }

  /// The simplified derivative of a node: Σ ∂node/∂u·du/dx over its operands u.
  private func derivative(of target: Node) throws -> Expression {
    var found: [ObjectIdentifier: Expression] = [ObjectIdentifier(variable): .one]
    for node in target.ancestors where depends(node) && node !== variable {
      let terms = try node.operands.indices.compactMap { place -> Expression? in
        guard depends(node.operand(place)), let partial = node.partial(by: place) else { return nil }
        return try expression(of: partial) * found[ObjectIdentifier(node.operand(place))]!
      }
      found[ObjectIdentifier(node)] = .sum(terms)
    }
    return (found[ObjectIdentifier(target)] ?? .zero).atGeneralPoints
  }

  // MARK: Rules

  /// What the rule of a node's operation makes of d/dx(node).
  private mutating func expanded(_ node: Node, _ rules: inout [String], _ remarks: inout [String]) -> Formula {
    if node === variable {
      rules.append("power rule")
      remarks.append("\(x.text) = \(x.text)¹, so its derivative is 1")
      return .number(1)
    }
    guard depends(node) else {
      rules.append("constant rule")
      remarks.append(constantRemark(node))
      return .number(0)
    }
    switch node.operation {
    case .binary(.add), .binary(.subtract), .unary(.negate):
      rules.append("sum rule")
      return .sum(terms(of: node, isNegative: false))
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd,
      .contract, .custom, .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part,
      .after, .windows, .overlap, .matrix, .solve:
      return applied(node, &rules, &remarks)
    }
  }

  /// d/dx of each term of a sum, which may be nested.
  private mutating func terms(of node: Node, isNegative: Bool) -> [Formula.Term] {
    switch node.operation {
    case .binary(.add):
      return terms(of: node.operand(0), isNegative: isNegative) + terms(of: node.operand(1), isNegative: isNegative)
    case .binary(.subtract):
      return terms(of: node.operand(0), isNegative: isNegative) + terms(of: node.operand(1), isNegative: !isNegative)
    case .unary(.negate): return terms(of: node.operand(0), isNegative: !isNegative)
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd,
      .contract, .custom, .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part,
      .after, .windows, .overlap, .matrix, .solve:
      return [Formula.Term(marker(of: node), isNegative: isNegative)]
    }
  }

  /// Σ ∂node/∂u·d/dx(u) over the operands u, with the partial derivatives of the operation's card.
  private mutating func applied(_ node: Node, _ rules: inout [String], _ remarks: inout [String]) -> Formula {
    let isVariable = node.operands.map { depends($0) }
    rules.append(node.operation.ruleName(isVariable))
    var terms: [Formula.Term] = []
    for (place, operand) in node.operands.enumerated() where isVariable[place] {
      guard let partial = node.partial(by: place), let factor = try? expression(of: partial).atGeneralPoints else {
        continue
      }
      // A linear operation keeps d/dx(x), whose derivative is a line of its own.
      let isInner = operand === variable && !node.isLinear(in: place)
      if isInner, !rules.contains("chain rule") { remarks += convention(of: node) }
      if !isInner, !node.isLinear(in: place) {
        rules.append("chain rule")
        remarks.append(chainRemark(node, place))
      }
      terms.append(term(factor, isInner ? nil : marker(of: operand)))
    }
    if terms.isEmpty { return .number(0) }
    return terms.count == 1 && !terms[0].isNegative ? terms[0].formula : .sum(terms)
  }

  private func term(_ factor: Expression, _ marker: Formula?) -> Formula.Term {
    let isNegative = factor.coefficientAndRest.0.isNegative
    let size = isNegative ? -factor : factor
    guard let marker else { return Formula.Term(size.formula, isNegative: isNegative) }
    return Formula.Term(size == .one ? marker : .product([size.formula, marker], .plain), isNegative: isNegative)
  }

  // MARK: Words

  private func constantRemark(_ node: Node) -> String {
    let text = plain(node).text
    let number = node.isFill || node.operandCount == 0 && node.name == nil
    return number
      ? "\(text) = \(text)\(x.text)⁰, so its derivative is \(text)·0·\(x.text)⁻¹ = 0"
      : "\(text) does not depend on \(x.text) and is held constant"
  }

  private func convention(of node: Node) -> [String] {
    node.operation.isKinked
      ? [node.operation.convention.map { "\(node.operation.name): \($0)" }].compactMap(\.self) : []
  }

  /// `with u = 3x + 2x²: d/dx u² = 2u·du/dx`.
  private func chainRemark(_ node: Node, _ place: Int) -> String {
    let u = Name(freeLetter(besides: []))
    let inner = plain(node.operand(place)).text
    let outer = outerFormula(node, place, u)
    let derivative = outerDerivative(node, place, u)?.formula.text ?? "…"
    let d = isPartial ? "∂" : "d"
    return "with \(u.letters) = \(inner): \(d)/\(d)\(u.letters)(\(outer.text)) = \(derivative)"
  }

  /// A letter that no leaf has.
  private func freeLetter(besides taken: Set<String>) -> String {
    let used = Set(names.values.map(\.letters)).union(taken)
    return ["y", "u", "z", "s", "t", "p", "q"].first { !used.contains($0) } ?? "y′"
  }

  /// The node's operation with a name in the place of an operand.
  private func outerFormula(_ node: Node, _ place: Int, _ u: Name) -> Formula {
    node.formulaOfScalars(node.operands.enumerated().map { $0 == place ? .name(u) : plain($1) })
  }

  /// The partial derivative by an operand that has a name.
  private func outerDerivative(_ node: Node, _ place: Int, _ u: Name) -> Expression? {
    let symbol = Node.symbol(u.letters, Shape(), node.scalarType)
    var operands = node.operands
    operands[place] = symbol
    let outer = Node.applied(node.operation, to: operands, Shape(), node.scalarType, node.note)
    guard let partial = outer.partial(by: place) else { return nil }
    var reader = ElementReader(
      limit: 1, given: { $0 === symbol ? [.symbol(u)] : self.names[ObjectIdentifier($0)].map { [.symbol($0)] } })
    return reader.elements(of: partial)?.first?.atGeneralPoints
  }

  // MARK: Composition

  /// f = y², y = 3x + 2x², df/dx = df/dy·dy/dx = 2y × (3 + 4x), if the last operation is applied to one inner result.
  private func composition(of target: Node, _ derivative: Expression) throws -> ScalarDerivation.Composition? {
    var definitions: [Formula] = []
    var links: [(outer: Name, inner: Name, derivative: Formula)] = []
    var (node, name, taken) = (target, Name("f"), Set(["f"]))
    while let place = node.innerPlace(self) {
      let letter = Name(freeLetter(besides: taken))
      guard let outer = outerDerivative(node, place, letter) else { return nil }
      taken.insert(letter.letters)
      definitions.append(.equation(.name(name), outerFormula(node, place, letter)))
      links.append((name, letter, outer.formula))
      (node, name) = (node.operand(place), letter)
    }
    guard !links.isEmpty else { return nil }
    definitions.append(.equation(.name(name), plain(node)))
    let last = try self.derivative(of: node)
    func ratio(_ y: Name, _ x: Formula) -> Formula { .derivative(of: .name(y), by: [x], isPartial: isPartial) }
    let chain = Formula.product(links.map { ratio($0.outer, .name($0.inner)) } + [ratio(name, x)], .dots)
    let product = Formula.product(links.map(\.derivative) + [last.formula], .crosses)
    return ScalarDerivation.Composition(
      definitions: definitions, product: .equation(ratio(Name("f"), x), chain, product, derivative.formula))
  }
}

extension ScalarDerivation {
  /// The derivative of a node by a named leaf, in one variable or several times in a row.
  ///
  /// - Throws: ``TensorError`` for what is no expression of single numbers, or a variable that is not in it.
  package static func derive(
    _ target: Node, by variables: [String], isPartial: Bool, simplifies: Bool = true
  ) throws -> [ScalarDerivation] {
    var node = target.withoutAliases
    var found: [ScalarDerivation] = []
    for (order, name) in variables.enumerated() {
      // What has no such variable is constant.
      let variable = node.leaf(named: name) ?? .symbol(name, Shape(), .float64)
      if let wide = node.ancestors.first(where: { $0.shape.elementCount != 1 }) {
        throw TensorError(
          .invalidArgument, "derive",
          "a part has shape \(wide.shape); derive takes expressions of single numbers, explain takes tensors")
      }
      var deriver = ScalarDeriver(node, by: variable, isPartial: isPartial)
      var derivation = try deriver.derivation(of: node, simplifies: simplifies)
      derivation.variables = Array(variables[...order])
      found.append(derivation)
      node = derivation.node
    }
    return found
  }

  /// The derivative as nodes over named leaves.
  private var node: Node {
    var symbols: [Name: Node] = [:]
    for name in expression.symbols { symbols[name] = .symbol(name.letters, Shape(), .float64) }
    return expression.node(like: Shape()) { symbols[$0]! }
  }
}

extension Node {
  fileprivate func leaf(named name: String) -> Node? { ancestors.first { $0.operandCount == 0 && $0.name == name } }
}
