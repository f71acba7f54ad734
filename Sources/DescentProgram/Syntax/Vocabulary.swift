/// What words of a text mean, and how words that mean nothing fall into letters.
struct Vocabulary {
  /// The names that are known as a whole.
  let names: Set<String>

  init(_ tokens: [Token], _ options: Program.Options) {
    let assigned = zip(tokens, tokens.dropFirst()).compactMap { $1.symbol == .assign ? $0.name : nil }
    names = options.names.union(assigned)
  }

  /// The function of a name, unless the name is one of the program's.
  func function(_ word: String) -> ProgramFunction? { names.contains(word) ? nil : ProgramFunction.named(word) }

  /// Whether a word is a function that may stand before its operand without parentheses.
  func isPrefix(_ word: String) -> Bool { function(word)?.isPrefix == true && word.count > 1 }

  // MARK: Words as products

  /// The tokens with each unknown word replaced by its letters.
  func split(_ tokens: [Token]) -> [Token] {
    var result: [Token] = []
    result.reserveCapacity(tokens.count)
    for (index, token) in tokens.enumerated() {
      guard case .name(let word) = token.kind, word.count > 1,
        tokens[index + 1].symbol != .assign, index == 0 || tokens[index - 1].symbol != .dot, !isWhole(word),
        tokens[index + 1].symbol != .openParenthesis || !isMisspelt(word)
      else {
        result.append(token)
        continue
      }
      let letters = Array(word)
      var start = 0
      while start < letters.count {
        let end = start + length(ofPieceIn: letters, from: start)
        let range = token.range.lowerBound + start..<token.range.lowerBound + end
        result.append(Token(kind: .name(String(letters[start..<end])), range: range))
        start = end
      }
    }
    return result
  }

  private func isWhole(_ word: String) -> Bool {
    word.contains("_") || names.contains(word) || ProgramFunction.named(word) != nil
      || ProgramConstants.values[word] != nil || Vocabulary.wholeWords.contains(word)
  }

  /// Whether a word before a parenthesis is more likely a function with a typing mistake than a product of letters.
  func isMisspelt(_ word: String) -> Bool {
    !names.contains(word) && ProgramFunction.nearest(to: word) != nil
  }

  /// The longest known word from a place, or a letter with the digits behind it.
  private func length(ofPieceIn letters: [Character], from start: Int) -> Int {
    for length in stride(from: min(16, letters.count - start), to: 1, by: -1) {
      let word = String(letters[start..<start + length])
      if names.contains(word) || Vocabulary.embeddedWords.contains(word) { return length }
    }
    return 1 + letters[(start + 1)...].prefix { $0.isNameDigit }.count
  }

  /// What is meant as a whole also next to letters: `xsin x`, `2pix`.
  private static let embeddedWords: Set<String> = [
    "pi", "exp", "ln", "log", "sqrt", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "asin",
    "acos", "atan", "sinh", "cosh", "tanh",
  ]

  /// Words that no one means as a product: of the notation, and Greek letters spelt out.
  static let wholeWords: Set<String> = [
    "True", "False", "None", "if", "else", "for", "np", "numpy", "jnp", "torch", "math", "alpha", "beta", "gamma",
    "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "rho", "sigma",
    "tau", "upsilon", "phi", "chi", "psi", "omega",
  ]
}
