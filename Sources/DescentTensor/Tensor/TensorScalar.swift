import DescentGraph

/// A Swift number type that tensors can be made of, read as, and combined with in arithmetic.
///
/// In arithmetic a number adapts to the tensor beside it: `2.5 * x` has x's scalar type.
public protocol TensorScalar: Sendable {
  /// The scalar type of a tensor made of these unless another is asked for. `Double` gives `.float32`, since it is
  /// what Swift makes of every decimal literal.
  static var tensorType: ScalarType { get }

  /// The number as one element of a scalar type, by the rules of ``Tensor/converted(to:)``.
  func bits(as type: ScalarType) -> TensorScalarBits

  /// The number from one element of a scalar type, by the rules of ``Tensor/converted(to:)``.
  init(_ bits: TensorScalarBits, as type: ScalarType)
}

/// One element on its way between Swift's number types and a tensor's scalar type.
public struct TensorScalarBits: Sendable {
  package let bits: ScalarBits

  package init(_ bits: ScalarBits) { self.bits = bits }
}

extension ScalarType {
  /// The Swift type whose values lie in memory as the elements of a tensor do.
  var swiftType: any TensorScalar.Type {
    switch self {
    case .float32: Float.self
    case .float64: Double.self
    case .int32: Int32.self
    case .int64: Int64.self
    case .bool: Bool.self
    case .float16: Float16.self
    case .bfloat16: BFloat16.self
    case .int8: Int8.self
    case .int16: Int16.self
    case .uint8: UInt8.self
    case .uint16: UInt16.self
    case .uint32: UInt32.self
    case .uint64: UInt64.self
    }
  }
}

extension TensorScalar where Self: BinaryFloatingPoint {
  /// The number as one element of a scalar type; integers round toward zero and saturate.
  public func bits(as type: ScalarType) -> TensorScalarBits {
    TensorScalarBits(ScalarBits(Double(self), as: type))
  }

  /// The number nearest to one element of a scalar type.
  public init(_ bits: TensorScalarBits, as type: ScalarType) {
    // Integers go straight to this type: by way of Double they would be rounded twice.
    if type == .uint64 {
      self = Self(bits.bits.bits)
    } else if type.isFloatingPoint {
      self = Self(bits.bits.double(as: type))
    } else {
      self = Self(bits.bits.integer(as: type))
    }
  }
}

extension TensorScalar where Self: FixedWidthInteger {
  /// The number as one element of a scalar type; narrower integers wrap.
  public func bits(as type: ScalarType) -> TensorScalarBits {
    TensorScalarBits(
      Self.isSigned
        ? ScalarBits(integer: Int64(truncatingIfNeeded: self), as: type)
        : ScalarBits(unsigned: UInt64(truncatingIfNeeded: self), as: type))
  }

  /// The number from one element of a scalar type: wider integers wrap, floating-point numbers round toward zero and
  /// saturate, and NaN gives 0.
  public init(_ bits: TensorScalarBits, as type: ScalarType) {
    guard type.isFloatingPoint else {
      self = Self(truncatingIfNeeded: bits.bits.bits)
      return
    }
    let value = bits.bits.double(as: type)
    self = Self(exactly: value.rounded(.towardZero)) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }
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

extension Float16: TensorScalar {
  /// The type `.float16`.
  public static var tensorType: ScalarType { .float16 }
}

extension Int8: TensorScalar {
  /// The type `.int8`.
  public static var tensorType: ScalarType { .int8 }
}

extension Int16: TensorScalar {
  /// The type `.int16`.
  public static var tensorType: ScalarType { .int16 }
}

extension UInt8: TensorScalar {
  /// The type `.uint8`.
  public static var tensorType: ScalarType { .uint8 }
}

extension UInt16: TensorScalar {
  /// The type `.uint16`.
  public static var tensorType: ScalarType { .uint16 }
}

extension UInt32: TensorScalar {
  /// The type `.uint32`.
  public static var tensorType: ScalarType { .uint32 }
}

extension UInt64: TensorScalar {
  /// The type `.uint64`.
  public static var tensorType: ScalarType { .uint64 }
}

extension BFloat16: TensorScalar {
  /// The type `.bfloat16`.
  public static var tensorType: ScalarType { .bfloat16 }

  /// The number as one element of a scalar type; integers round toward zero and saturate.
  public func bits(as type: ScalarType) -> TensorScalarBits { TensorScalarBits(ScalarBits(Double(self), as: type)) }

  /// The number nearest to one element of a scalar type.
  public init(_ bits: TensorScalarBits, as type: ScalarType) {
    self = BFloat16(bits.bits.converted(from: type, to: .bfloat16).double(as: .bfloat16))
  }
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
