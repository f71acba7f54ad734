import TestSupport
import Testing

@testable import DescentProgram

/// Whatever the text, checking ends with verdicts whose places lie in the text.
@Suite struct WorkFuzzTests {
  #if DEBUG
    private static let count = 200
  #else
    private static let count = 2_000
  #endif

  private func check(_ text: String, _ trial: Int) {
    guard let check = try? WorkCheck(text, seed: UInt64(trial)) else { return }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for line in check.lines {
      #expect(lines.indices.contains(line.number - 1), "trial \(trial): \(text.debugDescription)")
      switch line.verdict {
      case .unreadable(let error):
        let isInside =
          lines.indices.contains(error.line - 1) && (1...lines[error.line - 1].count + 1).contains(error.column)
        #expect(isInside && !error.message.isEmpty, "trial \(trial): \(error) for \(text.debugDescription)")
      case .wrong(let mistake):
        #expect(mistake.columns.upperBound <= line.text.count, "trial \(trial): \(text.debugDescription)")
      case .definition, .accepted, .acceptedWithNumbers, .notChecked: break
      }
    }
    #expect(!check.description.isEmpty && check.json.hasPrefix("{"))
  }

  @Test func randomBytes() {
    var generator = SplitMix64(seed: 1)
    for trial in 0..<Self.count {
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        UInt8.random(in: trial % 2 == 0 ? 32...126 : 0...255, using: &generator)
      }
      check(String(decoding: bytes, as: UTF8.self), trial)
    }
  }

  private static let words = [
    "d/dx", "df/dx", "∂f/∂x", "d²f/dx²", "d^2f/dx^2", "f'", "f''(2)", "f(x)", "(", ")", "=", "=", "x", "y", "f", "2",
    "^", "²", "+", "-", "*", "/", "sin ", "\n", "\n= ", ";", " # chain rule\n", " [power rule]\n", "[1, 2]", "sum(",
    "@",
    ".T", "d", "'", "″", "≈", "∂", "…", "ln(", "e^", "|", "√", "0", "1e9", "x = 3\n", "w = [[1, 2], [3, 4]]\n",
  ]

  @Test func randomWords() {
    var generator = SplitMix64(seed: 2)
    for trial in 0..<Self.count {
      let words = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
        Self.words[Int.random(in: 0..<Self.words.count, using: &generator)]
      }
      check((trial % 3 == 0 ? "" : "f = x^2 sin(3x)\n") + words.joined(separator: trial % 2 == 0 ? "" : " "), trial)
    }
  }

  @Test func mutations() {
    var generator = SplitMix64(seed: 3)
    let works = WorkTable.right + WorkTable.wrong.map(\.work)
    for trial in 0..<Self.count {
      var characters = Array(works[Int.random(in: 0..<works.count, using: &generator)])
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !characters.isEmpty {
        let place = Int.random(in: 0..<characters.count, using: &generator)
        let word = Array(Self.words[Int.random(in: 0..<Self.words.count, using: &generator)])
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: characters.remove(at: place)
        case 1: characters.insert(contentsOf: word, at: place)
        case 2: characters.replaceSubrange(place..<min(place + 3, characters.count), with: word)
        default: characters.swapAt(place, Int.random(in: 0..<characters.count, using: &generator))
        }
      }
      check(String(characters), trial)
    }
  }

  /// Deep nesting and long lines end with a verdict too.
  @Test func extremes() {
    for (trial, text) in [
      String(repeating: "d/dx(", count: 50) + "x" + String(repeating: ")", count: 50),
      String(repeating: "(", count: 5_000), "f = x" + String(repeating: " + x", count: 2_000) + "\ndf/dx = 2001",
      "f = x" + String(repeating: " sin(x)", count: 60) + "\ndf/dx = 1\n",
      (0..<400).map { "a\($0) = a\($0 + 1) + 1" }.joined(separator: "\n"),
      (0..<500).map { "a\($0)=a\($0 + 1)" }.joined(separator: ";"),
      (0..<499).map { "a\($0 + 1)=a\($0)" }.joined(separator: ";") + "\nda499/da0 = 1",
      "x = zeros(100, 100)\nf = sum(x @ x)\ndf/dx = 0", "x = zeros(1000, 1000)\nf = sum(x)", "d¹⁰x/dx¹⁰ = 0",
      "d^9999999/dx^9999999 x = 0", "f = e^e^e^e^x\nd⁴f/dx⁴ = 1", "f = x'\nf'''''''''' = 0",
      "f(x, x) = x\nf(1, 2) = 3", "sum(x) = 3\nsum = 3\nsum = 4", "f = \u{301}x\ndf/dx = 1",
    ].enumerated() { check(text, trial) }
  }
}
