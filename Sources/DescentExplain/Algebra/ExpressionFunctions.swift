import DescentGraph

extension Expression {
  /// An operation from elements to an element, in collected form; nil for what is none.
  ///
  /// The arithmetic operations become sums, products and powers; all others stay what they are.
  package static func applying(_ operation: Operation, to x: [Expression]) -> Expression? {
    switch operation {
    case .unary(let function): applying(function, to: x[0])
    case .power(let exponent): power(x[0], .number(exponent))
    case .binary(let function): applying(function, to: x[0], x[1])
    case .compare, .select: function(operation, x)
    case .identity(.alias), .after: x[0]
    case .identity(.stopGradient): function(operation, x)
    case .fill, .input, .iota, .random, .invalid, .convert, .reduce, .argument, .broadcast, .reshape, .transpose,
      .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative, .argSort, .call,
      .conditional, .scan, .whileLoop, .bundle, .part, .windows, .overlap, .matrix, .solve:
      nil
    }
  }

  private static func applying(_ unary: Unary, to x: Expression) -> Expression {
    switch unary {
    case .negate: -x
    case .sqrt: power(x, .number(Number(1, over: 2)))
    case .reciprocal: power(x, .number(-1))
    case .rsqrt: power(x, .number(Number(-1, over: 2)))
    case .exp2: power(.number(2), x)
    case .expm1: function(.unary(.exp), [x]) - .one
    case .log1p: function(.unary(.log), [.one + x])
    case .absolute, .sign, .exp, .log, .tanh, .sigmoid, .relu, .sin, .cos, .not, .cbrt, .log2, .log10, .tan, .asin,
      .acos, .atan, .sinh, .cosh, .asinh, .acosh, .atanh, .erf, .erfc, .erfinv, .lgamma, .floor, .ceil, .round,
      .truncate:
      function(.unary(unary), [x])
    }
  }

  private static func applying(_ binary: Binary, to x: Expression, _ y: Expression) -> Expression {
    switch binary {
    case .add: x + y
    case .subtract: x - y
    case .multiply: x * y
    case .divide: x / y
    case .power: power(x, y)
    case .hypot, .maximum, .minimum, .and, .or, .xor, .remainder, .truncatedRemainder, .atan2, .logaddexp, .xlogy,
      .copysign, .shiftLeft, .shiftRight, .polygamma:
      function(.binary(binary), [x, y])
    }
  }

  /// 1 where a statement holds and 0 elsewhere: Iverson's bracket.
  static func bracket(_ statement: Expression) -> Expression {
    statement.number.map { .number($0) } ?? Expression(.function(.convert, [statement]))
  }

  /// An operation that is no arithmetic, simplified where its value is known.
  static func function(_ operation: Operation, _ x: [Expression]) -> Expression {
    switch operation {
    case .unary(let unary): simplified(unary, x[0]) ?? Expression(.function(operation, x))
    case .binary(let binary): simplified(binary, x[0], x[1]) ?? Expression(.function(operation, x))
    case .compare(let comparison): simplified(comparison, x[0], x[1]) ?? Expression(.function(operation, x))
    case .select: choice(x[0], x[1], x[2])
    case .convert: bracket(x[0])
    case .identity: x[0].number == nil ? Expression(.function(operation, x)) : x[0]
    case .input, .fill, .iota, .random, .invalid, .power, .reduce, .argument, .broadcast, .reshape,
      .transpose, .slice, .place, .concatenate, .gather, .scatterAdd, .contract, .custom, .recurrence, .cumulative,
      .argSort, .call, .conditional, .scan, .whileLoop, .bundle, .part, .after, .windows, .overlap, .matrix, .solve:
      Expression(.function(operation, x))
    }
  }

  // MARK: Functions of one element

  private static func simplified(_ unary: Unary, _ x: Expression) -> Expression? {
    if let number = x.number { return value(of: unary, at: number) }
    if case .function(.unary(let inner), let arguments) = x.kind, inner.isInverted(by: unary) { return arguments[0] }
    guard x.coefficientAndRest.0.isNegative else { return nil }
    return switch unary.parity {
    case .even: function(.unary(unary), [-x])
    case .odd: -function(.unary(unary), [-x])
    case nil: nil
    }
  }

  /// The value where it is exact.
  private static func value(of unary: Unary, at x: Number) -> Expression? {
    let isNegative = x.isNegative
    switch unary {
    case .absolute: return .number(isNegative ? -x : x)
    case .relu: return .number(isNegative ? .zero : x)
    case .sign: return x == .zero ? .zero : .number(isNegative ? -1 : 1)
    case .not: return x == .zero ? .one : .zero
    case .floor: return .number(x.value.rounded(.down))
    case .ceil: return .number(x.value.rounded(.up))
    case .round: return .number(x.value.rounded(.toNearestOrEven))
    case .truncate: return .number(x.value.rounded(.towardZero))
    case .sin, .tanh, .tan, .asin, .atan, .sinh, .asinh, .atanh, .erf, .erfinv, .cbrt: return x == .zero ? .zero : nil
    case .exp, .cos, .cosh, .erfc: return x == .zero ? .one : nil
    case .log, .log2, .log10, .acosh: return x == .one ? .zero : nil
    case .sigmoid: return x == .zero ? .number(Number(1, over: 2)) : nil
    case .acos, .lgamma, .negate, .sqrt, .reciprocal, .rsqrt, .exp2, .expm1, .log1p: return nil
    }
  }

