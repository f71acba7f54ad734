import DescentGraph

/// The sum of products over the last `axes` axes of x and the first `axes` axes of y.
///
/// The result has x's other axes, then y's.
public func tensordot(_ x: Tensor, _ y: Tensor, axes: Int) -> Tensor {
  guard axes >= 0, axes <= min(x.rank, y.rank) else {
    if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
    return Tensor(
      Node.invalid(.invalidAxis, "tensordot", "shapes \(x.shape) and \(y.shape) don't both have \(axes) axes"))
  }
  return tensordot(x, y, axes: (Array(x.rank - axes..<x.rank), Array(0..<axes)))
}

/// The sum of products over pairs of axes: the k-th of the first list with the k-th of the second one.
///
/// The result has x's other axes, then y's.
///
/// ```swift
/// tensordot(Tensor.ones([2, 3, 4]), Tensor.ones([4, 5, 3]), axes: ([1, 2], [2, 0])).shape     // [2, 5]
/// ```
public func tensordot(_ x: Tensor, _ y: Tensor, axes: ([Int], [Int])) -> Tensor {
  if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
  guard axes.0.count == axes.1.count, x.axisSet(axes.0, "tensordot") != nil, y.axisSet(axes.1, "tensordot") != nil
  else {
    return Tensor(
      Node.invalid(.invalidAxis, "tensordot", "axes \(axes.0) of the left and \(axes.1) of the right make no pairs"))
  }
  let left = axes.0.map { $0 < 0 ? $0 + x.rank : $0 }
  let right = axes.1.map { $0 < 0 ? $0 + y.rank : $0 }
  for (first, second) in zip(left, right) where x.shape[first] != y.shape[second] {
    return Tensor(
      Node.invalid(
        .shapeMismatch, "tensordot",
        "axis \(first) of the left shape \(x.shape) has \(x.shape[first]), axis \(second) of the right shape "
          + "\(y.shape) has \(y.shape[second])"))
  }
  return Tensor(
    .contract(
      x.node, y.node, Contraction(leftContracting: AxisList(left), rightContracting: AxisList(right))))
}

/// The Kronecker product: every element of x times all of y, block by block.
///
/// Tensors of different ranks are aligned at their last axes, as in NumPy; at most four axes.
///
/// ```swift
/// kron([1, 10], [1, 2, 3])            // [1, 2, 3, 10, 20, 30]
/// ```
public func kron(_ x: Tensor, _ y: Tensor) -> Tensor {
  if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
  let rank = max(x.rank, y.rank)
  guard 2 * rank <= Shape.maximumRank else {
    return Tensor(
      Node.invalid(.shapeMismatch, "kron", "takes at most 4 axes, and the shapes are \(x.shape) and \(y.shape)"))
  }
  func sizes(_ tensor: Tensor) -> [Int] {
    [Int](repeating: 1, count: rank - tensor.rank) + tensor.shape.dimensions
  }
  let (left, right) = (sizes(x), sizes(y))
  let product = x.reshaped(to: left.flatMap { [$0, 1] }) * y.reshaped(to: right.flatMap { [1, $0] })
  return product.reshaped(to: zip(left, right).map { $0 * $1 })
}

/// The cross product of vectors with three components, which stand along the last axis; the other axes broadcast.
public func cross(_ x: Tensor, _ y: Tensor) -> Tensor {
  if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
  guard x.rank > 0, y.rank > 0, x.shape[-1] == 3, y.shape[-1] == 3 else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, "cross", "needs 3 components along the last axes, not shapes \(x.shape) and \(y.shape)"))
  }
  // (x × y)ₖ = xₖ₊₁yₖ₊₂ − xₖ₊₂yₖ₊₁ = zₖ₊₁ with zₖ = xₖyₖ₊₁ − xₖ₊₁yₖ, all indices modulo 3.
  let z = x * y.rolled(by: -1, axis: -1) - x.rolled(by: -1, axis: -1) * y
  return z.rolled(by: -1, axis: -1)
}
