import DescentGraph

// Comparisons give bool tensors and are spelt as those of SIMD vectors: `.==`, `.<`, …

extension Tensor {
  /// Whether elements are equal.
  ///
  /// Broadcasts; the result is bool.
  public static func .== (x: Tensor, y: Tensor) -> Tensor { compare(.equal, ".==", x, y) }
  /// Whether elements are equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .== (x: Tensor, y: some TensorScalar) -> Tensor { compare(.equal, ".==", x, x.constant(y, ".==")) }
  /// Whether elements are equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .== (x: some TensorScalar, y: Tensor) -> Tensor { compare(.equal, ".==", y.constant(x, ".=="), y) }

  /// Whether elements differ.
  ///
  /// Broadcasts; the result is bool.
  public static func .!= (x: Tensor, y: Tensor) -> Tensor { compare(.notEqual, ".!=", x, y) }
  /// Whether elements differ.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .!= (x: Tensor, y: some TensorScalar) -> Tensor {
    compare(.notEqual, ".!=", x, x.constant(y, ".!="))
  }
  /// Whether elements differ.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .!= (x: some TensorScalar, y: Tensor) -> Tensor {
    compare(.notEqual, ".!=", y.constant(x, ".!="), y)
  }

  /// Whether the left element is smaller.
  ///
  /// Broadcasts; the result is bool.
  public static func .< (x: Tensor, y: Tensor) -> Tensor { compare(.less, ".<", x, y) }
  /// Whether the left element is smaller.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .< (x: Tensor, y: some TensorScalar) -> Tensor { compare(.less, ".<", x, x.constant(y, ".<")) }
  /// Whether the left element is smaller.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .< (x: some TensorScalar, y: Tensor) -> Tensor { compare(.less, ".<", y.constant(x, ".<"), y) }

  /// Whether the left element is smaller or equal.
  ///
  /// Broadcasts; the result is bool.
  public static func .<= (x: Tensor, y: Tensor) -> Tensor { compare(.lessEqual, ".<=", x, y) }
  /// Whether the left element is smaller or equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .<= (x: Tensor, y: some TensorScalar) -> Tensor {
    compare(.lessEqual, ".<=", x, x.constant(y, ".<="))
  }
  /// Whether the left element is smaller or equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .<= (x: some TensorScalar, y: Tensor) -> Tensor {
    compare(.lessEqual, ".<=", y.constant(x, ".<="), y)
  }

  /// Whether the left element is larger.
  ///
  /// Broadcasts; the result is bool.
  public static func .> (x: Tensor, y: Tensor) -> Tensor { compare(.greater, ".>", x, y) }
  /// Whether the left element is larger.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .> (x: Tensor, y: some TensorScalar) -> Tensor { compare(.greater, ".>", x, x.constant(y, ".>")) }
  /// Whether the left element is larger.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .> (x: some TensorScalar, y: Tensor) -> Tensor { compare(.greater, ".>", y.constant(x, ".>"), y) }

  /// Whether the left element is larger or equal.
  ///
  /// Broadcasts; the result is bool.
  public static func .>= (x: Tensor, y: Tensor) -> Tensor { compare(.greaterEqual, ".>=", x, y) }
  /// Whether the left element is larger or equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .>= (x: Tensor, y: some TensorScalar) -> Tensor {
    compare(.greaterEqual, ".>=", x, x.constant(y, ".>="))
  }
  /// Whether the left element is larger or equal.
  ///
  /// The number adapts to the tensor; the result is bool.
  public static func .>= (x: some TensorScalar, y: Tensor) -> Tensor {
    compare(.greaterEqual, ".>=", y.constant(x, ".>="), y)
  }

  /// Both of two truth values; bit by bit for integers.
  public static func .& (x: Tensor, y: Tensor) -> Tensor { binary(.and, ".&", x, y) }

  /// Either or both of two truth values; bit by bit for integers.
  public static func .| (x: Tensor, y: Tensor) -> Tensor { binary(.or, ".|", x, y) }

  /// Exactly one of two truth values; bit by bit for integers.
  public static func .^ (x: Tensor, y: Tensor) -> Tensor { binary(.xor, ".^", x, y) }

  /// The opposite truth value.
  public static prefix func .! (x: Tensor) -> Tensor { Tensor(.unary(.not, x.node)) }

  /// Whether any element is true.
  public func any() -> Bool { converted(to: .bool).max().scalar != 0 }

  /// Whether all elements are true; true for an empty tensor.
  public func all() -> Bool { elementCount == 0 || converted(to: .bool).min().scalar != 0 }

  static func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor {
    let (left, right) = Broadcasting.operands("select", x.node, y.node)
    let (test, first) = Broadcasting.operands("select", condition.node, left)
    return Tensor(.select(test, first, Broadcasting.broadcast(right, to: first.shape)))
  }
}

/// The opposite truth value.
prefix operator .!

/// x where the condition holds, y elsewhere; all three broadcast.
///
/// The derivative of the side that is not chosen is zero. If that side's own derivative may be infinite or NaN, mask
/// its *operand* as well, since 0·∞ is NaN:
///
/// ```swift
/// let wrong = gradient(at: x) { x in select(x .> 0, sqrt(x), 0).sum() }                             // NaN at 0
/// let right = gradient(at: x) { x in select(x .> 0, sqrt(x.masked(x .<= 0, with: 1)), 0).sum() }    // 0 at 0
/// ```
public func select(_ condition: Tensor, _ x: Tensor, _ y: Tensor) -> Tensor { .select(condition, x, y) }

/// x where the condition holds, the number elsewhere.
public func select(_ condition: Tensor, _ x: Tensor, _ y: some TensorScalar) -> Tensor {
  .select(condition, x, x.constant(y, "select"))
}

/// The number where the condition holds, y elsewhere.
public func select(_ condition: Tensor, _ x: some TensorScalar, _ y: Tensor) -> Tensor {
  .select(condition, y.constant(x, "select"), y)
}
