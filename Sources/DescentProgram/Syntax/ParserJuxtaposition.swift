// What only mathematics by hand has: factors side by side, functions without parentheses.

extension Parser {
  /// Whether an operand may begin with a token.
  func startsOperand(_ token: Token) -> Bool {
    switch token.kind {
    case .number, .text: true
    case .name(let word): word != "if" && word != "else"
    case .symbol(.openParenthesis), .symbol(.root), .symbol(.cubeRoot): true
    case .symbol(.bar): openBars == 0
    case .symbol, .superscript, .newline, .end: false
    }
  }

  /// The factor that follows without a sign between, nil if there is none.
  mutating func juxtaposedFactor() throws(ProgramFault) -> ProgramExpression? {
    guard options.juxtaposition, startsOperand(token()) else { return nil }
    if case .number = token().kind, case .number = previous?.kind {
      let sides = [previous?.range ?? 0..<0, token().range].map { String(source.quoted($0).dropFirst().dropLast()) }
      throw ProgramFault(
        token().range, "two numbers stand side by side; a product of numbers is written \(sides[0])*\(sides[1])")
    }
    return try power()
  }

  /// A function that may stand without parentheses, with an exponent of its own, and its operand.
  ///
  /// `sin(x)`, `sin 2x y`, `sin -x`, `sin^2 x`.
  mutating func application(of word: String, _ name: Token) throws(ProgramFault) -> ProgramExpression {
    let start = name.range.lowerBound
    let exponent = try exponentOfFunction(word)
    let arguments: [ProgramExpression.Argument]
    if token().symbol == .openParenthesis {
      arguments = try self.arguments()
    } else {
      let operand = try nested { parser throws(ProgramFault) in try parser.productWithoutSigns(after: word) }
      arguments = [.init(name: nil, value: operand)]
    }
    let value = call(word, name.range, arguments, from: start)
    guard let exponent else { return value }
    return joined(value, [exponent])
  }

  /// The power of a function that stands right behind its name: `sin²x`, `sin^2 x`.
  private mutating func exponentOfFunction(_ word: String) throws(ProgramFault) -> ProgramExpression.Link? {
    let sign = token()
    switch sign.kind {
    case .superscript(let value):
      advance()
      try refuseInverse(value < 0, word, sign.range)
      let number = ProgramExpression(kind: .number(value), range: sign.range)
      return .init(sign: .power, place: sign.range, operand: number)
    case .symbol(.power):
      advance()
      try refuseInverse(token().symbol == .minus, word, sign.range)
      let exponent = token()
      guard case .number(let value) = exponent.kind else {
        let found = described(exponent)
        throw ProgramFault(
          exponent.range, "expected a number as the power of '\(word)', found \(found); write \(word)(x)^n")
      }
      advance()
      let number = ProgramExpression(kind: .number(value), range: exponent.range)
      return .init(sign: .power, place: sign.range, operand: number)
    default: return nil
    }
  }

  private func refuseInverse(_ isNegative: Bool, _ word: String, _ place: Range<Int>) throws(ProgramFault) {
    guard isNegative else { return }
    throw ProgramFault(
      place,
      "a negative power of '\(word)' may mean its inverse or 1/\(word); write 1/\(word)(x), or the inverse by its name")
  }

  /// Factors side by side up to a sign or the next function, with a sign before them if there is one.
  private mutating func productWithoutSigns(after word: String) throws(ProgramFault) -> ProgramExpression {
    if token().symbol == .minus {
      let sign = advance()
      let operand = try nested { parser throws(ProgramFault) in try parser.productWithoutSigns(after: word) }
      return ProgramExpression(
        kind: .sign(isNegative: true, operand), range: range(from: sign.range.lowerBound))
    }
    guard startsOperand(token()) else {
      let found = described(token())
      throw ProgramFault(token().range, "expected the operand of '\(word)', found \(found); write \(word)(…)")
    }
    let first = try power()
    var links: [ProgramExpression.Link] = []
    while !isFunction(token()), let factor = try juxtaposedFactor() {
      let place = factor.range.lowerBound
      links.append(.init(sign: .multiply, place: place..<place, operand: factor))
    }
    return joined(first, links)
  }

  private func isFunction(_ token: Token) -> Bool { token.name.map(vocabulary.isPrefix) ?? false }
}
