import DescentCalculus
import DescentGraph

/// What the table of operations says about one operation, asked of the operation itself.
package struct OperationCard {
  /// The operation's name in messages.
  package let name: String
  package let operation: Operation
  /// The equations of the result.
  package let value: [String]
  /// The scalar types that the operation takes.
  package let types: [ScalarType]
  /// For each operand with a derivative, the equations of its cotangent, with a bar, from the result's.
  package let pullback: [[String]]
  /// The equations of the result's tangent, with a dot, from those of the operands; empty if there is none.
  package let pushforward: [String]
  /// In which operands the operation is linear.
  package let linearity: Linearity
  /// What the operands are called.
  let operandNames: [String]
  /// The derivative at special points.
  package let convention: String?

  /// The card of an example's operation.
  package init(_ example: OperationExample) {
    types = ScalarType.allCases.filter { type in
      (try? checked { example.build(example.nodes(type), type) }) != nil
    }
    // In float64 the constants of mathematics can be told from other numbers.
    let type = types.contains(.float64) ? .float64 : types.first ?? .float32
    let operands = example.nodes(type)
    let node = example.build(operands, type)
    operation = node.operation
    name = operation.name
    convention = operation.convention
    operandNames = example.operands.map(\.name)
    var printer = FormulaPrinter()
    value = printer.equations(of: node, called: example.result)
    let derivation = RuleReading(node, called: example.result)
    pullback = derivation.pullback
    pushforward = derivation.pushforward
    linearity = Linearity(derivation)
  }

  /// The cards of a section's operations, in the table's order.
  package static var sections: [(title: String, cards: [OperationCard])] {
    OperationExample.sections.map { ($0.title, $0.examples.map(OperationCard.init)) }
  }
}

extension OperationExample {
  /// Nodes with the operands' names.
  func nodes(_ type: ScalarType) -> [Node] { operands.map { .symbol($0.name, $0.shape, $0.type ?? type) } }
}

extension Node {
  /// A node that stands for any value and is never evaluated.
  package static func symbol(_ name: String, _ shape: Shape, _ type: ScalarType) -> Node {
    let node = Node(Storage(byteCount: shape.elementCount * type.byteCount), shape, type)
    node.note = .name(name)
    return node
  }
}

extension Node {
  /// A symbol of another node's shape and type, or one for each result of a node that has several.
  fileprivate static func symbol(_ name: String, like node: Node) -> Node {
    if !node.operation.hasParts { return .symbol(name, node.shape, node.scalarType) }
    return .bundle(
      node.parts.enumerated().map { place, part in .symbol("\(name)[\(place)]", part.shape, part.scalarType) })
  }
}

/// The derivatives of one node by its operation's rule, for symbolic cotangents and tangents.
struct RuleReading {
  let node: Node
  private let name: String
  private let application: Application
  private let rule: Rule

  init(_ node: Node, called name: String) {
    self.node = node
    self.name = name
    application = Application(node)
    rule = node.operation.rule
  }

  /// Whether an operand can have a derivative at all.
  private func isVariable(_ operand: Int) -> Bool {
    node.scalarType.isFloatingPoint && node.operand(operand).scalarType.isFloatingPoint
  }

  private var isCustom: Bool { if case .custom = node.operation { true } else { false } }

  var pullback: [[String]] {
    var printer = FormulaPrinter(naming: [(node, name)])
    return ((isCustom ? 1 : 0)..<node.operandCount).filter(isVariable).map { operand in
      let variable = node.operand(operand)
      do {
        let share = try checked { rule.pullback(cotangent, of: application, to: operand) }
        return printer.equations(
          of: share ?? variable.filled(0), called: "\(variable.name ?? variable.operation.name)\u{304}")
      } catch { return ["\(error)"] }
    }
  }

  private var cotangent: Node { .symbol(name + "\u{304}", like: node) }

  var pushforward: [String] {
    if isCustom { return ["\(name)\u{307} = the adjoint of the pullback, of the inputs' tangents"] }
    let tangents = (0..<node.operandCount).map { isVariable($0) ? tangent(of: $0) : nil }
    if tangents.allSatisfy({ $0 == nil }) { return [] }
    var printer = FormulaPrinter(naming: [(node, name)])
    let moved = rule.pushforward(tangents, of: application) ?? node.filled(0)
    return printer.equations(of: moved, called: name + "\u{307}")
  }

  /// How the result moves when one operand does, nil for not at all.
  func pushforward(of operand: Int) -> Node? {
    guard !isCustom, isVariable(operand) else { return nil }
    return rule.pushforward((0..<node.operandCount).map { $0 == operand ? tangent(of: $0) : nil }, of: application)
  }

  private func tangent(of operand: Int) -> Node {
    let variable = node.operand(operand)
    return .symbol("\(variable.name ?? variable.operation.name)\u{307}", like: variable)
  }
}

/// The operands in which an operation is linear, as its derivatives show.
///
/// A function is linear in an operand if its derivative does not read that operand.
package struct Linearity: Equatable {
  /// The operands' places.
  package let operands: [Int]
  /// Whether the operation is linear in all of them taken together, or in each while the others are held.
  package let isJoint: Bool

  init(_ derivation: RuleReading) {
    let node = derivation.node
    let reads = (0..<node.operandCount).map { derivation.pushforward(of: $0).map { $0.leaves(stoppingAt: node) } }
    let linear = reads.indices.filter { operand in
      guard let read = reads[operand], !node.operation.hasJumps else { return false }
      return !read.contains(ObjectIdentifier(node)) && !read.contains(ObjectIdentifier(node.operand(operand)))
    }
    operands = linear
    isJoint = linear.allSatisfy { operand in
      linear.allSatisfy { !reads[operand]!.contains(ObjectIdentifier(node.operand($0))) }
    }
  }
}

extension Operation {
  /// Whether the value jumps where the derivative does not tell.
  fileprivate var hasJumps: Bool { self == .binary(.remainder) || self == .binary(.truncatedRemainder) }
}

extension Node {
  /// The nodes without operands that this one depends on, and `node` if it is met.
  fileprivate func leaves(stoppingAt node: Node) -> Set<ObjectIdentifier> {
    if self === node || operandCount == 0 { return [ObjectIdentifier(self)] }
    return operands.reduce(into: []) { $0.formUnion($1.leaves(stoppingAt: node)) }
  }
}
