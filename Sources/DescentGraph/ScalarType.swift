/// The type of a tensor's elements.
///
/// A type is a value, not a generic parameter: one `Tensor` holds them all. Mixing two types in arithmetic is an
/// error that names both; number literals adapt to the tensor beside them. Every result has the type of its operands.
///
/// Narrow types save memory, not steps: they are computed in a wider type, and each operation's result is brought back
/// into the narrow one (Documentation/Decisions/scalar-types.md).
public enum ScalarType: UInt8, Hashable, Sendable, CaseIterable {
  /// IEEE 754 binary32, the type of every tensor unless said otherwise.
  case float32
  /// IEEE 754 binary64.
  case float64
  /// Signed integers of 32 bits; arithmetic wraps.
  case int32
  /// Signed integers of 64 bits; arithmetic wraps. Indices have this type.
  case int64
  /// Truth values, one byte each.
  case bool
  /// IEEE 754 binary16: 11 significant bits, magnitudes up to 65504.
  ///
  /// Computed in float32; each operation's result is rounded to the nearest number, ties to even.
  case float16
  /// The upper half of a float32: 8 significant bits, float32's range. See ``BFloat16``.
  ///
  /// Computed in float32; each operation's result is rounded to the nearest number, ties to even.
  case bfloat16
  /// Signed integers of 8 bits, −128 to 127; arithmetic wraps, and so do sums.
  case int8
  /// Signed integers of 16 bits; arithmetic wraps, and so do sums.
  case int16
  /// Unsigned integers of 8 bits, 0 to 255: pixels and bytes. Arithmetic wraps, and so do sums.
  case uint8
  /// Unsigned integers of 16 bits; arithmetic wraps, and so do sums.
  case uint16
  /// Unsigned integers of 32 bits; arithmetic wraps.
  case uint32
  /// Unsigned integers of 64 bits; arithmetic wraps.
  case uint64

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether elements are floating-point numbers, the only ones that have derivatives.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: false
    }
  }

  /// The distance from 1 to the next larger number, 0 for integers and truth values.
  package var ulpOfOne: Double {
    switch self {
    case .float32: Double(Float.ulpOfOne)
    case .float64: .ulpOfOne
    case .float16: 0x1p-10
    case .bfloat16: 0x1p-7
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: 0
    }
  }

  /// Which of two different types operands should be converted to: this one, unless it holds truth values or integers and
  /// the other more.
  package func advised(beside other: ScalarType) -> ScalarType {
    self == .bool || isInteger && other.isFloatingPoint ? other : self
  }

  /// Whether elements are integers.
  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    case .float16, .bfloat16, .float32, .float64, .bool: false
    }
  }
}

extension ScalarType: CustomStringConvertible {
  /// The name as written in Swift, for example `float32`.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .int32: "int32"
    case .int64: "int64"
    case .bool: "bool"
    case .float16: "float16"
    case .bfloat16: "bfloat16"
    case .int8: "int8"
    case .int16: "int16"
    case .uint8: "uint8"
    case .uint16: "uint16"
    case .uint32: "uint32"
    case .uint64: "uint64"
    }
  }
}
