import DescentExplain

// A checked work for terminals, and as JSON.

extension WorkCheck: CustomStringConvertible {
  /// The lines with their marks, and below the first wrong one what is wrong, without colours.
  public var description: String { text() }

  /// The lines with their marks, and below the first wrong one what is wrong.
  ///
  /// - Parameter isColored: Whether marks and hints are coloured by ANSI sequences.
  public func text(isColored: Bool = false) -> String {
    let style = TerminalStyle(isColored: isColored)
    let width = String(lines.last?.number ?? 1).count
    let rows = lines.flatMap { $0.rows(style, width) }
    return (rows + ["", summary(style)]).joined(separator: "\n")
  }

  private func summary(_ style: TerminalStyle) -> String {
    guard let fault = firstFault else { return style.bold("Every line is right.") }
    if case .unreadable(let error) = fault.verdict { return style.warning("Line \(error.line) can't be read.") }
    return style.warning("Line \(fault.number) is wrong.")
  }
}

extension WorkCheck.Line {
  fileprivate func rows(_ style: TerminalStyle, _ width: Int) -> [String] {
    let label = String(repeating: " ", count: width - String(number).count) + "\(number)"
    let margin = String(repeating: " ", count: width + 4)
    // A tab would move the marks below.
    let row = "\(mark(style)) \(style.dim(label))  \(String(text.map { $0 == "\t" ? " " : $0 }))"
    switch verdict {
    case .definition, .accepted, .acceptedWithNumbers:
      return [row] + verdict.remarks.map { style.dim("\(margin)· \($0)") }
    case .notChecked: return [row]
    case .wrong(let mistake):
      let space = String(repeating: " ", count: mistake.columns.lowerBound)
      let line = String(repeating: "~", count: max(0, mistake.columns.count - 1))
      return [row, style.warning("\(margin)\(space)^\(line)")] + mistake.rows(style).map { margin + $0 }
    case .unreadable(let error):
      guard error.line == number else { return [row, margin + style.warning(error.description)] }
      let space = String(repeating: " ", count: error.column - 1)
      return [row, style.warning("\(margin)\(space)^"), margin + error.description]
    }
  }

  private func mark(_ style: TerminalStyle) -> String {
    switch verdict {
    case .definition: style.dim("·")
    case .accepted, .acceptedWithNumbers: style.accent("✓")
    case .wrong, .unreadable: style.warning("✗")
    case .notChecked: style.dim("?")
    }
  }
}

extension WorkCheck.Mistake {
  fileprivate func rows(_ style: TerminalStyle) -> [String] {
    var rows: [String] = []
    if let hint { rows.append(style.bold([rule, hint].compactMap(\.self).joined(separator: ": "))) }
    rows.append("\(reference) = \(expected)")
    let place = point.isEmpty ? "" : " at \(point.map { "\($0.name) = \($0.value)" }.joined(separator: ", "))"
    if values.expected.text != expected || !place.isEmpty { rows.append("that is \(values.expected)\(place)") }
    rows.append("this line has \(values.found)\(place.isEmpty ? "" : " there")")
    if let next { rows.append(style.dim("one way to go on: = \(next.line)    (\(next.rule))")) }
    return rows
  }
}

extension WorkCheck {
  /// The verdicts as JSON: `isCorrect`, and `lines` with `number`, `text`, `verdict` and `remarks`; a wrong line has
  /// a `mistake` with `reference`, `expected`, `expectedValue`, `foundValue`, `point`, `hint`, `rule` and `next`, one
  /// that can't be read `message` and `column`.
  public var json: String { JSONText.encode(JSONWork(self)) }
}

private struct JSONWork: Encodable {
  let isCorrect: Bool
  let lines: [Line]

  struct Line: Encodable {
    let number: Int
    let text: String
    let verdict: String
    let remarks: [String]
    var mistake: Mistake?
    var message: String?
    var column: Int?
  }

  struct Mistake: Encodable {
    let columns: [Int]
    let reference, expected: String
    let expectedValue, foundValue: NestedNumbers
    let point: [String: NestedNumbers]
    let rule, hint, next, nextRule: String?
  }

  init(_ check: WorkCheck) {
    isCorrect = check.isCorrect
    lines = check.lines.map(Line.init)
  }
}

extension JSONWork.Line {
  fileprivate init(_ line: WorkCheck.Line) {
    (number, text, remarks) = (line.number, line.text, line.verdict.remarks)
    switch line.verdict {
    case .definition: verdict = "definition"
    case .accepted: verdict = "accepted"
    case .acceptedWithNumbers: verdict = "acceptedWithNumbers"
    case .wrong(let mistake): (verdict, self.mistake) = ("wrong", JSONWork.Mistake(mistake))
    case .unreadable(let error): (verdict, message, column) = ("unreadable", error.description, error.column)
    case .notChecked(let reason): (verdict, message) = ("notChecked", reason)
    }
  }
}

extension JSONWork.Mistake {
  fileprivate init(_ mistake: WorkCheck.Mistake) {
    columns = [mistake.columns.lowerBound + 1, mistake.columns.upperBound]
    (reference, expected) = (mistake.reference, mistake.expected)
    (expectedValue, foundValue) = (mistake.values.expected.nested, mistake.values.found.nested)
    point = Dictionary(mistake.point.map { ($0.name, $0.value.nested) }, uniquingKeysWith: { first, _ in first })
    (rule, hint) = (mistake.rule, mistake.hint)
    (next, nextRule) = (mistake.next?.line, mistake.next?.rule)
  }
}

extension WorkCheck.Value {
  fileprivate var nested: NestedNumbers { NestedNumbers(shape: shape, scalars: scalars) }
}
