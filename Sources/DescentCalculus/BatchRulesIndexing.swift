import DescentGraph

// Indexing with a batch of indices: where indices and values both differ along the batch, the batch and the indexed
// axis are taken as one axis of size·n, and sample b counts its indices from b·n.

extension BatchApplication {
  /// y = x[indices].
  func batchedGather(axis: Int) -> Node {
    if !y.isBatched { return .gather(x.node, y.node, axis: axis + 1) }
    if !x.isBatched { return Node.gather(x.node, y.node, axis: axis).movingAxis(axis, to: 0) }
    let indexed = x.node.shape[axis + 1]
    let joined = joining(x.node.movingAxis(axis + 1, to: 1), indexed)
    let gathered = Node.gather(joined, joinedIndices(y.node, indexed), axis: 0)
    // [batch, indices…, before…, after…] → [batch, before…, indices…, after…]
    return gathered.movingAxes(from: y.node.shape.rank, count: axis, to: 1)
  }

  /// y = zeros, with the updates added at the indices.
  func batchedScatterAdd(axis: Int) -> Node {
    if !y.isBatched { return .scatterAdd(x.node, y.node, axis: axis + 1, in: shape) }
    let updates = x.expanded
    if updates.isInvalid { return updates }
    let indexed = node.shape[axis]
    // [batch, before…, indices…, after…] → [batch, indices…, before…, after…]
    let moved = updates.movingAxes(from: axis + 1, count: y.node.shape.rank - 1, to: 1)
    let slice = node.shape.removing(AxisSet([axis])).dimensions
    let total = Node.scatterAdd(
      moved, joinedIndices(y.node, indexed), axis: 0, in: Shape([size * indexed] + slice))
    return Node.reshape(total, to: Shape([size, indexed] + slice)).movingAxis(1, to: axis + 1)
  }

  /// Axes 0 and 1, batch and indexed, as one.
  private func joining(_ x: Node, _ indexed: Int) -> Node {
    .reshape(x, to: Shape([size * indexed] + x.shape.dimensions[2...]))
  }

  /// Indices into the joined axis: negative ones count from the end of their sample's part, and those outside it stay
  /// outside, so that they are still found.
  private func joinedIndices(_ indices: Node, _ indexed: Int) -> Node {
    // Places in the joined axis may exceed a narrow type. What exceeds int64 stays outside.
    let isUnsigned = indices.scalarType == .uint64
    let limited = isUnsigned ? Node.binary(.minimum, indices, indices.filled(0x1p62)) : indices
    let indices = Node.convert(limited, to: .int64)
    let (zero, count) = (indices.filled(0), indices.filled(Double(indexed)))
    let index = Node.select(indices .< zero, indices + count, indices)
    let isInside = Node.binary(.and, .compare(.greaterEqual, index, zero), index .< count)
    let offset = Node.iota(index.shape, axis: 0, index.scalarType) * count
    return .select(isInside, index + offset, indices.filled(Double(size * indexed)))
  }
}

extension Node {
  /// The node with `count` axes from `source` on moved to start at `destination`, the others keeping their order.
  fileprivate func movingAxes(from source: Int, count: Int, to destination: Int) -> Node {
    if isInvalid { return self }
    var order = Array(0..<shape.rank)
    let moved = order[source..<source + count]
    order.removeSubrange(source..<source + count)
    order.insert(contentsOf: moved, at: destination)
    return .transpose(self, AxisList(order))
  }
}
