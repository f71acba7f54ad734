// What stands between operators: numbers, names, calls, lists, brackets, and what may follow them.

extension Parser {
  /// A primary with the methods, brackets and raised digits behind it.
  mutating func postfix() throws(ProgramFault) -> ProgramExpression {
    let start = token().range.lowerBound
    var value = try primary()
    while let next = try extended(value, from: start) {
      guard next.depth < Parser.deepestTree else {
        throw ProgramFault(
          next.range.upperBound..<next.range.upperBound,
          "too many methods and indices follow each other; use a name between")
      }
      value = next
    }
    return value
  }

  /// The value with the method, brackets or raised digits that follow it, nil if there are none.
  private mutating func extended(
    _ value: ProgramExpression, from start: Int
  ) throws(ProgramFault) -> ProgramExpression? {
    let next = token()
    switch next.kind {
    case .symbol(.openBracket): return try part(of: value, from: start)
    case .symbol(.dot): return try method(of: value, from: start)
    case .symbol(.transposed):
      advance()
      return call("transpose", next.range, [.init(name: nil, value: value)], from: start)
    case .superscript(let exponent):
      advance()
      let operand = ProgramExpression(kind: .number(exponent), range: next.range)
      return joined(value, [.init(sign: .power, place: next.range, operand: operand)])
    default: return nil
    }
  }

  private mutating func primary() throws(ProgramFault) -> ProgramExpression {
    let first = token()
    func leaf(_ kind: ProgramExpression.Kind) -> ProgramExpression { ProgramExpression(kind: kind, range: first.range) }
    switch first.kind {
    case .number(let value):
      advance()
      return leaf(.number(value))
    case .text(let text):
      advance()
      return leaf(.text(text))
    case .name(let word): return try named(word)
    case .symbol(.openParenthesis): return try parenthesised()
    case .symbol(.openBracket):
      advance()
      let entries = try entries(until: .closeBracket, openedBy: first)
      return ProgramExpression(kind: .list(entries.values), range: range(from: first.range.lowerBound))
    case .symbol(.bar): return try magnitude()
    case .symbol(.root), .symbol(.cubeRoot):
      advance()
      let operand = try nested { parser throws(ProgramFault) in try parser.postfix() }
      let function = first.symbol == .root ? "sqrt" : "cbrt"
      return call(function, first.range, [.init(name: nil, value: operand)], from: first.range.lowerBound)
    case .superscript, .symbol, .newline, .end:
      throw ProgramFault(first.range, "expected a value, found \(described(first))")
    }
  }

  func call(
    _ function: String, _ place: Range<Int>, _ arguments: [ProgramExpression.Argument], isMethod: Bool = false,
    from start: Int
  ) -> ProgramExpression {
    let call = ProgramExpression.Call(function: function, place: place, arguments: arguments, isMethod: isMethod)
    return ProgramExpression(kind: .call(call), range: range(from: start))
  }

  // MARK: Names and calls

  private mutating func named(_ word: String) throws(ProgramFault) -> ProgramExpression {
    let first = advance()
    func leaf(_ kind: ProgramExpression.Kind) -> ProgramExpression { ProgramExpression(kind: kind, range: first.range) }
    switch word {
    case "True": return leaf(.truth(true))
    case "False": return leaf(.truth(false))
    case "None": return leaf(.none)
    default: break
    }
    if Parser.prefixes.contains(word), !vocabulary.names.contains(word), token().symbol == .dot {
      return try prefixed()
    }
    if options.juxtaposition, vocabulary.isPrefix(word) { return try application(of: word, first) }
    guard token().symbol == .openParenthesis else {
      if options.juxtaposition, word.count > 1, vocabulary.function(word) != nil {
        throw ProgramFault(first.range, "the function '\(word)' needs its arguments in parentheses")
      }
      return leaf(.name(word))
    }
    // Functions and values have names of their own, except where a parenthesis may be a factor.
    let isFunction = (options.juxtaposition ? vocabulary.function(word) : ProgramFunction.named(word)) != nil
    if isFunction { return call(word, first.range, try arguments(), from: first.range.lowerBound) }
    guard options.juxtaposition, !vocabulary.isMisspelt(word) else { throw unknownFunction(word, first.range) }
    return leaf(.name(word))
  }

  /// Modules whose functions programs in Python name with a prefix: `np.exp(x)`.
  private static let prefixes: Set<String> = ["np", "numpy", "jnp", "torch", "math"]

  /// What stands behind the name of a module, which is left out.
  private mutating func prefixed() throws(ProgramFault) -> ProgramExpression {
    while skip(.dot) {
      if case .name(let word) = token().kind, token(1).symbol != .dot || ProgramFunction.named(word) != nil {
        return try named(word)
      }
      guard token().name != nil else { break }
      advance()
    }
    throw ProgramFault(token().range, "expected the name of a function, found \(described(token()))")
  }

  func unknownFunction(_ word: String, _ place: Range<Int>) -> ProgramFault {
    let quoted = source.quoted(place)
    if let suggestion = ProgramFunction.nearest(to: word) {
      return ProgramFault(place, "unknown function \(quoted); did you mean '\(suggestion)'?")
    }
    if vocabulary.names.contains(word) {
      return ProgramFault(place, "\(quoted) is a value and no function; a product is written \(word)*(…)")
    }
    return ProgramFault(place, "unknown function \(quoted)")
  }

