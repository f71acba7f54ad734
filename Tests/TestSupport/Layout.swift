import DescentGraph

/// Ways to hand the same numbers to an operation: engines read views in place, so each layout is a path of its own.
package enum Layout: CaseIterable, Sendable {
  /// Contiguous memory.
  case contiguous
  /// Stored with the axes in reverse order.
  case transposed
  /// Every second element, backwards, of a larger tensor.
  case strided
  /// The result of a computation in the same evaluation.
  case computed

  /// A node with the numbers of `tensor`.
  package func node(_ tensor: ReferenceTensor) throws -> Node {
    let (node, shape) = (tensor.node, tensor.shape)
    switch self {
    case .contiguous:
      return node
    case .transposed:
      let reversal = AxisList((0..<shape.rank).reversed())
      let stored = try Node.transpose(node, reversal).evaluated().node
      return .transpose(stored, reversal)
    case .strided:
      var (window, outer) = (Window(rank: shape.rank), Shape())
      for axis in 0..<shape.rank {
        outer.append(2 * shape[axis] + 1)
        window.starts[axis] = Int32(2 * shape[axis])
        window.strides[axis] = -2
      }
      let stored = try Node.place(node, window, in: outer).evaluated().node
      return .slice(stored, window, to: shape)
    case .computed:
      return .select(.fill(1, shape, .bool), node, .fill(0, shape, node.scalarType))
    }
  }
}
