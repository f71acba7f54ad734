import DescentGraph

// Moments, norms and questions about truth along axes. As in the other reductions, no axes means all, and the axes
// disappear unless `keepingAxes` is true. Moments and norms of integers and truth values are float32.

extension Tensor {
  // MARK: Moments

  /// The variance along axes, Σ(x − mean)²/(n − correction); NaN where n − correction is not positive.
  ///
  /// Correction 0 is the variance of the numbers themselves, 1 estimates that of what they were drawn from.
  public func variance(axes: Int..., correction: Double = 0, keepingAxes: Bool = false) -> Tensor {
    variance(axes: axes, correction: correction, keepingAxes: keepingAxes)
  }

  /// The variance along a list of axes; all of them if the list is empty.
  public func variance(axes: [Int], correction: Double = 0, keepingAxes: Bool = false) -> Tensor {
    meanAndVariance(axes: axes, correction: correction, keepingAxes: keepingAxes).variance
  }

  /// The mean and the variance along axes.
  public func meanAndVariance(
    axes: Int..., correction: Double = 0, keepingAxes: Bool = false
  ) -> (mean: Tensor, variance: Tensor) {
    meanAndVariance(axes: axes, correction: correction, keepingAxes: keepingAxes)
  }

  /// The mean and the variance along a list of axes; all of them if the list is empty.
  public func meanAndVariance(
    axes: [Int], correction: Double = 0, keepingAxes: Bool = false
  ) -> (mean: Tensor, variance: Tensor) {
    let x = real
    let mean = x.mean(axes: axes, keepingAxes: true)
    let total = (x - mean).squared().sum(axes: axes, keepingAxes: keepingAxes)
    if total.node.isInvalid { return (total, total) }
    let count = total.elementCount == 0 ? 0 : Double(elementCount) / Double(total.elementCount)
    let variance = total / (count > correction ? count - correction : .nan)
    return (narrowed(mean.reshaped(like: total)), narrowed(variance))
  }

  /// The square root of the variance along axes, with derivative 0 where it is 0.
  public func standardDeviation(axes: Int..., correction: Double = 0, keepingAxes: Bool = false) -> Tensor {
    standardDeviation(axes: axes, correction: correction, keepingAxes: keepingAxes)
  }

  /// The standard deviation along a list of axes; all of them if the list is empty.
  public func standardDeviation(axes: [Int], correction: Double = 0, keepingAxes: Bool = false) -> Tensor {
    variance(axes: axes, correction: correction, keepingAxes: keepingAxes).rooted { sqrt($0) }
  }

  // MARK: Norms

  /// The norm (Σ|x|ᵖ)^(1/p) of order p along axes, 2 unless said otherwise.
  ///
  /// Order 1 is the sum and ∞ the maximum of the sizes, −∞ their minimum, 0 the number of elements that are not 0 (its
  /// derivative is 0). Where the norm is 0 its derivative is 0; so is that of a single element that is 0 for p < 1. The
  /// squares of order 2 neither overflow nor underflow.
  public func norm(order: Double = 2, axes: Int..., keepingAxes: Bool = false) -> Tensor {
    norm(order: order, axes: axes, keepingAxes: keepingAxes)
  }

  /// The norm along a list of axes; all of them if the list is empty.
  public func norm(order: Double = 2, axes: [Int], keepingAxes: Bool = false) -> Tensor {
    narrowed(real.wideNorm(order, axes, keepingAxes))
  }

  private func wideNorm(_ order: Double, _ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    switch order {
    case 0: return (self .!= 0).converted(to: scalarType).sum(axes: axes, keepingAxes: keepingAxes)
    case 1: return abs(self).sum(axes: axes, keepingAxes: keepingAxes)
    case .infinity: return abs(self).reduce(.max, "norm", axes, keepingAxes)
    case -.infinity: return abs(self).reduce(.min, "norm", axes, keepingAxes)
    case 2: return length(axes, keepingAxes)
    default:
      // Powers of less than one have an infinite derivative at 0, and negative ones a pole.
      let size = abs(self)
      let isZero = size .== 0
      let atZero = order < 0 ? Double.infinity : 0
      let powers = DescentTensor.select(isZero, atZero, DescentTensor.select(isZero, 1, size) ** order)
      return powers.sum(axes: axes, keepingAxes: keepingAxes).rooted { $0 ** (1 / order) }
    }
  }

  /// The tensor divided by its norm of order 2 along axes: x/max(‖x‖, epsilon), which has length 1 or is near 0.
  public func l2Normalized(axes: Int..., epsilon: Double = 1e-12) -> Tensor {
    let x = real
    return narrowed(x / DescentTensor.max(x.norm(axes: axes, keepingAxes: true), epsilon))
  }

  // MARK: Truth

  /// Whether any element along axes is true (or not 0), as a bool tensor.
  public func any(axes: Int..., keepingAxes: Bool = false) -> Tensor {
    converted(to: .bool).truth(.max, "any", false, axes, keepingAxes)
  }

  /// Whether all elements along axes are true (or not 0), as a bool tensor; true for no elements.
  public func all(axes: Int..., keepingAxes: Bool = false) -> Tensor {
    converted(to: .bool).truth(.min, "all", true, axes, keepingAxes)
  }

  private func truth(
    _ reduction: Reduction, _ spelling: String, _ ofNothing: Bool, _ axes: [Int], _ keepingAxes: Bool
  ) -> Tensor {
    guard elementCount == 0, !node.isInvalid else { return reduce(reduction, spelling, axes, keepingAxes) }
    // A sum has the right shape also where there is no element to compare.
    let shape = sum(axes: axes, keepingAxes: keepingAxes)
    return shape.node.isInvalid ? shape : .full(shape.shape, ofNothing, type: .bool)
  }

  // MARK: Pieces

  /// m·√Σ(x/m)² with the largest magnitude m, a constant to derivatives: they are those of √Σx² whatever m is.
  private func length(_ axes: [Int], _ keepingAxes: Bool) -> Tensor {
    if elementCount == 0 { return squared().sum(axes: axes, keepingAxes: keepingAxes).rooted { sqrt($0) } }
    let largest = abs(self).reduce(.max, "norm", axes, true).stoppingGradient()
    // Infinities would make NaN of each other, and the reciprocal of less than the least normal number is infinite.
    let least = scalarType == .float64 ? Double.leastNormalMagnitude : Double(Float.leastNormalMagnitude)
    let scale = DescentTensor.select(largest .< Double.infinity, DescentTensor.max(largest, least), 1)
    let length = (self / scale).squared().sum(axes: axes, keepingAxes: keepingAxes).rooted { sqrt($0) }
    return length * scale.reshaped(like: length)
  }

  /// A root of this tensor; where the tensor is 0, the root's value but the derivative 0 instead of ∞.
  private func rooted(_ root: (Tensor) -> Tensor) -> Tensor {
    let isZero = self .== 0
    return .select(isZero, root(stoppingGradient()), root(DescentTensor.select(isZero, 1, self)))
  }
}
