import DescentGraph

// What the derivatives are at kinks and poles stands in Conventions.swift, beside these cards.

extension Unary {
  /// The cards of the functions of one element, y = f(x).
  var rule: Rule {
    switch self {
    /// y = −x,  ∂y/∂x = −1.
    case .negate: .elementwise([.minusOne])
    /// y = |x|,  ∂y/∂x = sign x.
    case .absolute: .elementwise([.factor { .unary(.sign, $0.x) }])
    /// y = sign x, a step: ∂y/∂x = 0.
    case .sign: .zero
    /// y = √x,  ∂y/∂x = 1/(2y).
    case .sqrt: .elementwise([.factor { 0.5 / $0.result }])
    /// y = 1/x,  ∂y/∂x = −y².
    case .reciprocal: .elementwise([.factor { -($0.result * $0.result) }])
    /// y = eˣ,  ∂y/∂x = y.
    case .exp: .elementwise([.factor { $0.result }])
    /// y = ln x,  ∂y/∂x = 1/x.
    case .log: .elementwise([.factor { 1 / $0.x }])
    /// y = tanh x,  ∂y/∂x = 1 − y².
    case .tanh: .elementwise([.factor { 1 - $0.result * $0.result }])
    /// y = 1/(1 + e⁻ˣ),  ∂y/∂x = y(1 − y).
    case .sigmoid: .elementwise([.factor { $0.result * (1 - $0.result) }])
    /// y = max(x, 0),  ∂y/∂x = 1 for x > 0, else 0.
    case .relu: .elementwise([.mask { $0.x .> 0 }])
    /// y = sin x,  ∂y/∂x = cos x.
    case .sin: .elementwise([.factor { .unary(.cos, $0.x) }])
    /// y = cos x,  ∂y/∂x = −sin x.
    case .cos: .elementwise([.factor { -Node.unary(.sin, $0.x) }])
    /// Truth values have no derivative.
    case .not: .zero
    /// y = 1/√x,  ∂y/∂x = −y³/2.
    case .rsqrt: .elementwise([.factor { -0.5 * ($0.result * $0.result * $0.result) }])
    /// y = ∛x,  ∂y/∂x = 1/(3y²).
    case .cbrt: .elementwise([.factor { 1 / (3 * ($0.result * $0.result)) }])
    /// y = 2ˣ,  ∂y/∂x = y·ln 2.
    case .exp2: .elementwise([.factor { naturalLogOf2 * $0.result }])
    /// y = eˣ − 1,  ∂y/∂x = eˣ.
    case .expm1: .elementwise([.factor { .unary(.exp, $0.x) }])
    /// y = log₂ x,  ∂y/∂x = 1/(x·ln 2).
    case .log2: .elementwise([.factor { 1 / (naturalLogOf2 * $0.x) }])
    /// y = log₁₀ x,  ∂y/∂x = 1/(x·ln 10).
    case .log10: .elementwise([.factor { 1 / (naturalLogOf10 * $0.x) }])
    /// y = ln(1 + x),  ∂y/∂x = 1/(1 + x).
    case .log1p: .elementwise([.factor { 1 / (1 + $0.x) }])
    /// y = tan x,  ∂y/∂x = 1 + y².
    case .tan: .elementwise([.factor { 1 + $0.result * $0.result }])
    /// y = asin x,  ∂y/∂x = 1/√(1 − x²).
    case .asin: .elementwise([.factor { .unary(.rsqrt, (1 - $0.x) * (1 + $0.x)) }])
    /// y = acos x,  ∂y/∂x = −1/√(1 − x²).
    case .acos: .elementwise([.factor { -Node.unary(.rsqrt, (1 - $0.x) * (1 + $0.x)) }])
    /// y = atan x,  ∂y/∂x = 1/(1 + x²).
    case .atan: .elementwise([.factor { 1 / (1 + $0.x * $0.x) }])
    /// y = sinh x,  ∂y/∂x = cosh x.
    case .sinh: .elementwise([.factor { .unary(.cosh, $0.x) }])
    /// y = cosh x,  ∂y/∂x = sinh x.
    case .cosh: .elementwise([.factor { .unary(.sinh, $0.x) }])
    /// y = asinh x,  ∂y/∂x = 1/√(1 + x²).
    case .asinh: .elementwise([.factor { .unary(.rsqrt, 1 + $0.x * $0.x) }])
    /// y = acosh x,  ∂y/∂x = 1/√(x² − 1).
    case .acosh: .elementwise([.factor { .unary(.rsqrt, ($0.x - $0.x.filled(1)) * (1 + $0.x)) }])
    /// y = atanh x,  ∂y/∂x = 1/(1 − x²).
    case .atanh: .elementwise([.factor { 1 / ((1 - $0.x) * (1 + $0.x)) }])
    /// y = erf x,  ∂y/∂x = 2/√π·exp(−x²).
    case .erf: .elementwise([.factor { twoOverRootPi * Node.unary(.exp, -($0.x * $0.x)) }])
    /// y = 1 − erf x,  ∂y/∂x = −2/√π·exp(−x²).
    case .erfc: .elementwise([.factor { -twoOverRootPi * Node.unary(.exp, -($0.x * $0.x)) }])
    /// erf y = x,  ∂y/∂x = √π/2·exp(y²).
    case .erfinv: .elementwise([.factor { (1 / twoOverRootPi) * Node.unary(.exp, $0.result * $0.result) }])
    /// y = ln |Γ(x)|,  ∂y/∂x = ψ(x), digamma.
    case .lgamma: .elementwise([.factor { .binary(.polygamma, $0.x.filled(0), $0.x) }])
    /// Steps: ∂y/∂x = 0.
    case .floor, .ceil, .round, .truncate: .zero
    }
  }
}

