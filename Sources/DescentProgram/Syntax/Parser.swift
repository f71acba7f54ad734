/// From tokens to statements, by recursive descent.
///
/// This file has statements and operators; `ParserPrimaries.swift` has what stands between operators, and
/// `ParserJuxtaposition.swift` what only mathematics by hand has.
struct Parser {
  let source: ProgramText
  let options: Program.Options
  let vocabulary: Vocabulary
  private let tokens: [Token]
  private var place = 0
  private var depth = 0
  /// How many `|` are open inside the innermost brackets.
  var openBars = 0

  /// How deep brackets, signs and powers may nest: each level is a recursion, and threads may have small stacks.
  static let deepestNesting = 64
  /// How deep trees may be.
  ///
  /// A level of nesting has four of a tree at most; methods and indices add one each without nesting.
  static let deepestTree = 4 * deepestNesting + 44

  init(_ source: ProgramText, tokens: [Token], options: Program.Options) {
    self.source = source
    self.options = options
    vocabulary = Vocabulary(tokens, options)
    self.tokens = options.juxtaposition ? vocabulary.split(tokens) : tokens
  }

  // MARK: Tokens

  /// The token so far ahead; behind the last one comes nothing but `.end`.
  func token(_ distance: Int = 0) -> Token { tokens[min(place + distance, tokens.count - 1)] }

  var previous: Token? { place > 0 ? tokens[place - 1] : nil }

  @discardableResult
  mutating func advance() -> Token {
    let token = token()
    place = min(place + 1, tokens.count - 1)
    return token
  }

  /// Goes past a symbol if it is the next token.
  mutating func skip(_ symbol: Symbol) -> Bool {
    guard token().symbol == symbol else { return false }
    advance()
    return true
  }

  /// Where everything read since a place of the text stands.
  func range(from start: Int) -> Range<Int> { start..<max(start, previous?.range.upperBound ?? start) }

  /// A token in words.
  func described(_ token: Token) -> String {
    switch token.kind {
    case .number: "the number \(source.quoted(token.range))"
    case .name: "the name \(source.quoted(token.range))"
    case .text: "the text \(source.quoted(token.range))"
    case .superscript, .symbol: source.quoted(token.range)
    case .newline: "the end of the line"
    case .end: "the end of the program"
    }
  }

  /// Reads one level deeper, up to a limit.
  mutating func nested(
    _ read: (inout Parser) throws(ProgramFault) -> ProgramExpression
  ) throws(ProgramFault) -> ProgramExpression {
    guard depth < Parser.deepestNesting else {
      throw ProgramFault(
        token().range, "the expression nests deeper than \(Parser.deepestNesting) levels; give its parts names")
    }
    depth += 1
    defer { depth -= 1 }
    return try read(&self)
  }

  // MARK: Statements

  mutating func program() throws(ProgramFault) -> [Program.Statement] {
    var statements: [Program.Statement] = []
    while true {
      while token().kind == .newline || token().symbol == .semicolon { advance() }
      if token().kind == .end { break }
      statements.append(try statement())
      let next = token()
      guard next.kind == .end || next.kind == .newline || next.symbol == .semicolon else { throw unexpected(next) }
    }
    guard !statements.isEmpty else {
      throw ProgramFault(0..<0, "the program is empty; write an expression, or assignments such as x = 3")
    }
    return statements
  }

  private mutating func statement() throws(ProgramFault) -> Program.Statement {
    let start = token().range.lowerBound
    if case .name(let name) = token().kind, token(1).symbol == .assign {
      let target = advance()
      advance()
      guard !["True", "False", "None"].contains(name) else {
        throw ProgramFault(target.range, "\(name) is a constant of the language and can't be assigned")
      }
      let value = try expression()
      return Program.Statement(name: name, expression: value, range: range(from: start))
    }
    let value = try expression()
    if token().symbol == .assign {
      throw ProgramFault(
        value.range, "\(source.quoted(value.range)) can't be assigned to; a single name must stand before '='")
    }
    return Program.Statement(name: nil, expression: value, range: range(from: start))
  }

