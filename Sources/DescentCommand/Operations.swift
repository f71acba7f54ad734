import ArgumentParser
import DescentExplain

/// `descent operations`: the primitive operations with their derivative rules.
struct Operations: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the primitive operations with their derivative rules.",
    discussion: """
      The text comes from the rules that the derivatives are computed with. Without a name the whole table is printed,
      in Markdown; with one, the operation's value, types and derivatives in both modes.

        descent operations sin
      """)

  @Argument(help: "The operation, for example sin or reduce.max.")
  var name: String?

  func run() throws {
    guard let name else { return print(OperationTable.markdown, terminator: "") }
    let cards = OperationTable.cards(named: name)
    guard !cards.isEmpty else {
      throw CommandError("there is no operation '\(name)'; 'descent operations' lists them all")
    }
    print(cards.map(\.text).joined(separator: "\n\n"))
  }
}
