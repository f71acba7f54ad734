import DescentCalculus
import DescentExplain
import DescentGraph
import DescentNotation
import DescentTensor

/// Looks for the mistake in a line of scalar work: derives what was to be derived with each mistake in each place, and
/// compares.
struct ScalarHints {
  let names: WorkNames
  /// The side that the wrong one should equal.
  let left: WorkSide
  /// The wrong side's numbers at the points.
  let wrong: [Double]
  let points: [WorkPoint]

  private var formulas: WorkFormulas { WorkFormulas(names: names) }

  /// The mistake in what one of the left side's marks stands for.
  func hint() -> WorkHint? {
    for mark in left.marksInOrder {
      guard let slot = slot(for: mark) else { continue }
      if let found = wholeHint(mark, slot) ?? stepHint(mark, slot) { return found }
    }
    return nil
  }

  // MARK: The side around a mark

  /// What the left side is when a mark in it has other values.
  ///
  /// The mark's values come for one candidate after the other, each at all points; so do the results.
  private typealias Slot = (_ values: [[Double]]) -> [[Double]]?

  private func slot(for mark: WorkMark) -> Slot? {
    if left.mark != nil { return { $0 } }
    guard let tensor = try? names.tensor(of: left),
      let label = left.marks.first(where: { $0.value.range == mark.range })?.key,
      let whole = formulas.expression(of: tensor.node, keeping: [label])
    else { return nil }
    return { candidates in
      var numbers: [Name: [Double]] = [:]
      for symbol in whole.symbols where symbol.letters != label {
        guard let leaf = self.names.leaves.first(where: { $0.name == symbol.letters }) else { return nil }
        let values = self.points.compactMap { $0.values(of: [leaf.tensor.node])?[0].first }
        guard values.count == self.points.count else { return nil }
        numbers[symbol] = candidates.flatMap { _ in values }
      }
      numbers[Name(label)] = candidates.flatMap(\.self)
      let count = candidates.count * self.points.count
      guard let all = try? whole.values(at: numbers, count: count, on: Tensor.engine) else { return nil }
      return candidates.indices.map { Array(all[$0 * self.points.count..<($0 + 1) * self.points.count]) }
    }
  }

  // MARK: Mistakes of one step

  private func stepHint(_ mark: WorkMark, _ slot: Slot) -> WorkHint? {
    guard mark.arguments.isEmpty, let parts = try? names.parts(of: mark), let variable = parts.variables.last,
      parts.held.isEmpty, let target = differentiated(parts),
      let chain = ScalarChain(target, by: [variable.node], at: points)
    else { return nil }
    var candidates: [(mistake: ScalarMistake, place: ScalarChain.Place)] = []
    var values: [[Double]] = []
    for mistake in ScalarMistake.all {
      for place in chain.places {
        guard let derivative = chain.derivative(with: mistake, at: place) else { continue }
        candidates.append((mistake, place))
        values.append(derivative)
      }
    }
    guard !values.isEmpty, let results = slot(values),
      let match = results.firstIndex(where: { $0.allSatisfy(\.isFinite) && areClose($0, wrong) })
    else { return nil }
    let (mistake, place) = candidates[match]
    let words = words(chain, place, mistake, variable.node)
    return WorkHint(rule: mistake.rule, text: words.map(mistake.hint) ?? mistake.rule)
  }

  /// What the last differentiation is applied to: for a second derivative the first one, simplified.
  private func differentiated(_ parts: (target: Tensor, variables: [Tensor], held: [Tensor])) -> Node? {
    var node = parts.target.node
    for variable in parts.variables.dropLast() {
      guard node.shape.elementCount == 1 else { return nil }
      let pulled = ReverseMode(node.ancestors, sources: [variable.node]).pullback(node.filled(1), of: node)
      guard let derivative = pulled[0], let expression = formulas.expression(of: derivative) else { return nil }
      let pairs = names.leaves.map { (Name($0.name), $0.tensor.node) }
      let leaves = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
      guard expression.symbols.allSatisfy({ leaves[$0] != nil }) else { return nil }
      node = expression.node(like: Shape()) { leaves[$0]! }
    }
    return node.shape.elementCount == 1 ? node : nil
  }

