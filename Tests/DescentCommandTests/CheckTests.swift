import Foundation
import TestSupport
import Testing

@testable import DescentCommand

@Suite struct CheckTests {
  private static let work = "f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2)(3 + 4x)  # chain rule\n"

  @Test func aRightWork() throws {
    let scratch = try Scratch()
    let command = try Command(["check", scratch.file("work.txt", Self.work)])
    #expect(command.status == 0 && command.errors.isEmpty)
    #expect(command.output.hasSuffix("Every line is right.\n"))
    #expect(try Command(["check", Self.work]).output == command.output)
    #expect(try Command(["check", Self.work, "--seed", "7"]).output == command.output)
  }

  /// The status is 1, and the explanation is the output.
  @Test func aWrongWork() throws {
    let command = try Command(["check", "f = cos x; df/dx = sin x"])
    #expect(command.status == 1 && command.errors.isEmpty)
    #expect(command.output.contains("cos' = −sin") && command.output.hasSuffix("Line 1 is wrong.\n"))
    let json = try Command(["check", "f = cos x; df/dx = sin x", "--format", "json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(json.status == 1 && object?["isCorrect"] as? Bool == false)
  }

  private static let mistakes: [(arguments: [String], words: String)] = [
    (["missing.txt"], "missing.txt: there is no such file"), (["# nothing"], "there is nothing to check"),
    (["f = 1", "--seed", "x"], "--seed"), (["f = 1", "--format", "xml"], "text"),
  ]

  @Test func mistakes() {
    withEvery("arguments", in: Self.mistakes) { arguments, words in
      let command = try Command(["check"] + arguments)
      #expect(command.status != 0 && command.output.isEmpty && command.errors.contains(words))
    }
  }
}