  /// The fault of a token that stands where an expression has ended.
  private func unexpected(_ token: Token) -> ProgramFault {
    let expected = "expected an operator or the end of the line, found \(described(token))"
    if token.symbol == .assign { return ProgramFault(token.range, "\(expected); a line has one '=', equality is '=='") }
    if token.name == "if" {
      return ProgramFault(token.range, "\(expected); conditions are written where(condition, a, b)")
    }
    guard startsOperand(token), let previous, token.symbol != .bar else { return ProgramFault(token.range, expected) }
    if let word = previous.name, vocabulary.function(word) != nil {
      return ProgramFault(token.range, "\(expected); write \(word)(…)")
    }
    let sides = [previous, token].map { String(source.quoted($0.range).dropFirst().dropLast()) }
    return ProgramFault(token.range, "\(expected); a product is written \(sides[0])*\(sides[1])")
  }

  // MARK: Operators

  /// A comparison, or what stands on its sides.
  mutating func expression() throws(ProgramFault) -> ProgramExpression {
    let left = try sum()
    guard let sign = token().comparison else { return left }
    let place = advance().range
    let right = try sum()
    if token().comparison != nil {
      throw ProgramFault(
        token().range, "comparisons do not chain; write a < b < c as (a < b) * (b < c), which is 1 where both hold")
    }
    return joined(left, [.init(sign: sign, place: place, operand: right)])
  }

  private mutating func sum() throws(ProgramFault) -> ProgramExpression {
    let first = try product()
    var links: [ProgramExpression.Link] = []
    while let sign = token().additive {
      let place = advance().range
      links.append(.init(sign: sign, place: place, operand: try product()))
    }
    return joined(first, links)
  }

  private mutating func product() throws(ProgramFault) -> ProgramExpression {
    let first = try signed()
    var links: [ProgramExpression.Link] = []
    while true {
      if let sign = token().multiplicative {
        let place = advance().range
        links.append(.init(sign: sign, place: place, operand: try signed()))
      } else if let factor = try juxtaposedFactor() {
        let place = factor.range.lowerBound
        links.append(.init(sign: .multiply, place: place..<place, operand: factor))
      } else {
        return joined(first, links)
      }
    }
  }

  /// Signs bind less than powers, but may stand in an exponent: −x² is −(x²), and 2**-1 is ½.
  mutating func signed() throws(ProgramFault) -> ProgramExpression {
    guard token().symbol == .minus || token().symbol == .plus else { return try power() }
    let sign = advance()
    let operand = try nested { parser throws(ProgramFault) in try parser.signed() }
    return ProgramExpression(
      kind: .sign(isNegative: sign.symbol == .minus, operand), range: range(from: sign.range.lowerBound))
  }

  mutating func power() throws(ProgramFault) -> ProgramExpression {
    let base = try postfix()
    guard token().symbol == .power else { return base }
    let place = advance().range
    let exponent = try nested { parser throws(ProgramFault) in try parser.signed() }
    return joined(base, [.init(sign: .power, place: place, operand: exponent)])
  }

  func joined(_ first: ProgramExpression, _ links: [ProgramExpression.Link]) -> ProgramExpression {
    guard let last = links.last else { return first }
    let end = max(last.operand.range.upperBound, last.place.upperBound)
    return ProgramExpression(kind: .operation(first, links), range: first.range.lowerBound..<end)
  }
}

extension Token {
  fileprivate var comparison: ProgramOperator? {
    symbol?.isComparison == true ? symbol.flatMap { ProgramOperator(rawValue: $0.rawValue) } : nil
  }

  fileprivate var additive: ProgramOperator? {
    symbol == .plus || symbol == .minus ? symbol.flatMap { ProgramOperator(rawValue: $0.rawValue) } : nil
  }

  fileprivate var multiplicative: ProgramOperator? {
    switch symbol {
    case .times, .divide, .matrixProduct, .floorDivide, .remainder:
      symbol.flatMap { ProgramOperator(rawValue: $0.rawValue) }
    default: nil
    }
  }
}
