/// The type of a tensor's elements.
///
/// A type is a value, not a generic parameter: one `Tensor` holds them all. Mixing two types in arithmetic is an
/// error that names both; number literals adapt to the tensor beside them.
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

  /// The size of one element in bytes.
  public var byteCount: Int {
    switch self {
    case .bool: 1
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// Whether elements are floating-point numbers, the only ones that have derivatives.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64: true
    case .int32, .int64, .bool: false
    }
  }

  /// Whether elements are integers.
  public var isInteger: Bool {
    switch self {
    case .int32, .int64: true
    case .float32, .float64, .bool: false
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
    }
  }
}

/// One number of any scalar type, as the 64 bits that a `fill` operation carries.
package struct ScalarBits: Hashable, Sendable {
  /// A `Double`'s pattern for floating-point types, a sign-extended integer for the others.
  package var bits: UInt64

  /// A number as an element of `type`; integers round toward zero and saturate, truth values are `value != 0`.
  package init(_ value: Double, as type: ScalarType) {
    switch type {
    case .float32: bits = Double(Float(value)).bitPattern
    case .float64: bits = value.bitPattern
    case .int32, .int64:
      bits = value.bitPattern
      self = ScalarBits(integer: integer(as: .float64), as: type)
    case .bool: bits = value != 0 ? 1 : 0
    }
  }

  /// An integer as an element of `type`.
  package init(integer value: Int64, as type: ScalarType) {
    switch type {
    case .float32, .float64: self = ScalarBits(Double(value), as: type)
    case .int32: bits = UInt64(bitPattern: Int64(Int32(clamping: value)))
    case .int64: bits = UInt64(bitPattern: value)
    case .bool: bits = value != 0 ? 1 : 0
    }
  }

  /// No number: what a graph holds in place of a run's argument.
  init() { bits = 0 }

  /// The number as a `Double`; integers beyond 2⁵³ are rounded.
  package func double(as type: ScalarType) -> Double {
    type.isFloatingPoint ? Double(bitPattern: bits) : Double(Int64(bitPattern: bits))
  }

  /// The number as an integer; floating-point numbers are truncated and saturate, NaN gives 0.
  package func integer(as type: ScalarType) -> Int64 {
    guard type.isFloatingPoint else { return Int64(bitPattern: bits) }
    let value = Double(bitPattern: bits).rounded(.towardZero)
    return Int64(exactly: value) ?? (value.isNaN ? 0 : value < 0 ? .min : .max)
  }

  /// Writes the number at `pointer` as one element of `type`.
  package func store(as type: ScalarType, to pointer: UnsafeMutableRawPointer) {
    switch type {
    case .float32: pointer.storeBytes(of: Float(double(as: type)), as: Float.self)
    case .float64: pointer.storeBytes(of: double(as: type), as: Double.self)
    case .int32: pointer.storeBytes(of: Int32(truncatingIfNeeded: Int64(bitPattern: bits)), as: Int32.self)
    case .int64: pointer.storeBytes(of: Int64(bitPattern: bits), as: Int64.self)
    case .bool: pointer.storeBytes(of: bits == 0 ? 0 : 1, as: UInt8.self)
    }
  }
}
