import DescentGraph

// Quantiles and the median, by sorting.

extension Tensor {
  /// The middle of the elements along an axis, or of all elements: the mean of the two middle ones if their number is
  /// even, NaN if any is.
  ///
  /// Costs a sort. See ``quantile(_:axis:keepingAxes:)``.
  public func median(axis: Int? = nil, keepingAxes: Bool = false) -> Tensor {
    quantile(0.5, axis: axis, keepingAxes: keepingAxes)
  }

  /// The number below which a fraction of the elements along an axis, or of all elements, lies; NaN if any element is.
  ///
  /// Between two elements it runs straight from one to the other, and so does the derivative. Costs a sort. Integers
  /// and truth values give float32.
  ///
  /// ```swift
  /// Tensor([10, 30, 20]).quantile(0.75)         // 25
  /// ```
  ///
  /// - Parameters:
  ///   - fraction: From 0, the smallest element, to 1, the largest.
  ///   - axis: Along which axis; all elements unless given.
  ///   - keepingAxes: Whether the axis (or all of them) stays with size 1.
  public func quantile(_ fraction: Double, axis: Int? = nil, keepingAxes: Bool = false) -> Tensor {
    guard let place = axis.map({ normalized($0, "quantile") }) ?? 0 else { return Tensor(node: "quantile") }
    let x = axis == nil ? flattened() : self
    if x.node.isInvalid { return x }
    guard (0...1).contains(fraction), x.shape[place] > 0 else {
      return Tensor(
        Node.invalid(
          .invalidArgument, "quantile",
          "needs a fraction from 0 to 1 and at least one element: the fraction is \(fraction), \(node.label) has "
            + "shape \(shape)"))
    }
    let ordered = (scalarType.isFloatingPoint ? x : x.converted(to: .float32)).sorted(axis: place)
    let position = fraction * Double(x.shape[place] - 1)
    let below = Int(position)
    let lower = ordered.gathering([below], axis: place)
    let upper = ordered.gathering([Swift.min(below + 1, x.shape[place] - 1)], axis: place)
    let last = ordered.gathering([x.shape[place] - 1], axis: place)
    // NaN comes last. An element of weight 0 has no part, not even if it is infinite.
    let weight = position - Double(below)
    let value = Tensor.select(isNaN(last), last, weight == 0 ? lower : lerp(lower, upper, weight))
    let kept = axis == nil ? shape.flattening(.all(rank)) : value.shape
    return keepingAxes ? value.reshaped(to: kept.dimensions) : value.squeezed(axes: place)
  }
}
