import DescentGraph
import DescentTensor

/// A copy of what a target was computed from, recorded, so that it can be differentiated and evaluated again and again.
///
/// Aliases vanish: a name becomes the name of what it names, and marks of named scopes are noted. Where that is
/// possible the copy computes in float64, so that its numbers are those of the mathematics.
final class Excerpt {
  /// Everything, operands before their users.
  private(set) var nodes: [Node] = []
  private(set) var target: Node
  private(set) var sources: [Node] = []
  /// The names that the program gave.
  private(set) var names: [ObjectIdentifier: String] = [:]
  private(set) var scopes: [ScopeRegion] = []
  private let recorder = Recorder()
  private var known: Set<ObjectIdentifier> = []
  /// What has been computed already: a program that computes something twice is shown to compute it once.
  private var same: [Application: Node] = [:]

  private struct Application: Hashable {
    var operation: Operation
    var shape: Shape
    var scalarType: ScalarType
    var operands: [ObjectIdentifier]

    init(_ node: Node, _ operands: [Node]) {
      (operation, shape, scalarType) = (node.operation, node.shape, node.scalarType)
      self.operands = operands.map { ObjectIdentifier($0) }
    }
  }

  /// A named scope: its marked inputs and its result.
  struct ScopeRegion {
    var name: String
    var inputs: [Node]
    var result: Node
  }

  /// Copies what `target` depends on, down to the sources and to what has no history.
  ///
  /// - Throws: ``TensorError`` for a target that is no floating-point scalar with a history, or does not depend on a
  ///   source.
  init(of target: Node, sources: [Node], names sourceNames: [String?], widens: Bool = true) throws {
    let original = Layout(of: target, stoppingAt: sources)
    try original.check(sources: sources)
    try Evaluation.evaluate(original.leaves, on: Tensor.engine)
    self.target = target
    let type: ScalarType? = widens && original.canWiden ? .float64 : nil
    var copies: [ObjectIdentifier: Node] = [:]
    var inputs: [Int: [Int: Node]] = [:]
    try Scope.current.record(with: recorder) {
      for (node, operands) in zip(original.nodes, original.operands) {
        let operands = operands.map { copies[ObjectIdentifier($0)]! }
        let copy = try copy(node, operands, as: type)
        copies[ObjectIdentifier(node)] = copy
        if let scope = node.scope { note(scope, copy, &inputs) }
      }
    }
    self.target = copies[ObjectIdentifier(target)]!
    self.sources = sources.map { copies[ObjectIdentifier($0)]! }
    for (source, name) in zip(self.sources, sourceNames) { if let name { names[ObjectIdentifier(source)] = name } }
  }

  /// A copy of a node; an alias gives way to what it names.
  private func copy(_ node: Node, _ operands: [Node], as type: ScalarType?) throws -> Node {
    let made: Node
    if operands.isEmpty {
      made = try node.leaf(as: node.scalarType.isFloatingPoint ? type : nil)
    } else if node.isAlias || node.isConversion(to: type) {
      made = operands[0]
    } else if let same = same[Application(node, operands)] {
      made = same
    } else {
      made = node.reapplied(to: operands, as: node.scalarType.isFloatingPoint ? type : nil)
      made.note = node.scope == nil && node.name == nil ? node.note : nil
      if node.isRepeatable { same[Application(node, operands)] = made }
    }
    if known.insert(ObjectIdentifier(made)).inserted { nodes.append(made) }
    if let name = node.name, names[ObjectIdentifier(made)] == nil { names[ObjectIdentifier(made)] = name }
    return made
  }

  private func note(_ scope: NamedScope, _ copy: Node, _ inputs: inout [Int: [Int: Node]]) {
    switch scope.place {
    case .input(let place): inputs[scope.identity, default: [:]][place] = copy
    case .result:
      let marked = (inputs[scope.identity] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
      guard !marked.contains(where: { $0 === copy }) else { return }
      scopes.append(ScopeRegion(name: scope.name, inputs: marked, result: copy))
    }
  }

  /// The numbers of nodes, each row-major, as doubles.
  func numbers(of nodes: [Node]) throws -> [[Double]] {
    try Evaluation.evaluate(nodes, on: Tensor.engine)
    return nodes.map { Tensor($0).scalars }
  }
}

/// The region that a target depends on, with operands noted down: evaluating it makes nodes forget them.
private struct Layout {
  var nodes: [Node] = []
  var operands: [[Node]] = []
  let target: Node

