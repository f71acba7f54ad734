import DescentCalculus
import DescentGraph
import DescentNotation

/// A named scope that is shown as one step, with its known derivative.
struct ClosedScope {
  let kind: KnownScope
  let inputs: [Node]
  let result: Node
  let inside: [Node]

  /// The result as a formula of the inputs'.
  func formula(_ inputs: [Formula]) -> Formula { .call(kind.rawValue, inputs) }

  /// The axes that the scope sums over.
  private var axes: AxisSet {
    for node in inside { if case .reduce(_, let axes) = node.operation { return axes } }
    return AxisSet()
  }

  /// x summed along the scope's axes, and repeated along them again.
  fileprivate func summed(_ x: Node) -> Node { x.sum(axes).broadcast(to: x.shape, along: axes) }

  /// How many elements a sum adds up.
  fileprivate var count: Double { Double(axes.array.reduce(1) { $0 * inputs[0].shape[$1] }) }

  /// A node of one element repeated to a shape.
  fileprivate func repeated(_ scalar: Node, like x: Node) -> Node {
    Node.reshape(scalar, to: Shape()).broadcast(to: x.shape, along: .all(x.shape.rank))
  }
}

/// Named scopes whose derivative is known in closed form.
///
/// The forms are shown in the place of the rules inside, and every use is checked against them: the numbers that a
/// derivation shows come from the rules, and it says so if they differ.
enum KnownScope: String, CaseIterable {
  case softmax, meanSquaredError, crossEntropy, layerNorm, convolution

  /// What the scope computes, in words and symbols.
  var definition: String {
    switch self {
    case .softmax: "softmax(z)ᵢ = e^zᵢ / Σₖ e^zₖ: positive numbers that add up to 1"
    case .meanSquaredError: "the mean of (p − t)² over all n elements"
    case .crossEntropy: "the mean over n rows of −Σₖ tₖ·ln softmax(z)ₖ"
    case .layerNorm: "(x − mean x)/σ with σ = √(variance of x + ε), along the last axes: mean 0 and variance 1"
    case .convolution:
      "y[n, i, j, o] = Σ x[n, i + a, j + b, c]·k[a, b, c, o] over the places a, b of the kernel and the channels c"
    }
  }

  /// The known derivative, in symbols: a bar is the derivative of the target.
  var rule: String {
    switch self {
    case .softmax: "softmax: z̄ = p ⊙ (p̄ − Σ p ⊙ p̄), since ∂pᵢ/∂zⱼ = pᵢ·([i = j] − pⱼ)"
    case .meanSquaredError: "mean squared error: p̄ = 2(p − t)/n"
    case .crossEntropy: "softmax with cross-entropy: z̄ = (softmax(z) − t)/n, t the one-hot rows of the labels"
    case .layerNorm: "layer norm: x̄ = (ȳ − mean ȳ − y ⊙ mean(y ⊙ ȳ))/σ, since the mean and σ depend on every x"
    case .convolution:
      "convolution: k̄[a, b, c, o] = Σ x[n, i + a, j + b, c]·ȳ[n, i, j, o], x̄ the transposed convolution of ȳ with k"
    }
  }

  /// Whether the result is spelt out in scalars, by the operations inside.
  var spellsOutResult: Bool { self == .convolution || self == .meanSquaredError }

  /// Whether a region is what the known form is about.
  func fits(_ region: Excerpt.ScopeRegion, _ inside: [Node]) -> Bool {
    let inputs = region.inputs
    switch self {
    case .softmax: return inputs.count == 1 && inputs[0].shape == region.result.shape
    case .meanSquaredError: return inputs.count == 2 && inputs[0].shape == inputs[1].shape
    case .crossEntropy:
      return inputs.count == 2 && inputs[0].shape.rank > 0
        && (inputs[0].shape == inputs[1].shape || !inputs[1].scalarType.isFloatingPoint)
    case .layerNorm:
      return inputs.count == 1 && inputs[0].shape == region.result.shape && region.result.operation.scales
    // Groups and other layouts rearrange, and are shown by their operations.
    case .convolution:
      return inputs.count == 2 && inputs[0].shape.rank == 4
        && !inside.contains { if case .transpose = $0.operation { true } else { false } }
    }
  }
}

