import DescentGraph
import DescentNotation

// The constructors with which operations are written.

extension Formula {
  /// A number; constants of mathematics by their names.
  static func constant(_ value: Double) -> Formula {
    let twoOverRootPi = 1.12837916709551257390
    let sign = value < 0 ? -1.0 : 1.0
    switch abs(value) {
    case 0.693147180559945309417: return signed(.function("ln", .number(2)), sign)
    case 2.30258509299404568402: return signed(.function("ln", .number(10)), sign)
    case twoOverRootPi: return .quotient(.number(2 * sign), .root(2, .name("π")))
    case 1 / twoOverRootPi: return signed(.quotient(.root(2, .name("π")), .number(2)), sign)
    default: return .number(value)
    }
  }

  private static func signed(_ size: Formula, _ sign: Double) -> Formula { sign < 0 ? .negation(size) : size }

  /// x + y, without a zero.
  static func adding(_ x: Formula, _ y: Formula) -> Formula {
    if y == .number(0) { return x }
    return .sum(x.terms + [Term(y)])
  }

  /// x − y.
  static func subtracting(_ x: Formula, _ y: Formula) -> Formula { .sum(x.terms + [Term(y, isNegative: true)]) }

  /// The terms of a sum, or the formula as the only one.
  private var terms: [Term] { if case .sum(let terms) = self { terms } else { [Term(self)] } }

  /// x·y, without a one.
  static func multiplying(_ x: Formula, _ y: Formula) -> Formula {
    if x == .number(1) { return y }
    if y == .number(1) { return x }
    return .product(x.factors + y.factors, .dots)
  }

  /// The factors of a product with dots, or the formula as the only one.
  private var factors: [Formula] { if case .product(let factors, .dots) = self { factors } else { [self] } }
}
