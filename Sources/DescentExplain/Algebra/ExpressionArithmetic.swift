import DescentGraph

// The functions that make expressions, and keep them in collected form.

extension Expression {
  // MARK: Sums

  /// The sum of terms: sums inside are opened, like terms collected where the first of them stands.
  package static func sum(_ terms: [Expression]) -> Expression {
    if terms.count == 1 { return terms[0] }
    var collected = Collected()
    for term in terms { collected.add(term) }
    let parts = collected.terms
    if parts.isEmpty { return .zero }
    return parts.count == 1 ? parts[0] : Expression(.sum(parts))
  }

  /// Terms by what they are multiples of, in the order in which they came.
  private struct Collected {
    private var places: [Expression: Int] = [:]
    private var parts: [(coefficient: Number, rest: Expression)] = []

    mutating func add(_ term: Expression, times factor: Number = .one) {
      let (coefficient, rest) = term.coefficientAndRest
      // Numbers multiply into sums, so that like terms meet.
      if case .sum(let inner) = rest.kind {
        for part in inner { add(part, times: factor * coefficient) }
        return
      }
      if let place = places[rest] {
        parts[place].coefficient = parts[place].coefficient + factor * coefficient
      } else {
        places[rest] = parts.count
        parts.append((factor * coefficient, rest))
      }
    }

    var terms: [Expression] {
      parts.filter { $0.coefficient != .zero }.map { Expression.scaled($0.rest, by: $0.coefficient) }
    }
  }

  /// What the expression is a multiple of; of a number, 1.
  var coefficientAndRest: (Number, Expression) {
    if let number { return (number, .one) }
    guard case .product(let factors) = kind, let coefficient = factors[0].number else { return (.one, self) }
    let rest = Array(factors.dropFirst())
    return (coefficient, rest.count == 1 ? rest[0] : Expression(.product(rest)))
  }

  /// A multiple of an expression that has no coefficient of its own.
  private static func scaled(_ rest: Expression, by coefficient: Number) -> Expression {
    if let number = rest.number { return .number(coefficient * number) }
    if coefficient == .one { return rest }
    if case .product(let factors) = rest.kind { return Expression(.product([.number(coefficient)] + factors)) }
    return Expression(.product([.number(coefficient), rest]))
  }

  // MARK: Products

  /// The product of factors: products inside are opened, powers of one base collected where the first of them stands.
  package static func product(_ factors: [Expression]) -> Expression {
    var coefficient = Number.one
    var places: [Expression: Int] = [:]
    var powers: [(base: Expression, exponent: Expression)] = []
    func multiply(_ factor: Expression) {
      switch factor.kind {
      case .number(let number): coefficient = coefficient * number
      case .product(let inner): inner.forEach(multiply)
      case .power(let base, let exponent): collect(base, exponent)
      case .symbol, .sum, .function: collect(factor, .one)
      }
    }
    func collect(_ base: Expression, _ exponent: Expression) {
      if let place = places[base] {
        powers[place].exponent = .sum([powers[place].exponent, exponent])
      } else {
        places[base] = powers.count
        powers.append((base, exponent))
      }
    }
    factors.forEach(multiply)
    if coefficient == .zero { return .zero }
    var parts: [Expression] = []
    for (base, exponent) in powers {
      let power = Expression.power(base, exponent)
      let (factor, rest) = power.coefficientAndRest
      coefficient = coefficient * factor
      if rest != .one { parts.append(rest) }
    }
    return product(parts, times: coefficient)
  }

  /// Factors that are collected; a power may have turned into a product of its own.
  private static func product(_ parts: [Expression], times coefficient: Number) -> Expression {
    if coefficient == .zero { return .zero }
    if parts.contains(where: { if case .product = $0.kind { true } else { false } }) {
      return product([.number(coefficient)] + parts)
    }
    let sorted = parts.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }.map(
      \.element)
    if sorted.isEmpty { return .number(coefficient) }
    if coefficient == .one { return sorted.count == 1 ? sorted[0] : Expression(.product(sorted)) }
    return Expression(.product([.number(coefficient)] + sorted))
  }

  /// Where a person puts a factor: symbols before sums before functions.
  private var rank: Int {
    switch kind {
    case .number: 0
    case .symbol: 1
    case .sum: 2
    case .function: 3
    case .product: 1
    case .power(let base, _): base.number == nil ? base.rank : 1
    }
  }

  // MARK: Powers

  /// base^exponent.
  package static func power(_ base: Expression, _ exponent: Expression) -> Expression {
    if exponent == .zero || base == .one { return .one }
    if exponent == .one { return base }
    guard let number = exponent.number else { return Expression(.power(base, exponent)) }
    switch base.kind {
    case .number(let value): return constantPower(value, number) ?? Expression(.power(base, exponent))
    // (xᵐ)ⁿ = xᵐⁿ and (xy)ⁿ = xⁿyⁿ hold for all x and y if n is whole.
    case .power(let inner, let first) where number.whole != nil: return power(inner, product([first, exponent]))
    case .product(let factors) where number.whole != nil: return product(factors.map { power($0, exponent) })
    case .function(.unary(.exp), let arguments): return function(.unary(.exp), [product([exponent, arguments[0]])])
    case .power, .product, .symbol, .sum, .function: return Expression(.power(base, exponent))
    }
  }

  /// A power of numbers that is exact.
  private static func constantPower(_ base: Number, _ exponent: Number) -> Expression? {
    if let whole = exponent.whole, let power = base.raised(to: whole) { return .number(power) }
    guard case .fraction(let top, 2) = exponent, case .fraction(let numerator, let denominator) = base, numerator >= 0
    else { return nil }
    let roots = [numerator, denominator].map { Int(Double($0).squareRoot().rounded()) }
    guard roots[0] * roots[0] == numerator, roots[1] * roots[1] == denominator else { return nil }
    return Number(roots[0], over: roots[1]).raised(to: top).map { .number($0) }
  }

  // MARK: Operators

  package static func + (x: Expression, y: Expression) -> Expression { sum([x, y]) }
  package static func - (x: Expression, y: Expression) -> Expression { sum([x, -y]) }
  package static func * (x: Expression, y: Expression) -> Expression { product([x, y]) }
  package static func / (x: Expression, y: Expression) -> Expression { product([x, power(y, .number(-1))]) }
  package static prefix func - (x: Expression) -> Expression { product([.number(.minusOne), x]) }
}
