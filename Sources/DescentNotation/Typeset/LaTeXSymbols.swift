/// Characters and the commands that LaTeX with amsmath has for them.
enum LaTeXSymbols {
  /// A letter or sign in mathematics, nil if it isn't known.
  static func command(_ character: Character) -> String? {
    if let symbol = symbols[character] ?? greek[character] { return symbol }
    // A letter with a combining accent.
    let scalars = character.unicodeScalars
    guard scalars.count == 2, let first = scalars.first, let accent = scalars.last.flatMap(Name.Accent.init(combining:))
    else { return nil }
    let letter = Character(first)
    return greek[letter].map { accent.command($0) } ?? (letter.isASCII ? accent.command("\(letter)") : nil)
  }

  static func isGreek(_ character: Character) -> Bool { greek[character] != nil }

  private static let symbols: [Character: String] = [
    "−": "-", "·": "\\cdot", "×": "\\times", "±": "\\pm", "⊙": "\\odot", "⊗": "\\otimes", "∘": "\\circ", "≠": "\\ne",
    "≤": "\\le", "≥": "\\ge", "≈": "\\approx", "≡": "\\equiv", "∼": "\\sim", "∝": "\\propto", "≪": "\\ll",
    "≫": "\\gg", "∧": "\\land", "∨": "\\lor", "⊻": "\\mathbin{\\underline{\\lor}}", "¬": "\\lnot", "→": "\\to",
    "←": "\\gets", "↦": "\\mapsto", "⇒": "\\Rightarrow", "⇔": "\\Leftrightarrow", "∈": "\\in", "∉": "\\notin",
    "∂": "\\partial", "∇": "\\nabla", "∞": "\\infty", "Σ": "\\Sigma", "∑": "\\sum", "√": "\\surd", "…": "\\dots",
    "′": "\\prime", "∀": "\\forall", "∃": "\\exists", "‖": "\\|", "½": "\\tfrac{1}{2}", "ℝ": "\\mathbf{R}",
    "⌊": "\\lfloor", "⌋": "\\rfloor", "⌈": "\\lceil", "⌉": "\\rceil", "⟨": "\\langle", "⟩": "\\rangle",
    "<": "<", ">": ">", "|": "|",
  ]

  private static let greek: [Character: String] = [
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ϵ": "\\epsilon",
    "ζ": "\\zeta", "η": "\\eta", "θ": "\\theta", "ϑ": "\\vartheta", "ι": "\\iota", "κ": "\\kappa", "λ": "\\lambda",
    "μ": "\\mu", "µ": "\\mu", "ν": "\\nu", "ξ": "\\xi", "ο": "o", "π": "\\pi", "ρ": "\\rho", "σ": "\\sigma",
    "ς": "\\varsigma", "τ": "\\tau", "υ": "\\upsilon", "φ": "\\varphi", "ϕ": "\\phi", "χ": "\\chi", "ψ": "\\psi",
    "ω": "\\omega", "Γ": "\\Gamma", "Δ": "\\Delta", "Θ": "\\Theta", "Λ": "\\Lambda", "Ξ": "\\Xi", "Π": "\\Pi",
    "Σ": "\\Sigma", "Υ": "\\Upsilon", "Φ": "\\Phi", "Ψ": "\\Psi", "Ω": "\\Omega", "Α": "\\mathrm{A}",
    "Β": "\\mathrm{B}", "Ε": "\\mathrm{E}", "Ζ": "\\mathrm{Z}", "Η": "\\mathrm{H}", "Ι": "\\mathrm{I}",
    "Κ": "\\mathrm{K}", "Μ": "\\mathrm{M}", "Ν": "\\mathrm{N}", "Ο": "\\mathrm{O}", "Ρ": "\\mathrm{P}",
    "Τ": "\\mathrm{T}", "Χ": "\\mathrm{X}",
  ]

  /// Functions that have a command of their own.
  static let functions: Set<String> = [
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
    "inf", "ker", "lg", "lim", "ln", "log", "max", "min", "sec", "sin", "sinh", "sup", "tan", "tanh",
  ]

  /// What opens or closes a pair, and may grow; nil for other signs.
  static func delimiter(_ sign: String, isLeft: Bool) -> String? {
    switch sign {
    case "": "."
    case "(", ")", "[", "]": sign
    case "{", "}": "\\" + sign
    case "|": isLeft ? "\\lvert" : "\\rvert"
    case "‖": isLeft ? "\\lVert" : "\\rVert"
    case "⌊", "⌋", "⌈", "⌉", "⟨", "⟩": sign.first.flatMap { symbols[$0] }
    default: nil
    }
  }
}

extension Name.Accent {
  /// The accent above one letter.
  func command(_ letter: String) -> String {
    switch self {
    case .bar: "\\bar{\(letter)}"
    case .dot: "\\dot{\(letter)}"
    }
  }
}
