/// Writes formulas as expressions of Python; nil for what has no such form.
struct ProgramWriter {
  func expression(_ formula: Formula) -> ProgramExpression? {
    switch formula {
    case .number(let value): number(value)
    case .name(let name): self.name(name)
    case .sum(let terms): sum(terms)
    case .negation(let x): text(x, atLeast: .power).map { ProgramExpression("-" + $0, .sign) }
    case .product(let factors, let multiplication): product(factors, multiplication)
    case .quotient(let x, let y): binary(x, .product, "/", y, .power, .product)
    case .power(let x, let y): binary(x, .atom, "**", y, .sign, .power)
    case .root(let degree, let x): root(degree, x)
    case .function(let name, let x): ProgramNames.function(name).flatMap { call($0, [x]) }
    case .call(let name, let arguments, let remarks):
      ProgramNames.identifier(name).flatMap { call($0, arguments, remarks) }
    case .enclosed(let left, let x, let right): ProgramNames.enclosure(left, right).flatMap { call($0, [x]) }
    case .prefixed(let sign, let x): sign == "¬" ? call("logical_not", [x]) : nil
    case .marked(let x, "T"), .marked(let x, "ᵀ"): selected(x, ".T")
    case .marked(let x, let sign): ProgramNames.mark(sign).flatMap { call($0, [x]) }
    case .indexed(let x, let ranges): self.ranges(ranges).flatMap { selected(x, "[\($0)]") }
    case .element(let x, let indices): places(indices).flatMap { selected(x, "[\($0)]") }
    case .relation(let sign, let sides): relation(sign, sides)
    case .matrix(let rows): matrix(rows)
    case .cases(let cases): self.cases(cases[...])
    case .words, .indexedSum, .derivative, .differentiating: nil
    }
  }

  private func text(_ formula: Formula, atLeast strength: ProgramStrength) -> String? {
    expression(formula)?.text(atLeast: strength)
  }

  /// All texts, nil if one formula has none.
  private func texts(_ formulas: [Formula], atLeast strength: ProgramStrength = .comparison) -> [String]? {
    let texts = formulas.compactMap { text($0, atLeast: strength) }
    return texts.count == formulas.count ? texts : nil
  }
}

// MARK: - Numbers and names

extension ProgramWriter {
  private func number(_ value: Double) -> ProgramExpression? {
    if value.isNaN { return nil }
    let size = value.magnitude
    let whole = Int64(exactly: size).flatMap {
      $0 < 1_000_000_000_000_000 && value.bitPattern != (-0.0).bitPattern ? "\($0)" : nil
    }
    let text = whole ?? "\(size)"
    return value.sign == .minus ? ProgramExpression("-" + text, .sign) : ProgramExpression(text)
  }

  private func name(_ name: Name) -> ProgramExpression? {
    guard name.accent == nil, let letters = ProgramNames.identifier(name.letters) else { return nil }
    if name.indices.isEmpty { return ProgramExpression(letters) }
    return places(name.indices).map { ProgramExpression("\(letters)[\($0)]") }
  }

  /// Places counted from 0, nil if one isn't a number.
  private func places(_ indices: [Name.Index]) -> String? {
    let places = indices.compactMap { index in
      if case .number(let place) = index, place > 0 { "\(place - 1)" } else { nil as String? }
    }
    return places.count == indices.count ? places.joined(separator: ", ") : nil
  }

  /// `1:4, :` for `1..<4, :`; nil for ranges that step.
  private func ranges(_ ranges: String) -> String? {
    let parts = ranges.split(separator: ",").map { part -> String? in
      let bounds = part.drop { $0 == " " }.split(separator: "..<", omittingEmptySubsequences: false)
      if bounds == [":"] { return ":" }
      return bounds.count <= 2 && bounds.allSatisfy { Int($0) != nil } ? bounds.joined(separator: ":") : nil
    }
    return parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap { $0 }.joined(separator: ", ")
  }

  /// What follows an expression directly: `.T`, `[0]`; a number needs parentheses, since its point is one too.
  private func selected(_ x: Formula, _ selector: String) -> ProgramExpression? {
    guard let base = expression(x) else { return nil }
    if case .number = x { return ProgramExpression("(\(base.text))" + selector) }
    return ProgramExpression(base.text(atLeast: .atom) + selector)
  }
}

// MARK: - Operators

extension ProgramWriter {
  private func binary(
    _ x: Formula, _ least: ProgramStrength, _ sign: String, _ y: Formula, _ right: ProgramStrength,
    _ strength: ProgramStrength
  ) -> ProgramExpression? {
    guard let left = text(x, atLeast: least), let right = text(y, atLeast: right) else { return nil }
    return ProgramExpression(left + sign + right, strength)
  }

  private func sum(_ terms: [Formula.Term]) -> ProgramExpression? {
    guard let first = terms.first else { return number(0) }
    guard let start = expression(first.isNegative ? .negation(first.formula) : first.formula) else { return nil }
    guard terms.count > 1 else { return start }
    var sum = start.text(atLeast: .sum)
    for term in terms.dropFirst() {
      guard let next = text(term.formula, atLeast: .product) else { return nil }
      sum += (term.isNegative ? " - " : " + ") + next
    }
    return ProgramExpression(sum, .sum)
  }

  private func product(_ factors: [Formula], _ multiplication: Formula.Multiplication) -> ProgramExpression? {
    guard let first = factors.first else { return number(1) }
    if factors.count == 1 { return expression(first) }
    guard let start = text(first, atLeast: .product), let rest = texts(Array(factors.dropFirst()), atLeast: .power)
    else { return nil }
    let sign = multiplication == .matrices ? " @ " : "*"
    return ProgramExpression(([start] + rest).joined(separator: sign), .product)
  }

  private func root(_ degree: Int, _ x: Formula) -> ProgramExpression? {
    switch degree {
    case 2: call("sqrt", [x])
    case 3: call("cbrt", [x])
    default: nil
    }
  }

  private func relation(_ sign: String, _ sides: [Formula]) -> ProgramExpression? {
    if let name = ProgramNames.connective(sign), let first = sides.first {
      return sides.dropFirst().reduce(expression(first)) { left, side in
        guard let left, let right = expression(side) else { return nil }
        return ProgramExpression("\(name)(\(left.text), \(right.text))")
      }
    }
    guard let name = ProgramNames.comparison(sign), sides.count == 2, let texts = texts(sides, atLeast: .sum)
    else { return nil }
    return ProgramExpression(texts.joined(separator: " \(name) "), .comparison)
  }

  private func call(_ name: String, _ arguments: [Formula], _ remarks: [String] = []) -> ProgramExpression? {
    let keywords = remarks.compactMap(ProgramNames.remark)
    guard let texts = texts(arguments), keywords.count == remarks.count else { return nil }
    return ProgramExpression("\(name)(\((texts + keywords).joined(separator: ", ")))")
  }

  private func matrix(_ rows: [[Formula]]) -> ProgramExpression? {
    let lists = rows.compactMap { row in texts(row).map { "[\($0.joined(separator: ", "))]" } }
    return lists.count == rows.count ? ProgramExpression("[\(lists.joined(separator: ", "))]") : nil
  }

  /// `where(condition, value, …)`, nested; there has to be a case for otherwise at the end.
  private func cases(_ cases: ArraySlice<Formula.Case>) -> ProgramExpression? {
    guard let first = cases.first, let value = expression(first.value) else { return nil }
    guard let condition = first.condition else { return value }
    guard let condition = expression(condition), let others = self.cases(cases.dropFirst()) else { return nil }
    return ProgramExpression("where(\(condition.text), \(value.text), \(others.text))")
  }
}
