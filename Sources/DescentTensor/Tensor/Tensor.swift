import DescentCPU
import DescentGraph

/// An n-dimensional array of numbers or truth values that knows how it was computed.
///
/// Arithmetic on tensors computes nothing: it adds nodes to a graph. Work happens when a value is looked at
/// (``scalars``, ``scalar``, `print`, ``evaluate(_:)``), and the whole pending part is then planned, fused and run at
/// once. A tensor is a value: it never changes, and copies are free. It may be used from any task.
///
/// ```swift
/// let w: Tensor = [[1, -2], [2, 1]]
/// let x: Tensor = [[1], [2]]
/// print(w • x)        // [[-3.0],
///                     //  [ 4.0]]
/// ```
public struct Tensor: Sendable {
  /// Counts this tensor among the names of its node.
  private(set) var handle: Handle

  /// A tensor that names a node.
  package init(_ node: Node) {
    handle = Handle(node)
    if node.pendingDepth.load(ordering: .relaxed) > Tensor.longestPendingChain, !node.isOpen { evaluateIfPossible() }
  }

  /// The node that this tensor names.
  package var node: Node { handle.node }

  /// The sizes of the axes, outermost first.
  public var shape: Shape { node.shape }

  /// The number of axes, 0 for a scalar.
  public var rank: Int { node.shape.rank }

  /// The number of elements.
  public var elementCount: Int { node.shape.elementCount }

  /// The type of the elements.
  public var scalarType: ScalarType { node.scalarType }

  /// The tensor under a name that error messages use.
  ///
  /// ```swift
  /// let weight = Tensor.zeros([2, 3]).named("weight")
  /// ```
  public func named(_ name: String) -> Tensor {
    let node = Node.identity(.alias, node)
    node.note = .name(name)
    return Tensor(node)
  }

  /// The name given by ``named(_:)``, if any.
  public var name: String? { node.name }

  /// The pending graph is bounded: a chain of operations longer than this is evaluated by itself.
  package static let longestPendingChain: Int32 = 2048

  /// Whether nobody else can ask for the value, so that a result may be written over it.
  mutating func canDonate() -> Bool { isKnownUniquelyReferenced(&handle) && node.canDonate() }

  /// The engine that runs graphs.
  package static let engine: any Engine = CPUEngine.shared
}

/// What a tensor holds of its node: as long as one lives, evaluation keeps the node's value.
final class Handle: Sendable {
  let node: Node

  init(_ node: Node) {
    self.node = node
    node.handles.wrappingAdd(1, ordering: .relaxed)
  }

  deinit { node.handles.wrappingSubtract(1, ordering: .relaxed) }
}
