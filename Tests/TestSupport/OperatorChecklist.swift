import Foundation

/// The operators of another library beside what does the same here.
///
/// `Tools/operator-checklist` holds the two lists it is made of: the operators, which a script asks the library for,
/// and the equivalents, written by hand.
package struct OperatorChecklist {
  private struct Row {
    var name, equivalent: String
    var remark: String?
    var samples: Int

    /// Why there is none, nil if there is one.
    var reason: Substring? {
      equivalent.hasPrefix("none: ") ? equivalent.dropFirst("none: ".count) : nil
    }
  }

  private let library: String
  private let rows: [Row]
  /// Operators that stand in one list only, or twice.
  package let faults: [String]

  /// Reads the lists' text: `operator⇥samples` below a line with the library's name, and `operators⇥equivalent⇥remark`.
  package init(operators: String, equivalents: String) {
    func fields(_ text: String, after head: Int) -> [[String]] {
      text.split(separator: "\n").dropFirst(head).map { $0.split(separator: "\t").map(String.init) }
        .filter { $0.count >= 2 }
    }
    library = operators.split(separator: "\n").first.map { String($0.drop { "# ".contains($0) }) } ?? ""
    var equivalent: [String: ArraySlice<String>] = [:]
    var faults: [String] = []
    for line in fields(equivalents, after: 1) {
      for name in line[0].split(separator: " ").map(String.init) {
        if equivalent.updateValue(line[1...], forKey: name) != nil { faults.append("\(name) stands twice") }
      }
    }
    var rows: [Row] = []
    for line in fields(operators, after: 2) {
      guard let texts = equivalent.removeValue(forKey: line[0]) else {
        faults.append("\(line[0]) has no line among the equivalents")
        continue
      }
      rows.append(
        Row(name: line[0], equivalent: texts[1], remark: texts.dropFirst().first, samples: Int(line[1]) ?? 0))
    }
    faults += equivalent.keys.sorted().map { "\($0) is no operator" }
    self.rows = rows
    self.faults = faults
  }

  /// The page for readers.
  package var markdown: String {
    let (here, missing) = (rows.filter { $0.reason == nil }, rows.filter { $0.reason != nil })
    let reasons = Dictionary(grouping: missing) { $0.reason ?? "" }.sorted { $0.value[0].name < $1.value[0].name }
    let lines = here.map { row in
      let expression = row.equivalent.replacing("|", with: "\\|")
      return "| `\(row.name)` | `\(expression)`\(row.remark.map { "; \($0)" } ?? "") |"
    }
    return """
      # Check-list of operators

      PyTorch tests its own derivatives over a database of operators with sample inputs. \(library) lists \
      \(rows.count) differentiable ones, with \(rows.map(\.samples).reduce(0, +)) samples; **\(here.count) of \
      \(rows.count) have an equivalent here**: a function, or a composition that is written in a line.

      This page is made of the two lists in `Tools/operator-checklist`: `operators.tsv`, which `run` asks PyTorch for, \
      and `equivalents.tsv`, written by hand. `DESCENT_REGENERATE=1 swift test --filter OperatorChecklistTests` \
      writes it anew. `write_cases.py` beside them writes PyTorch's sample inputs with its values and gradients as \
      reference cases, which `ReferenceCaseTests` compares with what Descent gives.

      ## Without an equivalent

      | operators | why |
      | --- | --- |
      \(reasons.map { reason, rows in "| \(rows.map { "`\($0.name)`" }.joined(separator: ", ")) | \(reason) |" }
        .joined(separator: "\n"))

      ## With an equivalent

      | operator | here |
      | --- | --- |
      \(lines.joined(separator: "\n"))

      """
  }
}
