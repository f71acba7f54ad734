/// A word of a program's text.
struct Token: Sendable {
  enum Kind: Hashable, Sendable {
    case number(Double)
    case name(String)
    /// Characters between quotes.
    case text(String)
    /// A raised whole number: `²`.
    case superscript(Double)
    case symbol(Symbol)
    /// The end of a line outside brackets.
    case newline
    case end
  }

  let kind: Kind
  let range: Range<Int>

  /// The symbol, if it is one.
  var symbol: Symbol? { if case .symbol(let symbol) = kind { symbol } else { nil } }

  /// The name, if it is one.
  var name: String? { if case .name(let name) = kind { name } else { nil } }
}

/// The signs of the notation; the raw value is the usual spelling.
enum Symbol: String, Hashable, Sendable, CaseIterable {
  case plus = "+", minus = "-", times = "*", divide = "/", matrixProduct = "@", remainder = "%", floorDivide = "//"
  case power = "**"
  case equal = "==", notEqual = "!=", less = "<", lessEqual = "<=", greater = ">", greaterEqual = ">="
  case assign = "="
  case openParenthesis = "(", closeParenthesis = ")", openBracket = "[", closeBracket = "]"
  case comma = ",", colon = ":", semicolon = ";", dot = ".", ellipsis = "..."
  case bar = "|", root = "√", cubeRoot = "∛", transposed = "ᵀ"

  /// Other spellings of the same signs.
  private static let alternatives: [String: Symbol] = [
    "−": .minus, "–": .minus, "·": .times, "⋅": .times, "×": .times, "∗": .times, "÷": .divide, "∕": .divide,
    "•": .matrixProduct, "^": .power, "≤": .lessEqual, "≥": .greaterEqual, "≠": .notEqual, "…": .ellipsis,
  ]

  /// Every spelling by its first character, the longest first.
  private static let spellings: [Character: [(spelling: [Character], symbol: Symbol)]] = {
    let usual = allCases.map { (spelling: Array($0.rawValue), symbol: $0) }
    let all = usual + alternatives.map { (spelling: Array($0.key), symbol: $0.value) }
    return Dictionary(grouping: all) { $0.spelling[0] }
      .mapValues { $0.sorted { $0.spelling.count > $1.spelling.count } }
  }()

  /// The symbol with the longest spelling that begins at a place, and the length of that spelling.
  static func longest(in characters: [Character], at place: Int) -> (symbol: Symbol, length: Int)? {
    let found = spellings[characters[place]]?.first { characters[place...].starts(with: $0.spelling) }
    return found.map { ($0.symbol, $0.spelling.count) }
  }

  /// Whether a bracket opens, so that lines may break until it closes.
  var opens: Bool { self == .openParenthesis || self == .openBracket }

  /// Whether a bracket closes.
  var closes: Bool { self == .closeParenthesis || self == .closeBracket }

  /// Whether it computes a number from two.
  var isArithmetic: Bool {
    switch self {
    case .plus, .minus, .times, .divide, .matrixProduct, .remainder, .floorDivide, .power: true
    default: false
    }
  }

  /// Whether it compares.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
    default: false
    }
  }
}
