import DescentGraph

// Normal numbers between bounds, by the inverse of the distribution function Φ in logarithms, which hold out in any
// tail.

extension Tensor {
  /// Normally distributed numbers that lie within bounds, given in standard deviations from the mean.
  ///
  /// A number has the density of the normal distribution, divided by the probability of the bounds. Precise also where
  /// that is tiny: `bounds: 30...31`. Either bound may be infinite. Where a bound, scaled, is no number of the type, it
  /// is rounded.
  ///
  /// ```swift
  /// let weights = Tensor.truncatedNormal([64, 10], standardDeviation: 0.1)       // within ±0.2
  /// ```
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - mean: The mean before the cut.
  ///   - standardDeviation: The standard deviation before the cut; one that is not positive stops the program.
  ///   - bounds: How far the numbers may be from the mean, in standard deviations.
  ///   - type: The scalar type, a floating-point one.
  ///   - random: Where the numbers come from.
  public static func truncatedNormal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, bounds: ClosedRange<Double> = -2...2,
    type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    if let complaint = complaint("truncatedNormal", "standard deviation", standardDeviation) { return complaint }
    guard type.isFloatingPoint else {
      return Tensor(
        Node.invalid(.scalarTypeMismatch, "truncatedNormal", "normal numbers are floating-point, not \(type)"))
    }
    let ends = [bounds.lowerBound, bounds.upperBound].map { Tensor.full([], $0, type: .float64) }
    let standard = truncatedNormal(from: ends[0], to: ends[1], shape: shape, using: random).converted(to: type)
    return mean == 0 && standardDeviation == 1 ? standard : standard * standardDeviation + mean
  }

  /// Standard normal numbers that lie between two tensors, which broadcast; scale and move the result.
  ///
  /// For z with (Φ(z) − Φ(low))/(Φ(high) − Φ(low)) = u the derivatives are ∂z/∂low = (1 − u)·φ(low)/φ(z) and
  /// ∂z/∂high = u·φ(high)/φ(z) with the density φ.
  ///
  /// - Parameters:
  ///   - low: The lower bounds; −∞ for none.
  ///   - high: The upper bounds; ∞ for none. Bounds in the wrong order give NaN.
  ///   - shape: The shape of the result, to which the bounds broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func truncatedNormal(
    from low: Tensor, to high: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("truncatedNormal", [low, high], shape) { bounds, shape, type in
      let (u, ends) = (openUniform(shape, random), bounds.map { $0.converted(to: .float64) })
      let value = truncatedNormalQuantile(u, ends[0], ends[1])
      let custom = Node.custom(value.node, inputs: ends.map(\.node)) { inputs, value, cotangent in
        let (z, cotangent) = (Tensor(value), Tensor(cotangent))
        func share(_ part: Tensor, _ bound: Node) -> Node {
          (cotangent * part * exp(0.5 * (z * z - Tensor(bound).squared()))).node
        }
        return [share(1 - u, inputs[0]), share(u, inputs[1])]
      }
      return Tensor(custom).converted(to: type)
    }
  }
}

/// z with Φ(z) = Φ(low) + u(Φ(high) − Φ(low)); turned over where the bounds lie mostly above 0, so that Φ is small.
private func truncatedNormalQuantile(_ u: Tensor, _ low: Tensor, _ high: Tensor) -> Tensor {
  let isTurned = low + high .> 0
  let (first, last) = (select(isTurned, -high, low), select(isTurned, -low, high))
  let part = select(isTurned, 1 - u, u)
  let top = logNormalDistribution(last)
  let ratio = exp(logNormalDistribution(first) - top)
  let z = normalQuantile(ofLogarithm: top + log(part + (1 - part) * ratio))
  let inside = max(min(z, last), first)
  return select(low .> high, Double.nan, select(isTurned, -inside, inside))
}

private let logRootTwoPi = 0.9189385332046727
private let rootHalf = 0.7071067811865476

/// ln Φ(z); below −20 by −z²/2 − ln(−z√(2π)) + ln(1 − 1/z² + 3/z⁴ − 15/z⁶ + …) (Abramowitz and Stegun 26.2.12).
private func logNormalDistribution(_ z: Tensor) -> Tensor {
  let far = min(z, -20)
  let q = (far * far).reciprocal()
  let series = log1p(q * (-1 + q * (3 + q * (-15 + q * (105 - 945 * q)))))
  let tail = -0.5 * (far * far) - log(-far) - logRootTwoPi + series
  return select(z .< -20, tail, log(0.5 * erfc(-rootHalf * max(z, -20))))
}

/// z with ln Φ(z) = y: by the inverse of erf, and for y < −5 by Newton's method, whose start has an error below 0.005.
private func normalQuantile(ofLogarithm y: Tensor) -> Tensor {
  let isTail = y .< -5
  let size = -2 * min(y, -5) - 2 * logRootTwoPi
  var z = -sqrt(size - log(size - 1))
  for _ in 0..<3 {
    let value = logNormalDistribution(z)
    z = z - (value - min(y, -5)) * exp(value + 0.5 * (z * z) + logRootTwoPi)
  }
  return select(isTail, z, (1 / rootHalf) * erfinv(2 * exp(max(y, -5)) - 1))
}