/// The known cotangent of a scope's input.
struct KnownPullback {
  /// The cotangent, as nodes.
  var cotangent: Node
  /// Nodes in it that formulas call by a name.
  var named: [(node: Node, letters: String)] = []
}

extension ClosedScope {
  /// The known cotangent of an input; nil where the rules inside say it best.
  func pullback(_ cotangent: Node, _ input: Int, sumsToOne: Bool) -> KnownPullback? {
    switch kind {
    case .softmax: KnownPullback(cotangent: result * (cotangent - summed(result * cotangent)))
    case .meanSquaredError: meanSquaredErrorPullback(cotangent, input)
    case .crossEntropy: crossEntropyPullback(cotangent, input, sumsToOne: sumsToOne)
    case .layerNorm: layerNormPullback(cotangent)
    case .convolution: nil
    }
  }

  private func meanSquaredErrorPullback(_ cotangent: Node, _ input: Int) -> KnownPullback {
    let difference = inputs[input] - inputs[1 - input]
    let scaled = (2 / Double(difference.shape.elementCount)) * difference
    return KnownPullback(cotangent: repeated(cotangent, like: difference) * scaled)
  }

  /// (ȳ − mean ȳ − y ⊙ mean(y ⊙ ȳ))/σ (Ba, Kiros and Hinton 2016 define the layer).
  private func layerNormPullback(_ cotangent: Node) -> KnownPullback {
    // Divided by σ, or multiplied by 1/σ.
    let isQuotient = result.operation == .binary(.divide)
    let deviation = isQuotient ? result.operand(1) : Node.unary(.reciprocal, result.operand(1))
    func mean(_ x: Node) -> Node { summed(x) / x.filled(count) }
    return KnownPullback(
      cotangent: (cotangent - mean(cotangent) - result * mean(result * cotangent)) / deviation,
      named: [(deviation, "σ")])
  }

  /// (softmax(z) − t)/n for rows of probabilities t that add up to 1; class numbers are one-hot rows.
  private func crossEntropyPullback(_ cotangent: Node, _ input: Int, sumsToOne: Bool) -> KnownPullback {
    let (z, labels) = (inputs[0], inputs[1])
    let last = AxisSet([z.shape.rank - 1])
    let exponentials = Node.unary(.exp, z - Node.reduce(.max, z, last).broadcast(to: z.shape, along: last))
    let softmax = exponentials / exponentials.sum(last).broadcast(to: z.shape, along: last)
    let rows = Double(z.shape.elementCount / z.shape[-1])
    if input == 1 {
      return KnownPullback(
        cotangent: repeated(cotangent, like: z) * ((-1 / rows) * Node.unary(.log, softmax)),
        named: [(softmax, "softmax")])
    }
    var named = [(node: softmax, letters: "softmax")]
    let targets: Node
    if labels.scalarType.isFloatingPoint {
      targets = labels
    } else {
      let classes = Node.iota(z.shape, axis: z.shape.rank - 1, .int64)
      let chosen = Node.convert(labels, to: .int64).broadcast(to: z.shape, along: last)
      targets = .convert(classes .== chosen, to: z.scalarType)
      named.append((targets, "t"))
    }
    let total = targets.sum(last).broadcast(to: z.shape, along: last)
    let weighted = sumsToOne ? softmax : softmax * total
    return KnownPullback(
      cotangent: repeated(cotangent, like: z) * ((1 / rows) * (weighted - targets)), named: named)
  }
}

extension Operation {
  fileprivate var scales: Bool { self == .binary(.divide) || self == .binary(.multiply) }
}
