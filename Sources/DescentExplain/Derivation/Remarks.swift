import DescentCalculus
import DescentGraph
import DescentNotation

// What a teacher would say beside a step.

extension DerivationBuilder {
  /// Why the numbers of a result are what they are: branches taken, repetition.
  func remarks(about inner: [Node]) -> [String] {
    inner.filter { vocabulary.isVariable($0) }.flatMap { node -> [String] in
      switch node.operation {
      case .unary(.relu): branches(of: node)
      case .broadcast(let axes): repetition(of: node, axes)
      case .identity(.stopGradient): ["\(spokenName(node.operand(0))) is held constant here"]
      case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
        .reduce, .argument, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract,
        .custom, .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after,
        .windows, .overlap, .matrix, .solve:
        []
      }
    }
  }

  /// `relu: z₁ = 2.1 > 0 passes, z₂ = −1 ≤ 0 becomes 0`.
  private func branches(of node: Node) -> [String] {
    let operand = node.operand(0)
    let numbers = value(operand).scalars
    guard isSmall(operand) else {
      let passing = numbers.count { $0 > 0 }
      return [
        "relu: \(passing) of \(numbers.count) elements are positive and pass; the others become 0, with slope 0"
      ]
    }
    let places = zip(elementNames(operand), numbers).map { name, number in
      let text = "\(Formula.name(name).text) = \(Formula.number(number).text)"
      return text + (number > 0 ? " > 0 passes (slope 1)" : " ≤ 0 becomes 0 (slope 0)")
    }
    return ["relu: " + places.joined(separator: ", ")]
  }

  private func repetition(of node: Node, _ axes: AxisSet) -> [String] {
    let operand = node.operand(0)
    guard vocabulary.isVariable(operand), node.shape.elementCount > operand.shape.elementCount else { return [] }
    let count = axes.array.reduce(1) { $0 * node.shape[$1] }
    return ["\(spokenName(operand)) is repeated \(count) times along \(axes.words)"]
  }

  /// The name of a quantity, or of the one that a node only rearranges.
  private func spokenName(_ node: Node) -> String {
    var node = node
    while !vocabulary.isQuantity(node), node.operandCount == 1 { node = node.operand(0) }
    return name(node).letters
  }

  /// What is worth saying about a cotangent.
  func backwardRemarks(_ node: Node, _ shares: [Share]) throws -> [String] {
    var remarks: [String] = []
    for share in shares {
      if let scope = share.scope {
        remarks.append(scope.kind.rule)
        try remarks += disagreement(of: share, scope)
      } else {
        remarks += share.path.flatMap { explanation(of: $0, node) }
      }
    }
    if shares.count > 1 {
      let names = shares.map { name($0.consumer).letters }.joined(separator: " and ")
      remarks.append("\(name(node).letters) is read by \(names), so their shares add up")
    }
    return remarks.uniquedList
  }

  /// What an operation does to the cotangent that passes back.
  private func explanation(of node: Node, _ source: Node) -> [String] {
    switch node.operation {
    case .broadcast(let axes):
      let count = axes.array.reduce(1) { $0 * node.shape[$1] }
      return count > 1
        ? ["\(spokenName(node.operand(0))) was repeated \(count) times, so the derivatives of its copies add up"] : []
    case .contract where node.shape.rank > 0 && node.operands.allSatisfy({ $0.shape.rank > 1 }):
      return ["for a product of matrices Y = A B: Ā = Ȳ Bᵀ, B̄ = Aᵀ Ȳ"]
    case .unary(.relu): return ["relu passes the derivative on where its argument is positive, and 0 elsewhere"]
    case .reduce(.max, _), .reduce(.min, _):
      return ["only the extreme element moves the result; elements that tie share evenly"]
    case .reduce(.sum, _): return ["every term of a sum has derivative 1"]
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom,
      .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows,
      .overlap, .matrix, .solve:
      guard node.operation.isKinked, let convention = node.operation.convention else { return [] }
      return ["\(node.operation.name): \(convention)"]
    }
  }

  /// A loud remark if a known form does not give what the rules give.
  private func disagreement(of share: Share, _ scope: ClosedScope) throws -> [String] {
    guard shares.filter({ $0.operand === share.operand }).count == 1, let byRules = cotangent(share.operand) else {
      return []
    }
    let known = try excerpt.numbers(of: [share.cotangent])[0]
    let error = zip(known, byRules.scalars).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
    return error < 1e-9
      ? []
      : ["‼ the known form differs from the rules inside by \(Formula.number(error).text); the numbers are the rules'"]
  }
}

extension Operation {
  /// What the operation does, for readers of a program.
  var word: String {
    switch self {
    case .contract: "matrix product"
    case .binary(.add): "sum"
    case .binary(.subtract): "difference"
    case .binary(.multiply): "product"
    case .binary(.divide): "quotient"
    case .reduce(.sum, _): "sum over elements"
    case .broadcast: "repetition"
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .custom,
      .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows,
      .overlap, .matrix, .solve:
      name
    }
  }
}
