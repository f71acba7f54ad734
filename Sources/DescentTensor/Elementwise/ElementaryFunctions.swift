import DescentGraph

// Elementary and special functions of one element. Derivatives of any order.

// MARK: - Roots, exponentials, logarithms

/// 1/√x, more precise than the quotient; ∞ at 0, NaN below.
public func rsqrt(_ x: Tensor) -> Tensor { Tensor(.unary(.rsqrt, x.node)) }

/// The cube root, also of negative numbers.
public func cbrt(_ x: Tensor) -> Tensor { Tensor(.unary(.cbrt, x.node)) }

/// 2ˣ, element by element.
public func exp2(_ x: Tensor) -> Tensor { Tensor(.unary(.exp2, x.node)) }

/// eˣ − 1, precise for small x too.
public func expm1(_ x: Tensor) -> Tensor { Tensor(.unary(.expm1, x.node)) }

/// The logarithm with base 2; −∞ at 0, NaN below.
public func log2(_ x: Tensor) -> Tensor { Tensor(.unary(.log2, x.node)) }

/// The logarithm with base 10; −∞ at 0, NaN below.
public func log10(_ x: Tensor) -> Tensor { Tensor(.unary(.log10, x.node)) }

/// ln(1 + x), precise for small x too; −∞ at −1, NaN below.
public func log1p(_ x: Tensor) -> Tensor { Tensor(.unary(.log1p, x.node)) }

/// ln(x/(1 − x)), the inverse of ``sigmoid(_:)``; ∓∞ at 0 and 1, NaN outside.
public func logit(_ x: Tensor) -> Tensor { log(x) - log1p(-x) }

// MARK: - Circular and hyperbolic functions

/// The tangent of an angle in radians.
public func tan(_ x: Tensor) -> Tensor { Tensor(.unary(.tan, x.node)) }

/// The angle in [−π/2, π/2] with sine x; NaN beyond ±1.
public func asin(_ x: Tensor) -> Tensor { Tensor(.unary(.asin, x.node)) }

/// The angle in [0, π] with cosine x; NaN beyond ±1.
public func acos(_ x: Tensor) -> Tensor { Tensor(.unary(.acos, x.node)) }

/// The angle in [−π/2, π/2] with tangent x.
public func atan(_ x: Tensor) -> Tensor { Tensor(.unary(.atan, x.node)) }

/// The hyperbolic sine.
public func sinh(_ x: Tensor) -> Tensor { Tensor(.unary(.sinh, x.node)) }

/// The hyperbolic cosine.
public func cosh(_ x: Tensor) -> Tensor { Tensor(.unary(.cosh, x.node)) }

/// The inverse of the hyperbolic sine.
public func asinh(_ x: Tensor) -> Tensor { Tensor(.unary(.asinh, x.node)) }

/// The positive inverse of the hyperbolic cosine; NaN below 1.
public func acosh(_ x: Tensor) -> Tensor { Tensor(.unary(.acosh, x.node)) }

/// The inverse of the hyperbolic tangent; infinite at ±1, NaN beyond.
public func atanh(_ x: Tensor) -> Tensor { Tensor(.unary(.atanh, x.node)) }

/// sin(πx)/(πx), and 1 at 0, with derivatives of any order there too.
///
/// Near 0 it is the series 1 − t²/3! + t⁴/5! − … in t = πx, cut off below the precision of float64.
public func sinc(_ x: Tensor) -> Tensor {
  let t = Double.pi * x
  let isSmall = abs(t) .< 0.5
  let (small, large) = (select(isSmall, t, 0).squared(), select(isSmall, 1, t))
  let series = stride(from: 17, through: 3, by: -2).reduce(small.onesLike()) { sum, odd in
    1 - small * sum / Double(odd * (odd - 1))
  }
  return select(isSmall, series, sin(large) / large)
}

// MARK: - Special functions

/// The error function 2/√π·∫₀ˣ exp(−t²) dt.
public func erf(_ x: Tensor) -> Tensor { Tensor(.unary(.erf, x.node)) }

/// 1 − erf x, precise for large x too.
public func erfc(_ x: Tensor) -> Tensor { Tensor(.unary(.erfc, x.node)) }

/// The inverse of the error function; infinite at ±1, NaN beyond.
public func erfinv(_ x: Tensor) -> Tensor { Tensor(.unary(.erfinv, x.node)) }

/// ln |Γ(x)|; ∞ at the poles 0, −1, −2, ….
public func lgamma(_ x: Tensor) -> Tensor { Tensor(.unary(.lgamma, x.node)) }

/// The derivative of ``lgamma(_:)``; NaN at the poles −1, −2, …, and ∓∞ at ±0.
public func digamma(_ x: Tensor) -> Tensor { polygamma(0, x) }

/// The derivative of digamma of an order from 0 to 100; NaN for other orders.
///
/// At the poles 0, −1, −2, … odd orders are infinite and even ones NaN, but ∓∞ at ±0. Costs about 50 ns an element.
public func polygamma(_ order: Int, _ x: Tensor) -> Tensor {
  .binary(.polygamma, "polygamma", x.constant(order, "polygamma"), x)
}

// MARK: - Steps

/// The largest whole number that isn't above x, with derivative 0.
public func floor(_ x: Tensor) -> Tensor { Tensor(.unary(.floor, x.node)) }

/// The smallest whole number that isn't below x, with derivative 0.
public func ceil(_ x: Tensor) -> Tensor { Tensor(.unary(.ceil, x.node)) }

/// The nearest whole number, the even one for halves, with derivative 0.
public func round(_ x: Tensor) -> Tensor { Tensor(.unary(.round, x.node)) }

/// The number without its fraction, rounded toward zero, with derivative 0.
public func truncate(_ x: Tensor) -> Tensor { Tensor(.unary(.truncate, x.node)) }

/// 0 for negative elements, 1 for positive ones and `valueAtZero` at 0, with derivative 0; NaN stays.
public func heaviside(_ x: Tensor, valueAtZero: Double = 0.5) -> Tensor {
  select(x .== 0, valueAtZero, 0.5 * (sign(x) + 1))
}

// MARK: - Tests

/// Whether elements are NaN; the result is bool.
public func isNaN(_ x: Tensor) -> Tensor { x .!= x }

/// Whether elements are neither infinite nor NaN; the result is bool.
public func isFinite(_ x: Tensor) -> Tensor {
  x.scalarType.isFloatingPoint ? abs(x) .< Double.infinity : x .== x
}

/// Whether elements are ∞ or −∞; the result is bool.
public func isInfinite(_ x: Tensor) -> Tensor {
  x.scalarType.isFloatingPoint ? abs(x) .== Double.infinity : x .!= x
}
