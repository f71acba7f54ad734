import DescentGraph

// Functions of one element, as mathematics writes them: `exp(x)`. Derivatives of any order.

/// eˣ, element by element.
public func exp(_ x: Tensor) -> Tensor { Tensor(.unary(.exp, x.node)) }

/// The natural logarithm; −∞ at 0, NaN below.
public func log(_ x: Tensor) -> Tensor { Tensor(.unary(.log, x.node)) }

/// The square root; NaN below 0.
public func sqrt(_ x: Tensor) -> Tensor { Tensor(.unary(.sqrt, x.node)) }

/// The hyperbolic tangent.
public func tanh(_ x: Tensor) -> Tensor { Tensor(.unary(.tanh, x.node)) }

/// The logistic function 1/(1 + e⁻ˣ).
public func sigmoid(_ x: Tensor) -> Tensor { Tensor(.unary(.sigmoid, x.node)) }

/// max(x, 0), with derivative 0 at 0.
public func relu(_ x: Tensor) -> Tensor { Tensor(.unary(.relu, x.node)) }

/// The absolute value, with derivative 0 at 0.
public func abs(_ x: Tensor) -> Tensor { Tensor(.unary(.absolute, x.node)) }

/// −1, 0 or 1, with derivative 0.
public func sign(_ x: Tensor) -> Tensor { Tensor(.unary(.sign, x.node)) }

/// The sine of an angle in radians.
public func sin(_ x: Tensor) -> Tensor { Tensor(.unary(.sin, x.node)) }

/// The cosine of an angle in radians.
public func cos(_ x: Tensor) -> Tensor { Tensor(.unary(.cos, x.node)) }

/// xᶜ, element by element, with a constant exponent.
public func pow(_ x: Tensor, _ exponent: some TensorScalar) -> Tensor { x ** exponent }

/// xʸ, element by element.
public func pow(_ x: Tensor, _ y: Tensor) -> Tensor { x ** y }

/// √(x² + y²), element by element: the length of a vector with two components, with derivative 0 where it is 0.
///
/// The squares neither overflow nor underflow, so the result is finite unless it is too large itself. ∞ if either
/// element is infinite, NaN if either is NaN.
public func hypot(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.hypot, "hypot", x, y) }

/// The larger of two elements; NaN if either is.
///
/// At a tie each gets half of the derivative.
public func max(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.maximum, "max", x, y) }

/// The larger of an element and a number; NaN if either is.
///
/// At a tie each gets half of the derivative.
public func max(_ x: Tensor, _ y: some TensorScalar) -> Tensor { .binary(.maximum, "max", x, x.constant(y, "max")) }

/// The smaller of two elements; NaN if either is.
///
/// At a tie each gets half of the derivative.
public func min(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.minimum, "min", x, y) }

/// The smaller of an element and a number; NaN if either is.
///
/// At a tie each gets half of the derivative.
public func min(_ x: Tensor, _ y: some TensorScalar) -> Tensor { .binary(.minimum, "min", x, x.constant(y, "min")) }

extension Tensor {
  /// The elements limited to `lowest...highest`, with derivative 1 inside and 0 outside; at a limit it is 1.
  public func clamped(to limits: ClosedRange<Double>) -> Tensor {
    // Integers between the limits, which need not be whole.
    let isReal = scalarType.isFloatingPoint
    let first = isReal ? limits.lowerBound : limits.lowerBound.rounded(.up)
    let last = isReal ? limits.upperBound : limits.upperBound.rounded(.down)
    let low = Tensor(.fill(ScalarBits(first, as: scalarType), shape, scalarType))
    let high = Tensor(.fill(ScalarBits(last, as: scalarType), shape, scalarType))
    return .select(self .< low, low, .select(self .> high, high, self))
  }

  /// x², element by element.
  public func squared() -> Tensor { self ** 2 }

  /// 1/x, element by element.
  public func reciprocal() -> Tensor { Tensor(.unary(.reciprocal, node)) }
}
