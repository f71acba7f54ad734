import DescentGraph

/// The distances of every point of x to every point of y: dᵢⱼ = ‖xᵢ − yⱼ‖.
///
/// ```swift
/// pairwiseDistances([[0, 0], [3, 4]], [[0, 0]])           // [[0], [5]]
/// ```
///
/// The differences themselves are formed, so that near points lose no digits. Where two points are the same the
/// derivative is 0.
///
/// - Parameters:
///   - x: Points as rows, [..., n, d]; axes before the last two are batches and broadcast.
///   - y: Points as rows, [..., m, d].
///   - order: The order of the norm; 1 adds the sizes of the differences, ∞ takes the largest.
/// - Returns: Shape [..., n, m].
public func pairwiseDistances(_ x: Tensor, _ y: Tensor, order: Double = 2) -> Tensor {
  if x.node.isInvalid || y.node.isInvalid { return x.node.isInvalid ? x : y }
  guard x.rank >= 2, y.rank >= 2, x.shape[-1] == y.shape[-1] else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, "pairwiseDistances",
        "needs points as rows of equal length, [n, d] and [m, d], not shapes \(x.shape) and \(y.shape)"))
  }
  return (x.expanded(axes: -2) - y.expanded(axes: -3)).norm(order: order, axes: -1)
}

/// The powers x⁰, x¹, x², … of each element along a new last axis.
///
/// Polynomials are products with it: `vandermonde(x, count: 3) • [c₀, c₁, c₂]`.
///
/// - Parameters:
///   - x: At least one axis.
///   - count: How many powers; as many as the last axis has elements unless given.
public func vandermonde(_ x: Tensor, count: Int? = nil) -> Tensor {
  if x.node.isInvalid { return x }
  guard x.rank > 0, count ?? 0 >= 0, x.rank < Shape.maximumRank else {
    return Tensor(
      Node.invalid(
        .invalidArgument, "vandermonde",
        "needs at least one axis and a count that isn't negative: \(x.node.label) has shape \(x.shape)"))
  }
  let count = count ?? x.shape[-1]
  if count == 0 { return .zeros(Shape(x.shape.dimensions + [0]), type: x.scalarType) }
  let factors = x.expanded(axes: -1).broadcast(to: Shape(x.shape.dimensions + [count - 1]))
  return Tensor.concatenate([x.onesLike().expanded(axes: -1), factors], axis: -1).cumulativeProduct()
}
