import DescentGraph

// Scans run along one axis and keep its size: each result is made from the one before it. `reversed` runs from the end
// of the axis instead. They take time in proportion to the elements; lines of different rows and columns run in
// parallel, a single line doesn't.

/// The linear recurrence yᵢ = aᵢ·yᵢ₋₁ + bᵢ along an axis, with y₋₁ = 0.
///
/// The factors and the terms broadcast. Running sums, running products, moving averages, discounted returns and linear
/// state-space models are of this form:
/// ```swift
/// let rewards: Tensor = [0, 0, 1]
/// let returns = linearRecurrence(factors: Tensor(0.5), terms: rewards, axis: 0, reversed: true)
/// print(returns)      // [0.25, 0.5, 1.0]
/// ```
/// Derivatives with respect to both are recurrences again, to any order. The running value of float32 tensors is kept
/// in double precision.
public func linearRecurrence(factors a: Tensor, terms b: Tensor, axis: Int = -1, reversed: Bool = false) -> Tensor {
  let (a, b) = Broadcasting.operands("linearRecurrence", a.node, b.node)
  if a.isInvalid || b.isInvalid { return Tensor(a.isInvalid ? a : b) }
  guard let axis = Tensor(b).normalized(axis, "linearRecurrence") else { return Tensor(node: "linearRecurrence") }
  return Tensor(.recurrence(a, b, axis: axis, reverse: reversed))
}

extension Tensor {
  /// The running sum along an axis: yᵢ = x₀ + … + xᵢ, or xᵢ + … to the end if `reversed`.
  ///
  /// Truth values are counted as int64.
  public func cumulativeSum(axis: Int = -1, reversed: Bool = false) -> Tensor {
    counted.scanned("cumulativeSum", axis) { x, axis in
      .recurrence(.fill(1, x.shape, x.scalarType), x, axis: axis, reverse: reversed)
    }
  }

  /// The running product along an axis: yᵢ = x₀·…·xᵢ, or xᵢ·… to the end if `reversed`.
  ///
  /// Truth values are taken as int64. Derivatives are right where elements are zero.
  public func cumulativeProduct(axis: Int = -1, reversed: Bool = false) -> Tensor {
    counted.scanned("cumulativeProduct", axis) { x, axis in
      .recurrence(x, x.onlyFirst(axis: axis, reverse: reversed), axis: axis, reverse: reversed)
    }
  }

  /// The largest element so far along an axis; NaN from the first one on.
  ///
  /// Elements that tie share the derivative evenly.
  public func cumulativeMax(axis: Int = -1, reversed: Bool = false) -> Tensor {
    scanned("cumulativeMax", axis) { x, axis in .cumulative(.max, x, axis: axis, reverse: reversed) }
  }

  /// The smallest element so far along an axis; NaN from the first one on.
  ///
  /// Elements that tie share the derivative evenly.
  public func cumulativeMin(axis: Int = -1, reversed: Bool = false) -> Tensor {
    scanned("cumulativeMin", axis) { x, axis in .cumulative(.min, x, axis: axis, reverse: reversed) }
  }

  /// The running ln Σeˣ along an axis: yᵢ = ln(eˣ⁰ + … + eˣⁱ), stable.
  ///
  /// With mᵢ the largest element so far, yᵢ = mᵢ + ln sᵢ and sᵢ = e^(mᵢ₋₁ − mᵢ)·sᵢ₋₁ + e^(xᵢ − mᵢ): no term exceeds 1,
  /// and the largest is 1.
  public func logCumulativeSumExp(axis: Int = -1, reversed: Bool = false) -> Tensor {
    let largest = cumulativeMax(axis: axis, reversed: reversed).stoppingGradient()
    // An infinite maximum would give ∞ − ∞.
    let finite = Tensor.select(abs(largest) .< Double.infinity, largest, largest.zerosLike())
    let before = finite.scanned("logCumulativeSumExp", axis) { x, axis in x.delayed(axis: axis, reverse: reversed) }
    // Positive differences stand only where no term has come yet: at the first place, and after −∞.
    let factors = exp(DescentTensor.min(before - finite, 0))
    let sum = linearRecurrence(factors: factors, terms: exp(self - finite), axis: axis, reversed: reversed)
    // ln 0 is −∞, and so is its derivative, which would make NaN of a cotangent 0.
    let isZero = sum .== 0
    return .select(isZero, largest, finite + log(DescentTensor.select(isZero, 1, sum)))
  }

  /// The tensor, with truth values as 0 and 1.
  private var counted: Tensor { scalarType == .bool ? converted(to: .int64) : self }

  /// What `scan` makes of the node and the axis counted from the front.
  private func scanned(_ spelling: String, _ axis: Int, _ scan: (Node, Int) -> Node) -> Tensor {
    if node.isInvalid { return self }
    guard let axis = normalized(axis, spelling) else { return Tensor(node: spelling) }
    return Tensor(scan(node, axis))
  }
}
