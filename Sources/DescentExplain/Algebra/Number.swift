/// A constant of an expression: an exact fraction while numerator and denominator fit, else the nearest double.
package enum Number: Hashable, Sendable {
  /// A fraction in lowest terms with a positive denominator.
  case fraction(Int, Int)
  /// What is no fraction of small numbers: √2, π, NaN, ∞.
  case real(Double)

  package static let zero = Number.fraction(0, 1)
  package static let one = Number.fraction(1, 1)
  package static let minusOne = Number.fraction(-1, 1)

  /// Numerators and denominators stay below this, so that both are exact as doubles and their products fit.
  private static let largest = 1 << 53

  /// The fraction that a number's shortest decimal digits say: 0.1 is 1/10.
  package init(_ value: Double) {
    if let whole = Int(exactly: value), abs(whole) < Number.largest {
      self = .fraction(whole, 1)
      return
    }
    var denominator = 1
    for _ in 0..<6 where value.isFinite && abs(value) < 1e9 {
      denominator *= 10
      let numerator = (value * Double(denominator)).rounded()
      if numerator / Double(denominator) == value {
        self = Number(Int(numerator), over: denominator)
        return
      }
    }
    self = Number.smallFraction(value) ?? .real(value)
  }

  /// The fraction with a denominator below 100 that is this very double: what 1/3 became.
  private static func smallFraction(_ value: Double) -> Number? {
    guard abs(value) < 1e6 else { return nil }
    for denominator in 3..<100 {
      let numerator = (value * Double(denominator)).rounded()
      if numerator / Double(denominator) == value { return Number(Int(numerator), over: denominator) }
    }
    return nil
  }

  /// A quotient of whole numbers in lowest terms.
  init(_ numerator: Int, over denominator: Int) {
    var (a, b) = (abs(numerator), abs(denominator))
    while b != 0 { (a, b) = (b, a % b) }
    let sign = denominator < 0 ? -1 : 1
    let (top, bottom) = a == 0 ? (numerator, denominator) : (sign * numerator / a, sign * denominator / a)
    if bottom == 0 || abs(top) >= Number.largest || bottom >= Number.largest {
      self = .real(Double(numerator) / Double(denominator))
    } else {
      self = .fraction(top, bottom)
    }
  }

  /// The nearest double.
  package var value: Double {
    switch self {
    case .fraction(let numerator, let denominator): Double(numerator) / Double(denominator)
    case .real(let value): value
    }
  }

  /// The number if it is whole.
  package var whole: Int? { if case .fraction(let numerator, 1) = self { numerator } else { nil } }

  var isNegative: Bool { value < 0 }

  static func + (x: Number, y: Number) -> Number {
    guard case .fraction(let a, let b) = x, case .fraction(let c, let d) = y else { return .real(x.value + y.value) }
    let (left, leftOverflows) = a.multipliedReportingOverflow(by: d)
    let (right, rightOverflows) = c.multipliedReportingOverflow(by: b)
    let (bottom, bottomOverflows) = b.multipliedReportingOverflow(by: d)
    let (top, topOverflows) = left.addingReportingOverflow(right)
    if leftOverflows || rightOverflows || bottomOverflows || topOverflows || top == .min {
      return .real(x.value + y.value)
    }
    return Number(top, over: bottom)
  }

  static func * (x: Number, y: Number) -> Number {
    guard case .fraction(let a, let b) = x, case .fraction(let c, let d) = y else { return .real(x.value * y.value) }
    let (top, topOverflows) = a.multipliedReportingOverflow(by: c)
    let (bottom, bottomOverflows) = b.multipliedReportingOverflow(by: d)
    return topOverflows || bottomOverflows || top == .min ? .real(x.value * y.value) : Number(top, over: bottom)
  }

  static prefix func - (x: Number) -> Number { .minusOne * x }

  /// The number raised to a whole power.
  func raised(to exponent: Int) -> Number? {
    guard abs(exponent) <= 64, exponent >= 0 || self != .zero else { return nil }
    let power = (0..<abs(exponent)).reduce(Number.one) { power, _ in power * self }
    guard exponent < 0 else { return power }
    if case .fraction(let numerator, let denominator) = power { return Number(denominator, over: numerator) }
    return .real(1 / power.value)
  }
}
