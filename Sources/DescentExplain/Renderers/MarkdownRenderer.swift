import DescentNotation

extension Derivation {
  /// The derivation in Markdown, with formulas between dollar signs, as GitHub and notebooks render them.
  public var markdown: String { document.markdown }
}

extension Document {
  /// The document in Markdown.
  var markdown: String { "# \(title.markdownEscaped)\n\n" + blocks.map(\.markdown).joined(separator: "\n\n") + "\n" }
}

extension Document.Block {
  fileprivate var markdown: String {
    switch self {
    case .heading(let text): "## \(text.markdownEscaped)"
    case .paragraph(let text): text.markdownEscaped
    case .formula(let formula): "$$\n\(formula.latex)\n$$"
    case .equations(let formulas): "$$\n\(formulas.aligned)\n$$"
    case .step(let number, let title, let rule): "### \(number). $\(title.latex)$ (\(rule.markdownEscaped))"
    case .remark(let text): "- \(text.markdownEscaped)"
    case .table(let rows): Document.Block.table(rows)
    case .warning(let text): "**\(text.markdownEscaped)**"
    }
  }

  private static func table(_ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.map(\.markdownEscaped).joined(separator: " | ") + " |" }
    guard let header = rows.first else { return "" }
    let rule = line(header.indices.map { $0 == 0 ? "---" : "---:" })
    return ([line(header), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
  }
}

extension String {
  /// The text with Markdown's signs taken literally.
  fileprivate var markdownEscaped: String {
    reduce(into: "") { text, character in
      if "\\`*_{}[]<>#|$".contains(character) { text.append("\\") }
      text.append(character)
    }
  }
}

extension [Formula] {
  /// Equations below each other, aligned at their first sign.
  var aligned: String {
    let lines = map { formula -> String in
      guard case .relation(let sign, let sides) = formula, sides.count > 1 else { return formula.latex }
      return "\(sides[0].latex) &\(sign) " + Formula.relation(sign, Array(sides.dropFirst())).latexOfSides
    }
    return "\\begin{aligned}\n" + lines.joined(separator: " \\\\\n") + "\n\\end{aligned}"
  }
}

extension Formula {
  /// A relation's sides; one side stands for itself.
  fileprivate var latexOfSides: String {
    if case .relation(_, let sides) = self, sides.count == 1 { return sides[0].latex }
    return latex
  }
}
