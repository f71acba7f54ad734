import DescentGraph
import DescentNotation

extension Expression {
  /// The expression as a person writes it.
  package var formula: Formula { formula { .name($0) } }

  /// The expression as a person writes it, with other formulas for its symbols.
  package func formula(_ symbol: @escaping (Name) -> Formula) -> Formula {
    var writer = ExpressionWriter(symbol: symbol)
    return writer.formula(of: self)
  }
}

/// Writes expressions as formulas, each part once.
private struct ExpressionWriter {
  let symbol: (Name) -> Formula
  private var written: [Expression: Formula] = [:]

  init(symbol: @escaping (Name) -> Formula) { self.symbol = symbol }

  mutating func formula(of expression: Expression) -> Formula {
    if let known = written[expression] { return known }
    let formula = write(expression)
    written[expression] = formula
    return formula
  }

  private mutating func write(_ expression: Expression) -> Formula {
    switch expression.kind {
    case .number(let number): return number.formula
    case .symbol(let name): return symbol(name)
    case .sum(let terms):
      return .sum(
        terms.map { term in
          let isNegative = term.coefficientAndRest.0.isNegative
          return Formula.Term(formula(of: isNegative ? -term : term), isNegative: isNegative)
        })
    case .product: return write(Fraction(expression))
    case .power(let base, let exponent):
      guard let number = exponent.number else { return .power(formula(of: base), formula(of: exponent)) }
      return number.isNegative ? write(Fraction(expression)) : .plainPower(formula(of: base), number)
    case .function(let operation, let x): return write(operation, x, expression)
    }
  }

  private mutating func write(_ operation: Operation, _ x: [Expression], _ expression: Expression) -> Formula {
    if operation == .select, x[1] == .zero || x[2] == .zero { return write(Fraction(expression)) }
    if operation == .binary(.maximum) || operation == .binary(.minimum) {
      return .call(operation == .binary(.maximum) ? "max" : "min", expression.nested(operation).map { formula(of: $0) })
    }
    let operands = x.map { formula(of: $0) }
    return switch operation {
    case .convert: .enclosed("[", operands[0], "]")
    case .select: .cases([Formula.Case(operands[1], if: operands[0]), Formula.Case(operands[2], if: nil)])
    case .identity: operands[0]
    case .unary(.exp): .power(.name("e"), operands[0])
    case .unary(let function): function.formula(operands[0])
    case .binary(let function): function.formula(operands[0], operands[1])
    case .compare(let comparison): comparison.formula(operands)
    case .input, .fill, .iota, .random, .invalid, .power, .reduce, .argument, .broadcast, .reshape, .transpose, .slice,
      .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative, .argSort, .call,
      .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix, .solve:
      .call(operation.name, operands)
    }
  }

  private mutating func write(_ fraction: Fraction) -> Formula {
    var factors = fraction.above.map { formula(of: $0) }
    factors += fraction.brackets.map { .enclosed("[", formula(of: $0), "]") }
    if fraction.numerator != .one || factors.isEmpty { factors.insert(fraction.numerator.formula, at: 0) }
    var divisors = fraction.below.map { Formula.plainPower(formula(of: $0.factor), $0.exponent) }
    if fraction.denominator != .one { divisors.insert(fraction.denominator.formula, at: 0) }
    let product = Formula.plainProduct(factors)
    let top = fraction.isNegative ? Formula.negation(product) : product
    return divisors.isEmpty ? top : .quotient(top, .plainProduct(divisors))
  }
}

extension Expression {
  /// The letters of a symbol without indices, or of a power of one.
  fileprivate var plainSymbol: String? {
    switch kind {
    case .symbol(let name): name.indices.isEmpty && name.accent == nil ? name.letters : nil
    case .power(let base, _): base.plainSymbol
    case .number, .sum, .product, .function: nil
    }
  }

  /// The arguments of an operation applied again and again: a, b, c of max(max(a, b), c).
  fileprivate func nested(_ operation: Operation) -> [Expression] {
    guard case .function(operation, let x) = kind else { return [self] }
    return x.flatMap { $0.nested(operation) }
  }
}

/// A product as a coefficient and what stands above and below a fraction bar.
private struct Fraction {
  private(set) var numerator = Number.one
  private(set) var denominator = Number.one
  private(set) var isNegative = false
  private(set) var above: [Expression] = []
  private(set) var below: [(factor: Expression, exponent: Number)] = []
  private(set) var brackets: [Expression] = []

  init(_ expression: Expression) {
    multiply(expression)
    sortPlainSymbols()
    isNegative = numerator.isNegative
    if isNegative { numerator = -numerator }
    if numerator.isWrittenAsQuotient, case .fraction(let top, let bottom) = numerator {
      (numerator, denominator) = (Number(Double(top)), Number(Double(bottom)))
    }
  }

  /// Variables of single numbers stand in the order of the alphabet: 2x·y³.
  private mutating func sortPlainSymbols() {
    let places = above.indices.filter { above[$0].plainSymbol != nil }
    let sorted = places.map { above[$0] }.enumerated().sorted {
      ($0.element.plainSymbol!, $0.offset) < ($1.element.plainSymbol!, $1.offset)
    }
    for (place, factor) in zip(places, sorted) { above[place] = factor.element }
  }

  private mutating func multiply(_ factor: Expression) {
    switch factor.kind {
    case .product(let factors): factors.forEach { multiply($0) }
    case .number(let number): numerator = numerator * number
    case .power(let base, let exponent):
      if let number = exponent.number, number.isNegative { below.append((base, -number)) } else { above.append(factor) }
    case .function(.select, let x) where x[2] == .zero:
      multiply(x[1])
      brackets.append(x[0])
    case .function(.select, let x) where x[1] == .zero:
      multiply(x[2])
      brackets.append(.function(.unary(.not), [x[0]]))
    case .symbol, .sum, .function: above.append(factor)
    }
  }
}

extension Formula {
  fileprivate static func plainProduct(_ factors: [Formula]) -> Formula {
    factors.count == 1 ? factors[0] : .product(factors, .plain)
  }

  /// Roots for halves, nothing for the first power.
  fileprivate static func plainPower(_ base: Formula, _ exponent: Number) -> Formula {
    if exponent == .one { return base }
    if exponent == Number(1, over: 2) { return .root(2, base) }
    return .power(base, exponent.formula)
  }
}

extension Number {
  /// Whether the fraction is written with a bar rather than in decimals: 2/3, 3/4, but 0.1.
  fileprivate var isWrittenAsQuotient: Bool {
    guard case .fraction(_, var denominator) = self, denominator != 1 else { return false }
    if denominator < 10 && denominator != 5 { return true }
    for factor in [2, 5] { while denominator.isMultiple(of: factor) { denominator /= factor } }
    return denominator != 1
  }

  fileprivate var formula: Formula {
    guard isWrittenAsQuotient, case .fraction(let numerator, let denominator) = self else { return .constant(value) }
    let quotient = Formula.quotient(.number(Double(abs(numerator))), .number(Double(denominator)))
    return numerator < 0 ? .negation(quotient) : quotient
  }
}
