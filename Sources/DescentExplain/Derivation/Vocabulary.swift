import DescentCalculus
import DescentGraph
import DescentNotation

/// What the nodes of an excerpt are called, and which of them are quantities: the steps of the chain rule.
///
/// Whatever the program named is a quantity, and so are the sources, the data, the target, and each result that a
/// function which is not linear is applied to: y in f = y², y = 3x + 2x².
struct Vocabulary {
  /// What a node is called.
  private(set) var names: [ObjectIdentifier: String] = [:]
  /// The quantities in order; every other node stands between two of them.
  private(set) var quantities: [Node] = []
  /// Whether a node depends on a source.
  private var variables: Set<ObjectIdentifier> = []
  private var isQuantity: Set<ObjectIdentifier> = []
  private var taken: Set<String> = []
  private let sources: Set<ObjectIdentifier>
  private let isNamedByProgram: Set<ObjectIdentifier>

  init(_ excerpt: Excerpt, _ scopes: ScopeTable) {
    sources = Set(excerpt.sources.map { ObjectIdentifier($0) })
    isNamedByProgram = Set(excerpt.names.keys)
    for node in excerpt.nodes where isVariable(byOperandsOf: node) { variables.insert(ObjectIdentifier(node)) }
    for node in excerpt.nodes { if let name = excerpt.names[ObjectIdentifier(node)] { give(name, to: node) } }
    nameLeaves(of: excerpt)
    if names[ObjectIdentifier(excerpt.target)] == nil { give(free(among: ["f", "L", "loss"]), to: excerpt.target) }
    for node in compositions(in: excerpt, scopes) where names[ObjectIdentifier(node)] == nil {
      give(free(among: Vocabulary.letters), to: node)
    }
    isQuantity = Set(names.keys)
    let shown = shown(excerpt.target, scopes)
    quantities = excerpt.nodes.filter {
      isQuantity.contains(ObjectIdentifier($0)) && shown.contains(ObjectIdentifier($0))
    }
    nameTheRest(of: excerpt)
  }

  /// What a node is called.
  func name(of node: Node) -> Name { Name(names[ObjectIdentifier(node)] ?? node.operation.name) }

  /// A name that nothing else has.
  func free(_ letters: String) -> String { taken.contains(letters) ? free(letters + "′") : letters }

  /// Whether a node is a step of the chain rule.
  func isQuantity(_ node: Node) -> Bool { isQuantity.contains(ObjectIdentifier(node)) }

  /// Whether a node depends on a source.
  func isVariable(_ node: Node) -> Bool { variables.contains(ObjectIdentifier(node)) }

  func isSource(_ node: Node) -> Bool { sources.contains(ObjectIdentifier(node)) }

  private static let letters = ["y", "z", "u", "s", "t", "p", "q", "r", "h", "g", "a", "c"]

  private func isVariable(byOperandsOf node: Node) -> Bool {
    if sources.contains(ObjectIdentifier(node)) { return true }
    guard node.scalarType.isFloatingPoint else { return false }
    if case .identity(.stopGradient) = node.operation { return false }
    return node.operands.contains { variables.contains(ObjectIdentifier($0)) }
  }

  /// Whether a quantity is data or a source, so that nothing computes it here: constants that the program did not name
  /// are data too.
  func isGiven(_ node: Node) -> Bool {
    node.operandCount == 0 || isSource(node) || !isVariable(node) && !isNamedByProgram.contains(ObjectIdentifier(node))
  }

  /// What a reader meets on the way from the target to what is given, past the insides of closed scopes.
  private func shown(_ target: Node, _ scopes: ScopeTable) -> Set<ObjectIdentifier> {
    var (seen, waiting) = (Set<ObjectIdentifier>(), [target])
    while let next = waiting.popLast() {
      guard seen.insert(ObjectIdentifier(next)).inserted else { continue }
      if isQuantity(next), isGiven(next) { continue }
      let operands = scopes.closed(next)?.inputs ?? next.operands
      waiting += operands.filter { !seen.contains(ObjectIdentifier($0)) }
    }
    return seen
  }

