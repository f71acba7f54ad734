/// Finds derivative marks among the tokens of a side, and reads what is left as an expression.
struct WorkMarkReader {
  let text: WorkText
  /// The names that the work defines, with their parameters.
  let definitions: [String: [String]]
  let juxtaposition: Bool
  private var depth = 0

  private static let deepestNesting = 6

  init(_ text: WorkText, definitions: [String: [String]], juxtaposition: Bool) {
    (self.text, self.definitions, self.juxtaposition) = (text, definitions, juxtaposition)
  }

  /// Reads the tokens between two equals signs.
  mutating func side(_ tokens: [Token]) throws(ProgramFault) -> WorkSide {
    guard depth < Self.deepestNesting else {
      throw ProgramFault(
        tokens[0].range, "derivatives nest deeper than \(Self.deepestNesting) levels; give the inner ones names")
    }
    depth += 1
    defer { depth -= 1 }
    var (place, words, marks) = (0, [Token](), [String: WorkMark]())
    while place < tokens.count {
      if let (mark, end) = try mark(tokens, at: place) {
        let name = text.text(mark.range).filter { !$0.isWhitespace }
        marks[name] = mark
        words.append(Token(kind: .name(name), range: mark.range))
        place = end
      } else {
        words.append(tokens[place])
        place += 1
      }
    }
    let last = tokens[tokens.count - 1].range.upperBound
    let range = tokens[0].range.lowerBound..<text.end(ofPrimesAt: last)
    words.append(Token(kind: .end, range: range.upperBound..<range.upperBound))
    let options = Program.Options(juxtaposition: juxtaposition, names: Set(definitions.keys).union(marks.keys))
    var parser = Parser(text.source, tokens: words, options: options)
    return WorkSide(expression: try parser.program()[0].expression, marks: marks, range: range)
  }

