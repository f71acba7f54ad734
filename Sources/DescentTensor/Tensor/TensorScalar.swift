import DescentGraph

/// A Swift number type that tensors can be made of, read as, and combined with in arithmetic.
///
/// In arithmetic a number adapts to the tensor beside it: `2.5 * x` has x's scalar type.
public protocol TensorScalar: Sendable {
  /// The scalar type of a tensor made of these unless another is asked for. `Double` gives `.float32`, since it is
  /// what Swift makes of every decimal literal.
  static var tensorType: ScalarType { get }

  /// The number as one element of a scalar type; conversions saturate.
  func bits(as type: ScalarType) -> TensorScalarBits

  /// The number from one element of a scalar type; conversions saturate and NaN gives 0 in integers.
  init(_ bits: TensorScalarBits, as type: ScalarType)
}

/// One element on its way between Swift's number types and a tensor's scalar type.
public struct TensorScalarBits: Sendable {
  package let bits: ScalarBits

  package init(_ bits: ScalarBits) { self.bits = bits }
}

extension TensorScalar where Self: BinaryFloatingPoint {
  /// The number as one element of a scalar type; integers round toward zero and saturate.
  public func bits(as type: ScalarType) -> TensorScalarBits {
    TensorScalarBits(ScalarBits(Double(self), as: type))
  }

  /// The number from one element of a scalar type.
  public init(_ bits: TensorScalarBits, as type: ScalarType) { self = Self(bits.bits.double(as: type)) }
}

extension TensorScalar where Self: FixedWidthInteger {
  /// The number as one element of a scalar type.
  public func bits(as type: ScalarType) -> TensorScalarBits {
    TensorScalarBits(ScalarBits(integer: Int64(clamping: self), as: type))
  }

  /// The number from one element of a scalar type, saturated.
  public init(_ bits: TensorScalarBits, as type: ScalarType) { self = Self(clamping: bits.bits.integer(as: type)) }
}

extension Float: TensorScalar {
  /// The type `.float32`.
  public static var tensorType: ScalarType { .float32 }
}

extension Double: TensorScalar {
  /// The type `.float32`, since `Double` is what Swift makes of every decimal literal.
  public static var tensorType: ScalarType { .float32 }
}

extension Int: TensorScalar {
  /// The type `.int64`.
  public static var tensorType: ScalarType { .int64 }
}

extension Int64: TensorScalar {
  /// The type `.int64`.
  public static var tensorType: ScalarType { .int64 }
}

extension Int32: TensorScalar {
  /// The type `.int32`.
  public static var tensorType: ScalarType { .int32 }
}

extension UInt8: TensorScalar {
  /// The type `.int32`, the narrowest integers that tensors hold.
  public static var tensorType: ScalarType { .int32 }
}

extension Bool: TensorScalar {
  /// The type `.bool`.
  public static var tensorType: ScalarType { .bool }

  /// 1 for true, 0 for false.
  public func bits(as type: ScalarType) -> TensorScalarBits {
    TensorScalarBits(ScalarBits(integer: self ? 1 : 0, as: type))
  }

  /// Whether the element differs from 0.
  public init(_ bits: TensorScalarBits, as type: ScalarType) { self = bits.bits.double(as: type) != 0 }
}
