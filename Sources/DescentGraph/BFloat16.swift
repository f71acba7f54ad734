/// A number of 16 bits with the range of `Float` and 8 significant bits: the upper half of a `Float`.
///
/// It is a type for storing, so it has no arithmetic: compute with `Float`, and round at the end.
///
/// ```swift
/// let third = BFloat16(1.0 / 3)
/// print(third, Float(third))          // 0.334 0.33398438
/// ```
public struct BFloat16: Sendable {
  /// One sign bit, eight of the exponent, seven of the fraction.
  public var bitPattern: UInt16

  /// The number with a pattern of bits.
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The nearest number; of two that are equally near, the one whose last bit is 0.
  ///
  /// Numbers from 2¹²⁸ − 2¹¹⁹ on become infinite; NaN stays NaN.
  public init(_ value: Float) {
    let bits = value.bitPattern
    guard !value.isNaN else {
      // Quiet, since cutting off the lower half could leave the pattern of infinity.
      bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x40
      return
    }
    // A half less a last bit carries into the upper half from more than the middle on, and at the middle if the upper
    // half is odd.
    bitPattern = UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The nearest number, rounded once.
  public init(_ value: Double) { self.init(Float(roundedToOdd: value)) }

  /// The number nearest to an integer, rounded once.
  public init(_ value: some BinaryInteger) {
    let nearest = Double(value)
    guard nearest.magnitude >= 0x1p53, let integer = Int128(exactly: value) else {
      self.init(nearest)
      return
    }
    // What the Double leaves out decides only where a bfloat16 is cut in the middle: the sign of the rest is enough.
    let rest = integer - Int128(nearest)
    self.init(rest == 0 ? nearest : rest > 0 ? nearest.nextUp : nearest.nextDown)
  }

  /// Positive infinity.
  public static let infinity = BFloat16(bitPattern: 0x7F80)
  /// A quiet NaN.
  public static let nan = BFloat16(bitPattern: 0x7FC0)
  /// The largest finite number, about 3.39·10³⁸.
  public static let greatestFiniteMagnitude = BFloat16(bitPattern: 0x7F7F)
  /// The smallest positive number, 2⁻¹³³.
  public static let leastNonzeroMagnitude = BFloat16(bitPattern: 0x0001)
  /// The distance from 1 to the next larger number, 2⁻⁷.
  public static let ulpOfOne = BFloat16(bitPattern: 0x3C00)

  /// Whether it is NaN.
  public var isNaN: Bool { Float(self).isNaN }
  /// Whether it is neither infinite nor NaN.
  public var isFinite: Bool { Float(self).isFinite }
}

extension BFloat16: Hashable, Comparable {
  /// Whether the numbers are equal: both zeros are, NaN never is.
  public static func == (x: BFloat16, y: BFloat16) -> Bool { Float(x) == Float(y) }
  /// Whether the left number is smaller; false with NaN.
  public static func < (x: BFloat16, y: BFloat16) -> Bool { Float(x) < Float(y) }
  /// Feeds the number into a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(Float(self)) }
}

extension BFloat16: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// The number nearest to a decimal literal.
  public init(floatLiteral value: Double) { self.init(value) }
  /// The number nearest to a whole literal.
  public init(integerLiteral value: Int64) { self.init(value) }
}

extension BFloat16: CustomStringConvertible {
  /// The shortest decimal that is nearer to this number than to any other bfloat16.
  public var description: String {
    let value = Double(self)
    guard value.isFinite, value != 0 else { return "\(value)" }
    // Four digits always tell 8 significant bits apart.
    for digits in 1...4 {
      if let text = BFloat16.decimal(value, digits: digits), let near = Double(text), BFloat16(near) == self {
        return "\(near)"
      }
    }
    return "\(value)"
  }

  /// The number rounded to some significant decimal digits.
  private static func decimal(_ value: Double, digits: Int) -> String? {
    var (rest, exponent) = (value.magnitude, 0)
    while rest >= 10 { (rest, exponent) = (rest / 10, exponent + 1) }
    while rest < 1 { (rest, exponent) = (rest * 10, exponent - 1) }
    for _ in 1..<digits { (rest, exponent) = (rest * 10, exponent - 1) }
    return "\(value < 0 ? "-" : "")\(Int(rest.rounded()))e\(exponent)"
  }
}

extension Float {
  /// The same number: every bfloat16 is a `Float`.
  public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }

  /// The number cut off toward zero, with its last bit set if something was cut off.
  ///
  /// Rounding such a number to a narrower type gives what rounding the `Double` to that type gives, since the last bit
  /// tells that the number lies between two of the narrower type's halves and not on one (Boldo and Melquiond 2005).
  init(roundedToOdd value: Double) {
    let nearest = Float(value)
    guard Double(nearest) != value, !value.isNaN else {
      self = nearest
      return
    }
    let isTooLarge = Double(nearest).magnitude > value.magnitude
    self.init(bitPattern: (nearest.bitPattern - (isTooLarge ? 1 : 0)) | 1)
  }
}

extension Double {
  /// The same number: every bfloat16 is a `Double`.
  public init(_ value: BFloat16) { self.init(Float(value)) }
}
