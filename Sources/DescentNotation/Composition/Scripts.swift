/// The raised and lowered characters that Unicode has.
enum Scripts {
  private static let plain = Array("0123456789+−=()ijklmnpstuvaehorxTβγρφχ")
  private static let lowered = Array("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ᵢⱼₖₗₘₙₚₛₜᵤᵥₐₑₕₒᵣₓ\u{0}ᵦᵧᵨᵩᵪ")
  private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱʲᵏˡᵐⁿᵖˢᵗᵘᵛᵃᵉʰᵒʳˣᵀᵝᵞ\u{0}ᵠᵡ")

  private static let subscripts = table(from: plain, to: lowered)
  private static let superscripts = table(from: plain, to: raised).merging(["*": "*", "′": "′", "-": "⁻"]) { $1 }
  private static let fromSubscripts = table(from: lowered, to: plain)
  private static let fromSuperscripts = table(from: raised, to: plain)

  private static func table(from: [Character], to: [Character]) -> [Character: Character] {
    let pairs = zip(from, to).filter { $0 != "\u{0}" && $1 != "\u{0}" }
    return Dictionary(pairs) { first, _ in first }
  }

  /// The text lowered, nil if Unicode lacks one of its characters.
  static func lowered(_ text: String) -> String? { map(text, subscripts) }

  /// The text raised, nil if Unicode lacks one of its characters.
  static func raised(_ text: String) -> String? { map(text, superscripts) }

  /// The text in ordinary characters: `T` for `ᵀ`.
  static func levelled(_ text: String) -> String { String(text.map { fromSuperscripts[$0] ?? $0 }) }

  /// Takes lowered characters off the end: `t₁` is `t` and 1.
  static func splitSubscripts(_ text: String) -> (base: String, indices: [String]) {
    let base = text.prefix(text.count - text.reversed().prefix { fromSubscripts[$0] != nil }.count)
    guard !base.isEmpty, base.count < text.count else { return (text, []) }
    return (String(base), [String(text.dropFirst(base.count).compactMap { fromSubscripts[$0] })])
  }

  private static func map(_ text: String, _ table: [Character: Character]) -> String? {
    let mapped = text.compactMap { table[$0] }
    return mapped.count == text.count ? String(mapped) : nil
  }
}
