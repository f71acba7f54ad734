import DescentGraph

// Axes of a node, renumbered for its batched form, whose axis 0 is the batch.

extension AxisSet {
  /// The same axes behind a batch axis.
  var afterBatch: AxisSet { AxisSet(bits: bits << 1) }
}

extension AxisList {
  /// The same axes behind a batch axis.
  var afterBatch: AxisList { AxisList(map { $0 + 1 }) }

  /// The batch axis, then the same axes.
  var withBatch: AxisList { AxisList([0] + map { $0 + 1 }) }
}

extension Window {
  /// The window behind a batch axis that is taken whole.
  func withBatch(rank: Int) -> Window {
    var window = Window(rank: rank + 1)
    for axis in 0..<rank {
      window.starts[axis + 1] = starts[axis]
      window.strides[axis + 1] = strides[axis]
    }
    return window
  }
}

extension BatchApplication {
  /// C = Σ A·B: the batch axis is one of those that run beside each other, or a free axis if only one operand has it.
  func batchedContraction(_ axes: Contraction) -> Node {
    var batched = axes
    if x.isBatched {
      batched.leftBatch = y.isBatched ? axes.leftBatch.withBatch : axes.leftBatch.afterBatch
      batched.leftContracting = axes.leftContracting.afterBatch
    }
    if y.isBatched {
      batched.rightBatch = x.isBatched ? axes.rightBatch.withBatch : axes.rightBatch.afterBatch
      batched.rightContracting = axes.rightContracting.afterBatch
    }
    let product = Node.contract(x.node, y.node, batched)
    if x.isBatched && y.isBatched { return product }
    // As a free axis the batch stands first among its operand's, since it is axis 0 there.
    let leftFree = x.isBatched ? 0 : axes.leftFree(rank: x.node.shape.rank).count
    return product.movingAxis(axes.leftBatch.count + leftFree, to: 0)
  }
}
