import Foundation
import TestSupport
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

struct OperatorChecklistTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// Every operator has its line, and the page is what the two lists say.
  @Test func thePageIsWhatTheListsSay() throws {
    let checklist = OperatorChecklist(
      operators: try Self.text("Tools/operator-checklist/operators.tsv"),
      equivalents: try Self.text("Tools/operator-checklist/equivalents.tsv"))
    #expect(checklist.faults == [])
    let page = "Documentation/OperatorChecklist.md"
    if ProcessInfo.processInfo.environment["DESCENT_REGENERATE"] == "1" {
      try checklist.markdown.write(to: root.appendingPathComponent(page), atomically: true, encoding: .utf8)
    }
    #expect(
      try Self.text(page) == checklist.markdown,
      "regenerate it: DESCENT_REGENERATE=1 swift test --filter OperatorChecklistTests")
  }

  @Test func namesInOneListOnlyAreFaults() {
    let checklist = OperatorChecklist(
      operators: "# Library 1.0\noperator\tsamples\nabs\t1\nexp\t2\nsvd\t3\n",
      equivalents: "operators\tequivalent\nabs cos\t|x|\nsvd\tnone: too hard\nabs\tabs(x)\n")
    #expect(
      checklist.faults == ["abs stands twice", "exp has no line among the equivalents", "cos is no operator"])
    let page = checklist.markdown
    #expect(page.contains("**1 of 2 have an equivalent here**") && page.contains("Library 1.0 lists 2"))
    #expect(page.contains("| `svd` | too hard |\n") && page.contains("| `abs` | `abs(x)` |\n"))
  }
}