/// y = xᶜ,  ∂y/∂x = c·xᶜ⁻¹; 0 for c = 0.
func powerRule(_ exponent: Double) -> Rule {
  switch exponent {
  case 0: .zero
  case 2: .elementwise([.factor { 2 * $0.x }])
  default: .elementwise([.factor { exponent * Node.power($0.x, exponent - 1) }])
  }
}

/// y = x in another floating-point type: linear.
///
/// Integers and truth values have no derivative.
var convertRule: Rule {
  .linear(in: 0..<1) { application, cotangent, _ in .convert(cotangent, to: application.x.scalarType) }
}

extension Identity {
  var rule: Rule {
    switch self {
    /// y = x,  ∂y/∂x = 1.
    case .alias: .elementwise([.one])
    /// y = x, held constant.
    case .stopGradient: .zero
    }
  }
}

extension Binary {
  /// The cards of the functions of two elements, z = f(x, y).
  var rule: Rule {
    switch self {
    /// z = x + y,  ∂z/∂x = ∂z/∂y = 1.
    case .add: .elementwise([.one, .one])
    /// z = x − y,  ∂z/∂x = 1,  ∂z/∂y = −1.
    case .subtract: .elementwise([.one, .minusOne])
    /// z = x·y,  ∂z/∂x = y,  ∂z/∂y = x.
    case .multiply: .elementwise([.factor { $0.y }, .factor { $0.x }])
    /// z = x/y,  ∂z/∂x = 1/y,  ∂z/∂y = −z/y.
    case .divide: .elementwise([.factor { 1 / $0.y }, .factor { -($0.result / $0.y) }])
    /// z = xʸ,  ∂z/∂x = y·xʸ⁻¹ (0 where both are 0),  ∂z/∂y = z·ln x (0 where x = 0; NaN for x < 0).
    case .power: .elementwise([.factor(powerByBase), .factor(powerByExponent)])
    /// z = √(x² + y²),  ∂z/∂x = x/z,  ∂z/∂y = y/z.
    case .hypot: .elementwise([.factor { cosine($0.x, $0.result) }, .factor { cosine($0.y, $0.result) }])
    /// z = max(x, y): 1 for the larger operand, ½ for each at a tie.
    case .maximum: .elementwise([.factor { share($0.x .> $0.y, $0) }, .factor { share($0.x .< $0.y, $0) }])
    /// z = min(x, y): 1 for the smaller operand, ½ for each at a tie.
    case .minimum: .elementwise([.factor { share($0.x .< $0.y, $0) }, .factor { share($0.x .> $0.y, $0) }])
    /// Truth values and bits have no derivative.
    case .and, .or, .xor, .shiftLeft, .shiftRight: .zero
    /// z = x − y·⌊x/y⌋,  ∂z/∂x = 1,  ∂z/∂y = −⌊x/y⌋, which is the whole number −(x − z)/y; steps have no part in it.
    /// z = x − y·trunc(x/y),  ∂z/∂x = 1,  ∂z/∂y = −trunc(x/y), likewise.
    case .remainder, .truncatedRemainder:
      .elementwise([.one, .factor { .unary(.round, ($0.result - $0.x) / $0.y) }])
    /// z is the angle of the point (y, x): ∂z/∂x = y/(x² + y²),  ∂z/∂y = −x/(x² + y²).
    case .atan2:
      .elementwise([.factor { $0.y / squaredDistance($0) }, .factor { -($0.x / squaredDistance($0)) }])
    /// z = ln(eˣ + eʸ),  ∂z/∂x = σ(x − y),  ∂z/∂y = σ(y − x).
    case .logaddexp:
      .elementwise([.factor { .unary(.sigmoid, $0.x - $0.y) }, .factor { .unary(.sigmoid, $0.y - $0.x) }])
    /// z = x·ln y, 0 where x = 0;  ∂z/∂x = ln y (0 where x = 0 and y ≤ 0),  ∂z/∂y = x/y (0 where both are 0).
    case .xlogy: .elementwise([.factor(xlogyByFactor), .factor(xlogyByArgument)])
    /// z = |x| with the sign of y:  ∂z/∂x = sign z·sign x, 0 at 0;  ∂z/∂y = 0.
    case .copysign: .elementwise([.factor { Node.unary(.sign, $0.result) * Node.unary(.sign, $0.x) }, .zero])
    /// z = ψ⁽ˣ⁾(y),  ∂z/∂y = ψ⁽ˣ⁺¹⁾(y); the order x is no variable. NaN at the poles 0, −1, … for even x, where x is
    /// odd infinite.
    case .polygamma: .elementwise([.zero, .factor { .binary(.polygamma, 1 + $0.x, $0.y) }])
    }
  }
}

