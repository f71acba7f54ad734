import CDescentRuntime
import Synchronization

/// One application of an operation: immutable in what it means, shared by whoever uses it.
///
/// A node is *pending* until its value has been computed. An evaluated node lets go of its operands, unless a
/// recorder still pins it. Who may still ask for a pending node is counted: `handles` (tensors that users hold) and
/// `consumers` (pending nodes that read it), which decides what an evaluation keeps.
package final class Node: @unchecked Sendable {
  package let operation: Operation
  package let shape: Shape
  package let scalarType: ScalarType

  /// The length of the longest chain of pending nodes that ends here, 0 once evaluated.
  package let pendingDepth: Atomic<Int32>
  /// How many tensors in users' hands name this node.
  package let handles = Atomic<Int32>(0)
  /// How many pending nodes have this one as an operand.
  package let consumers = Atomic<Int32>(0)

  // Everything below is guarded by `GraphLock`, except while the node is being made. The lock already excludes
  // overlapping accesses, and checking each of them at run time would cost more than the accesses.

  @exclusivity(unchecked) private var first: Node?
  @exclusivity(unchecked) private var second: Node?
  @exclusivity(unchecked) private var third: Node?
  @exclusivity(unchecked) private var others: [Node]?
  /// The value, once computed.
  @exclusivity(unchecked) package internal(set) var storage: Storage?
  /// How many recorders hold this node.
  @exclusivity(unchecked) var pins: Int32 = 0
  /// The last walk that came by; see `Walk`.
  @exclusivity(unchecked) var stamp: UInt64 = 0
  /// The number which that walk left behind.
  @exclusivity(unchecked) var number = 0
  /// A name for messages, the error of an invalid node, the pullback of a custom one, what a control operation
  /// applies, or where a named part of a program begins or ends.
  package var note: Note?

  package enum Note {
    case name(String)
    case error(TensorError)
    case pullback(CustomPullback)
    case bodies([Body])
    case scope(NamedScope)
  }

  /// The rule of a custom operation: from its inputs, value and cotangent to the cotangents of the inputs.
  package typealias CustomPullback = @Sendable (_ inputs: [Node], _ value: Node, _ cotangent: Node) -> [Node]

  /// A pending node.
  ///
  /// Shapes and types have been checked by the caller: `Node`'s builders.
  init(
    _ operation: Operation, _ shape: Shape, _ type: ScalarType, _ first: Node? = nil, _ second: Node? = nil,
    _ third: Node? = nil, others: [Node]? = nil
  ) {
    self.operation = operation
    self.shape = shape
    scalarType = type
    self.first = first
    self.second = second
    self.third = third
    self.others = others
    var depth: Int32 = 0
    if let first { first.addConsumer(&depth) }
    if let second { second.addConsumer(&depth) }
    if let third { third.addConsumer(&depth) }
    if let others { for node in others { node.addConsumer(&depth) } }
    pendingDepth = Atomic(depth + 1)
    Scope.note(self)
  }

  /// Counts a node that has this one as an operand, and lifts its depth.
  @inline(__always)
  private func addConsumer(_ depth: inout Int32) {
    depth = Swift.max(depth, pendingDepth.load(ordering: .relaxed))
    consumers.wrappingAdd(1, ordering: .relaxed)
  }

  /// An evaluated node: a literal, data, a result.
  package init(_ storage: Storage, _ shape: Shape, _ type: ScalarType) {
    operation = .input
    self.shape = shape
    scalarType = type
    pendingDepth = Atomic(0)
    self.storage = storage
  }

  /// What stands for any value of a shape and type while a body is traced; it never has one itself.
  init(placeholder shape: Shape, _ type: ScalarType) {
    operation = .input
    self.shape = shape
    scalarType = type
    pendingDepth = Atomic(Node.openDepth)
  }

  /// No chain of nodes is as long; what depends on a placeholder has at least this depth.
  private static let openDepth: Int32 = 1 << 30

  /// Whether the value depends on a placeholder, so that there is none.
  package var isOpen: Bool { pendingDepth.load(ordering: .relaxed) >= Node.openDepth }

  // MARK: Operands

  package var operandCount: Int {
    (first == nil ? 0 : 1) + (second == nil ? 0 : 1) + (third == nil ? 0 : 1) + (others?.count ?? 0)
  }

  package func operand(_ index: Int) -> Node {
    switch index {
    case 0: first!
    case 1: second!
    case 2: third!
    default: others![index - 3]
    }
  }

  package var operands: [Node] { (0..<operandCount).map(operand) }

  /// A pending node with any number of operands.
  convenience init(_ operation: Operation, _ shape: Shape, _ type: ScalarType, operands: [Node]) {
    self.init(
      operation, shape, type, operands.first, operands.count > 1 ? operands[1] : nil,
      operands.count > 2 ? operands[2] : nil, others: operands.count > 3 ? Array(operands[3...]) : nil)
  }

  /// The same operation, with the same note, on other operands of the same shapes, and of the same types unless the
  /// result has another type too.
  package func reapplied(to operands: [Node], as type: ScalarType? = nil) -> Node {
    let node = Node(operation, shape, type ?? scalarType, operands: operands)
    node.note = note
    return node
  }

  /// An operation applied to operands that are known to fit.
  package static func applied(
    _ operation: Operation, to operands: [Node], _ shape: Shape, _ type: ScalarType, _ note: Note?
  ) -> Node {
    let node = Node(operation, shape, type, operands: operands)
    node.note = note
    return node
  }

  /// The value, if there is one.
  ///
  /// Takes the lock.
  package var value: Storage? { GraphLock.withLock { storage } }

  /// The name in messages, if the user gave one.
  package var name: String? {
    switch note {
    case .name(let name): name
    // A mark stands for what it marks.
    case .scope: first?.name
    case .error, .pullback, .bodies, nil: nil
    }
  }

  // MARK: Release

  /// Gives the node its value; it lets go of its operands unless a recorder needs them.
  func fulfil(_ value: Storage) {
    storage = value
    pendingDepth.store(0, ordering: .relaxed)
    if pins == 0 { releaseOperands() }
  }

  /// A part of a node that has its values takes its own.
  func takeFromBundle() {
    guard case .part(let index) = operation, storage == nil, let bundle = first?.storage as? StorageBundle else {
      return
    }
    fulfil(bundle.parts[Int(index)])
  }

  /// Lets go of the operands.
  ///
  /// Whatever that frees is freed iteratively, so that a chain of a million nodes does not recurse a million times.
  func releaseOperands() {
    guard first != nil || others != nil else { return }
    let thread = descent_thread()
    Node.release(&first, thread)
    Node.release(&second, thread)
    Node.release(&third, thread)
    if let released = others.take() {
      for node in released {
        node.consumers.wrappingSubtract(1, ordering: .relaxed)
        descent_thread_push_release(thread, Unmanaged.passRetained(node).toOpaque())
      }
    }
    if !thread.pointee.is_draining, thread.pointee.release_count > 0 { Node.drain(thread) }
  }

  /// Lets go of an operand; if that frees it, when its turn comes.
  @inline(__always)
  private static func release(_ operand: inout Node?, _ thread: UnsafeMutablePointer<descent_thread_state>) {
    guard operand != nil else { return }
    operand.unsafelyUnwrapped.consumers.wrappingSubtract(1, ordering: .relaxed)
    // Where others hold it, there is nothing to wait for; should they let go meanwhile, it is freed right here.
    if isKnownUniquelyReferenced(&operand), let last = operand.take() {
      descent_thread_push_release(thread, Unmanaged.passRetained(last).toOpaque())
    }
    operand = nil
  }

  private static func drain(_ thread: UnsafeMutablePointer<descent_thread_state>) {
    thread.pointee.is_draining = true
    while thread.pointee.release_count > 0 {
      thread.pointee.release_count -= 1
      let reference = thread.pointee.releases![thread.pointee.release_count]!
      Unmanaged<Node>.fromOpaque(reference).release()
    }
    thread.pointee.is_draining = false
  }

  deinit { releaseOperands() }
}

/// The lock over what walks and evaluations change in nodes.
///
/// Held briefly, never while kernels run.
package enum GraphLock {
  @usableFromInline static let mutex = Mutex(())

  @inlinable
  package static func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
    // A non-capturing token: results need not be Sendable, since the lock serialises every access to them.
    try mutex.withLock { _ in UncheckedBox(try body()) }.value
  }
}

@usableFromInline
struct UncheckedBox<Value>: @unchecked Sendable {
  @usableFromInline let value: Value
  @inlinable init(_ value: Value) { self.value = value }
}