  /// The mark that begins at a token, and the token behind it.
  private mutating func mark(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (mark: WorkMark, end: Int)? {
    if let found = try differential(tokens, at: start) { return found }
    if let found = try primedGroup(tokens, at: start) { return found }
    return try application(tokens, at: start)
  }

  // MARK: df/dx and d/dx(…)

  private mutating func differential(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (mark: WorkMark, end: Int)? {
    guard let top = try numerator(tokens, at: start), let bottom = try denominator(tokens, at: top.end + 1) else {
      return nil
    }
    var end = bottom.end
    let target: WorkMark.Target
    if let named = top.target {
      target = named
    } else {
      let operand = operandEnd(tokens, from: end)
      let place = tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound
      guard operand > end else {
        throw ProgramFault(
          place, "expected what is differentiated behind \(text.source.quoted(place)), as in d/dx(x^2)")
      }
      target = .side(try side(unbracketed(Array(tokens[end..<operand]))))
      end = operand
    }
    let range = tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound
    guard top.order == bottom.variables.count else {
      throw ProgramFault(
        range,
        "the order is \(top.order) above and \(bottom.variables.count) below the line; a second derivative is d²f/dx²")
    }
    let isPartial = text.partials.contains(tokens[start].range.lowerBound)
    return (
      WorkMark(
        target: target, variables: .named(bottom.variables.reversed()), isPartial: isPartial, arguments: [],
        range: range), end
    )
  }

  /// `d`, `d²`, `df`, `d²f`, `d(…)`; the end is the division sign.
  private mutating func numerator(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (target: WorkMark.Target?, order: Int, end: Int)? {
    guard let word = tokens[start].name, word.first == "d" else { return nil }
    func isDivision(_ place: Int) -> Bool { place < tokens.count && tokens[place].symbol == .divide }
    if word.count > 1 {
      let name = String(word.dropFirst())
      guard isDivision(start + 1), isVariable(name), !isPlainName(word, tokens[start]) else { return nil }
      return (.name(name), 1, start + 1)
    }
    let (order, place) = power(tokens, at: start + 1)
    if isDivision(place) { return (nil, order, place) }
    guard place < tokens.count else { return nil }
    if let name = tokens[place].name, isDivision(place + 1), isVariable(name) { return (.name(name), order, place + 1) }
    guard tokens[place].symbol == .openParenthesis, let close = closing(tokens, of: place), isDivision(close + 1),
      close + 2 < tokens.count, tokens[close + 2].name?.first == "d"
    else { return nil }
    return (.side(try side(unbracketed(Array(tokens[place...close])))), order, close + 1)
  }

  /// `dx`, `dx²`, `dx dy`: the variables in the order of the text.
  private func denominator(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (variables: [String], end: Int)? {
    var (place, variables) = (start, [String]())
    while place < tokens.count, let word = tokens[place].name, word.first == "d" {
      let isAdjacent = place == start || tokens[place - 1].range.upperBound == tokens[place].range.lowerBound
      guard isAdjacent, !(place == start && isPlainName(word, tokens[place])) else { break }
      let names =
        word.count > 1 ? variableNames(word) : tokens.indices.contains(place + 1) ? [tokens[place + 1].name] : []
      let found = names.compactMap(\.self)
      guard !found.isEmpty, found.count == names.count, found.allSatisfy(isVariable) else { break }
      let (order, next) = power(tokens, at: place + (word.count > 1 ? 1 : 2))
      guard order <= 10 else { throw ProgramFault(tokens[place].range, "derivatives up to the tenth can be checked") }
      variables += found.dropLast() + [String](repeating: found[found.count - 1], count: order)
      place = next
    }
    return variables.isEmpty ? nil : (variables, place)
  }

  /// The x and y of `dxdy`, or the one name behind the d.
  private func variableNames(_ word: String) -> [String?] {
    let rest = String(word.dropFirst())
    if definitions[rest] != nil { return [rest] }
    var (names, letters) = ([String](), Array(rest)[...])
    while let letter = letters.popFirst() {
      let digits = letters.prefix { $0.isNameDigit || $0 == "_" }
      letters = letters.dropFirst(digits.count)
      names.append(String(letter) + String(digits))
      if letters.isEmpty { return names }
      guard letters.popFirst() == "d" else { break }
    }
    return [rest]
  }

  /// A power behind a d or a variable, 1 if there is none.
  private func power(_ tokens: [Token], at place: Int) -> (order: Int, end: Int) {
    guard place < tokens.count else { return (1, place) }
    if case .superscript(let value) = tokens[place].kind, let order = Int(exactly: value), order > 0 {
      return (order, place + 1)
    }
    guard tokens[place].symbol == .power, place + 1 < tokens.count, case .number(let value) = tokens[place + 1].kind,
      let order = Int(exactly: value), order > 0
    else { return (1, place) }
    return (order, place + 2)
  }

  /// Whether a name can be differentiated by, or is differentiated.
  private func isVariable(_ name: String) -> Bool {
    definitions[name] != nil || name.isVariableName || Vocabulary.wholeWords.contains(name)
  }

  /// Whether the work itself gives `dx` a meaning.
  private func isPlainName(_ word: String, _ token: Token) -> Bool {
    definitions[word] != nil && !text.partials.contains(token.range.lowerBound)
  }

  /// Where the operand of d/dx ends: brackets with their power, or factors side by side.
  private func operandEnd(_ tokens: [Token], from start: Int) -> Int {
    var place = start
    let isGroup = start < tokens.count && [.openParenthesis, .openBracket].contains(tokens[start].symbol)
    while place < tokens.count {
      switch tokens[place].symbol {
      case .openParenthesis, .openBracket:
        if isGroup, place > start { return place }
        guard let close = closing(tokens, of: place) else { return tokens.count }
        place = close + 1
      case .power:
        place += 1
        while place < tokens.count, tokens[place].symbol == .minus { place += 1 }
        if place < tokens.count, tokens[place].symbol != .openParenthesis { place += 1 }
        if place < tokens.count, tokens[place - 1].symbol == .power, let close = closing(tokens, of: place) {
          place = close + 1
        }
      case .minus where place == start: place += 1
      case nil:
        if case .superscript = tokens[place].kind {} else if isGroup { return place }
        if tokens[place].name?.first == "d", place > start, place + 1 < tokens.count,
          tokens[place + 1].symbol == .divide
        {
          return place
        }
        place += 1
      case .root, .cubeRoot, .bar, .dot, .transposed: place += 1
      default: return place
      }
    }
    return place
  }

  // MARK: f' and f(2)

  /// `f'`, `f'(2)`, `(x²)'`, `sin(x)'`.
  private mutating func primedGroup(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (mark: WorkMark, end: Int)? {
    if let name = tokens[start].name, let times = text.primes[tokens[start].range.upperBound] {
      let arguments = try self.arguments(tokens, at: start + 1)
      let isPlain = arguments.sides.map(\.onlyName) == definitions[name]?.map { $0 }
      return mark(
        tokens, start..<arguments.end, .name(name), .only(times: times), isPlain ? [] : arguments.sides)
    }
    let opening = tokens[start].name != nil ? start + 1 : start
    guard opening < tokens.count, tokens[opening].symbol == .openParenthesis,
      opening == start || tokens[opening].range.lowerBound == tokens[start].range.upperBound,
      let close = closing(tokens, of: opening), let times = text.primes[tokens[close].range.upperBound]
    else { return nil }
    let inner = Array(tokens[start...close])
    let target = try side(opening == start ? unbracketed(inner) : inner)
    return mark(tokens, start..<close + 1, .side(target), .only(times: times), [])
  }

  /// `f(2)` for a function that the work defines.
  private mutating func application(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (mark: WorkMark, end: Int)? {
    guard let name = tokens[start].name, let parameters = definitions[name], !parameters.isEmpty,
      start + 1 < tokens.count, tokens[start + 1].symbol == .openParenthesis
    else { return nil }
    let arguments = try self.arguments(tokens, at: start + 1)
    guard arguments.sides.count == parameters.count else {
      throw ProgramFault(
        tokens[start].range, "'\(name)' takes \(parameters.count) arguments, and has \(arguments.sides.count) here")
    }
    let isPlain = arguments.sides.map(\.onlyName) == parameters
    return mark(tokens, start..<arguments.end, .name(name), .only(times: 0), isPlain ? [] : arguments.sides)
  }

  private func mark(
    _ tokens: [Token], _ places: Range<Int>, _ target: WorkMark.Target, _ variables: WorkMark.Variables,
    _ arguments: [WorkSide]
  ) -> (mark: WorkMark, end: Int) {
    var range = tokens[places.lowerBound].range.lowerBound..<tokens[places.upperBound - 1].range.upperBound
    range = range.lowerBound..<text.end(ofPrimesAt: range.upperBound)
    return (
      WorkMark(target: target, variables: variables, isPartial: false, arguments: arguments, range: range),
      places.upperBound
    )
  }

  /// Sides with commas between them in parentheses, none if there is no parenthesis.
  private mutating func arguments(
    _ tokens: [Token], at start: Int
  ) throws(ProgramFault) -> (sides: [WorkSide], end: Int) {
    guard start < tokens.count, tokens[start].symbol == .openParenthesis, let close = closing(tokens, of: start) else {
      return ([], start)
    }
    var sides: [WorkSide] = []
    for part in tokens[start + 1..<close].parts(separatedBy: .comma) {
      guard !part.isEmpty else { throw ProgramFault(tokens[start].range, "an argument is missing") }
      sides.append(try side(Array(part)))
    }
    return (sides, close + 1)
  }

  // MARK: Brackets

  private func closing(_ tokens: [Token], of opening: Int) -> Int? {
    var depth = 0
    for place in opening..<tokens.count {
      if tokens[place].symbol?.opens == true { depth += 1 }
      if tokens[place].symbol?.closes == true { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }

  /// The tokens without brackets around all of them.
  private func unbracketed(_ tokens: [Token]) -> [Token] {
    guard tokens.count > 2, [.openParenthesis, .openBracket].contains(tokens[0].symbol),
      closing(tokens, of: 0) == tokens.count - 1
    else { return tokens }
    return Array(tokens[1..<tokens.count - 1])
  }
}

extension WorkSide {
  /// The name that the side is, if it is no more.
  fileprivate var onlyName: String? { if case .name(let name) = expression.kind { name } else { nil } }
}

extension String {
  /// Whether it is a letter with digits behind it, as variables of mathematics are.
  var isVariableName: Bool {
    guard let first, first.isLetter else { return false }
    return dropFirst().allSatisfy { $0.isNameDigit || $0 == "_" }
  }
}

extension Collection<Token> {
  /// The parts between symbols outside brackets.
  func parts(separatedBy symbol: Symbol) -> [SubSequence] {
    var (parts, start, depth) = ([SubSequence](), startIndex, 0)
    for index in indices {
      if self[index].symbol?.opens == true { depth += 1 }
      if self[index].symbol?.closes == true { depth -= 1 }
      if depth == 0, self[index].symbol == symbol {
        parts.append(self[start..<index])
        start = self.index(after: index)
      }
    }
    return parts + [self[start...]]
  }
}