  /// The parts of the step at a place; of a mistake that is made everywhere, those of the outermost step that has it.
  private func words(
    _ chain: ScalarChain, _ place: ScalarChain.Place, _ mistake: ScalarMistake, _ variable: Node
  ) -> StepWords? {
    let number: Int
    switch place {
    case .node(let node): number = node
    case .everywhere:
      let first = chain.places.first { $0 != .everywhere && chain.derivative(with: mistake, at: $0) != nil }
      guard case .node(let node) = first else { return nil }
      number = node
    }
    func text(_ node: Node) -> String {
      formulas.text(of: node, keeping: variable.name.map { [$0] } ?? []) ?? node.operation.name
    }
    func derivative(_ node: Node) -> String { formulas.derivativeText(of: node, by: variable) ?? "its derivative" }
    let operands = chain.operandNodes(number)
    return StepWords(
      whole: text(chain.nodes[number]), operands: operands.map { text($0.node) },
      derivatives: operands.map { derivative($0.node) }, innerPlace: operands.firstIndex { $0.depends } ?? 0,
      derivative: derivative(chain.nodes[number]), variable: variable.name ?? "x",
      exponent: exponent(chain.nodes[number], operands.map(\.node), text))
  }

  private func exponent(_ node: Node, _ operands: [Node], _ text: (Node) -> String) -> String {
    if case .power(let exponent) = node.operation { return WorkNumbers.text(exponent) }
    let known: [Operation: String] = [
      .unary(.sqrt): "1/2", .unary(.rsqrt): "−1/2", .unary(.cbrt): "1/3", .unary(.reciprocal): "−1",
    ]
    return known[node.operation] ?? (operands.count > 1 ? text(operands[1]) : "of the power")
  }

  // MARK: Mistakes of the whole

  /// Another derivative than the one that was asked for.
  private func wholeHint(_ mark: WorkMark, _ slot: Slot) -> WorkHint? {
    guard mark.arguments.isEmpty, let parts = try? names.parts(of: mark), let variable = parts.variables.last,
      parts.target.elementCount == 1
    else { return nil }
    let (y, x) = (parts.target.node, variable.node)
    var candidates: [(node: Node, hint: WorkHint)] = []
    let correct = parts.variables.reduce(y) { derivative(of: $0, by: [$1.node]) }
    let name = x.name ?? "x"
    if parts.variables.count > 1 {
      let less = parts.variables.dropLast().reduce(y) { derivative(of: $0, by: [$1.node]) }
      candidates.append((less, .init(rule: nil, text: "the derivative is taken once too little")))
    }
    let more = derivative(of: correct, by: [x])
    candidates.append((more, .init(rule: nil, text: "the derivative is taken once too often")))
    for leaf in names.leaves where leaf.tensor.node !== x && leaf.tensor.elementCount == 1 {
      let other = leaf.tensor.node
      guard y.ancestors.contains(where: { $0 === other }) else { continue }
      let wrongVariable = "this is the derivative by \(leaf.name); it is asked for by \(name)"
      candidates.append((derivative(of: y, by: [other]), .init(rule: nil, text: wrongVariable)))
      let both = "\(leaf.name) is held constant in a derivative by \(name), so that its own derivative is 0"
      candidates.append((derivative(of: y, by: [x, other]), .init(rule: "constant rule", text: both)))
    }
    let found = points.map { $0.values(of: [correct] + candidates.map(\.node)) }
    let values = (0...candidates.count).map { place in found.compactMap { $0?[place].first } }
    let useful = candidates.indices.filter {
      values[$0 + 1].count == points.count && !areClose(values[$0 + 1], values[0])
    }
    guard !useful.isEmpty, let results = slot(useful.map { values[$0 + 1] }),
      let match = results.firstIndex(where: { areClose($0, wrong) })
    else { return nil }
    return candidates[useful[match]].hint
  }

  private func derivative(of node: Node, by variables: [Node]) -> Node {
    guard node.shape.elementCount == 1 else { return node }
    let pulled = ReverseMode(node.ancestors, sources: variables).pullback(node.filled(1), of: node)
    let terms = pulled.compactMap(\.self)
    return terms.dropFirst().reduce(terms.first ?? node.filled(0)) { $0 + $1 }
  }
}