  init(of target: Node, stoppingAt sources: [Node]) {
    self.target = target
    let stops = Set(sources.map { ObjectIdentifier($0) })
    var (seen, waiting) = (Set<ObjectIdentifier>(), [(node: target, operands: [Node](), isReady: false)])
    GraphLock.withLock {
      while let next = waiting.popLast() {
        if next.isReady {
          nodes.append(next.node)
          operands.append(next.operands)
        } else if seen.insert(ObjectIdentifier(next.node)).inserted {
          let inner = stops.contains(ObjectIdentifier(next.node)) || next.node.isCutOff ? [] : next.node.operands
          waiting.append((next.node, inner, true))
          waiting += inner.reversed().map { ($0, [], false) }
        }
      }
    }
  }

  /// What nothing here computes.
  var leaves: [Node] { zip(nodes, operands).filter { $1.isEmpty && !$0.isFill }.map(\.0) }

  /// Bodies, and pullbacks of the user's own, are for their own types.
  var canWiden: Bool {
    nodes.allSatisfy { node in
      switch node.note {
      case .bodies, .pullback: false
      case .name, .error, .scope, nil: true
      }
    }
  }

  func check(sources: [Node]) throws(TensorError) {
    if let failed = nodes.first(where: \.isInvalid), case .error(let error) = failed.note { throw error }
    guard target.scalarType.isFloatingPoint, target.shape.elementCount == 1 else {
      throw TensorError(
        .notScalar, "explain",
        "\(target.label) is \(target.scalarType) of shape \(target.shape); a gradient needs one floating-point number: "
          + "reduce it first, for example with .sum()")
    }
    for source in sources where !nodes.contains(where: { $0 === source }) {
      let hint =
        operands.last?.isEmpty ?? true
        ? "its history is gone, since it was looked at: record it with a GradientTape, or explain it before printing it"
        : "use it in what is explained, and don't assign it in between"
      throw TensorError(.disconnected, "explain", "\(target.label) does not depend on \(source.label); \(hint)")
    }
    for source in sources where !source.scalarType.isFloatingPoint {
      throw TensorError(
        .notDifferentiable, "explain",
        "\(source.label) is \(source.scalarType); only floating-point numbers have derivatives")
    }
  }
}

extension Node {
  /// Whether history ends here: variables, and what was evaluated and not recorded.
  fileprivate var isCutOff: Bool {
    if case .identity(.stopGradient) = operation, name != nil { return true }
    return operandCount == 0
  }

  fileprivate var isAlias: Bool { if case .identity(.alias) = operation { true } else { false } }

  /// Whether the node only changes between floating-point types that are one type in the copy.
  fileprivate func isConversion(to type: ScalarType?) -> Bool {
    guard case .convert = operation, type != nil else { return false }
    return scalarType.isFloatingPoint && operand(0).scalarType.isFloatingPoint
  }

  /// Whether the operation and the operands say all about the node.
  fileprivate var isRepeatable: Bool {
    switch note {
    case .name, .scope, nil: true
    case .error, .pullback, .bodies: false
    }
  }

  /// Whether every element is the constant 0.
  var isZero: Bool { if case .fill(let bits) = operation { bits.double(as: scalarType) == 0 } else { false } }

  var isFill: Bool { if case .fill = operation { true } else { false } }

  /// A copy of an evaluated node or a constant, in another type if one is given.
  fileprivate func leaf(as type: ScalarType?) throws -> Node {
    if case .fill(let bits) = operation { return .fill(bits.decimal(as: scalarType), shape, type ?? scalarType) }
    guard let storage = value else { throw TensorError(.invalidArgument, "explain", "\(label) has no value") }
    guard let type, type != scalarType else { return Node(storage, shape, scalarType) }
    return .numbers(Tensor(self).scalars.map { scalarType == .float32 ? $0.decimal : $0 }, shape)
  }
}

extension ScalarBits {
  /// The number, float32 as the decimal that it was written as.
  fileprivate func decimal(as type: ScalarType) -> Double {
    type == .float32 ? double(as: type).decimal : double(as: type)
  }
}

extension Double {
  /// The double nearest to the shortest decimal that gives the same float32.
  fileprivate var decimal: Double { Double("\(Float(self))") ?? self }
}

extension Excerpt {
  /// The target computed again with another node in the place of a source.
  func replaying(_ source: Int, with replacement: Node) -> Node {
    var made: [ObjectIdentifier: Node] = [ObjectIdentifier(sources[source]): replacement]
    for node in nodes where node.operandCount > 0 && made[ObjectIdentifier(node)] == nil {
      let operands = node.operands.map { made[ObjectIdentifier($0)] ?? $0 }
      if zip(operands, node.operands).contains(where: { $0 !== $1 }) {
        made[ObjectIdentifier(node)] = node.reapplied(to: operands)
      }
    }
    return made[ObjectIdentifier(target)] ?? target
  }
}
