import DescentExplain
import DescentNotation

/// Compares two scalar sides term by term, for lines in which only algebra went wrong.
struct TermHints {
  /// A sum of products: the coefficient of each product of powers.
  private struct Polynomial {
    /// Exponents by factor; sums and functions that can't be multiplied out count as factors.
    typealias Monomial = [Expression: Int]

    private(set) var terms: [Monomial: Double] = [:]
    private static let mostTerms = 200

    init(_ terms: [Monomial: Double] = [:]) { self.terms = terms.filter { $0.value != 0 } }

    init?(_ expression: Expression) {
      switch expression.kind {
      case .number(let number): self.init([[:]: number.value])
      case .symbol, .function: self.init([[expression: 1]: 1])
      case .sum(let parts):
        var total = Polynomial()
        for part in parts {
          guard let next = Polynomial(part), let sum = total.adding(next) else { return nil }
          total = sum
        }
        self = total
      case .product(let factors):
        var total = Polynomial([[:]: 1])
        for factor in factors {
          guard let next = Polynomial(factor), let product = total.multiplied(by: next) else { return nil }
          total = product
        }
        self = total
      case .power(let base, let exponent):
        guard let whole = exponent.number?.whole, (1...12).contains(whole), let inner = Polynomial(base) else {
          // x⁻¹ and xⁿ are factors of their own.
          self.init([[expression: 1]: 1])
          return
        }
        var total = Polynomial([[:]: 1])
        for _ in 0..<whole {
          guard let product = total.multiplied(by: inner) else { return nil }
          total = product
        }
        self = total
      }
    }

    private func adding(_ other: Polynomial) -> Polynomial? {
      let sum = Polynomial(terms.merging(other.terms, uniquingKeysWith: +))
      return sum.terms.count <= Self.mostTerms ? sum : nil
    }

    private func multiplied(by other: Polynomial) -> Polynomial? {
      guard terms.count * other.terms.count <= Self.mostTerms * 10 else { return nil }
      var found: [Monomial: Double] = [:]
      for (left, a) in terms {
        for (right, b) in other.terms { found[left.merging(right, uniquingKeysWith: +), default: 0] += a * b }
      }
      return found.count <= Self.mostTerms ? Polynomial(found) : nil
    }
  }

  /// What is wrong with `found`: one or two of its terms, or a factor.
  static func hint(expected: Expression, found: Expression) -> String? {
    termHint(expected, found) ?? factorHint(expected, found)
  }

  /// A short factor that is missing or too many.
  private static func factorHint(_ expected: Expression, _ found: Expression) -> String? {
    let (more, less) = ((found / expected).formula.text, (expected / found).formula.text)
    if more.count <= 12, !more.contains("/") { return "the factor \(more) is too many" }
    return less.count <= 12 && !less.contains("/") ? "the factor \(less) is missing" : nil
  }

  private static func termHint(_ expected: Expression, _ found: Expression) -> String? {
    guard let right = Polynomial(expected), let wrong = Polynomial(found) else { return nil }
    var complaints: [(term: String, text: String)] = []
    for (monomial, coefficient) in right.terms {
      let correct = term(monomial, coefficient)
      guard let actual = wrong.terms[monomial] else {
        complaints.append((correct, "the term \(correct) is missing"))
        continue
      }
      if areClose([actual], [coefficient]) { continue }
      let sign = areClose([actual], [-coefficient]) ? "; its sign is wrong" : ""
      complaints.append((correct, "the term \(term(monomial, actual)) must be \(correct)\(sign)"))
    }
    for (monomial, coefficient) in wrong.terms where right.terms[monomial] == nil {
      let extra = term(monomial, coefficient)
      complaints.append((extra, "the term \(extra) does not belong there"))
    }
    // Two complaints about many terms say something, about few they say nothing.
    guard !complaints.isEmpty, complaints.count <= 2, complaints.count <= max(right.terms.count, wrong.terms.count)
    else { return nil }
    return complaints.sorted { $0.text < $1.text }.map(\.text).joined(separator: ", ")
  }

  private static func term(_ monomial: [Expression: Int], _ coefficient: Double) -> String {
    let factors = monomial.map { Expression.power($0.key, .number(Double($0.value))) }
    let sorted = factors.sorted { $0.formula.text < $1.formula.text }
    return Expression.product([.number(coefficient)] + sorted).formula.text
  }
}
