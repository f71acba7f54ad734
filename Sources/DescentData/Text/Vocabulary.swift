import DescentGraph

/// The tokens of a text, characters or words, and their numbers.
///
/// ```swift
/// let vocabulary = Vocabulary(charactersOf: text)
/// let tokens = try vocabulary.encode("To be")          // [32, 57, 1, 44, 47]
/// print(vocabulary.decode(tokens))                     // To be
/// ```
///
/// It can be encoded as JSON, to be kept beside the weights that were trained with it.
public struct Vocabulary: Codable, Equatable, Sendable {
  /// What a token is.
  public enum Unit: String, Codable, Sendable, CaseIterable {
    /// A character as a reader sees it: é is one, whatever it is made of.
    case characters
    /// A word or number, or a single character between them; white space is no token.
    case words
  }

  /// What a token is.
  public let unit: Unit
  /// The tokens; the number of a token is its place.
  public let tokens: [String]
  /// The number that stands for all that is not in the vocabulary, if there is one.
  public let unknownToken: Int?
  /// Whether texts are made lower case before they are divided.
  public let ignoresCase: Bool
  private let numbers: [String: Int]

  /// What ``decode(_:)`` writes for the unknown token.
  public static let unknownText = "<unk>"

  /// The number of tokens.
  public var count: Int { tokens.count }

  /// The characters that occur in a text, ordered by their code points.
  ///
  /// - Parameters:
  ///   - text: The text to train on.
  ///   - hasUnknownToken: Whether token 0 stands for all other characters, which are an error otherwise.
  public init(charactersOf text: String, hasUnknownToken: Bool = false) {
    let characters = Set(text).map(String.init).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
    self.init(.characters, (hasUnknownToken ? [Self.unknownText] : []) + characters, hasUnknownToken ? 0 : nil, false)
  }

  /// The words that occur in a text, the most frequent ones first, those of equal frequency in alphabetical order.
  ///
  /// Token 0 stands for all other words.
  ///
  /// - Parameters:
  ///   - text: The text to train on.
  ///   - ignoringCase: Whether upper and lower case are one.
  ///   - minimumFrequency: How often a word must occur to get a number.
  ///   - maximumCount: The most tokens that the vocabulary may have, the unknown one included.
  public init(
    wordsOf text: String, ignoringCase: Bool = false, minimumFrequency: Int = 1, maximumCount: Int = .max
  ) {
    var frequencies: [String: Int] = [:]
    for word in Self.words(of: ignoringCase ? text.lowercased() : text) { frequencies[String(word), default: 0] += 1 }
    let words = frequencies.filter { $0.value >= minimumFrequency && $0.key != Self.unknownText }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .prefix(max(0, maximumCount - 1)).map(\.key)
    self.init(.words, [Self.unknownText] + words, 0, ignoringCase)
  }

  private init(_ unit: Unit, _ tokens: [String], _ unknownToken: Int?, _ ignoresCase: Bool) {
    (self.unit, self.tokens, self.unknownToken, self.ignoresCase) = (unit, tokens, unknownToken, ignoresCase)
    numbers = Dictionary(zip(tokens, tokens.indices), uniquingKeysWith: { first, _ in first })
  }

  // MARK: Coding

  /// The tokens of a text as numbers.
  ///
  /// - Throws: ``DataError`` for a character that is not in the vocabulary, if that has no unknown token.
  public func encode(_ text: String) throws(DataError) -> [Int] {
    var result: [Int] = []
    switch unit {
    case .characters:
      result.reserveCapacity(text.utf8.count)
      for character in text { result.append(try number(of: String(character))) }
    case .words:
      for word in Self.words(of: ignoresCase ? text.lowercased() : text) { result.append(try number(of: String(word))) }
    }
    return result
  }

  private func number(of token: String) throws(DataError) -> Int {
    if let number = numbers[token] ?? unknownToken { return number }
    throw DataError(
      .mismatch, in: "text", "\(DataError.quoted(token)) is not among the \(count) tokens of the vocabulary",
      remedy: "make the vocabulary from all texts, or with hasUnknownToken: true")
  }

  /// The text that tokens stand for, words with a space between them.
  ///
  /// A number that is no token stops the program.
  public func decode(_ tokens: some Sequence<Int>) -> String {
    let texts = tokens.map { token in
      guard self.tokens.indices ~= token else {
        Failure.stop(.init(.indexOutOfBounds, "decode", "there is no token \(token) among \(count)"))
        return ""
      }
      return self.tokens[token]
    }
    return texts.joined(separator: unit == .words ? " " : "")
  }

  /// Words and numbers with their apostrophes, and each other character that is no white space.
  private static func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    var start = text.startIndex
    while start < text.endIndex {
      let character = text[start]
      let next = text.index(after: start)
      if character.isWhitespace {
        start = next
      } else {
        let isWord = isOfWord(character)
        let end = isWord ? text[next...].firstIndex { !isOfWord($0) && $0 != "'" && $0 != "’" } ?? text.endIndex : next
        words.append(text[start..<end])
        start = end
      }
    }
    return words
  }

  private static func isOfWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}

extension Vocabulary {
  private enum CodingKeys: String, CodingKey { case unit, tokens, unknownToken, ignoresCase }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let tokens = try values.decode([String].self, forKey: .tokens)
    let unknown = try values.decodeIfPresent(Int.self, forKey: .unknownToken)
    guard unknown.map(tokens.indices.contains) ?? true else {
      throw DecodingError.dataCorruptedError(
        forKey: .unknownToken, in: values, debugDescription: "the unknown token is not among the \(tokens.count) tokens"
      )
    }
    self.init(
      try values.decode(Unit.self, forKey: .unit), tokens, unknown, try values.decode(Bool.self, forKey: .ignoresCase))
  }

  /// Writes the tokens.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(unit, forKey: .unit)
    try values.encode(tokens, forKey: .tokens)
    try values.encodeIfPresent(unknownToken, forKey: .unknownToken)
    try values.encode(ignoresCase, forKey: .ignoresCase)
  }
}
