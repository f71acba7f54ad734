import DescentGraph
import DescentNotation

/// Writes nodes as formulas of whole tensors, in the notation of matrix calculus.
///
/// Products of matrices are written side by side with their transposes; broadcasting is silent, as it is in programs.
struct MatrixFormula {
  /// Whether every operation is written as it is, broadcasts and contractions too.
  let isRaw: Bool
  /// The formulas of nodes that are not looked into.
  let given: (Node) -> Formula?
  private var written: [ObjectIdentifier: Formula] = [:]
  private var held: [Node] = []

  init(isRaw: Bool = false, given: @escaping (Node) -> Formula?) {
    self.isRaw = isRaw
    self.given = given
  }

  /// The formula of a node, by the operation that made it.
  mutating func definition(of node: Node) -> Formula {
    let operands = node.operands.map { formula(of: $0) }
    return write(node, operands)
  }

  /// The formula of a node: its name if it has one.
  mutating func formula(of node: Node) -> Formula {
    var waiting = [(node: node, isReady: false)]
    while let (next, isReady) = waiting.popLast() {
      let identity = ObjectIdentifier(next)
      if written[identity] != nil { continue }
      if let known = given(next) {
        written[identity] = known
        held.append(next)
      } else if isReady {
        written[identity] = write(next, next.operands.map { written[ObjectIdentifier($0)]! })
        held.append(next)
      } else {
        waiting.append((next, true))
        waiting += next.operands.reversed().map { ($0, false) }
      }
    }
    return written[ObjectIdentifier(node)]!
  }

  private func write(_ node: Node, _ x: [Formula]) -> Formula {
    if isRaw { return node.formula(x) }
    switch node.operation {
    case .binary(.multiply): return product(node, x)
    case .binary(.add): return .sum(terms(x[0]) + terms(x[1]))
    case .binary(.subtract):
      return .sum(terms(x[0]) + terms(x[1]).map { Formula.Term($0.formula, isNegative: !$0.isNegative) })
    case .binary(.divide): return .quotient(x[0], x[1])
    case .unary(.negate): return negated(x[0])
    case .unary(.exp): return .power(.name("e"), x[0])
    case .broadcast: return x[0]
    case .reshape where node.shape.withoutOnes == node.operand(0).shape.withoutOnes: return x[0]
    case .contract(let axes): return contraction(node, axes, x) ?? node.formula(x)
    case .transpose(let axes) where axes.count == 2: return transposed(x[0])
    case .select where x[2] == .number(0): return .product([.enclosed("[", x[0], "]"), x[1]], .elements)
    case .reduce(.sum, let axes) where axes.count == node.operand(0).shape.rank: return .call("sum", x)
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .custom,
      .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows,
      .overlap, .matrix, .solve:
      return node.formula(x)
    }
  }

  private func terms(_ x: Formula) -> [Formula.Term] {
    switch x {
    case .sum(let terms): terms
    case .negation(let inner): [Formula.Term(inner, isNegative: true)]
    default: [Formula.Term(x)]
    }
  }

  private func negated(_ x: Formula) -> Formula {
    if case .negation(let inner) = x { return inner }
    return .negation(x)
  }

  /// Numbers stand first and side by side with what they multiply; tensors have a sign of their own.
  private func product(_ node: Node, _ x: [Formula]) -> Formula {
    func isScalar(_ place: Int) -> Bool {
      let operand = node.operand(place)
      if operand.isFill || operand.shape.elementCount == 1 { return true }
      if case .broadcast = operand.operation { return operand.operand(0).shape.elementCount == 1 }
      return false
    }
    if case .negation(let inner) = x[0] { return negated(product(node, [inner, x[1]])) }
    if case .negation(let inner) = x[1] { return negated(product(node, [x[0], inner])) }
    if isScalar(0) || isScalar(1) {
      let order = isScalar(0) ? x : [x[1], x[0]]
      // A mean is a sum divided by a count.
      if case .number(let value) = order[0], abs(value) < 1, let count = Int(exactly: 1 / value) {
        return .quotient(order[1], .number(Double(count)))
      }
      return .product(order.flatMap(plainFactors), .plain)
    }
    return .product(x.flatMap { if case .product(let factors, .elements) = $0 { factors } else { [$0] } }, .elements)
  }

  private func plainFactors(_ x: Formula) -> [Formula] {
    if case .product(let factors, .plain) = x { factors } else { [x] }
  }

  // MARK: Products of matrices

  /// `w x`, `δ xᵀ`, `wᵀ δ`, for matrices and vectors; nil for other contractions.
  private func contraction(_ node: Node, _ axes: Contraction, _ x: [Formula]) -> Formula? {
    let (left, right) = (node.operand(0).shape.rank, node.operand(1).shape.rank)
    guard axes.leftBatch.isEmpty, (1...2).contains(left), (1...2).contains(right) else { return nil }
    if axes.leftContracting.isEmpty {
      return left == 1 && right == 1 ? .product([x[0], transposed(x[1])], .matrices) : nil
    }
    guard axes.leftContracting.count == 1 else { return nil }
    let first = axes.leftContracting[0] == left - 1 && left == 2 ? x[0] : transposed(x[0])
    let second = axes.rightContracting[0] == 0 ? x[1] : transposed(x[1])
    if left == 2, right == 2 || axes.rightContracting[0] == 0 {
      return .product(factors(first) + factors(second), .matrices)
    }
    if left == 1, right == 1 { return .product([transposed(x[0]), x[1]], .matrices) }
    // A row times a matrix is a vector again: write the matrix first.
    return .product([axes.rightContracting[0] == 1 ? x[1] : transposed(x[1]), x[0]], .matrices)
  }

  private func factors(_ x: Formula) -> [Formula] {
    if case .product(let factors, .matrices) = x { factors } else { [x] }
  }

  /// (A B)ᵀ = Bᵀ Aᵀ, (Aᵀ)ᵀ = A.
  private func transposed(_ x: Formula) -> Formula {
    switch x {
    case .marked(let inner, "T"): inner
    case .product(let factors, .matrices): .product(factors.reversed().map { transposed($0) }, .matrices)
    case .product(let factors, .plain) where factors.count == 2 && factors[0].isNumber:
      .product([factors[0], transposed(factors[1])], .plain)
    default: .marked(x, "T")
    }
  }
}

extension Formula {
  var isNumber: Bool { if case .number = self { true } else { false } }
}

extension Shape {
  fileprivate var withoutOnes: [Int] { dimensions.filter { $0 != 1 } }
}
