/// Reads numbers from text, with the same results as `Double(String)`.
enum DecimalNumber {
  /// The number that the bytes spell, or nil if they spell none.
  ///
  /// The fast path is Clinger's (How to Read Floating Point Numbers Accurately, 1990): an integer of at most 53 bits
  /// times or over a power of ten up to 10²² is one correctly rounded operation on two exact numbers. All else, and
  /// all that is not plain decimal notation, goes to the standard library.
  @inline(__always)
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Double? {
    guard let (mantissa, exponent, isNegative) = decimal(bytes, in: range),
      mantissa <= 1 << 53, -22...22 ~= exponent
    else { return Double(String(decoding: bytes[range], as: UTF8.self)) }
    let magnitude = Double(Int64(truncatingIfNeeded: mantissa))
    let value = powersOfTen.withUnsafeBufferPointer { powers in
      exponent < 0 ? magnitude / powers[-exponent] : magnitude * powers[exponent]
    }
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// Splits `-12.5e3` into 125, 2 and true; nil for other notations and for more than 19 digits, which may overflow.
  @inline(__always)
  private static func decimal(
    _ bytes: UnsafeBufferPointer<UInt8>, in range: Range<Int>
  ) -> (mantissa: UInt64, exponent: Int, isNegative: Bool)? {
    var position = range.lowerBound
    let isNegative = position < range.upperBound && bytes[position] == UInt8(ascii: "-")
    if isNegative { position &+= 1 }
    var mantissa: UInt64 = 0
    let whole = digits(bytes, &position, range.upperBound, &mantissa)
    var fraction = 0
    if whole > 0, position < range.upperBound, bytes[position] == UInt8(ascii: ".") {
      position &+= 1
      fraction = digits(bytes, &position, range.upperBound, &mantissa)
      guard fraction > 0 else { return nil }
    }
    guard whole > 0, whole &+ fraction <= 19 else { return nil }
    if position == range.upperBound { return (mantissa, -fraction, isNegative) }
    guard let scale = scale(bytes, position, range.upperBound) else { return nil }
    return (mantissa, scale - fraction, isNegative)
  }

  /// Appends decimal digits to a number, wrapping around if there are too many; returns how many.
  @inline(__always)
  private static func digits(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ end: Int, _ value: inout UInt64
  ) -> Int {
    let start = position
    while position < end {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      position &+= 1
    }
    return position &- start
  }

  /// Reads `e-5` to the end; nil for other notations and for more than four digits.
  private static func scale(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var position = start
    guard bytes[position] | 0x20 == UInt8(ascii: "e") else { return nil }
    position += 1
    guard position < end else { return nil }
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative || bytes[position] == UInt8(ascii: "+") { position += 1 }
    var value: UInt64 = 0
    let count = digits(bytes, &position, end, &value)
    guard 1...4 ~= count, position == end else { return nil }
    return isNegative ? -Int(value) : Int(value)
  }
}
