import DescentCalculus
import DescentExplain
import DescentGraph
import DescentTensor

/// Reverse mode with a mistake put in where wanted: the cotangents come from the operations' rules, but for one step.
struct GradientWalk {
  private let nodes: [Node]
  let target: Node
  let variable: Node
  private let dependents: Set<ObjectIdentifier>

  private static let largestGraph = 300

  init?(of target: Node, by variable: Node) {
    nodes = target.ancestors
    guard nodes.count <= Self.largestGraph, target.shape.elementCount == 1 else { return nil }
    (self.target, self.variable) = (target, variable)
    var dependents: Set<ObjectIdentifier> = [ObjectIdentifier(variable)]
    for node in nodes where node.operands.contains(where: { dependents.contains(ObjectIdentifier($0)) }) {
      dependents.insert(ObjectIdentifier(node))
    }
    self.dependents = dependents
  }

  /// The steps in which a rule can be broken, the target's first.
  var places: [Node] {
    nodes.reversed().filter { node in
      node !== variable && node.operandCount > 0 && depends(node) && node.operation != .identity(.alias)
    }
  }

  private func depends(_ node: Node) -> Bool { dependents.contains(ObjectIdentifier(node)) }

  /// The gradient by the variable with a mistake in one step, nil if it can't be made there.
  func gradient(with mistake: TensorMistake, at place: Node) -> Node? {
    var cotangents: [ObjectIdentifier: Node] = [ObjectIdentifier(target): target.filled(1)]
    var isMade = false
    for node in nodes.reversed() where node !== variable && depends(node) {
      guard let cotangent = cotangents[ObjectIdentifier(node)] else { continue }
      for (index, operand) in node.operands.enumerated()
      where depends(operand) && operand.scalarType.isFloatingPoint {
        var share = node.operation.rule.pullback(cotangent, of: Application(node), to: index)
        if node === place, let wrong = mistake.pullback(Application(node), cotangent, index, share) {
          guard wrong.shape == operand.shape else { return nil }
          (share, isMade) = (wrong, true)
        }
        guard let share else { continue }
        let key = ObjectIdentifier(operand)
        cotangents[key] = cotangents[key].map { $0.adding(share) } ?? share
      }
    }
    return isMade ? cotangents[ObjectIdentifier(variable)] : nil
  }

  /// The gradient by a result on the way.
  func cotangent(of node: Node) -> Node? {
    ReverseMode(nodes, sources: [node]).pullback(target.filled(1), of: target)[0]
  }

  /// The matrix products of which the variable is a factor, and which factor it is.
  var products: [(product: Node, place: Int)] {
    nodes.flatMap { node -> [(Node, Int)] in
      guard case .contract = node.operation, node.operands.allSatisfy({ $0.shape.rank <= 2 }) else { return [] }
      return node.operands.indices.filter { node.operand($0).withoutAlias === variable.withoutAlias }.map { (node, $0) }
    }
  }

  /// A node in words: its name, or its operation and the names of the operands.
  func text(of node: Node) -> String {
    var next = node
    while next.name == nil, next.operation == .identity(.alias) { next = next.operand(0) }
    if let name = next.name ?? nodes.first(where: { $0.name != nil && $0.withoutAlias === node })?.name { return name }
    guard next.operandCount > 0 else { return next.operation.name }
    let operands = next.operands.filter { !$0.isFill }.map { $0.name ?? $0.withoutAlias.name ?? "the step before" }
    return "\(next.operation.name) of \(operands.joined(separator: " and "))"
  }
}

extension Node {
  /// What an alias names.
  var withoutAlias: Node {
    var node = self
    while node.operation == .identity(.alias) { node = node.operand(0) }
    return node
  }
}

/// A mistake that learners make in one step of a gradient of tensors.
struct TensorMistake: Sendable {
  let rule: String
  let hint: @Sendable (String) -> String
  /// The share of one operand with the mistake, nil where it can't be made; `correct` is the share without it.
  let pullback: @Sendable (Application, _ cotangent: Node, _ operand: Int, _ correct: Node?) -> Node?

  private init(
    _ rule: String, _ hint: @escaping @Sendable (String) -> String,
    _ pullback: @escaping @Sendable (Application, _ cotangent: Node, _ operand: Int, _ correct: Node?) -> Node?
  ) {
    (self.rule, self.hint, self.pullback) = (rule, hint, pullback)
  }

  static let all: [TensorMistake] = functions + combinations

