import DescentCalculus
import DescentGraph
import DescentNotation

/// The named scopes of an excerpt, those that have a known derivative shown closed.
struct ScopeTable {
  /// The nodes inside closed scopes.
  private(set) var hidden: Set<ObjectIdentifier> = []
  private(set) var closed: [ClosedScope] = []
  /// The innermost scope of each node.
  private var names: [ObjectIdentifier: String] = [:]

  init(_ excerpt: Excerpt, isOpened: Bool) {
    for region in excerpt.scopes {
      let inside = ScopeTable.inside(region, excerpt.nodes)
      // Inner scopes end first, so a name that is there is the inner one.
      for node in inside where names[ObjectIdentifier(node)] == nil { names[ObjectIdentifier(node)] = region.name }
      guard !isOpened, let known = KnownScope(rawValue: region.name), known.fits(region, inside) else { continue }
      closed.removeAll { scope in inside.contains { $0 === scope.result } }
      closed.append(ClosedScope(kind: known, inputs: region.inputs, result: region.result, inside: inside))
      hidden.formUnion(inside.filter { $0 !== region.result }.map { ObjectIdentifier($0) })
    }
  }

  /// The closed scope that computes a node, if one does.
  func closed(_ node: Node) -> ClosedScope? { closed.first { $0.result === node } }

  /// The name of the innermost scope of a node.
  func name(of node: Node) -> String? { names[ObjectIdentifier(node)] }

  /// What a scope computes from its inputs: the ancestors of its result that depend on an input, and constants.
  private static func inside(_ region: Excerpt.ScopeRegion, _ nodes: [Node]) -> [Node] {
    let inputs = Set(region.inputs.map { ObjectIdentifier($0) })
    var dependents = inputs
    for node in nodes where node.operands.contains(where: { dependents.contains(ObjectIdentifier($0)) }) {
      dependents.insert(ObjectIdentifier(node))
    }
    var (found, waiting) = (Set<ObjectIdentifier>(), [region.result])
    while let next = waiting.popLast() {
      let identity = ObjectIdentifier(next)
      guard !inputs.contains(identity), dependents.contains(identity), found.insert(identity).inserted else { continue }
      waiting += next.operands
    }
    return nodes.filter { found.contains(ObjectIdentifier($0)) }
  }
}

/// A named scope that is shown as one step, with its known derivative.
struct ClosedScope {
  let kind: KnownScope
  let inputs: [Node]
  let result: Node
  let inside: [Node]

  /// The result as a formula of the inputs'.
  func formula(_ inputs: [Formula]) -> Formula { .call(kind.word, inputs) }

  /// The axes that the scope sums over.
  private var axes: AxisSet {
    for node in inside { if case .reduce(_, let axes) = node.operation { return axes } }
    return AxisSet()
  }

  /// The known cotangent of an input, as nodes; nil for none.
  func pullback(_ cotangent: Node, _ input: Int) -> Node? { kind.pullback(self, cotangent, input) }

  /// x summed along the scope's axes, and repeated along them again.
  func summed(_ x: Node) -> Node { x.sum(axes).broadcast(to: x.shape, along: axes) }

  /// How many elements a sum adds up.
  var count: Double {
    Double(axes.array.reduce(1) { $0 * inputs[0].shape[$1] })
  }

  /// A node of one element repeated to a shape.
  func repeated(_ scalar: Node, like x: Node) -> Node {
    Node.reshape(scalar, to: Shape()).broadcast(to: x.shape, along: .all(x.shape.rank))
  }
}

/// Named scopes whose derivative is known in closed form.
///
/// The forms are shown in the place of the rules inside, and every use is checked against them: the numbers that a
/// derivation shows come from the rules, and it says so if they differ.
enum KnownScope: String, CaseIterable {
  case softmax, meanSquaredError, crossEntropy

  /// The word for the scope in formulas.
  var word: String { rawValue }

  /// What the scope computes, in words and symbols.
  var definition: String {
    switch self {
    case .softmax: "softmax(z)ᵢ = e^zᵢ / Σₖ e^zₖ: positive numbers that add up to 1"
    case .meanSquaredError: "the mean of (p − t)² over all n elements"
    case .crossEntropy: "the mean over n rows of −Σₖ tₖ·ln softmax(z)ₖ"
    }
  }

  /// The known derivative, in symbols: a bar is the derivative of the target.
  var rule: String {
    switch self {
    case .softmax: "softmax: z̄ = p ⊙ (p̄ − Σ p ⊙ p̄), since ∂pᵢ/∂zⱼ = pᵢ·([i = j] − pⱼ)"
    case .meanSquaredError: "mean squared error: p̄ = 2(p − t)/n"
    case .crossEntropy: "softmax with cross-entropy: z̄ = (softmax(z) − t)/n"
    }
  }

  /// Whether a region is what the known form is about.
  func fits(_ region: Excerpt.ScopeRegion, _ inside: [Node]) -> Bool {
    switch self {
    case .softmax: region.inputs.count == 1 && region.inputs[0].shape == region.result.shape
    case .meanSquaredError: region.inputs.count == 2 && region.inputs[0].shape == region.inputs[1].shape
    case .crossEntropy:
      region.inputs.count == 2 && region.inputs[0].shape.rank > 0
        && (region.inputs[0].shape == region.inputs[1].shape || !region.inputs[1].scalarType.isFloatingPoint)
    }
  }

  fileprivate func pullback(_ scope: ClosedScope, _ cotangent: Node, _ input: Int) -> Node? {
    switch self {
    case .softmax:
      let p = scope.result
      return p * (cotangent - scope.summed(p * cotangent))
    case .meanSquaredError:
      let difference = scope.inputs[input] - scope.inputs[1 - input]
      return scope.repeated(cotangent, like: difference) * ((2 / Double(difference.shape.elementCount)) * difference)
    case .crossEntropy: return crossEntropyPullback(scope, cotangent, input)
    }
  }

  /// (softmax(z) − t)/n for rows of probabilities t that add up to 1; class numbers are one-hot rows.
  private func crossEntropyPullback(_ scope: ClosedScope, _ cotangent: Node, _ input: Int) -> Node? {
    let (z, labels) = (scope.inputs[0], scope.inputs[1])
    let last = AxisSet([z.shape.rank - 1])
    let exponentials = Node.unary(.exp, z - Node.reduce(.max, z, last).broadcast(to: z.shape, along: last))
    let softmax = exponentials / exponentials.sum(last).broadcast(to: z.shape, along: last)
    let rows = Double(z.shape.elementCount / z.shape[-1])
    if input == 1 {
      return scope.repeated(cotangent, like: z) * ((-1 / rows) * Node.unary(.log, softmax))
    }
    let targets: Node
    if labels.scalarType.isFloatingPoint { targets = labels } else {
      let classes = Node.iota(z.shape, axis: z.shape.rank - 1, .int64)
      let chosen = Node.convert(labels, to: .int64).broadcast(to: z.shape, along: last)
      targets = .convert(classes .== chosen, to: z.scalarType)
    }
    let total = targets.sum(last).broadcast(to: z.shape, along: last)
    return scope.repeated(cotangent, like: z) * ((1 / rows) * (softmax * total - targets))
  }
}
