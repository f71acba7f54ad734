import DescentGraph

// Random numbers as functions of their parameters, the random bits held: F(α, x) = u for a distribution function F and
// a fixed u, hence ∂x/∂α = −(∂F/∂α)/(∂F/∂x) (implicit reparameterisation; Figurnov, Mohamed and Mnih 2018).

extension Distribution {
  var rule: Rule {
    switch self {
    /// Numbers without parameters: constants.
    case .uniform, .normal: .zero
    /// x = eʸ for a sample y of the next kind:  ∂x/∂α = x·∂y/∂α, 0 where x has underflowed to 0.
    case .gamma: .elementwise([.zero, .factor(gammaSlope)])
    /// y = ln x for gamma-distributed x:  ∂y/∂α by `logGammaSlope`.
    case .logGamma: .elementwise([.zero, .factor { logGammaSlope(concentration: $0.y, logarithm: $0.result) }])
    }
  }
}

private func gammaSlope(_ sample: Application) -> Node {
  let x = Node.convert(sample.result, to: .float64)
  let isZero = x .== 0
  let logarithm = Node.unary(.log, .select(isZero, x.filled(1), x))
  let slope = logGammaSlope(concentration: .convert(sample.y, to: .float64), logarithm: logarithm)
  return .convert(x * slope, to: sample.y.scalarType)
}

/// How the logarithm y of a gamma-distributed number moves with its concentration α, the random bits held.
///
/// With the density of y, e^(αy − eʸ)/Γ(α), and δ = ψ(α) − y the definition becomes
///
///     ∂y/∂α = ∫ (δ − w)·e^(αw − eʸ(eʷ − 1)) dw over w < 0  =  −∫ of the same over w > 0,
///
/// since the mean of ln x is ψ(α). The first is taken for δ ≥ 0, the second for δ < 0: then nothing cancels. The
/// integrand is e⁻⁴⁰ or less beyond some length, and within it 32 points of Gauss and Legendre's rule are enough. A
/// small α at a small x has too long a tail and comes from α + 1: α·∂y/∂α = x·∂y/∂α(α + 1) + ψ(α + 1) − y.
///
/// Made of nodes, so derivatives of any order follow. Computed in float64 with a relative error below 2·10⁻¹² (below
/// 10⁻¹³ for most); NaN unless α is positive.
package func logGammaSlope(concentration: Node, logarithm: Node) -> Node {
  if concentration.isInvalid { return concentration }
  let count = concentration.shape.elementCount
  let alpha = Node.reshape(.convert(concentration, to: .float64), to: [count])
  let y = Node.reshape(.convert(logarithm, to: .float64), to: [count])
  let isShifted = Node.binary(.and, alpha .< alpha.filled(1), y .< y.filled(-1))
  let a = alpha + Node.convert(isShifted, to: .float64)
  let (x, delta) = (Node.unary(.exp, y), Node.binary(.polygamma, a.filled(0), a) - y)
  let integral = slopeIntegral(a, y, x, delta)
  let slope = Node.select(isShifted, (x * integral + delta) / alpha, integral)
  return .convert(.reshape(slope, to: concentration.shape), to: concentration.scalarType)
}

/// ∫ (δ − w)·e^(aw − x(eʷ − 1)) dw over the side of 0 on which δ is not.
private func slopeIntegral(_ a: Node, _ y: Node, _ x: Node, _ delta: Node) -> Node {
  let span = Node.identity(.stopGradient, slopeSpan(a, y, x, .compare(.greaterEqual, delta, delta.filled(0))))
  let shape = Shape([a.shape[0], GaussLegendre.count])
  func across(_ node: Node) -> Node { node.broadcast(to: shape, along: AxisSet([1])) }
  let w = across(span) * GaussLegendre.nodes.broadcast(to: shape, along: AxisSet([0]))
  let weight = Node.unary(.exp, across(a) * w - across(x) * Node.unary(.expm1, w))
  let terms = weight * (w - across(delta)) * GaussLegendre.weights.broadcast(to: shape, along: AxisSet([0]))
  return span * terms.sum(AxisSet([1]))
}

/// Where e^(aw − x(eʷ − 1)) has come down to e⁻⁴⁰, by bounds for the exponent.
///
/// Below 0, for w = −r:  ar + x(e⁻ʳ − 1) ≥ (a − x)r + xr²/(2 + r).  Above: x(eʷ − 1) − aw ≥ (x − a)w + xw²/2, and
/// w = ln(1 + (45 + 10a)/x), which is far less where x is small.
private func slopeSpan(_ a: Node, _ y: Node, _ x: Node, _ isBelow: Node) -> Node {
  let below = 2 * (a - x) - a.filled(40)
  let length = -(160 / (below + .unary(.sqrt, below * below + 320 * a)))
  let above = x - a
  let quadratic = 80 / (above + .unary(.sqrt, above * above + 80 * x))
  let logarithmic = Node.unary(.log, x + (45 + 10 * a)) - y
  return .select(isBelow, length, .binary(.minimum, quadratic, logarithmic))
}

/// Gauss and Legendre's rule for ∫₀¹ f(t) dt ≈ Σ weightᵢ·f(nodeᵢ), exact for polynomials of degree 63.
private enum GaussLegendre {
  static let count = 32
  static let nodes = constant(rule.map(\.node))
  static let weights = constant(rule.map(\.weight))

  /// Newton's method for the zeros t of the Legendre polynomial P; the weights are 2/((1 − t²)·P′(t)²).
  ///
  /// Abramowitz and Stegun 25.4.29. The start is the one for many points, cos(π(i + ¾)/(n + ½)).
  private static let rule: [(node: Double, weight: Double)] = (0..<count).map { index in
    var zero = cosine(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
    var slope = 0.0
    for _ in 0..<8 {
      let value: Double
      (value, slope) = legendre(zero)
      zero -= value / slope
    }
    return ((1 + zero) / 2, 1 / ((1 - zero * zero) * slope * slope))
  }

  /// The Legendre polynomial of degree `count` and its derivative, by Bonnet's recurrence.
  private static func legendre(_ t: Double) -> (value: Double, derivative: Double) {
    var (before, value) = (1.0, t)
    for degree in 2...count {
      let n = Double(degree)
      (before, value) = (value, ((2 * n - 1) * t * value - (n - 1) * before) / n)
    }
    return (value, Double(count) * (t * value - before) / (t * t - 1))
  }

  /// The cosine of an angle in [0, π], by Taylor's series.
  private static func cosine(_ angle: Double) -> Double {
    let x = Double.pi / 2 - angle
    var (term, sum) = (x, x)
    for power in stride(from: 3.0, to: 30, by: 2) {
      term *= -x * x / (power * (power - 1))
      sum += term
    }
    return sum
  }

  private static func constant(_ values: [Double]) -> Node {
    let storage = HostStorage(allocating: 8 * values.count)
    for (place, value) in values.enumerated() {
      (storage.pointer + 8 * place).storeBytes(of: value, as: Double.self)
    }
    return Node(storage, [values.count], .float64)
  }
}
