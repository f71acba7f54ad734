import DescentGraph

// Distributions made from gamma-distributed numbers (Marsaglia and Tsang 2000). With parameters that are tensors they
// have derivatives with respect to them: those of the quantiles, the random bits held (implicit reparameterisation;
// Figurnov, Mohamed and Mnih 2018), to any order. Logarithms of gamma numbers are at the bottom of all ratios, since
// the numbers themselves underflow for small concentrations.

extension Tensor {
  // MARK: Gamma and chi-squared

  /// Gamma-distributed numbers: density x^(α−1)·e^(−x/scale)/(Γ(α)·scale^α) for x > 0 with concentration α.
  ///
  /// Their mean is α·scale, their variance α·scale². Each takes about 0.1 µs. A concentration or a scale that is not
  /// positive stops the program.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - concentration: α, also called shape.
  ///   - scale: What the numbers are multiplied with; its reciprocal is also called rate.
  ///   - type: The scalar type, a floating-point one.
  ///   - random: Where the numbers come from.
  public static func gamma(
    _ shape: Shape, concentration: Double, scale: Double = 1, type: ScalarType = .float32,
    using random: RandomGenerator = .current
  ) -> Tensor {
    if let complaint = complaint("gamma", "scale", scale) { return complaint }
    let standard = gammas(.gamma, "gamma", "concentration", concentration, shape, type, random)
    return scale == 1 ? standard : standard * scale
  }

  /// Gamma-distributed numbers of scale 1 with a concentration for each; multiply them with a scale.
  ///
  /// The derivative with respect to the concentrations is that of the quantile, an integral over 32 points in float64
  /// for each element. Concentrations that are not positive give NaN.
  ///
  /// ```swift
  /// let alpha: Tensor = [0.5, 2, 8]
  /// let slope = gradient(at: alpha) { alpha in Tensor.gamma(concentration: alpha, shape: [1000, 3]).mean() }
  /// ```
  ///
  /// - Parameters:
  ///   - concentration: α of each number.
  ///   - shape: The shape of the result, to which the concentrations broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func gamma(
    concentration: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    gammas(.gamma, "gamma", concentration, shape, random)
  }

  /// Logarithms of gamma-distributed numbers of scale 1, which don't underflow for small concentrations.
  ///
  /// - Parameters:
  ///   - concentration: α of each number.
  ///   - shape: The shape of the result, to which the concentrations broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func logGamma(
    concentration: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    gammas(.logGamma, "logGamma", concentration, shape, random)
  }

  /// Numbers distributed like the sum of as many squares of standard normal numbers as there are degrees of freedom.
  ///
  /// Degrees of freedom that are not positive stop the program; they need not be whole.
  public static func chiSquared(
    _ shape: Shape, degreesOfFreedom: Double, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    let name = "number of degrees of freedom"
    if let complaint = complaint("chiSquared", name, degreesOfFreedom, type) { return complaint }
    return 2 * gammas(.gamma, "chiSquared", name, degreesOfFreedom / 2, shape, type, random)
  }

  /// Numbers with the chi-squared distribution, with degrees of freedom for each.
  public static func chiSquared(
    degreesOfFreedom: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    2 * gammas(.gamma, "chiSquared", 0.5 * degreesOfFreedom, shape, random)
  }

  /// Numbers with Student's t distribution: z/√(χ²/ν) for a normal z, with ν degrees of freedom.
  ///
  /// Degrees of freedom that are not positive stop the program; they need not be whole.
  public static func studentT(
    _ shape: Shape, degreesOfFreedom: Double, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    if let complaint = complaint("studentT", "number of degrees of freedom", degreesOfFreedom, type) {
      return complaint
    }
    return studentT(degreesOfFreedom: .full([], degreesOfFreedom, type: type), shape: shape, using: random)
  }

  /// Numbers with Student's t distribution, with degrees of freedom for each.
  public static func studentT(
    degreesOfFreedom: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("studentT", [degreesOfFreedom], shape) { parameters, shape, type in
      let half = 0.5 * parameters[0]
      let logarithm = logGamma(concentration: half, using: random) - log(half)
      return normal(shape, type: type, using: random) * exp(-0.5 * logarithm)
    }
  }

  // MARK: Beta and Dirichlet

  /// Beta-distributed numbers: density x^(α−1)·(1 − x)^(β−1)/B(α, β) for 0 < x < 1.
  ///
  /// Their mean is α/(α + β). A parameter that is not positive stops the program.
  public static func beta(
    _ shape: Shape, alpha: Double, beta: Double, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) -> Tensor {
    if let complaint = complaint("beta", "alpha", alpha, type) ?? complaint("beta", "beta", beta, type) {
      return complaint
    }
    let parameters = [alpha, beta].map { Tensor.full([], $0, type: type) }
    return Tensor.beta(alpha: parameters[0], beta: parameters[1], shape: shape, using: random)
  }

  /// Beta-distributed numbers with an α and a β for each, which broadcast: g/(g + h) for gamma numbers g and h.
  ///
  /// - Parameters:
  ///   - alpha: The concentrations near 1.
  ///   - beta: The concentrations near 0.
  ///   - shape: The shape of the result, to which both broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func beta(
    alpha: Tensor, beta: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("beta", [alpha, beta], shape) { parameters, _, _ in
      sigmoid(
        logGamma(concentration: parameters[0], using: random) - logGamma(concentration: parameters[1], using: random))
    }
  }

  /// Points with Dirichlet's distribution along the last axis: positive numbers that add up to 1, of which number i has
  /// the mean αᵢ/Σα.
  ///
  /// ```swift
  /// let points = Tensor.dirichlet(concentration: [1, 2, 3], shape: [100, 3])
  /// ```
  ///
  /// - Parameters:
  ///   - concentration: α, along the last axis. Concentrations that are not positive give NaN.
  ///   - shape: The shape of the result, to which the concentrations broadcast; theirs unless given.
  ///   - random: Where the numbers come from.
  public static func dirichlet(
    concentration: Tensor, shape: Shape? = nil, using random: RandomGenerator = .current
  ) -> Tensor {
    samples("dirichlet", [concentration], shape) { parameters, _, _ in
      logGamma(concentration: parameters[0], using: random).softmax(axis: -1)
    }
  }

  // MARK: Pieces

  private static func gammas(
    _ distribution: Distribution, _ operation: String, _ concentration: Tensor, _ shape: Shape?,
    _ random: RandomGenerator
  ) -> Tensor {
    samples(operation, [concentration], shape) { parameters, _, _ in
      Tensor(.random(distribution, concentration: parameters[0].node, key: random.nextKey().node))
    }
  }

  private static func gammas(
    _ distribution: Distribution, _ operation: String, _ name: String, _ concentration: Double, _ shape: Shape,
    _ type: ScalarType, _ random: RandomGenerator
  ) -> Tensor {
    if let complaint = complaint(operation, name, concentration, type) { return complaint }
    return gammas(distribution, operation, .full([], concentration, type: type), shape, random)
  }
}
