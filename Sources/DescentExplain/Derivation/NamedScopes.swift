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
