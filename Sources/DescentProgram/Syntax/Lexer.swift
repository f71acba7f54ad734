/// From text to tokens.
struct Lexer {
  private let source: ProgramText
  private var place = 0
  /// How many brackets are open: inside them the end of a line means nothing.
  private var bracketDepth = 0
  private var tokens: [Token] = []

  private init(_ source: ProgramText) { self.source = source }

  /// The tokens of a text; the last one is `.end`.
  static func tokens(of source: ProgramText) throws(ProgramFault) -> [Token] {
    var lexer = Lexer(source)
    while lexer.place < source.characters.count { try lexer.advance() }
    lexer.append(.end, length: 0)
    return lexer.tokens
  }

  private var characters: [Character] { source.characters }

  /// The character so far ahead, nil behind the end.
  private func character(_ distance: Int = 0) -> Character? {
    place + distance < source.characters.count ? source.characters[place + distance] : nil
  }

  private mutating func append(_ kind: Token.Kind, length: Int) {
    tokens.append(Token(kind: kind, range: place..<place + length))
    place += length
  }

  private mutating func advance() throws(ProgramFault) {
    guard let first = character() else { return }
    if first.isNewline {
      if bracketDepth == 0 { append(.newline, length: 1) } else { place += 1 }
    } else if first.isWhitespace {
      place += 1
    } else if first == "#" {
      place = characters[place...].firstIndex { $0.isNewline } ?? characters.count
    } else if first == "\\", character(1)?.isNewline == true {
      place += 2
    } else if first.isDecimalDigit || (first == "." && character(1)?.isDecimalDigit == true) {
      try appendNumber()
    } else if first.isNameStart {
      let end = characters[place...].firstIndex { !$0.isNamePart } ?? characters.count
      append(.name(String(characters[place..<end])), length: end - place)
    } else if first.superscriptDigit != nil || first == "⁻" || first == "⁺" {
      try appendSuperscript()
    } else if first == "'" || first == "\"" {
      try appendText(until: first)
    } else {
      try appendSymbol(first)
    }
  }

  private mutating func appendSymbol(_ first: Character) throws(ProgramFault) {
    guard let (symbol, length) = Symbol.longest(in: characters, at: place) else {
      throw ProgramFault(place..<place + 1, "unexpected character \(Lexer.described(first))")
    }
    if symbol.opens { bracketDepth += 1 }
    if symbol.closes { bracketDepth = max(0, bracketDepth - 1) }
    if symbol.isArithmetic, character(length) == "=", character(length + 1) != "=" {
      let range = place..<place + length + 1
      throw ProgramFault(
        range, "\(source.quoted(range)) is not available; write the name twice, as in x = x \(symbol.rawValue) 1")
    }
    append(.symbol(symbol), length: length)
  }

  /// A character in quotes, or its code point if it can't be seen.
  private static func described(_ character: Character) -> String {
    guard let scalar = character.unicodeScalars.first, scalar.properties.generalCategory != .control,
      scalar.properties.generalCategory != .format
    else {
      return character.unicodeScalars.first.map { "U+" + String($0.value, radix: 16, uppercase: true) } ?? "''"
    }
    return "'\(character)'"
  }

  private mutating func appendText(until quote: Character) throws(ProgramFault) {
    let end = characters[(place + 1)...].firstIndex { $0 == quote || $0.isNewline }
    guard let end, characters[end] == quote else {
      throw ProgramFault(place..<place + 1, "a text begins with \(quote) and never ends; close it on the same line")
    }
    append(.text(String(characters[place + 1..<end])), length: end + 1 - place)
  }

  // MARK: Numbers

  private mutating func appendSuperscript() throws(ProgramFault) {
    let sign = character().map { "⁻⁺".contains($0) } == true ? 1 : 0
    var (length, value) = (sign, 0.0)
    while let digit = character(length)?.superscriptDigit {
      value = 10 * value + Double(digit)
      length += 1
    }
    guard length > sign else {
      throw ProgramFault(place..<place + 1, "a raised sign must stand before a raised digit, as in x⁻¹")
    }
    guard value.isFinite else { throw ProgramFault(place..<place + length, "the exponent is too large") }
    append(.superscript(character() == "⁻" ? -value : value), length: length)
  }

  private mutating func appendNumber() throws(ProgramFault) {
    /// How far digits go from a distance; single underscores may stand between them.
    func digits(from start: Int) -> Int {
      var end = start
      while character(end)?.isDecimalDigit == true
        || (end > start && character(end) == "_" && character(end + 1)?.isDecimalDigit == true)
      { end += 1 }
      return end
    }
    var length = digits(from: 0)
    // `1.` is a number, `1...` is not a number and two dots.
    if character(length) == ".", character(length + 1) != "." { length = digits(from: length + 1) }
    if character(length) == "e" || character(length) == "E" {
      let sign = character(length + 1).map { "+-−".contains($0) } == true ? 1 : 0
      // Otherwise the letter is the name e, as in 2e^x.
      if character(length + 1 + sign)?.isDecimalDigit == true { length = digits(from: length + 1 + sign) }
    }
    let range = place..<place + length
    let text = String(characters[range].compactMap { $0 == "_" ? nil : $0 == "−" ? "-" : $0 })
    guard length <= 400, let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else {
      throw ProgramFault(range, "the number \(source.quoted(range)) is too large or has too many digits")
    }
    append(.number(value), length: length)
  }
}

extension Character {
  fileprivate var isDecimalDigit: Bool { ("0"..."9").contains(self) }

  /// The value of a raised digit.
  fileprivate var superscriptDigit: Int? {
    switch self {
    case "¹": 1
    case "²": 2
    case "³": 3
    case "⁰", "⁴"..."⁹": unicodeScalars.first.map { Int($0.value) - 0x2070 }
    default: nil
    }
  }

  /// Whether a name may begin so: with a letter, also of other scripts, or `_`; raised letters are none.
  fileprivate var isNameStart: Bool {
    self == "_" || (isLetter && unicodeScalars.first?.properties.generalCategory != .modifierLetter)
  }

  /// Whether a name may go on so: letters, digits, lowered digits as in y₁.
  var isNamePart: Bool { isNameStart || isNameDigit }

  /// Whether it is a digit as names have them.
  var isNameDigit: Bool { isDecimalDigit || ("₀"..."₉").contains(self) }
}