  private static let functions: [TensorMistake] = [
    TensorMistake("chain rule", { "the derivative of \($0) is missing as a factor" }) { step, cotangent, _, _ in
      step.node.isElementFunction && step.x.shape == step.node.shape ? cotangent : nil
    },
    TensorMistake("power rule", { "in \($0) the exponent must be lowered by 1" }) { step, cotangent, _, _ in
      guard case .power(let exponent) = step.node.operation else { return nil }
      return cotangent * (exponent * step.node)
    },
    TensorMistake("power rule", { "in \($0) the exponent must be brought down as a factor" }) { step, _, _, correct in
      guard case .power(let exponent) = step.node.operation, exponent != 0 else { return nil }
      return correct.map { (1 / exponent) * $0 }
    },
    TensorMistake("derivative of a function", { "\($0) is not its own derivative" }) { step, cotangent, _, _ in
      step.node.isElementFunction ? cotangent * step.node : nil
    },
    TensorMistake("derivative of tanh", { "in \($0) the square is missing: tanh' = 1 − tanh²" }) {
      step, cotangent, _, _ in
      step.node.operation == .unary(.tanh) ? cotangent * (1 - step.node) : nil
    },
    TensorMistake("derivative of the logistic function", { "in \($0) a factor is missing: σ' = σ(1 − σ)" }) {
      step, cotangent, _, _ in
      step.node.operation == .unary(.sigmoid) ? cotangent * (1 - step.node) : nil
    },
  ]

  private static let combinations: [TensorMistake] = [
    TensorMistake("product rule", { "in \($0) each factor gets the other one as its derivative" }) {
      step, cotangent, operand, _ in
      step.node.operation == .binary(.multiply) ? cotangent * step.node.operand(operand) : nil
    },
    TensorMistake("sign", { "the sign is lost in \($0)" }) { _, _, _, correct in correct.map { -$0 } },
    TensorMistake("chain rule", { "the way through \($0) is missing; its gradient adds to the others" }) {
      _, _, _, correct in
      correct.map { $0.filled(0) }
    },
  ]
}

extension Node {
  /// Whether it is a function of each element by itself.
  fileprivate var isElementFunction: Bool {
    if case .power = operation { return true }
    if case .unary(let function) = operation { return function != .negate }
    return false
  }
}

/// How a gradient by a factor of a matrix product can be put together from the cotangent and the other factor.
struct ProductOrder {
  let cotangentFirst: Bool
  let cotangentTransposed: Bool
  let otherTransposed: Bool

  /// All ways, each with what distinguishes it from the right one for a left factor: δ @ otherᵀ.
  static let all: [(order: ProductOrder, words: String)] = [
    (.init(cotangentFirst: true, cotangentTransposed: false, otherTransposed: false), "a transposition is missing"),
    (.init(cotangentFirst: false, cotangentTransposed: false, otherTransposed: true), "the factors are swapped"),
    (
      .init(cotangentFirst: false, cotangentTransposed: false, otherTransposed: false),
      "the factors are swapped and a transposition is missing"
    ),
    (.init(cotangentFirst: true, cotangentTransposed: true, otherTransposed: false), "the wrong factor is transposed"),
    (
      .init(cotangentFirst: false, cotangentTransposed: true, otherTransposed: false),
      "the factors are swapped and the wrong one is transposed"
    ),
    (.init(cotangentFirst: true, cotangentTransposed: true, otherTransposed: true), "one transposition is too many"),
    (
      .init(cotangentFirst: false, cotangentTransposed: true, otherTransposed: true),
      "the factors are swapped and one transposition is too many"
    ),
  ]

  /// The product; for a right factor everything stands in the mirror.
  func product(_ cotangent: Tensor, _ other: Tensor, _ isLeft: Bool) -> Tensor {
    let a = cotangent.rank == 2 && cotangentTransposed ? cotangent.transposed() : cotangent
    let b = other.rank == 2 && otherTransposed ? other.transposed() : other
    return cotangentFirst == isLeft ? matmul(a, b) : matmul(b, a)
  }
}

/// The right product, for hints.
struct ProductWords {
  let cotangent: String
  let other: String
  let isLeft: Bool
  let hasVector: Bool

  func hint(_ mistake: String) -> String { "\(mistake): the gradient is \(correct)" }

  private var correct: String {
    if hasVector { return isLeft ? "outer(\(cotangent), \(other))" : "\(other).T @ \(cotangent)" }
    return isLeft ? "\(cotangent) @ \(other).T" : "\(other).T @ \(cotangent)"
  }
}