  // MARK: Functions of two elements

  private static func simplified(_ binary: Binary, _ x: Expression, _ y: Expression) -> Expression? {
    switch binary {
    case .maximum, .minimum:
      if x == y { return x }
      guard let a = x.number, let b = y.number else { return nil }
      return .number((binary == .maximum) == (a.value >= b.value) ? a : b)
    case .and:
      if x.number == .zero || y.number == .zero { return .zero }
      return x.number != nil ? y : y.number != nil ? x : x == y ? x : nil
    case .or:
      if x.number == .zero { return y }
      if y.number == .zero { return x }
      return x.number != nil || y.number != nil ? .one : x == y ? x : nil
    case .xlogy: return x == .zero ? .zero : nil
    case .add, .subtract, .multiply, .divide, .power, .hypot, .xor, .remainder, .truncatedRemainder, .atan2, .logaddexp,
      .copysign, .shiftLeft, .shiftRight, .polygamma:
      return nil
    }
  }

  private static func simplified(_ comparison: Comparison, _ x: Expression, _ y: Expression) -> Expression? {
    let difference: Double
    if x == y {
      difference = 0
    } else {
      guard let a = x.number, let b = y.number else { return nil }
      difference = a.value - b.value
    }
    return switch comparison {
    case .equal: difference == 0 ? .one : .zero
    case .notEqual: difference != 0 ? .one : .zero
    case .less: difference < 0 ? .one : .zero
    case .lessEqual: difference <= 0 ? .one : .zero
    case .greater: difference > 0 ? .one : .zero
    case .greaterEqual: difference >= 0 ? .one : .zero
    }
  }

  // MARK: Choices

  /// condition ? x : y, where the condition is known to hold inside x and not to hold inside y.
  private static func choice(_ condition: Expression, _ x: Expression, _ y: Expression) -> Expression {
    if let known = condition.number { return known == .zero ? y : x }
    let (chosen, other) = (x.assuming(condition, true), y.assuming(condition, false))
    return chosen == other ? chosen : Expression(.function(.select, [condition, chosen, other]))
  }

  /// The expression where a statement is known to hold, or not to.
  private func assuming(_ statement: Expression, _ holds: Bool) -> Expression {
    mapped { part in
      guard case .function(.select, let x) = part.kind, x[0] == statement else { return nil }
      return holds ? x[1] : x[2]
    }
  }

  /// The expression at points where no two things happen to be equal.
  ///
  /// Rules choose between the formula and its limit, or share among ties, by asking whether things are equal. Elsewhere,
  /// which is nearly everywhere, the formula is what a person writes.
  package var atGeneralPoints: Expression {
    mapped { part in
      switch part.kind {
      case .function(.select, let x) where x[0].isEquality: return x[2]
      // Nobody ties, so one of the brackets is 1.
      case .power(let base, _):
        guard case .sum(let terms) = base.kind, terms.allSatisfy(\.isBracketOfEquality) else { return nil }
        return .one
      case .number, .symbol, .sum, .product, .function: return nil
      }
    }
  }

  private var isEquality: Bool {
    switch kind {
    case .function(.compare(.equal), _): true
    case .function(.binary(.and), let x): x.contains(where: \.isEquality)
    case .number, .symbol, .sum, .product, .power, .function: false
    }
  }

  private var isBracketOfEquality: Bool {
    if case .function(.convert, let x) = kind { x[0].isEquality } else { false }
  }
}

extension Unary {
  fileprivate enum Parity { case even, odd }

  /// Whether f(−x) is f(x), or −f(x).
  fileprivate var parity: Parity? {
    switch self {
    case .absolute, .cos, .cosh: .even
    case .sign, .tanh, .sin, .cbrt, .tan, .asin, .atan, .sinh, .asinh, .atanh, .erf, .erfinv: .odd
    case .negate, .sqrt, .reciprocal, .exp, .log, .sigmoid, .relu, .not, .rsqrt, .exp2, .expm1, .log2, .log10, .log1p,
      .acos, .acosh, .erfc, .lgamma, .floor, .ceil, .round, .truncate:
      nil
    }
  }

  /// Whether the other function undoes this one wherever this one is defined.
  fileprivate func isInverted(by other: Unary) -> Bool {
    (self, other) == (.exp, .log) || (self, other) == (.log, .exp) || (self, other) == (.sinh, .asinh)
      || (self, other) == (.tanh, .atanh)
  }
}