  private mutating func give(_ name: String, to node: Node) {
    var unique = name
    while taken.contains(unique) { unique += "′" }
    taken.insert(unique)
    names[ObjectIdentifier(node)] = unique
  }

  private func free(among letters: [String]) -> String {
    if let letter = letters.first(where: { !taken.contains($0) }) { return letter }
    return (1...).lazy.map { "\(letters[0])\(subscripted($0))" }.first { !taken.contains($0) }!
  }

  /// Sources and data have names; single numbers stand for themselves.
  private mutating func nameLeaves(of excerpt: Excerpt) {
    for node in excerpt.nodes where node.operandCount == 0 && !node.isFill && names[ObjectIdentifier(node)] == nil {
      let isNumber = node.shape.elementCount == 1 && !isSource(node) && node.shape.rank == 0
      if !isNumber { give(free(among: isSource(node) ? ["x", "w", "b"] : ["c", "d", "k"]), to: node) }
    }
  }

  /// The results that something other than a linear function is applied to.
  private func compositions(in excerpt: Excerpt, _ scopes: ScopeTable) -> [Node] {
    var found: [Node] = []
    let hidden = scopes.hidden
    for node in scopes.closed.flatMap({ $0.inputs + [$0.result] }) where !node.isFill {
      if !found.contains(where: { $0 === node }) { found.append(node) }
    }
    for node in excerpt.nodes where isVariable(node) && !hidden.contains(ObjectIdentifier(node)) {
      for (place, operand) in node.operands.enumerated() where isCurved(node, in: place) {
        let origin = origin(of: operand)
        guard isVariable(origin), origin.operandCount > 0, !isSource(origin), !hidden.contains(ObjectIdentifier(origin))
        else { continue }
        if !found.contains(where: { $0 === origin }) { found.append(origin) }
      }
    }
    let order = Dictionary(uniqueKeysWithValues: excerpt.nodes.enumerated().map { (ObjectIdentifier($1), $0) })
    return found.sorted { order[ObjectIdentifier($0)]! < order[ObjectIdentifier($1)]! }
  }

  /// What a node only repeats or rearranges.
  private func origin(of node: Node) -> Node {
    switch node.operation {
    case .broadcast, .reshape, .transpose: names[ObjectIdentifier(node)] == nil ? origin(of: node.operand(0)) : node
    case .input, .fill, .iota, .random, .invalid, .unary, .power, .convert, .identity, .binary, .compare, .select,
      .reduce, .argument, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence,
      .cumulative, .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap,
      .matrix, .solve:
      node
    }
  }

  /// Whether the derivative with respect to an operand depends on a variable.
  private func isCurved(_ node: Node, in place: Int) -> Bool {
    switch node.operation.rule {
    case .elementwise(let partials):
      switch partials[place] {
      case .one, .minusOne, .zero: return false
      case .mask: return true
      case .factor:
        guard case .binary(let function) = node.operation, [.multiply, .divide].contains(function) else { return true }
        return function == .divide && place == 1
          || node.operands.indices.contains { $0 != place && isVariable(node.operand($0)) }
      }
    case .linear, .zero: return false
    case .bilinear: return node.operands.allSatisfy { isVariable($0) || $0.operandCount == 0 }
    case .weightedSum, .joint, .general: return true
    }
  }

  /// v₁, v₂, … for whatever stands between quantities.
  private mutating func nameTheRest(of excerpt: Excerpt) {
    var count = 0
    for node in excerpt.nodes where names[ObjectIdentifier(node)] == nil && !node.isFill && node.operandCount > 0 {
      repeat { count += 1 } while taken.contains("v\(subscripted(count))")
      names[ObjectIdentifier(node)] = "v\(subscripted(count))"
    }
  }
}

/// A number in subscript digits.
func subscripted(_ number: Int) -> String {
  String(String(number).map { Character(Unicode.Scalar(0x2080 + UInt32($0.wholeNumberValue ?? 0))!) })
}
