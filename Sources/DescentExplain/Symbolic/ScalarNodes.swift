import DescentCalculus
import DescentGraph
import DescentNotation
import DescentTensor

// Nodes of single numbers, as the derivation of scalar expressions reads them.

extension Node {
  /// Everything that this node depends on, and itself, operands first.
  package var ancestors: [Node] {
    var found: [Node] = []
    var (seen, waiting) = (Set<ObjectIdentifier>(), [(node: self, isReady: false)])
    while let (next, isReady) = waiting.popLast() {
      if isReady {
        found.append(next)
      } else if seen.insert(ObjectIdentifier(next)).inserted {
        waiting.append((next, true))
        waiting += next.operands.reversed().map { ($0, false) }
      }
    }
    return found
  }

  /// The node with every alias replaced by what it names, and every number without a name by a constant.
  var withoutAliases: Node {
    var made: [ObjectIdentifier: Node] = [:]
    for node in ancestors {
      let operands = node.operands.map { made[ObjectIdentifier($0)]! }
      if case .identity(.alias) = node.operation {
        made[ObjectIdentifier(node)] = operands[0]
      } else if node.operandCount == 0, node.name == nil, node.shape.elementCount == 1, node.value != nil {
        made[ObjectIdentifier(node)] = node.filled(Tensor(node).scalar)
      } else {
        let isSame = zip(operands, node.operands).allSatisfy { $0 === $1 }
        made[ObjectIdentifier(node)] = isSame ? node : node.reapplied(to: operands)
      }
    }
    return made[ObjectIdentifier(self)]!
  }

  /// ∂node/∂operand by the operation's card, nil if it is zero or no function of elements.
  package func partial(by place: Int) -> Node? {
    switch operation.rule {
    case .elementwise(let partials): partials[place].times(filled(1), at: Application(self))
    case .linear, .general, .weightedSum, .bilinear, .joint:
      operation.rule.pullback(filled(1), of: Application(self), to: place)
    case .zero: nil
    }
  }

  /// Whether the operation is linear in an operand while the others are held: its derivative reads neither that operand
  /// nor the result.
  func isLinear(in place: Int) -> Bool {
    let symbols = operands.enumerated().map { index, operand in
      operand.isFill ? operand : Node.symbol("x\(index)", Shape(), operand.scalarType)
    }
    let application = Node.applied(operation, to: symbols, Shape(), scalarType, note)
    guard let partial = application.partial(by: place) else { return true }
    return !partial.ancestors.contains { $0 === symbols[place] || $0 === application }
  }

  /// The operand that the operation is applied to as a function of one variable, if it is a result of its own.
  func innerPlace(_ deriver: ScalarDeriver) -> Int? {
    let places = operands.indices.filter { deriver.depends(operand($0)) }
    guard places.count == 1, operand(places[0]) !== deriver.variable, !isLinear(in: places[0]) else { return nil }
    return places[0]
  }

  /// The node's operation as a formula of scalars: numbers side by side with what they multiply.
  func formulaOfScalars(_ x: [Formula]) -> Formula {
    var writer = MatrixFormula { node in self.operands.firstIndex { $0 === node }.map { x[$0] } }
    return writer.definition(of: self)
  }
}

extension Operation {
  /// Whether the derivative jumps somewhere.
  var isKinked: Bool {
    switch self {
    case .unary(let function):
      [.absolute, .relu, .sign, .floor, .ceil, .round, .truncate].contains(function)
    case .binary(let function): [.maximum, .minimum, .remainder, .truncatedRemainder, .copysign].contains(function)
    case .reduce(let reduction, _): reduction == .max || reduction == .min
    case .input, .fill, .iota, .random, .invalid, .power, .convert, .identity, .compare, .select, .argument,
      .broadcast, .reshape, .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom,
      .recurrence, .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows,
      .overlap, .matrix, .solve:
      false
    }
  }
}

extension Formula {
  /// Products without ones, products of numbers and zero left as they are.
  var tidied: Formula {
    replacing { part in
      guard case .product(let factors, let sign) = part else { return nil }
      let inner = factors.map(\.tidied).flatMap { factor -> [Formula] in
        if case .product(let nested, sign) = factor { nested } else { [factor] }
      }
      let kept =
        inner.count > 1 && inner.dropFirst().contains(.number(1)) && inner[0].isNumber
        ? inner : inner.filter { $0 != .number(1) }
      return kept.isEmpty ? .number(1) : kept.count == 1 ? kept[0] : .product(kept, sign)
    }
  }
}
