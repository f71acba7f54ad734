import DescentNotation

extension Derivation {
  /// The derivation as a LaTeX document, which pdflatex compiles with nothing but its standard packages.
  public var latex: String { document.latex }
}

extension Document {
  /// The document in LaTeX.
  var latex: String {
    Document.preamble + "\\title{\(title.latexEscaped)}\n\\author{}\\date{}\n\\begin{document}\n\\maketitle\n\n"
      + blocks.map(\.latex).joined(separator: "\n\n") + "\n\n\\end{document}\n"
  }

  /// Long chains of equations are broken over lines; matrices may have many columns.
  private static let preamble = """
    \\documentclass[11pt]{article}
    \\usepackage[utf8]{inputenc}
    \\usepackage[T1]{fontenc}
    \\usepackage{amsmath,amssymb}
    \\usepackage[a4paper,margin=22mm]{geometry}
    \\setcounter{MaxMatrixCols}{40}
    \\setlength{\\parindent}{0pt}
    \\setlength{\\parskip}{4pt}
    \\allowdisplaybreaks

    """
}

extension Document.Block {
  fileprivate var latex: String {
    switch self {
    case .heading(let text): "\\section*{\(text.latexEscaped)}"
    case .paragraph(let text): text.latexEscaped
    case .formula(let formula): Document.Block.aligned([formula])
    case .equations(let formulas): Document.Block.aligned(formulas)
    case .step(let number, let title, let rule):
      "\\subsection*{\(number).\\quad $\(title.latex)$\\quad {\\normalfont\\itshape \(rule.latexEscaped)}}"
    case .remark(let text): "{\\small\\textbullet\\ \(text.latexEscaped)}"
    case .table(let rows): Document.Block.table(rows)
    case .warning(let text): "\\textbf{\(text.replacing("‼", with: "!!").latexEscaped)}"
    }
  }

  /// Each equation with its sides below each other if they are long.
  private static func aligned(_ formulas: [Formula]) -> String {
    let lines = formulas.flatMap { formula -> [String] in
      guard case .relation(let sign, let sides) = formula, sides.count > 1 else { return ["& \(formula.latex)"] }
      let isLong = formula.text.count > 70
      let rest = sides.dropFirst().map(\.latex)
      if !isLong { return ["\(sides[0].latex) &\(sign) " + rest.joined(separator: " \(sign) ")] }
      return ["\(sides[0].latex) &\(sign) \(rest[0])"] + rest.dropFirst().map { "&\(sign) \($0)" }
    }
    return "\\begin{align*}\n" + lines.joined(separator: " \\\\\n") + "\n\\end{align*}"
  }

  private static func table(_ rows: [[String]]) -> String {
    guard let header = rows.first else { return "" }
    let columns = "l" + String(repeating: "r", count: header.count - 1)
    let lines = rows.map { $0.map(\.latexEscaped).joined(separator: " & ") + " \\\\" }
    return "\\begin{center}\\begin{tabular}{\(columns)}\n\(lines[0]) \\hline\n"
      + lines.dropFirst().joined(separator: "\n")
      + "\n\\end{tabular}\\end{center}"
  }
}
