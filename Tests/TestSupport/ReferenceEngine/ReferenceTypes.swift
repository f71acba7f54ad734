import DescentGraph

// What the scalar types can hold, in plain Swift and independent of the engine's conversions.

extension ScalarType {
  /// A number as memory of this floating-point type holds it: the nearest one, ties to even.
  func rounded(_ value: Double) -> Double {
    switch self {
    case .float64: value
    case .float32: Double(Float(value))
    case .float16: Double(Float16(value))
    case .bfloat16: ScalarType.roundedToBFloat16(value)
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool:
      preconditionFailure("\(self) elements are no real numbers")
    }
  }

  /// Multiples of the distance between neighbours, 2⁻⁷ of the power of two below and at the least 2⁻¹³³.
  private static func roundedToBFloat16(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let step = Double(sign: .plus, exponent: Swift.max(Int(value.exponent) - 7, -133), significand: 1)
    let rounded = (value / step).rounded(.toNearestOrEven) * step
    return rounded.magnitude >= 0x1p128 ? Double(signOf: value, magnitudeOf: .infinity) : rounded
  }

  /// An integer as memory of this type holds it: the number in the type's range that differs by a multiple of its size.
  func wrapped(_ value: Int128) -> Int128 {
    let range = integerRange
    if range.contains(value) { return value }
    let size = range.upperBound - range.lowerBound + 1
    let rest = (value - range.lowerBound) % size
    return range.lowerBound + (rest < 0 ? rest + size : rest)
  }

  /// Whether elements are integers without a sign.
  package var isUnsigned: Bool { isInteger && integerRange.lowerBound == 0 }

  /// The numbers that an integer or bool element can be.
  var integerRange: ClosedRange<Int128> {
    switch self {
    case .int8: -0x80...0x7F
    case .int16: -0x8000...0x7FFF
    case .int32: -0x8000_0000...0x7FFF_FFFF
    case .int64: -0x8000_0000_0000_0000...0x7FFF_FFFF_FFFF_FFFF
    case .uint8: 0...0xFF
    case .uint16: 0...0xFFFF
    case .uint32: 0...0xFFFF_FFFF
    case .uint64: 0...0xFFFF_FFFF_FFFF_FFFF
    case .bool: 0...1
    case .float16, .bfloat16, .float32, .float64: preconditionFailure("\(self) elements are real numbers")
    }
  }
}

extension Element {
  /// The same number as `type`: real numbers lose their fraction and saturate, NaN becomes 0, integers wrap (when they
  /// are stored), bool asks for x ≠ 0.
  func converted(to type: ScalarType) -> Element {
    switch self {
    case .real(let x):
      if type.isFloatingPoint { return self }
      if type == .bool { return .integer(x != 0 ? 1 : 0) }
      let range = type.integerRange
      if x.isNaN { return .integer(0) }
      if x >= Double(range.upperBound) { return .integer(range.upperBound) }
      return .integer(x <= Double(range.lowerBound) ? range.lowerBound : Int128(x))
    case .integer(let x):
      if type == .bool { return .integer(x != 0 ? 1 : 0) }
      return type.isFloatingPoint ? .real(Element.nearest(x, type)) : self
    }
  }

  /// The number of a floating-point type that is nearest to an integer, rounded once.
  private static func nearest(_ x: Int128, _ type: ScalarType) -> Double {
    // Doubles hold what is left of the integer once the bits that no narrower type looks at are gathered in one.
    let size = x.magnitude
    guard size >= 1 << 53, type != .float64 else { return type.rounded(Double(x)) }
    let shift = 128 - size.leadingZeroBitCount - 40
    let kept = (size >> UInt128(shift)) << UInt128(shift)
    let gathered = Double(kept) + (kept == size ? 0 : Double(sign: .plus, exponent: shift, significand: 0.5))
    return type.rounded(x < 0 ? -gathered : gathered)
  }
}
