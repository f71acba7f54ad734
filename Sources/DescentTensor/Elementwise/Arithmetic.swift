import DescentGraph

// Static members over the type itself and over generic scalars: the one arrangement of overloads that type-checks
// long formulas quickly and leaves the user's own arithmetic alone (Documentation/Decisions/operators.md).

precedencegroup ContractionPrecedence {
  associativity: left
  higherThan: AdditionPrecedence
}

precedencegroup PowerPrecedence {
  associativity: right
  higherThan: MultiplicationPrecedence, ContractionPrecedence
}

/// The product of matrices; see ``matmul(_:_:)``.
infix operator • : ContractionPrecedence

/// Power: `x ** 2`. Binds tighter than a product, and to the right.
infix operator ** : PowerPrecedence

extension Tensor {
  /// The sum, element by element.
  public static func + (x: Tensor, y: Tensor) -> Tensor { binary(.add, "+", x, y) }
  /// The sum, element by element.
  public static func + (x: some TensorScalar, y: Tensor) -> Tensor { binary(.add, "+", y.constant(x, "+"), y) }
  /// The sum, element by element.
  public static func + (x: Tensor, y: some TensorScalar) -> Tensor { binary(.add, "+", x, x.constant(y, "+")) }

  /// The difference, element by element.
  public static func - (x: Tensor, y: Tensor) -> Tensor { binary(.subtract, "-", x, y) }
  /// The difference, element by element.
  public static func - (x: some TensorScalar, y: Tensor) -> Tensor { binary(.subtract, "-", y.constant(x, "-"), y) }
  /// The difference, element by element.
  public static func - (x: Tensor, y: some TensorScalar) -> Tensor { binary(.subtract, "-", x, x.constant(y, "-")) }

  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Tensor, y: Tensor) -> Tensor { binary(.multiply, "*", x, y) }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: some TensorScalar, y: Tensor) -> Tensor { binary(.multiply, "*", y.constant(x, "*"), y) }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Tensor, y: some TensorScalar) -> Tensor { binary(.multiply, "*", x, x.constant(y, "*")) }

  /// The quotient, element by element.
  ///
  /// Integers round toward zero; dividing them by zero is an error.
  public static func / (x: Tensor, y: Tensor) -> Tensor { binary(.divide, "/", x, y) }
  /// The quotient, element by element.
  ///
  /// Integers round toward zero; dividing them by zero is an error.
  public static func / (x: some TensorScalar, y: Tensor) -> Tensor { binary(.divide, "/", y.constant(x, "/"), y) }
  /// The quotient, element by element.
  ///
  /// Integers round toward zero; dividing them by zero is an error.
  public static func / (x: Tensor, y: some TensorScalar) -> Tensor { binary(.divide, "/", x, x.constant(y, "/")) }

  /// The tensor with the opposite sign.
  public static prefix func - (x: Tensor) -> Tensor { Tensor(.unary(.negate, x.node)) }

  /// The product of matrices; see ``matmul(_:_:)``.
  public static func • (x: Tensor, y: Tensor) -> Tensor { matmul(x, y) }

  /// xʸ, element by element.
  ///
  /// A negative base with a fractional exponent gives NaN.
  public static func ** (x: Tensor, y: Tensor) -> Tensor { binary(.power, "**", x, y) }
  /// xʸ, element by element, with one base.
  public static func ** (x: some TensorScalar, y: Tensor) -> Tensor { binary(.power, "**", y.constant(x, "**"), y) }
  /// xᶜ, element by element, with a constant exponent: `x ** 2`, `x ** 0.5`, `x ** -1`.
  public static func ** (x: Tensor, exponent: some TensorScalar) -> Tensor {
    Tensor(.power(x.node, exponent.bits(as: .float64).bits.double(as: .float64)))
  }

  /// Replaces the left tensor by the result of `+`.
  public static func += (x: inout Tensor, y: Tensor) { x = x + y }
  /// Replaces the left tensor by the result of `+`.
  public static func += (x: inout Tensor, y: some TensorScalar) { x = x + y }

  /// Replaces the left tensor by the result of `-`.
  public static func -= (x: inout Tensor, y: Tensor) { x = x - y }
  /// Replaces the left tensor by the result of `-`.
  public static func -= (x: inout Tensor, y: some TensorScalar) { x = x - y }

  /// Replaces the left tensor by the result of `*`.
  public static func *= (x: inout Tensor, y: Tensor) { x = x * y }
  /// Replaces the left tensor by the result of `*`.
  public static func *= (x: inout Tensor, y: some TensorScalar) { x = x * y }

  /// Replaces the left tensor by the result of `/`.
  public static func /= (x: inout Tensor, y: Tensor) { x = x / y }
  /// Replaces the left tensor by the result of `/`.
  public static func /= (x: inout Tensor, y: some TensorScalar) { x = x / y }
}
