import DescentNotation

extension Derivation: CustomStringConvertible {
  /// The derivation as text, without colours.
  public var description: String { text() }

  /// The derivation for a terminal: Unicode, matrices drawn over several lines.
  ///
  /// - Parameter isColored: Whether headings, rules and warnings are coloured by ANSI sequences.
  public func text(isColored: Bool = false) -> String { document.text(isColored: isColored) }
}

extension Document {
  /// The document for a terminal.
  package func text(isColored: Bool) -> String {
    let style = TerminalStyle(isColored: isColored)
    var lines = [style.bold(title), String(repeating: "═", count: title.count)]
    for block in blocks { lines += block.lines(style) }
    return lines.joined(separator: "\n")
  }
}

/// Colours for terminals, or none.
package struct TerminalStyle: Sendable {
  private let isColored: Bool

  /// A style with or without colours.
  package init(isColored: Bool) { self.isColored = isColored }

  package func bold(_ text: String) -> String { styled(text, "1") }
  package func dim(_ text: String) -> String { styled(text, "2") }
  package func accent(_ text: String) -> String { styled(text, "36") }
  package func warning(_ text: String) -> String { styled(text, "1;31") }

  private func styled(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension Document.Block {
  fileprivate func lines(_ style: TerminalStyle) -> [String] {
    switch self {
    case .heading(let text): return ["", style.bold(text), String(repeating: "─", count: text.count)]
    case .paragraph(let text): return ["", text]
    case .formula(let formula): return formula.displayLines(breakingRelations: formula.isLong).map { "    " + $0 }
    case .equations(let formulas):
      return formulas.flatMap { $0.displayLines(breakingRelations: $0.isLong) }.map { "    " + $0 }
    case .step(let number, let title, let rule):
      return ["", "\(style.bold("\(number)."))  \(style.bold(title.text))  \(style.accent("(\(rule))"))"]
    case .remark(let text): return [style.dim("    · \(text)")]
    case .table(let rows): return [""] + TextColumns.aligned(rows).map { "    " + $0 }
    case .warning(let text): return ["", style.warning(text)]
    }
  }
}

extension Formula {
  /// Whether one line would be too long for a terminal.
  fileprivate var isLong: Bool { (displayLines().map(\.count).max() ?? 0) > 100 }
}

/// Rows as aligned lines.
package enum TextColumns {
  /// The first column to the left, the others to the right.
  package static func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return column == 0 ? cell.0 + space : space + cell.0
      }.joined(separator: "   ")
    }
  }
}
