import CDescentRuntime

/// What a thread's tensor program is in the middle of: the recorders that listen, and the error scope.
package final class Scope {
  // One thread uses a scope, and every node that is made comes by here.
  /// The recorders that see each new node, the outermost first.
  @exclusivity(unchecked) package private(set) var recorders: [Recorder] = []
  /// How many `checked` scopes enclose the program.
  package var checkDepth = 0
  /// The first mistake of the innermost `checked` scope.
  package var firstError: TensorError?

  /// The calling thread's scope, made when first asked for.
  package static var current: Scope {
    if let scope = existing { return scope }
    descent_set_scope_destructor { Unmanaged<Scope>.fromOpaque($0).release() }
    let scope = Scope()
    descent_thread().pointee.scope = Unmanaged.passRetained(scope).toOpaque()
    return scope
  }

  /// The calling thread's scope, if it ever needed one.
  package static var existing: Scope? {
    guard let pointer = descent_thread().pointee.scope else { return nil }
    return Unmanaged<Scope>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Shows the calling thread's recorders a node that has just been made.
  @inline(__always)
  static func note(_ node: Node) {
    guard let pointer = descent_thread().pointee.scope else { return }
    Unmanaged<Scope>.fromOpaque(pointer)._withUnsafeGuaranteedRef { scope in
      if !scope.recorders.isEmpty { for recorder in scope.recorders { recorder.append(node) } }
    }
  }

  /// How many bodies are being recorded in which tensors stand for others, so that their values mean nothing.
  package private(set) var placeholderDepth = 0

  /// Whether the thread's tensor program is being recorded, for derivatives or as the body of another.
  package static var isRecording: Bool {
    existing.map { !$0.recorders.isEmpty || $0.placeholderDepth > 0 } ?? false
  }

  /// Runs a body whose tensors stand for others: samples of a batch, or the turns of a loop.
  package func withPlaceholders<Result>(_ body: () throws -> Result) rethrows -> Result {
    placeholderDepth += 1
    defer { placeholderDepth -= 1 }
    return try body()
  }

  /// Runs `body` unseen by the recorders.
  package func withoutRecording<Result>(_ body: () throws -> Result) rethrows -> Result {
    let paused = recorders
    recorders = []
    defer { recorders = paused }
    return try body()
  }

  /// Lets `recorder` see every node that `body` makes on this thread.
  package func record<Result>(with recorder: Recorder, _ body: () throws -> Result) rethrows -> Result {
    recorders.append(recorder)
    defer { recorders.removeLast() }
    return try body()
  }
}

/// The nodes made while it listened, in the order they were made.
///
/// A recorder pins its nodes: they keep their operands after evaluation, so that derivatives can still be taken.
package final class Recorder {
  // One thread at a time records, and every node that is made comes by here.
  @exclusivity(unchecked) package private(set) var nodes: [Node] = []
  @exclusivity(unchecked) private var reads: [ObjectIdentifier: (variable: AnyObject, nodes: [Node])] = [:]

  package init() {}

  /// Notes that a variable was read, and which node it then held.
  package func noteRead(of variable: AnyObject, _ node: Node) {
    let key = ObjectIdentifier(variable)
    if reads[key]?.nodes.contains(where: { $0 === node }) ?? false { return }
    reads[key, default: (variable, [])].nodes.append(node)
  }

  /// The nodes that a variable held when it was read, oldest first.
  package func nodesRead(of variable: AnyObject) -> [Node] { reads[ObjectIdentifier(variable)]?.nodes ?? [] }

  func append(_ node: Node) {
    node.pins += 1
    nodes.append(node)
  }

  /// Forgets the nodes; those already evaluated let go of their operands.
  package func close() {
    let closed = nodes
    nodes = []
    reads = [:]
    GraphLock.withLock {
      for node in closed {
        node.pins -= 1
        if node.pins == 0, node.storage != nil { node.releaseOperands() }
      }
    }
  }

  deinit { close() }
}
