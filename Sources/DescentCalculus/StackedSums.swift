import DescentGraph

/// A sum over the steps of a loop that is taken outside of it.
///
/// Σₜ aₜ·bₜ is one product of the stacked a and b in which the step is one more axis to sum over: a loop that stacks a and
/// b, often because it stacks them anyway, need not compute a product and add it up in every step. The same holds for
/// what moves such a product's elements, and for sums of them.
struct StackedSum {
  /// What a step adds.
  private indirect enum Term {
    case product(Node, Node, Contraction)
    /// What the node's operation makes of its operand, elsewhere.
    case moved(Node, Term)
    case sum(Term, Term)
  }

  private let term: Term
  /// The values of a step that the products are of.
  private(set) var operands: [Node] = []

  /// Nil for what is no product, or of something that is the same in every step.
  init?(_ share: Node) {
    var operands: [Node] = []
    guard let term = Self.term(share, &operands) else { return nil }
    (self.term, self.operands) = (term, operands)
  }

  private static func term(_ node: Node, _ operands: inout [Node]) -> Term? {
    if case .contract(let axes) = node.operation {
      let (left, right) = (node.operand(0).unnamed, node.operand(1).unnamed)
      guard [left, right].allSatisfy({ $0.isOpen && $0.shape.rank < Shape.maximumRank }) else { return nil }
      operands += [left, right]
      return .product(left, right, axes)
    }
    if case .binary(.add) = node.operation {
      guard let left = term(node.operand(0), &operands), let right = term(node.operand(1), &operands) else {
        return nil
      }
      return .sum(left, right)
    }
    guard node.operation.onlyMoves else { return nil }
    return term(node.operand(0), &operands).map { .moved(node, $0) }
  }

  /// The sum, from what the operands are stacked to along a new first axis.
  func total(_ stack: (Node) -> Node) -> Node { Self.total(term, stack) }

  private static func total(_ term: Term, _ stack: (Node) -> Node) -> Node {
    switch term {
    case .product(let left, let right, let axes): .contract(stack(left), stack(right), axes.overSteps)
    case .moved(let node, let rest): node.reapplied(to: [total(rest, stack)])
    case .sum(let left, let right): total(left, stack) + total(right, stack)
    }
  }
}

/// How the cotangents of a scan's constants, sums over its steps, are taken: outside where that pays, in carries
/// otherwise.
///
/// Stacks cost memory. They may have a few times the elements of what the loop goes through, which is there anyway and
/// grows as they do, or as many as the sum itself.
struct StackedSums {
  private enum Sum {
    case zero, carried
    case stacked(StackedSum)
  }

  /// Where the stack of a value is found: among what the loop goes through or what it puts out.
  private enum Place {
    case given(Int), output(Int)
  }

  private static let mostTimesGiven = 4

  private var sums: [Sum] = []
  private var places: [ObjectIdentifier: Place] = [:]
  private let outputCount: Int
  private let length: Int
  /// The elements of a step that may be stacked besides, and those that are.
  private let budget: Int
  private var stackedElements = 0
  /// What each step puts out besides, to be stacked.
  private(set) var stacked: [Node] = []
  /// What each step adds in carries.
  private(set) var carried: [Node] = []

  /// - Parameters:
  ///   - shares: What a step adds to each sum.
  ///   - given: The elements of what the loop goes through.
  ///   - kept: The elements of further stacks, which it could go through.
  ///   - outputs: What each step puts out anyway.
  ///   - length: The number of steps.
  init(of shares: [Node?], given: [Node], kept: [Node], outputs: [Node], length: Int) {
    (outputCount, self.length) = (outputs.count, length)
    budget = Self.mostTimesGiven * given.reduce(0) { $0 + $1.shape.elementCount }
    for (index, node) in outputs.enumerated() { places[ObjectIdentifier(node.unnamed)] = .output(index) }
    for (index, node) in (given + kept).enumerated() { places[ObjectIdentifier(node)] = .given(index) }
    for share in shares { sums.append(share.map { add($0) } ?? .zero) }
  }

  private mutating func add(_ share: Node) -> Sum {
    guard let sum = StackedSum(share), stack(sum.operands, for: share.shape.elementCount) else {
      carried.append(share)
      return .carried
    }
    return .stacked(sum)
  }

  /// Stacks the operands that are not stacked yet, unless they are too many.
  private mutating func stack(_ operands: [Node], for sumElements: Int) -> Bool {
    var missing: [Node] = []
    for operand in operands where places[ObjectIdentifier(operand)] == nil {
      if !missing.contains(where: { $0 === operand }) { missing.append(operand) }
    }
    let elements = missing.reduce(0) { $0 + $1.shape.elementCount }
    guard stackedElements + elements <= budget || elements * length <= sumElements else { return false }
    stackedElements += elements
    for operand in missing {
      places[ObjectIdentifier(operand)] = .output(outputCount + stacked.count)
      stacked.append(operand)
    }
    return true
  }

  /// The sums, from the sequences that the loop goes through or could, all that it has put out, and the sums in carries.
  func totals(_ given: [Node], _ outputs: [Node], _ carried: [Node]) -> [Node?] {
    var carried = carried[...]
    func stack(_ node: Node) -> Node {
      switch places[ObjectIdentifier(node)] {
      case .given(let index): given[index]
      case .output(let index): outputs[index]
      case nil: preconditionFailure("a stack that is not there")
      }
    }
    return sums.map { sum in
      switch sum {
      case .zero: nil
      case .carried: carried.popFirst()
      case .stacked(let sum): sum.total(stack)
      }
    }
  }
}

extension Node {
  /// What the node is a name of, or itself.
  fileprivate var unnamed: Node {
    var node = self
    while case .identity = node.operation { node = node.operand(0) }
    return node
  }
}

extension Operation {
  /// Whether every element of the result is one of the only operand's.
  fileprivate var onlyMoves: Bool {
    switch self {
    case .transpose, .reshape, .identity: true
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .binary, .compare, .select, .reduce,
      .argument, .broadcast, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence,
      .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap,
      .matrix, .solve:
      false
    }
  }
}

extension Contraction {
  /// The same of operands with a new first axis, which is summed over as well.
  fileprivate var overSteps: Contraction {
    func moved(_ axes: AxisList) -> [Int] { axes.map { $0 + 1 } }
    return Contraction(
      leftBatch: AxisList(moved(leftBatch)), rightBatch: AxisList(moved(rightBatch)),
      leftContracting: AxisList([0] + moved(leftContracting)), rightContracting: AxisList([0] + moved(rightContracting))
    )
  }
}
