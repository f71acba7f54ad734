/// Writes layouts as text, on one line or with matrices drawn over several.
struct TextWriter {
  /// Whether matrices and cases are drawn.
  let isDrawing: Bool

  func box(_ layout: Layout) -> TextBox {
    switch layout {
    case .number(let decimal): TextBox(decimal.text)
    case .identifier(let letters, let accent):
      TextBox(letters.printable + (accent.map { String(Character($0.combining)) } ?? ""))
    case .operatorName(let name): TextBox(name.printable)
    case .sign(let sign, let spacing): TextBox(spacing.around(sign.printable))
    case .space(let space): TextBox(space.text)
    case .words(let words): TextBox(words.printable)
    case .row(let pieces): TextBox(row: pieces.map(box))
    case .fraction(let x, let y): TextBox(row: [box(x), TextBox("/"), box(y)])
    case .superscript(let base, let script): box(base).raising(raised(script))
    case .subscripted(let base, let indices): box(base).lowering(TextWriter.lowered(indices))
    case .root(let degree, let x): TextBox(row: [TextBox(TextWriter.radical(degree)), box(x)])
    case .fenced(let left, let x, let right): box(x).fenced(left.printable, right.printable)
    case .table(let rows): isDrawing ? drawnTable(rows) : listed(rows)
    case .cases(let cases): isDrawing ? drawnCases(cases) : listed(cases)
    case .summation(let letters): TextBox("Σ" + TextWriter.lowered(letters) + " ")
    }
  }

  private func raised(_ script: Layout) -> String {
    let text = box(script).lines.joined()
    return Scripts.raised(text) ?? "^" + (text.count == 1 ? text : "(\(text))")
  }

  /// `₁₁`, or `₁₀,₁` with commas if an index has several characters.
  private static func lowered(_ indices: [String]) -> String {
    let isLong = indices.contains { $0.count > 1 }
    let scripts = indices.compactMap(Scripts.lowered)
    if scripts.count == indices.count { return scripts.joined(separator: isLong ? "," : "") }
    return "_" + indices.map(\.printable).joined(separator: ",")
  }

  private static func radical(_ degree: Int) -> String {
    switch degree {
    case 2: "√"
    case 3: "∛"
    case 4: "∜"
    default: (Scripts.raised("\(degree)") ?? "") + "√"
    }
  }
}

// MARK: - Matrices and cases

extension TextWriter {
  /// `[[1, −2], [2, 1]]`.
  private func listed(_ rows: [[Layout]]) -> TextBox {
    func list(_ boxes: [TextBox]) -> TextBox {
      TextBox(row: [TextBox("[")] + boxes.map { [$0] }.joined(separator: [TextBox(", ")]) + [TextBox("]")])
    }
    return list(rows.map { list($0.map(box)) })
  }

  /// `{x if x > 0; 0 otherwise}`.
  private func listed(_ cases: [Layout.Case]) -> TextBox {
    let parts = cases.map { TextBox(row: [box($0.value), TextBox(" "), condition($0)]) }
    return TextBox(row: [TextBox("{")] + parts.map { [$0] }.joined(separator: [TextBox("; ")]) + [TextBox("}")])
  }

  private func condition(_ one: Layout.Case) -> TextBox {
    one.condition.map { TextBox(row: [TextBox("if "), box($0)]) } ?? TextBox("otherwise")
  }

  private func drawnTable(_ rows: [[Layout]]) -> TextBox {
    let rightAligned = (0..<(rows.map(\.count).max() ?? 0)).map { column in
      rows.allSatisfy { !$0.indices.contains(column) || $0[column].isNumber }
    }
    return grid(rows.map { $0.map(box) }, rightAligned).fenced("[", "]")
  }

  private func drawnCases(_ cases: [Layout.Case]) -> TextBox {
    var rows = cases.map { [box($0.value), condition($0)] }
    // The middle of a brace needs a line of its own.
    if rows.count == 2 { rows.insert([], at: 1) }
    return grid(rows, [false, false]).fenced("{", "")
  }

  /// Cells in columns of equal width.
  private func grid(_ rows: [[TextBox]], _ isRightAligned: [Bool]) -> TextBox {
    let widths = isRightAligned.indices.map { column in
      rows.map { $0.indices.contains(column) ? $0[column].width : 0 }.max() ?? 0
    }
    return TextBox(
      column: rows.map { row in
        let cells = row.indices.map { [row[$0].filled(to: widths[$0], isRightAligned: isRightAligned[$0])] }
        return TextBox(row: Array(cells.joined(separator: [TextBox("  ")])))
      })
  }
}

// MARK: - Words and numbers

extension Layout.Spacing {
  fileprivate func around(_ sign: String) -> String {
    switch self {
    case .none: sign
    case .around: " \(sign) "
    case .after: "\(sign) "
    }
  }
}

extension Layout.Space {
  fileprivate var text: String {
    switch self {
    case .times, .thin: ""
    case .matrixProduct, .application: " "
    }
  }
}

extension Decimal {
  fileprivate var text: String {
    guard let exponentText else { return significand }
    return (isPowerOfTen ? "" : significand + "·") + "10" + (Scripts.raised(exponentText) ?? "")
  }
}

extension String {
  /// Without line breaks and other control characters, which would disturb a terminal.
  fileprivate var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
  }
}
