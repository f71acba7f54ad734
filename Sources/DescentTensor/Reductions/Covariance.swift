import DescentGraph

// How variables move together.

extension Tensor {
  /// The covariances of variables, each a row of observations: cᵢⱼ = Σₖ (xᵢₖ − x̄ᵢ)(xⱼₖ − x̄ⱼ)/(n − correction).
  ///
  /// A vector is one variable and gives a scalar; axes before the last two are batches. NaN where n − correction is not
  /// positive.
  ///
  /// - Parameter correction: 1, for observations drawn from a larger whole; 0 for all there is.
  public func covariance(correction: Double = 1) -> Tensor {
    if node.isInvalid { return self }
    guard rank > 0 else {
      return Tensor(
        Node.invalid(.shapeMismatch, "covariance", "needs rows of observations, and \(node.label) is a scalar"))
    }
    let x = scalarType.isFloatingPoint ? self : converted(to: .float32)
    let centred = x - x.mean(axes: -1, keepingAxes: true)
    let count = Double(shape[-1]) - correction
    let products = rank == 1 ? dot(centred, centred) : matmul(centred, centred.swappingAxes(-1, -2))
    return products / (count > 0 ? count : .nan)
  }

  /// The correlations of variables, each a row of observations: rᵢⱼ = cᵢⱼ/√(cᵢᵢ·cⱼⱼ) with the covariances c.
  ///
  /// A vector is one variable and gives the scalar 1; axes before the last two are batches. NaN for a variable that is
  /// constant.
  public func correlation() -> Tensor {
    let covariances = covariance(correction: 0)
    if covariances.node.isInvalid { return covariances }
    if rank == 1 { return covariances / covariances }
    let deviations = standardDeviation(axes: -1, keepingAxes: true)
    return covariances / deviations / deviations.swappingAxes(-1, -2)
  }
}