/// y·xʸ⁻¹, and 0 where x = y = 0, where the formula would give 0·∞; masked twice, so that derivatives of it are 0
/// there.
private func powerByBase(_ power: Application) -> Node {
  let isLimit = Node.binary(.and, power.x .== 0, power.y .== 0)
  let base = Node.select(isLimit, power.x.filled(1), power.x)
  let formula = power.y * Node.binary(.power, base, power.y - power.y.filled(1))
  return .select(isLimit, formula.filled(0), formula)
}

/// z·ln x, and 0 where x = 0, where the formula would give 0·∞.
private func powerByExponent(_ power: Application) -> Node {
  let isZero = power.x .== 0
  return power.result * Node.unary(.log, .select(isZero, power.x.filled(1), power.x))
}

/// x/z, and 0 where z = 0; masked twice, so that derivatives of it divide by zero neither.
private func cosine(_ x: Node, _ length: Node) -> Node {
  let isZero = length .== 0
  return .select(isZero, x.filled(0), x / .select(isZero, length.filled(1), length))
}

/// 1 where the operand wins, ½ where both are equal, else 0.
private func share(_ wins: Node, _ application: Application) -> Node {
  let x = application.x
  return .select(wins, x.filled(1), .select(x .== application.y, x.filled(0.5), x.filled(0)))
}

/// z = c ? x : y,  ∂z/∂x = c,  ∂z/∂y = ¬c.
///
/// What is not selected does not leak, not even NaN.
var selectRule: Rule {
  .linear(in: 1..<3) { application, cotangent, operand in
    let zero = cotangent.filled(0)
    return operand == 1
      ? .select(application.x, cotangent, zero) : .select(application.x, zero, cotangent)
  }
}
