import DescentGraph

/// The product of matrices, as NumPy's `matmul`.
///
/// Matrices multiply; a vector on the left is a row, on the right a column; axes before the last two are batches and
/// broadcast. float32 accumulates in float32, in an order that does not depend on the number of threads.
///
/// ```swift
/// matmul(Tensor.ones([2, 3]), Tensor.ones([3, 4])).shape          // [2, 4]
/// matmul(Tensor.ones([5, 2, 3]), Tensor.ones([3])).shape          // [5, 2]
/// ```
public func matmul(_ x: Tensor, _ y: Tensor) -> Tensor {
  if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
  guard matricesFit(x.shape, y.shape) else {
    return Tensor(Node.invalid(.shapeMismatch, "matmul", matmulComplaint(x, y)))
  }
  // A plain matrix or vector on the right serves every batch: its columns become the last free axis.
  if y.rank <= 2 {
    return Tensor(
      .contract(
        x.node, y.node,
        Contraction(leftContracting: AxisList(x.rank - 1), rightContracting: AxisList(max(0, y.rank - 2)))))
  }
  return batchedMatmul(x, y)
}

private func matricesFit(_ x: Shape, _ y: Shape) -> Bool {
  guard x.rank > 0, y.rank > 0, x[-1] == y[y.rank == 1 ? 0 : -2] else { return false }
  return x.rank <= 2 || y.rank <= 2 || Broadcasting.shape(x.batch, y.batch) != nil
}

extension Shape {
  /// The axes before the last two.
  fileprivate var batch: Shape { Shape(dimensions.dropLast(2)) }
}

private func matmulComplaint(_ x: Tensor, _ y: Tensor) -> String {
  func described(_ side: String, _ tensor: Tensor) -> String {
    "\(side)\(tensor.name.map { " '\($0)'" } ?? "") \(tensor.shape)"
  }
  let both = "\(described("left", x)), \(described("right", y))"
  if x.rank == 0 || y.rank == 0 { return "a scalar is no matrix: \(both); use * to scale" }
  let inner = (left: x.shape[-1], right: y.shape[y.rank == 1 ? 0 : -2])
  if inner.left != inner.right {
    return "inner axes differ: \(described("left", x)) has \(inner.left), \(described("right", y)) has \(inner.right)"
  }
  return "batch axes do not broadcast: \(both)"
}

/// A product whose right operand has batch axes.
private func batchedMatmul(_ x: Tensor, _ y: Tensor) -> Tensor {
  if x.rank == 1 {
    return Tensor(
      .contract(y.node, x.node, Contraction(leftContracting: AxisList(y.rank - 2), rightContracting: [0])))
  }
  let batch = Broadcasting.shape(x.shape.batch, y.shape.batch)!
  let axes = AxisList(0..<batch.rank)
  func aligned(_ tensor: Tensor) -> Node {
    Broadcasting.broadcast(tensor.node, to: Shape(batch.dimensions + tensor.shape.dimensions.suffix(2)))
  }
  return Tensor(
    .contract(
      aligned(x), aligned(y),
      Contraction(
        leftBatch: axes, rightBatch: axes, leftContracting: AxisList(batch.rank + 1),
        rightContracting: AxisList(batch.rank))))
}

/// The inner product Σ xᵢyᵢ of two vectors.
public func dot(_ x: Tensor, _ y: Tensor) -> Tensor {
  guard x.rank == 1, y.rank == 1 else {
    return Tensor(
      Node.invalid(.shapeMismatch, "dot", "needs two vectors, not shapes \(x.shape) and \(y.shape); use matmul"))
  }
  return matmul(x, y)
}

/// The outer product xᵢyⱼ of two vectors.
public func outer(_ x: Tensor, _ y: Tensor) -> Tensor {
  guard x.rank == 1, y.rank == 1 else {
    return Tensor(Node.invalid(.shapeMismatch, "outer", "needs two vectors, not shapes \(x.shape) and \(y.shape)"))
  }
  return Tensor(.contract(x.node, y.node, Contraction(leftContracting: [], rightContracting: [])))
}
