// Variables compute like their values. The overloads are concrete for the same reason as those of tensors.

extension Variable {
  /// The sum, element by element.
  public static func + (x: Variable, y: Variable) -> Tensor { x.value + y.value }
  /// The sum, element by element.
  public static func + (x: Variable, y: Tensor) -> Tensor { x.value + y }
  /// The sum, element by element.
  public static func + (x: Tensor, y: Variable) -> Tensor { x + y.value }
  /// The sum, element by element.
  public static func + (x: Variable, y: some TensorScalar) -> Tensor { x.value + y }
  /// The sum, element by element.
  public static func + (x: some TensorScalar, y: Variable) -> Tensor { x + y.value }

  /// The difference, element by element.
  public static func - (x: Variable, y: Variable) -> Tensor { x.value - y.value }
  /// The difference, element by element.
  public static func - (x: Variable, y: Tensor) -> Tensor { x.value - y }
  /// The difference, element by element.
  public static func - (x: Tensor, y: Variable) -> Tensor { x - y.value }
  /// The difference, element by element.
  public static func - (x: Variable, y: some TensorScalar) -> Tensor { x.value - y }
  /// The difference, element by element.
  public static func - (x: some TensorScalar, y: Variable) -> Tensor { x - y.value }

  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Variable, y: Variable) -> Tensor { x.value * y.value }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Variable, y: Tensor) -> Tensor { x.value * y }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Tensor, y: Variable) -> Tensor { x * y.value }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: Variable, y: some TensorScalar) -> Tensor { x.value * y }
  /// The product, element by element; `•` is the product of matrices.
  public static func * (x: some TensorScalar, y: Variable) -> Tensor { x * y.value }

  /// The quotient, element by element.
  public static func / (x: Variable, y: Variable) -> Tensor { x.value / y.value }
  /// The quotient, element by element.
  public static func / (x: Variable, y: Tensor) -> Tensor { x.value / y }
  /// The quotient, element by element.
  public static func / (x: Tensor, y: Variable) -> Tensor { x / y.value }
  /// The quotient, element by element.
  public static func / (x: Variable, y: some TensorScalar) -> Tensor { x.value / y }
  /// The quotient, element by element.
  public static func / (x: some TensorScalar, y: Variable) -> Tensor { x / y.value }

  /// Power, element by element.
  public static func ** (x: Variable, y: Variable) -> Tensor { x.value ** y.value }
  /// Power, element by element.
  public static func ** (x: Variable, y: Tensor) -> Tensor { x.value ** y }
  /// Power, element by element.
  public static func ** (x: Tensor, y: Variable) -> Tensor { x ** y.value }
  /// Power, element by element.
  public static func ** (x: Variable, y: some TensorScalar) -> Tensor { x.value ** y }
  /// Power, element by element.
  public static func ** (x: some TensorScalar, y: Variable) -> Tensor { x ** y.value }

  /// The product of matrices.
  public static func • (x: Variable, y: Variable) -> Tensor { x.value • y.value }
  /// The product of matrices.
  public static func • (x: Variable, y: Tensor) -> Tensor { x.value • y }
  /// The product of matrices.
  public static func • (x: Tensor, y: Variable) -> Tensor { x • y.value }

  /// The value with the opposite sign.
  public static prefix func - (x: Variable) -> Tensor { -x.value }
}
