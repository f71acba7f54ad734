/// One number of any scalar type, as the 64 bits that a `fill` operation carries.
///
/// Its conversions are the language's: to integers, floating-point numbers lose their fraction and saturate (NaN gives
/// 0) and other integers wrap; to floating point, every number is rounded once, to the nearest one, ties to even; truth
/// values are `value != 0`.
package struct ScalarBits: Hashable, Sendable {
  /// A `Double`'s pattern for floating-point types; for the others an integer in two's complement, extended to 64 bits.
  package var bits: UInt64
  /// Which of the numbers that each run gives anew this stands for, from 1; 0 for a number that stays.
  ///
  /// A number that may change is equal to no constant, so that nothing is simplified by what it happens to be.
  package var runNumber: UInt32 = 0

  /// A number as an element of `type`.
  package init(_ value: Double, as type: ScalarType) {
    switch type {
    case .float32: bits = Double(Float(value)).bitPattern
    case .float64: bits = value.bitPattern
    case .float16: bits = Double(Float16(value)).bitPattern
    case .bfloat16: bits = Double(BFloat16(value)).bitPattern
    case .int8: bits = Self.saturated(value, Int8.self)
    case .int16: bits = Self.saturated(value, Int16.self)
    case .int32: bits = Self.saturated(value, Int32.self)
    case .int64: bits = Self.saturated(value, Int64.self)
    case .uint8: bits = Self.saturated(value, UInt8.self)
    case .uint16: bits = Self.saturated(value, UInt16.self)
    case .uint32: bits = Self.saturated(value, UInt32.self)
    case .uint64: bits = Self.saturated(value, UInt64.self)
    case .bool: bits = value != 0 ? 1 : 0
    }
  }

  /// An integer as an element of `type`.
  package init(integer value: Int64, as type: ScalarType) {
    self.init(integer: value, UInt64(bitPattern: value), as: type)
  }

  /// An integer beyond `Int64` as an element of `type`.
  package init(unsigned value: UInt64, as type: ScalarType) { self.init(integer: value, value, as: type) }

  /// Straight to each floating-point type: by way of another one it would be rounded twice.
  private init(integer value: some FixedWidthInteger, _ pattern: UInt64, as type: ScalarType) {
    switch type {
    case .float32: bits = Double(Float(value)).bitPattern
    case .float64: bits = Double(value).bitPattern
    case .float16: bits = Double(Float16(value)).bitPattern
    case .bfloat16: bits = Double(BFloat16(value)).bitPattern
    case .int8: bits = Self.wrapped(pattern, Int8.self)
    case .int16: bits = Self.wrapped(pattern, Int16.self)
    case .int32: bits = Self.wrapped(pattern, Int32.self)
    case .uint8: bits = Self.wrapped(pattern, UInt8.self)
    case .uint16: bits = Self.wrapped(pattern, UInt16.self)
    case .uint32: bits = Self.wrapped(pattern, UInt32.self)
    case .int64, .uint64: bits = pattern
    case .bool: bits = value != 0 ? 1 : 0
    }
  }

  /// No number: what a graph holds in place of a run's argument.
  init() { bits = 0 }

  private static func saturated<Integer: FixedWidthInteger>(_ value: Double, _: Integer.Type) -> UInt64 {
    let whole = value.rounded(.towardZero)
    return UInt64(truncatingIfNeeded: Integer(exactly: whole) ?? (value.isNaN ? 0 : value < 0 ? .min : .max))
  }

  private static func wrapped<Integer: FixedWidthInteger>(_ pattern: UInt64, _: Integer.Type) -> UInt64 {
    UInt64(truncatingIfNeeded: Integer(truncatingIfNeeded: pattern))
  }

  /// The number as a `Double`; integers beyond 2⁵³ are rounded.
  package func double(as type: ScalarType) -> Double {
    if type.isFloatingPoint { return Double(bitPattern: bits) }
    return type == .uint64 ? Double(bits) : Double(Int64(bitPattern: bits))
  }

  /// The same number as an element of another type.
  package func converted(from type: ScalarType, to other: ScalarType) -> ScalarBits {
    if type.isFloatingPoint { return ScalarBits(Double(bitPattern: bits), as: other) }
    return type == .uint64
      ? ScalarBits(unsigned: bits, as: other) : ScalarBits(integer: Int64(bitPattern: bits), as: other)
  }

  /// The number as an integer, in two's complement if it is unsigned.
  package func integer(as type: ScalarType) -> Int64 {
    Int64(bitPattern: type.isFloatingPoint ? converted(from: type, to: .int64).bits : bits)
  }

  /// Writes the number at `pointer` as one element of `type`.
  package func store(as type: ScalarType, to pointer: UnsafeMutableRawPointer) {
    switch type {
    case .float32: pointer.storeBytes(of: Float(double(as: type)), as: Float.self)
    case .float64: pointer.storeBytes(of: double(as: type), as: Double.self)
    case .float16: pointer.storeBytes(of: Float16(double(as: type)).bitPattern, as: UInt16.self)
    case .bfloat16: pointer.storeBytes(of: BFloat16(double(as: type)).bitPattern, as: UInt16.self)
    case .int8, .uint8: pointer.storeBytes(of: UInt8(truncatingIfNeeded: bits), as: UInt8.self)
    case .int16, .uint16: pointer.storeBytes(of: UInt16(truncatingIfNeeded: bits), as: UInt16.self)
    case .int32, .uint32: pointer.storeBytes(of: UInt32(truncatingIfNeeded: bits), as: UInt32.self)
    case .int64, .uint64: pointer.storeBytes(of: bits, as: UInt64.self)
    case .bool: pointer.storeBytes(of: bits == 0 ? 0 : 1, as: UInt8.self)
    }
  }
}
