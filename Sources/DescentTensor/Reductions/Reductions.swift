import DescentGraph

// Reductions take axes as numbers, negative ones counting from the end; no axes means all. The axes disappear, or stay
// with size 1 where `keepingAxes` is true.

extension Tensor {
  /// The sum along axes.
  ///
  /// The sum of nothing is 0; truth values are counted as int64. The sum has the type of the elements: sums of integers
  /// wrap, so convert narrow ones first, `pixels.converted(to: .int64).sum()`, which costs no pass of its own;
  /// `float16` and `bfloat16` are added up in float32 and rounded once.
  public func sum(axes: Int..., keepingAxes: Bool = false) -> Tensor { sum(axes: axes, keepingAxes: keepingAxes) }

  /// The sum along a list of axes; all of them if the list is empty.
  public func sum(axes: [Int], keepingAxes: Bool = false) -> Tensor { reduce(.sum, "sum", axes, keepingAxes) }

  /// The product along axes.
  ///
  /// The product of nothing is 1; truth values are taken as int64. Derivatives are right where elements are zero.
  public func product(axes: Int..., keepingAxes: Bool = false) -> Tensor {
    product(axes: axes, keepingAxes: keepingAxes)
  }

  /// The product along a list of axes; all of them if the list is empty.
  public func product(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    reduce(.product, "product", axes, keepingAxes)
  }

  /// The mean along axes; NaN for no elements.
  ///
  /// Integers and truth values give float32.
  public func mean(axes: Int..., keepingAxes: Bool = false) -> Tensor { mean(axes: axes, keepingAxes: keepingAxes) }

  /// The mean along a list of axes; all of them if the list is empty.
  public func mean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let total = real.sum(axes: axes, keepingAxes: keepingAxes)
    if total.node.isInvalid { return total }
    let count = Double(elementCount) / Double(total.elementCount)
    return narrowed(total.elementCount == 0 ? total : total / count)
  }

  /// The largest element along axes; NaN if there is one.
  ///
  /// Elements that tie share the derivative evenly.
  public func max(axes: Int..., keepingAxes: Bool = false) -> Tensor { max(axes: axes, keepingAxes: keepingAxes) }

  /// The largest element along a list of axes; all of them if the list is empty.
  public func max(axes: [Int], keepingAxes: Bool = false) -> Tensor { reduce(.max, "max", axes, keepingAxes) }

  /// The smallest element along axes; NaN if there is one.
  ///
  /// Elements that tie share the derivative evenly.
  public func min(axes: Int..., keepingAxes: Bool = false) -> Tensor { min(axes: axes, keepingAxes: keepingAxes) }

  /// The smallest element along a list of axes; all of them if the list is empty.
  public func min(axes: [Int], keepingAxes: Bool = false) -> Tensor { reduce(.min, "min", axes, keepingAxes) }

  /// The int64 index of the largest element along an axis, the first of several.
  ///
  /// NaN counts as the largest.
  public func argMax(axis: Int = -1) -> Tensor { argument(.max, "argMax", axis) }

  /// The int64 index of the smallest element along an axis, the first of several.
  ///
  /// NaN counts as the smallest.
  public func argMin(axis: Int = -1) -> Tensor { argument(.min, "argMin", axis) }

  /// eˣ/Σeˣ along an axis: positive numbers that add up to 1.
  ///
  /// Stable: the largest element is subtracted first, which changes nothing mathematically.
  public func softmax(axis: Int = -1) -> Tensor {
    namedScope("softmax", self) { $0[0].shiftedSoftmax(axis) }
  }

  private func shiftedSoftmax(_ axis: Int) -> Tensor {
    let x = widened
    let shifted = exp(x - x.max(axes: axis, keepingAxes: true).stoppingGradient())
    return narrowed(shifted / shifted.sum(axes: axis, keepingAxes: true))
  }

  /// The logarithm of ``softmax(axis:)``, stable where the softmax itself underflows.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    let x = widened
    let shifted = x - x.max(axes: axis, keepingAxes: true).stoppingGradient()
    return narrowed(shifted - log(exp(shifted).sum(axes: axis, keepingAxes: true)))
  }

  /// ln Σeˣ along axes, stable: the largest element is taken out of the sum first.
  ///
  /// Of nothing but −∞ it is −∞, with derivative 0.
  public func logSumExp(axes: Int..., keepingAxes: Bool = false) -> Tensor {
    logSumExp(axes: axes, keepingAxes: keepingAxes)
  }

  /// ln Σeˣ along a list of axes, stable; all of them if the list is empty.
  public func logSumExp(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let x = widened
    let largest = x.reduce(.max, "logSumExp", axes, true).stoppingGradient()
    // An infinite maximum would give ∞ − ∞.
    let finite = Tensor.select(abs(largest) .< Double.infinity, largest, largest.zerosLike())
    let total = exp(x - finite).sum(axes: axes, keepingAxes: true)
    let isZero = total .== 0
    let logarithm = log(DescentTensor.select(isZero, 1, total)) + finite
    let sum = narrowed(DescentTensor.select(isZero, -Double.infinity, logarithm))
    return keepingAxes ? sum : sum.squeezed(axes: axes.isEmpty ? Array(0..<rank) : axes)
  }

  /// A reduction, for the functions named after it.
  func reduce(_ reduction: Reduction, _ spelling: String, _ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    guard let set = axisSet(axes, spelling) else { return Tensor(node: spelling) }
    let reduced = Node.reduce(reduction, node, axes.isEmpty ? .all(rank) : set)
    guard keepingAxes, !reduced.isInvalid else { return Tensor(reduced) }
    return Tensor(.reshape(reduced, to: shape.flattening(axes.isEmpty ? .all(rank) : set)))
  }

  private func argument(_ extremum: Extremum, _ spelling: String, _ axis: Int) -> Tensor {
    guard let axis = normalized(axis, spelling) else { return Tensor(node: spelling) }
    return Tensor(.argument(extremum, node, axis: axis))
  }
}

// MARK: - Axes

extension Tensor {
  /// A stand-in for the result of an operation whose complaint has been made.
  init(node operation: String) { self.init(Node.invalid(.invalidAxis, operation, "see the first error")) }

  /// The axis counted from the front, nil after a complaint.
  func normalized(_ axis: Int, _ operation: String, rank: Int? = nil) -> Int? {
    let rank = rank ?? self.rank
    if axis >= -rank, axis < rank { return axis < 0 ? axis + rank : axis }
    if !node.isInvalid {
      let valid = rank == 0 ? "it has none" : "axes are \(-rank) to \(rank - 1)"
      Failure.stop(
        .init(.invalidAxis, operation, "axis \(axis) does not exist in \(node.label) with shape \(shape); \(valid)"))
    }
    return nil
  }

  /// The axes as a set, nil after a complaint about one that does not exist or stands twice.
  func axisSet(_ axes: [Int], _ operation: String, rank: Int? = nil) -> AxisSet? {
    var set = AxisSet()
    for axis in axes {
      guard let axis = normalized(axis, operation, rank: rank) else { return nil }
      guard !set.contains(axis) else {
        Failure.stop(.init(.invalidAxis, operation, "axis \(axis) is named twice in \(axes)"))
        return nil
      }
      set.bits |= 1 << UInt8(axis)
    }
    return set
  }
}