  private mutating func method(of value: ProgramExpression, from start: Int) throws(ProgramFault) -> ProgramExpression {
    advance()
    let name = token()
    guard case .name(let word) = name.kind else {
      throw ProgramFault(name.range, "expected the name of a method, found \(described(name))")
    }
    advance()
    let receiver = ProgramExpression.Argument(name: nil, value: value)
    if word == "T" { return call("transpose", name.range, [receiver], isMethod: true, from: start) }
    guard ProgramFunction.named(word) != nil else {
      let suggestion = ProgramFunction.nearest(to: word)
      let remedy = suggestion.map { "; did you mean '\($0)'?" } ?? ""
      throw ProgramFault(name.range, "unknown method \(source.quoted(name.range))\(remedy)")
    }
    guard token().symbol == .openParenthesis else {
      throw ProgramFault(name.range, "the method '\(word)' needs parentheses: .\(word)()")
    }
    return call(word, name.range, [receiver] + (try arguments()), isMethod: true, from: start)
  }

  /// Arguments between parentheses; those with names come last.
  mutating func arguments() throws(ProgramFault) -> [ProgramExpression.Argument] {
    let opening = advance()
    let bars = openBars
    openBars = 0
    defer { openBars = bars }
    var arguments: [ProgramExpression.Argument] = []
    while token().symbol != .closeParenthesis {
      var name: String?
      if case .name(let word) = token().kind, token(1).symbol == .assign {
        (_, _, name) = (advance(), advance(), word)
      } else if arguments.last?.name != nil {
        throw ProgramFault(token().range, "an argument without a name follows one with a name; put it before")
      }
      let value = try nested { parser throws(ProgramFault) in try parser.expression() }
      arguments.append(.init(name: name, value: value))
      if !skip(.comma) { break }
    }
    try close(.closeParenthesis, openedBy: opening)
    return arguments
  }

  // MARK: Brackets

  /// Goes past a closing bracket, or says which bracket is open.
  private mutating func close(_ closing: Symbol, openedBy opening: Token) throws(ProgramFault) {
    if skip(closing) { return }
    let open = source.quoted(opening.range)
    guard token().kind != .end else { throw ProgramFault(opening.range, "\(open) is never closed") }
    throw ProgramFault(
      token().range, "expected ',' or '\(closing.rawValue)' to close \(open), found \(described(token()))")
  }

  /// Expressions with commas between them, and whether there was a comma at all.
  private mutating func entries(
    until closing: Symbol, openedBy opening: Token
  ) throws(ProgramFault) -> (values: [ProgramExpression], hasComma: Bool) {
    let bars = openBars
    openBars = 0
    defer { openBars = bars }
    var (values, hasComma): ([ProgramExpression], Bool) = ([], false)
    while token().symbol != closing {
      values.append(try nested { parser throws(ProgramFault) in try parser.expression() })
      guard skip(.comma) else { break }
      hasComma = true
    }
    try close(closing, openedBy: opening)
    return (values, hasComma)
  }

  private mutating func parenthesised() throws(ProgramFault) -> ProgramExpression {
    let opening = advance()
    let (values, hasComma) = try entries(until: .closeParenthesis, openedBy: opening)
    if let value = values.first, !hasComma {
      return ProgramExpression(kind: value.kind, range: range(from: opening.range.lowerBound))
    }
    return ProgramExpression(kind: .list(values), range: range(from: opening.range.lowerBound))
  }

  private mutating func magnitude() throws(ProgramFault) -> ProgramExpression {
    let opening = advance()
    openBars += 1
    defer { openBars -= 1 }
    let value = try nested { parser throws(ProgramFault) in try parser.expression() }
    guard skip(.bar) else {
      throw ProgramFault(opening.range, "'|' is never closed; the magnitude of x is written |x| or abs(x)")
    }
    return call("abs", opening.range, [.init(name: nil, value: value)], from: opening.range.lowerBound)
  }

  // MARK: Parts

  private mutating func part(of value: ProgramExpression, from start: Int) throws(ProgramFault) -> ProgramExpression {
    let opening = advance()
    let bars = openBars
    openBars = 0
    defer { openBars = bars }
    var selections: [ProgramExpression.Selection] = []
    while token().symbol != .closeBracket {
      selections.append(try selection())
      if !skip(.comma) { break }
    }
    try close(.closeBracket, openedBy: opening)
    guard !selections.isEmpty else {
      let place = range(from: opening.range.lowerBound)
      throw ProgramFault(place, "the brackets are empty; write an index or a slice, as in x[0, 1:3]")
    }
    return ProgramExpression(kind: .part(value, selections), range: range(from: start))
  }

  private mutating func selection() throws(ProgramFault) -> ProgramExpression.Selection {
    if skip(.ellipsis) { return .ellipsis }
    var bounds: [ProgramExpression?] = []
    while true {
      let isAbsent = [.colon, .comma, .closeBracket].contains(token().symbol)
      bounds.append(isAbsent ? nil : try nested { parser throws(ProgramFault) in try parser.expression() })
      if bounds.count == 3 || !skip(.colon) { break }
    }
    if bounds.count > 1 { return .slice(start: bounds[0], end: bounds[1], step: bounds.count > 2 ? bounds[2] : nil) }
    guard let index = bounds[0] else {
      throw ProgramFault(token().range, "expected an index, found \(described(token()))")
    }
    if case .none = index.kind { return .newAxis }
    return .index(index)
  }
}
