import Foundation
import Testing

private let tutorials = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("Documentation/Tutorials")

/// What the tutorials print is what the command prints.
///
/// With `DESCENT_REGENERATE=1` the pages are written anew instead of being compared.
struct TutorialTests {
  @Test func everyBlockIsWhatTheCommandPrints() throws {
    let isWriting = ProcessInfo.processInfo.environment["DESCENT_REGENERATE"] == "1"
    let pages = try FileManager.default.contentsOfDirectory(at: tutorials, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }
    #expect(!pages.isEmpty)
    for page in pages {
      let text = try String(contentsOf: page, encoding: .utf8)
      let (renewed, count) = try Self.renewed(text)
      #expect(count > 0, "\(page.lastPathComponent) shows no command")
      if isWriting {
        try renewed.write(to: page, atomically: true, encoding: .utf8)
      } else {
        #expect(
          Self.comparable(renewed) == Self.comparable(text),
          "run DESCENT_REGENERATE=1 swift test -c release --filter TutorialTests")
      }
    }
  }

  /// The page without rounding errors, which differ from one processor to the next.
  private static func comparable(_ page: String) -> [String] {
    var isOfErrors = false
    return page.components(separatedBy: "\n").filter { line in
      if line == "Three answers" { isOfErrors = true } else if line == "```" { isOfErrors = false }
      return !isOfErrors && !line.contains("·10⁻") && !line.contains("compared at")
    }
  }

  /// The page with the output of every `$ descent …` in a console block, and how many there are.
  private static func renewed(_ page: String) throws -> (text: String, commands: Int) {
    var lines: [String] = []
    var (isInBlock, count) = (false, 0)
    for line in page.components(separatedBy: "\n") {
      if line == "```console" {
        isInBlock = true
      } else if isInBlock, line == "```" {
        isInBlock = false
      } else if isInBlock {
        guard line.hasPrefix("$ descent ") else { continue }
        let command = try Command(words(of: String(line.dropFirst("$ descent ".count))))
        #expect(command.status == 0, "\(line): \(command.errors)")
        lines.append(line)
        lines += command.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
        count += 1
        continue
      }
      lines.append(line)
    }
    return (lines.joined(separator: "\n"), count)
  }

  /// The words of a command line; those in single quotes are one.
  private static func words(of line: String) -> [String] {
    line.components(separatedBy: "'").enumerated().flatMap { place, part in
      place.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [part]
    }
  }
}
