/// The size of a number in the decimal system: digits, and a power of ten where there would be too many zeros.
struct Decimal: Hashable {
  /// `1.5`; `∞` and `NaN` too.
  let significand: String
  /// −7 in 1.5·10⁻⁷, nil where no power of ten is written.
  let exponent: Int?

  /// The digits of a number that isn't negative, or of NaN.
  init(_ value: Double, _ digits: Digits) {
    guard value.isFinite else {
      self.init(significand: value.isNaN ? "NaN" : "∞", exponent: nil)
      return
    }
    if let whole = Int64(exactly: value), whole < 1_000_000_000_000_000 {
      self.init(significand: "\(whole)", exponent: nil)
      return
    }
    var shortest = ShortestDigits(value)
    var limit = 15
    if case .atMost(let count) = digits {
      limit = max(1, count)
      shortest.round(to: limit)
    }
    if (-4..<limit).contains(shortest.exponent) {
      self.init(significand: shortest.positional, exponent: nil)
    } else {
      self.init(significand: shortest.significand, exponent: shortest.exponent)
    }
  }

  private init(significand: String, exponent: Int?) {
    self.significand = significand
    self.exponent = exponent
  }

  /// Whether only a power of ten is written: 10⁻⁷, not 1·10⁻⁷.
  var isPowerOfTen: Bool { exponent != nil && significand == "1" }

  /// The exponent with a minus sign.
  var exponentText: String? { exponent.map { $0 < 0 ? "−\(-$0)" : "\($0)" } }
}

/// The fewest digits that tell a number from its neighbours: d.ddd·10ᵉ.
private struct ShortestDigits {
  private var digits: [Int]
  private(set) var exponent: Int

  /// The digits of a positive number.
  init(_ value: Double) {
    let parts = value.description.split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let all = mantissa.joined().compactMap(\.wholeNumberValue)
    let zeros = all.prefix { $0 == 0 }.count
    digits = Array(all.dropFirst(zeros))
    exponent = mantissa[0].count - 1 - zeros + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    dropZeros()
  }

  /// Leaves so many digits, rounded half away from zero.
  mutating func round(to count: Int) {
    guard digits.count > count else { return }
    let roundsUp = digits[count] >= 5
    digits.removeLast(digits.count - count)
    if roundsUp { increment() }
    dropZeros()
  }

  private mutating func increment() {
    for place in digits.indices.reversed() {
      digits[place] += 1
      if digits[place] < 10 { return }
      digits[place] = 0
    }
    digits.insert(1, at: 0)
    exponent += 1
  }

  private mutating func dropZeros() { while digits.count > 1, digits.last == 0 { digits.removeLast() } }

  /// `1.5`.
  var significand: String {
    let text = digits.map(String.init)
    return digits.count == 1 ? text[0] : text[0] + "." + text.dropFirst().joined()
  }

  /// `0.0015`, `150`.
  var positional: String {
    let text = digits.map(String.init).joined()
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    let whole = text.prefix(exponent + 1)
    let fraction = text.dropFirst(exponent + 1)
    let zeros = String(repeating: "0", count: exponent + 1 - whole.count)
    return whole + zeros + (fraction.isEmpty ? "" : "." + fraction)
  }
}
