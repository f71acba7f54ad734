import DescentGraph

// Distributions with a location and a scale, as numbers or as tensors. Derivatives with respect to tensors hold the
// random bits: x = location + scale·noise has ∂x/∂location = 1 and ∂x/∂scale = noise (the reparameterisation of Kingma
// and Welling 2014), and is right for expectations of any smooth function of x.

extension Tensor {
  // MARK: Uniform and normal

  /// Numbers spread evenly between two tensors, which broadcast; the upper bound is excluded.
  ///
  /// - Parameters:
  ///   - low: The lower bounds.
  ///   - high: The upper bounds.
  ///   - shape: The shape of the result, to which the bounds broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func uniform(
    from low: Tensor, to high: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("uniform", [low, high], shape) { bounds, shape, type in
      bounds[0] + (bounds[1] - bounds[0]) * uniform(shape, type: type, using: random)
    }
  }

  /// Normally distributed numbers with a mean and a standard deviation for each, which broadcast.
  ///
  /// ```swift
  /// let slope = gradient(at: Tensor([0, 1])) { mean in
  ///   Tensor.normal(mean: mean, standardDeviation: mean.onesLike(), shape: [1000, 2]).squared().mean()
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - mean: The means.
  ///   - standardDeviation: The standard deviations.
  ///   - shape: The shape of the result, to which both broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func normal(
    mean: Tensor, standardDeviation: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.normal.draw(location: mean, scale: standardDeviation, shape, random)
  }

  /// Numbers whose logarithm is normally distributed.
  ///
  /// Their mean is exp(mean + standardDeviation²/2). A standard deviation that is not positive stops the program.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - mean: The mean of the logarithm.
  ///   - standardDeviation: The standard deviation of the logarithm.
  ///   - type: The scalar type, a floating-point one.
  ///   - random: Where the numbers come from.
  public static func logNormal(
    _ shape: Shape, mean: Double = 0, standardDeviation: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    exp(Noise.normal.draw(shape, location: mean, scale: standardDeviation, type, random))
  }

  /// Numbers whose logarithm is normally distributed, with a mean and a standard deviation for each.
  public static func logNormal(
    mean: Tensor, standardDeviation: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    exp(normal(mean: mean, standardDeviation: standardDeviation, shape: shape, using: random))
  }

  // MARK: Exponential

  /// Exponentially distributed numbers: density rate·e^(−rate·x) for x ≥ 0, by −ln(u)/rate.
  ///
  /// Their mean is 1/rate. A rate that is not positive stops the program.
  public static func exponential(
    _ shape: Shape, rate: Double = 1, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    if let complaint = complaint("exponential", "rate", rate) { return complaint }
    return Noise.exponential.draw(shape, location: 0, scale: 1 / rate, type, random)
  }

  /// Exponentially distributed numbers with a rate for each: ∂x/∂rate = −x/rate.
  ///
  /// - Parameters:
  ///   - rate: The rates, positive.
  ///   - shape: The shape of the result, to which the rates broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func exponential(
    rate: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("exponential", [rate], shape) { Noise.exponential.draw($1, $2, random) / $0[0] }
  }

  // MARK: Laplace, Gumbel, Cauchy

  /// Numbers with Laplace's distribution: density e^(−|x − location|/scale)/(2·scale).
  ///
  /// Their variance is 2·scale². A scale that is not positive stops the program.
  public static func laplace(
    _ shape: Shape, location: Double = 0, scale: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.laplace.draw(shape, location: location, scale: scale, type, random)
  }

  /// Numbers with Laplace's distribution, with a location and a scale for each, which broadcast.
  public static func laplace(
    location: Tensor, scale: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.laplace.draw(location: location, scale: scale, shape, random)
  }

  /// Numbers with Gumbel's distribution, that of the largest of many: P(x ≤ t) = exp(−e^(−(t − location)/scale)).
  ///
  /// Their mean is location + 0.5772·scale. A scale that is not positive stops the program.
  public static func gumbel(
    _ shape: Shape, location: Double = 0, scale: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.gumbel.draw(shape, location: location, scale: scale, type, random)
  }

  /// Numbers with Gumbel's distribution, with a location and a scale for each, which broadcast.
  public static func gumbel(
    location: Tensor, scale: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.gumbel.draw(location: location, scale: scale, shape, random)
  }

  /// Numbers with Cauchy's distribution: density 1/(π·scale·(1 + ((x − location)/scale)²)); they have no mean.
  ///
  /// A scale that is not positive stops the program.
  public static func cauchy(
    _ shape: Shape, location: Double = 0, scale: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.cauchy.draw(shape, location: location, scale: scale, type, random)
  }

  /// Numbers with Cauchy's distribution, with a location and a scale for each, which broadcast.
  public static func cauchy(
    location: Tensor, scale: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    Noise.cauchy.draw(location: location, scale: scale, shape, random)
  }
}
