import DescentGraph

/// The table of operations as text.
package enum OperationTable {
  /// The whole table in Markdown: `Documentation/Operations.md`.
  package static var markdown: String {
    let sections = OperationCard.sections.map { title, cards in
      """
      ## \(title)

      | operation | value | types | derivatives | linear in | at special points |
      | --- | --- | --- | --- | --- | --- |
      \(cards.map(\.markdownRow).joined(separator: "\n"))
      """
    }
    return introduction + "\n" + sections.joined(separator: "\n\n") + "\n"
  }

  private static let introduction = """
    # Operations

    Every primitive operation with its derivative rule. Everything else is composed of these, so their rules are all
    that derivatives of any order are made of. This page is printed from the rules themselves, by
    `descent operations > Documentation/Operations.md`; `descent operations sin` shows one operation in both modes.

    A bar marks a cotangent: with ȳ = ∂f/∂y of the result, x̄ is what the rule makes of it for the operand x. A name
    like t₁ stands for a result that is used more than once. `[x = y]` is 1 where the statement holds and 0 elsewhere,
    `x[1..<4]` a range of an axis, `place` zeros around an operand, and indices as in Σₖ aᵢₖ·bₖⱼ run over axes.
    Operations on integers and truth values have no derivatives.

    """

  /// The cards of the operations with a name: of `reduce.max`, `cumulative.max` and others for `max`.
  package static func cards(named name: String) -> [OperationCard] {
    let cards = OperationCard.sections.flatMap(\.cards)
    let exact = cards.filter { $0.name.lowercased() == name.lowercased() }
    if !exact.isEmpty { return exact }
    return cards.filter { $0.name.lowercased().split(separator: ".").contains(Substring(name.lowercased())) }
  }

  /// Every name, in the table's order.
  package static var names: [String] { OperationCard.sections.flatMap(\.cards).map(\.name) }
}

extension OperationCard {
  /// The row of the Markdown table.
  fileprivate var markdownRow: String {
    func code(_ lines: [String]) -> String {
      lines.map { "`\($0.replacing("|", with: "\\|"))`" }.joined(separator: "<br>")
    }
    let derivatives = code(pullback.flatMap(\.self))
    let cells = [
      "`\(name)`", code(value), types.words, derivatives.isEmpty ? "none" : derivatives, linearityWords ?? "–",
      convention ?? "",
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  /// The card for a terminal.
  package var text: String {
    var rows = [("value", value), ("types", [types.words])]
    if pullback.isEmpty {
      rows.append(("derivatives", ["none"]))
    } else {
      rows += [("reverse mode", pullback.flatMap(\.self)), ("forward mode", pushforward)]
    }
    if let linearityWords { rows.append(("linear in", [linearityWords])) }
    if let convention { rows.append(("at special points", [convention])) }
    let lines = rows.flatMap { title, lines in
      lines.enumerated().map { index, line in
        "  " + (index == 0 ? title : "").padded(to: 20) + line
      }
    }
    return ([name] + lines).joined(separator: "\n")
  }

  /// `x`, `x and y together`, `each of A, B`; nil for none.
  private var linearityWords: String? {
    let names = linearity.operands.map { operandNames[$0] }
    guard names.count > 1 else { return names.first }
    return linearity.isJoint ? names.joined(separator: ", ") + " together" : "each of " + names.joined(separator: ", ")
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}

extension [ScalarType] {
  /// The types in words where there is a word for them.
  fileprivate var words: String {
    let all = ScalarType.allCases
    let groups: [(types: [ScalarType], name: String)] = [
      (all, "all"), (all.filter { $0 != .bool }, "numbers"), (all.filter(\.isFloatingPoint), "floating-point"),
      (all.filter(\.isInteger), "integers"), (all.filter { !$0.isFloatingPoint }, "integers, bool"),
    ]
    return groups.first { $0.types == self }?.name ?? map(\.description).joined(separator: ", ")
  }
}
