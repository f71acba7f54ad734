import DescentGraph

// Functions of two elements, which broadcast by NumPy's rule.

/// x − y·⌊x/y⌋, the remainder of flooring division: it has the sign of y, as in Python.
///
/// ∂/∂x is 1 and ∂/∂y is −⌊x/y⌋. An integer divisor 0 is an error, a floating-point one gives NaN.
public func remainder(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.remainder, "remainder", x, y) }

/// x − y·⌊x/y⌋ for one divisor: it has the sign of y, as in Python.
public func remainder(_ x: Tensor, _ y: some TensorScalar) -> Tensor { remainder(x, x.constant(y, "remainder")) }

/// The remainder of division toward zero: it has the sign of x, as Swift's `%` and C's `fmod`.
///
/// ∂/∂x is 1 and ∂/∂y is −trunc(x/y). An integer divisor 0 is an error, a floating-point one gives NaN.
public func truncatedRemainder(_ x: Tensor, _ y: Tensor) -> Tensor {
  .binary(.truncatedRemainder, "truncatedRemainder", x, y)
}

/// The remainder of division toward zero by one divisor: it has the sign of x.
public func truncatedRemainder(_ x: Tensor, _ y: some TensorScalar) -> Tensor {
  truncatedRemainder(x, x.constant(y, "truncatedRemainder"))
}

/// The angle in [−π, π] from the positive horizontal axis to the point with ordinate `y` and abscissa `x`.
///
/// At the origin the angle follows the signs of the zeros and the derivatives are NaN.
public func atan2(_ y: Tensor, _ x: Tensor) -> Tensor { .binary(.atan2, "atan2", y, x) }

/// ln(eˣ + eʸ) without overflow.
public func logaddexp(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.logaddexp, "logaddexp", x, y) }

/// x·ln y, and 0 where x is 0.
///
/// ∂/∂x is ln y, or 0 where x = 0 and y ≤ 0.
public func xlogy(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.xlogy, "xlogy", x, y) }

/// The magnitude of x with the sign of y, also that of a zero.
///
/// ∂/∂x is 1 where the signs agree, −1 where they differ and 0 at x = 0; ∂/∂y is 0.
public func copysign(_ x: Tensor, _ y: Tensor) -> Tensor { .binary(.copysign, "copysign", x, y) }

/// (x − y)², element by element.
public func squaredDifference(_ x: Tensor, _ y: Tensor) -> Tensor { (x - y) ** 2 }

/// The way from x to y: x + weight·(y − x), element by element, x for weight 0 and y for weight 1.
public func lerp(_ x: Tensor, _ y: Tensor, _ weight: Tensor) -> Tensor { x + weight * (y - x) }

/// The way from x to y with one weight: x + weight·(y − x), element by element.
public func lerp(_ x: Tensor, _ y: Tensor, _ weight: some TensorScalar) -> Tensor { x + weight * (y - x) }

extension Tensor {
  /// Integers with their bits shifted to the left; bits are lost however far they go.
  ///
  /// A negative count shifts to the right, as with Swift's integers.
  public static func << (x: Tensor, count: Tensor) -> Tensor { binary(.shiftLeft, "<<", x, count) }

  /// Integers with their bits shifted to the left by one count.
  public static func << (x: Tensor, count: Int) -> Tensor { x << x.constant(count, "<<") }

  /// Integers with their bits shifted to the right, keeping their sign; bits are lost however far they go.
  ///
  /// A negative count shifts to the left, as with Swift's integers.
  public static func >> (x: Tensor, count: Tensor) -> Tensor { binary(.shiftRight, ">>", x, count) }

  /// Integers with their bits shifted to the right by one count, keeping their sign.
  public static func >> (x: Tensor, count: Int) -> Tensor { x >> x.constant(count, ">>") }
}
