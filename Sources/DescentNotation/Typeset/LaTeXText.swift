// Names and words, which may hold any characters, as LaTeX.

extension LaTeXWriter {
  /// The letters of a quantity, with or without an accent.
  static func identifier(_ letters: String, _ accent: Name.Accent? = nil) -> String {
    let text = identifier(letters)
    guard let accent else { return text }
    // A bar grows with the letters, a dot can't.
    return accent == .bar && letters.count > 1 ? "\\overline{\(text)}" : accent.command(text)
  }

  private static func identifier(_ letters: String) -> String {
    if letters.count == 1, let letter = letters.first {
      if letter.isPlain { return letters }
      if let command = LaTeXSymbols.command(letter) { return command }
    }
    guard !letters.isEmpty, letters.allSatisfy({ $0.isPlain || "_.".contains($0) || LaTeXSymbols.isGreek($0) }) else {
      return "\\textit{\(escaped(letters))}"
    }
    return "\\mathit{"
      + joined(letters.map { $0 == "_" ? "\\_" : LaTeXSymbols.isGreek($0) ? LaTeXSymbols.command($0)! : "\($0)" })
      + "}"
  }

  /// The name of a function: `\cos`, `\operatorname{softmax}`.
  static func function(_ name: String) -> String {
    if LaTeXSymbols.functions.contains(name) { return "\\" + name }
    if name.allSatisfy(\.isPlain) { return "\\operatorname{\(name)}" }
    if name.count == 1, let command = name.first.flatMap(LaTeXSymbols.command) { return "\\operatorname{\(command)}" }
    return "\\operatorname{\\text{\(escaped(name))}}"
  }

  /// `\text{words}`.
  static func words(_ words: String) -> String { "\\text{\(escaped(words))}" }

  /// One index: a number, a letter, or a name.
  static func index(_ text: String) -> String {
    if text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "−" }) {
      return text.map { $0 == "−" ? "-" : "\($0)" }.joined()
    }
    return identifier(text)
  }

  /// `11`, or `10,1` with commas if an index has several characters.
  static func indices(_ texts: [String]) -> String {
    let isLong = texts.contains { $0.count > 1 }
    return joined(Array(texts.map { [index($0)] }.joined(separator: isLong ? [","] : [])))
  }

  /// What is between the braces of `\text{}`.
  static func escaped(_ text: String) -> String { text.map(escaped).joined() }

  private static func escaped(_ character: Character) -> String {
    switch character {
    case "\\": return "\\textbackslash{}"
    case "^": return "\\textasciicircum{}"
    case "~": return "\\textasciitilde{}"
    case "`": return "\\textasciigrave{}"
    // Two of them would become a dash.
    case "-": return "-{}"
    case "′": return "'"
    case "{", "}", "$", "&", "#", "%", "_": return "\\\(character)"
    default: break
    }
    if character.isControl { return " " }
    if let command = LaTeXSymbols.command(character) { return "$\(command)$" }
    let (_, lowered) = Scripts.splitSubscripts("x\(character)")
    if let index = lowered.first { return "$_{\(self.index(index))}$" }
    let levelled = Scripts.levelled("\(character)")
    return levelled == "\(character)" ? levelled : "$^{\(mark(levelled))}$"
  }

  /// A sign as an exponent.
  static func mark(_ sign: String) -> String {
    joined(sign.map { $0 == "T" ? "\\mathsf{T}" : $0.isPlain ? "\($0)" : self.sign("\($0)") })
  }

  /// A sign of mathematics, or words where it has none.
  static func sign(_ sign: String) -> String {
    if sign.count == 1, let character = sign.first {
      if sign == "d" { return "\\mathrm{d}" }
      if let command = LaTeXSymbols.command(character) { return command }
      if character.isASCII, !"\\{}$&#%_^~`".contains(character), !character.isControl { return sign }
    }
    return words(sign)
  }

  /// Pieces one after the other, with a space where a command would run into a letter.
  static func joined(_ pieces: [String]) -> String {
    pieces.reduce(into: "") { text, piece in
      if let first = piece.first, first.isPlain, first.isLetter, text.endsWithCommand { text += " " }
      text += piece
    }
  }
}

extension Character {
  /// Whether it is a letter or digit of ASCII.
  fileprivate var isPlain: Bool { isASCII && (isLetter || isNumber) }

  var isControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}

extension String {
  /// Whether it ends in a backslash and letters.
  fileprivate var endsWithCommand: Bool {
    let letters = reversed().prefix { $0.isASCII && $0.isLetter }
    return !letters.isEmpty && dropLast(letters.count).last == "\\"
  }
}

extension String {
  /// The words for LaTeX outside formulas, with their special characters escaped and signs of mathematics between dollars.
  public var latexEscaped: String { LaTeXWriter.escaped(self) }
}
