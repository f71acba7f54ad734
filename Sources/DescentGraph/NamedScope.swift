import Synchronization

/// A named part of a program, such as a softmax: what lies between its marked inputs and its marked result.
///
/// The marks are aliases, which cost nothing when the graph is run. They let readers show the part as one step.
package struct NamedScope: Hashable, Sendable {
  /// What the part is called.
  package let name: String
  /// Tells this part from others of the same name.
  package let identity: Int
  /// Whether the mark is the result's or an input's, and which input.
  package let place: Place

  package enum Place: Hashable, Sendable {
    case input(Int)
    case result
  }

  private static let count = Atomic<Int>(0)

  /// The result of `body`, which computes from the marked inputs, as a named part of the program.
  package static func run(_ name: String, _ inputs: [Node], _ body: ([Node]) throws -> Node) rethrows -> Node {
    let identity = count.add(1, ordering: .relaxed).newValue
    func mark(_ node: Node, _ place: Place) -> Node {
      let marked = Node.identity(.alias, node)
      if !marked.isInvalid { marked.note = .scope(NamedScope(name: name, identity: identity, place: place)) }
      return marked
    }
    return mark(try body(inputs.enumerated().map { mark($1, .input($0)) }), .result)
  }
}

extension Node {
  /// The named part of a program that this node begins or ends, if it is a mark.
  package var scope: NamedScope? { if case .scope(let scope) = note { scope } else { nil } }
}
