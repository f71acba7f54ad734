// Formulas as text for terminals.

extension Formula {
  /// The formula on one line: `ȳ·(1 − y²)`.
  public var text: String { text(digits: .atMost(6)) }

  /// The formula on one line, with numbers of so many digits.
  public func text(digits: Digits) -> String {
    let layout = Composer(style: .line, digits: digits).compose(self).layout
    return TextWriter(isDrawing: false).box(layout).lines[0]
  }

  /// The formula with its matrices and cases drawn over several lines, which line breaks separate.
  ///
  /// ```
  ///     ⎡1  −2⎤
  /// w = ⎣2   1⎦
  /// ```
  public var display: String { displayLines().joined(separator: "\n") }

  /// The lines of ``display``, without spaces at their ends.
  ///
  /// With `breakingRelations`, a relation like a = b = c has a line for each further side, and its signs stand under
  /// each other.
  public func displayLines(digits: Digits = .atMost(6), breakingRelations: Bool = false) -> [String] {
    let composer = Composer(style: .display, digits: digits)
    let writer = TextWriter(isDrawing: true)
    guard breakingRelations, case .relation(let sign, let sides) = self, sides.count > 2 else {
      return writer.box(composer.compose(self).layout).trimmedLines
    }
    let boxes = sides.map { writer.box(composer.side($0)) }
    return boxes.indices.dropFirst().flatMap { index in
      let left = index == 1 ? boxes[0] : TextBox(String(repeating: " ", count: boxes[0].width))
      return TextBox(row: [left, writer.box(.sign(sign, .around)), boxes[index]]).trimmedLines
    }
  }
}

extension Name {
  /// The name on one line: `w₁₁`.
  public var text: String { Formula.name(self).text }
}

extension TextBox {
  /// The lines without spaces at their ends.
  fileprivate var trimmedLines: [String] {
    lines.map { line in String(line.dropLast(line.reversed().prefix { $0 == " " }.count)) }
  }
}
