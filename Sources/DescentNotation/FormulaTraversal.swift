extension Formula {
  /// The formula with parts replaced, from the outside in; `body` returns nil for what is looked into.
  public func replacing(_ body: (Formula) -> Formula?) -> Formula {
    if let replaced = body(self) { return replaced }
    func inner(_ formula: Formula) -> Formula { formula.replacing(body) }
    return switch self {
    case .number, .name, .words: self
    case .sum(let terms): .sum(terms.map { Term(inner($0.formula), isNegative: $0.isNegative) })
    case .negation(let x): .negation(inner(x))
    case .product(let factors, let sign): .product(factors.map(inner), sign)
    case .quotient(let x, let y): .quotient(inner(x), inner(y))
    case .power(let x, let y): .power(inner(x), inner(y))
    case .root(let degree, let x): .root(degree, inner(x))
    case .function(let name, let x): .function(name, inner(x))
    case .call(let name, let arguments, let remarks): .call(name, arguments.map(inner), remarks: remarks)
    case .enclosed(let left, let x, let right): .enclosed(left, inner(x), right)
    case .prefixed(let sign, let x): .prefixed(sign, inner(x))
    case .marked(let x, let sign): .marked(inner(x), sign)
    case .indexed(let x, let ranges): .indexed(inner(x), ranges)
    case .element(let x, let indices): .element(of: inner(x), indices)
    case .relation(let sign, let sides): .relation(sign, sides.map(inner))
    case .indexedSum(let letters, let x): .indexedSum(letters, inner(x))
    case .matrix(let rows): .matrix(rows.map { $0.map(inner) })
    case .cases(let cases): .cases(cases.map { Case(inner($0.value), if: $0.condition.map(inner)) })
    case .derivative(let x, let variables, let isPartial):
      .derivative(of: inner(x), by: variables.map(inner), isPartial: isPartial)
    case .differentiating(let x, let variable, let isPartial):
      .differentiating(inner(x), by: inner(variable), isPartial: isPartial)
    }
  }

  /// The parts for which a condition holds, from the outside in, without looking into them.
  public func parts(where condition: (Formula) -> Bool) -> [Formula] {
    var found: [Formula] = []
    _ = replacing { part in
      guard condition(part) else { return nil }
      found.append(part)
      return part
    }
    return found
  }
}
