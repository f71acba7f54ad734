import DescentGraph

// Differences and sums between neighbours along an axis.

extension Tensor {
  /// The differences of neighbours along an axis, yᵢ = xᵢ₊₁ − xᵢ, one element fewer; of those again for higher orders.
  ///
  /// ```swift
  /// Tensor([1, 4, 9, 16]).differences()             // [3, 5, 7]
  /// Tensor([1, 4, 9, 16]).differences(order: 2)     // [2, 2]
  /// ```
  public func differences(order: Int = 1, axis: Int = -1) -> Tensor {
    guard let axis = normalized(axis, "differences") else { return Tensor(node: "differences") }
    guard order >= 0 else {
      return Tensor(Node.invalid(.invalidArgument, "differences", "the order is \(order), and can't be negative"))
    }
    return (0..<Swift.min(order, shape[axis])).reduce(self) { x, _ in
      x.neighbours(axis).after - x.neighbours(axis).before
    }
  }

  /// The integral along an axis by the trapezoidal rule, Σ (yᵢ + yᵢ₊₁)/2·spacing.
  public func trapezoid(spacing: Double = 1, axis: Int = -1) -> Tensor {
    panels("trapezoid", axis).map { $0 * spacing }?.sum(axes: axis) ?? Tensor(node: "trapezoid")
  }

  /// The integral along an axis by the trapezoidal rule between given points, Σ (yᵢ + yᵢ₊₁)/2·(xᵢ₊₁ − xᵢ).
  ///
  /// - Parameters:
  ///   - points: Where the elements stand: a vector as long as the axis, or a tensor of this one's shape.
  ///   - axis: The axis, the last one unless given.
  public func trapezoid(at points: Tensor, axis: Int = -1) -> Tensor {
    panels("trapezoid", axis, points)?.sum(axes: axis) ?? Tensor(node: "trapezoid")
  }

  /// The running integral along an axis by the trapezoidal rule, one element fewer than the axis has.
  public func cumulativeTrapezoid(spacing: Double = 1, axis: Int = -1) -> Tensor {
    panels("cumulativeTrapezoid", axis).map { $0 * spacing }?.cumulativeSum(axis: axis)
      ?? Tensor(node: "cumulativeTrapezoid")
  }

  /// The running integral along an axis by the trapezoidal rule between given points; see ``trapezoid(at:axis:)``.
  public func cumulativeTrapezoid(at points: Tensor, axis: Int = -1) -> Tensor {
    panels("cumulativeTrapezoid", axis, points)?.cumulativeSum(axis: axis) ?? Tensor(node: "cumulativeTrapezoid")
  }

  /// The areas between neighbours, nil after a complaint.
  private func panels(_ spelling: String, _ axis: Int, _ points: Tensor? = nil) -> Tensor? {
    guard let axis = normalized(axis, spelling) else { return nil }
    let heights = neighbours(axis)
    let means = 0.5 * (heights.before + heights.after)
    guard let points else { return means }
    if points.node.isInvalid { return points }
    guard points.shape == shape || points.shape == [shape[axis]] else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, spelling,
          "the points have shape \(points.shape); they need \([shape[axis]]) or \(shape), the shape of \(node.label)"))
    }
    let places = points.rank == rank ? points.neighbours(axis) : points.neighbours(0)
    let widths = places.after - places.before
    if points.rank == rank { return means * widths }
    var sizes = [Int](repeating: 1, count: rank)
    sizes[axis] = widths.elementCount
    return means * widths.reshaped(to: sizes)
  }

  /// All elements along an axis but the last, and all but the first.
  private func neighbours(_ axis: Int) -> (before: Tensor, after: Tensor) {
    var (sizes, window) = (shape, Window(rank: rank))
    sizes[axis] = Swift.max(shape[axis] - 1, 0)
    let before = Node.slice(node, window, to: sizes)
    window.starts[axis] = shape[axis] > 1 ? 1 : 0
    return (Tensor(before), Tensor(.slice(node, window, to: sizes)))
  }
}
