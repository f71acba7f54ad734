import TestSupport
import Testing

@testable import DescentProgram

/// Whatever the text, reading and running it ends with a result or an error at a place in the text.
@Suite struct FuzzTests {
  #if DEBUG
    private static let count = 2_000
  #else
    private static let count = 20_000
  #endif

  /// Runs a text in both notations with small tensors.
  private func check(_ text: String, _ trial: Int) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for juxtaposition in [false, true] {
      do throws(ProgramError) {
        let program = try Program(parsing: text, options: .init(juxtaposition: juxtaposition))
        #expect(!program.description.isEmpty)
        let run = try ProgramRun(
          program, free: ["a": [[1, -2], [2, 1]]], limits: .init(type: .float64, elementCount: 300))
        try run.evaluate()
        #expect(run.result.elementCount <= 300)
        #expect(run.result.scalars.count == run.result.elementCount)
      } catch {
        let isInside =
          lines.indices.contains(error.line - 1) && (1...lines[error.line - 1].count + 1).contains(error.column)
        #expect(isInside && !error.message.isEmpty, "trial \(trial): \(error) for \(text.debugDescription)")
      }
    }
  }

  @Test func randomBytes() {
    var generator = SplitMix64(seed: 1)
    for trial in 0..<Self.count {
      let isPrintable = trial % 2 == 0
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: isPrintable ? 32...126 : 0...255, using: &generator)
      }
      check(String(decoding: bytes, as: UTF8.self), trial)
    }
  }

  private static let words: [String] =
    ProgramFunction.all.map(\.name) + Symbol.allCases.map(\.rawValue) + Symbol.allCases.map(\.rawValue) + [
      "x", "a", "b", "y", "axis=", "e", "pi", "inf", "None", "True", "0", "1", "2", "-1", "0.5", "1e9",
      "9007199254740992",
      "\"ij,jk\"", "'same'", "\n", ";", " ", "²", "⁻¹", "=", ",", ",", "(", "(", ")", ")", "[", "]", "(1)",
      "[[1, 2], [3, 4]]",
      "[1, 2, 3]", ":", "x = [1, 2]\n", "a.T", "π", "if",
    ]

  @Test func randomTokens() {
    var generator = SplitMix64(seed: 2)
    for trial in 0..<Self.count {
      let words = (0..<Int.random(in: 1...15, using: &generator)).map { _ in
        Self.words[Int.random(in: 0..<Self.words.count, using: &generator)]
      }
      check(words.joined(separator: trial % 2 == 0 ? "" : " "), trial)
    }
  }

  /// Calls that are well formed, with arguments that may be anything.
  @Test func randomCalls() {
    var generator = SplitMix64(seed: 3)
    let values = [
      "0", "1", "-1", "2", "3.5", "1e300", "9007199254740992", "-9007199254740992", "inf", "[]", "[[]]", "[1, 2]", "a",
      "a[0]",
      "[[1, 2], [2, 5]]", "a > 0", "True", "None", "'ij,jk'", "'same'", "ones(1, 4, 4, 1)", "ones(1, 4, 1)", "zeros(0)",
      "zeros(2, 0)", "[0, 1]", "(1, 2)", "[-1]", "[[[1, 2]]]", "0.5", "eye(3)", "1/3", "ones(2, 1, 1)", "sum(a)",
    ]
    for trial in 0..<Self.count {
      let function = ProgramFunction.all[trial % ProgramFunction.all.count]
      var arguments: [String] = []
      for parameter in function.parameters where !parameter.isOptional || Bool.random(using: &generator) {
        let value = values[Int.random(in: 0..<values.count, using: &generator)]
        arguments.append(arguments.count > 1 && !parameter.isVariadic ? "\(parameter.name)=\(value)" : value)
      }
      check("\(function.name)(\(arguments.joined(separator: ", ")))", trial)
      check("a[\(arguments.joined(separator: ", "))]", trial)
      check("a[\(arguments.joined(separator: ":"))]", trial)
    }
  }

  @Test func mutations() {
    var generator = SplitMix64(seed: 4)
    let programs =
      FunctionTable.calls.map { FunctionTable.preamble + $0.call } + [
        "w = [[1,-2],[2,1]]; b = [[0],[-1]]; x = [[1],[2]]; y = w @ x + b; f = sum(y**2)",
        "(3x + 2x^2)^2", "sin 2x y + |x|² - √(x + 1)/2",
        "x = arange(24).reshape(2, 3, 4)\ny = x[:, 1:, ::2]\ny.sum(axis=(0, 1))",
      ]
    for trial in 0..<Self.count {
      var characters = Array(programs[Int.random(in: 0..<programs.count, using: &generator)])
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<characters.count, using: &generator)
        let word = Array(Self.words[Int.random(in: 0..<Self.words.count, using: &generator)])
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: characters.remove(at: place)
        case 1: characters.insert(contentsOf: word, at: place)
        case 2: characters.replaceSubrange(place..<min(place + 3, characters.count), with: word)
        default: characters.swapAt(place, Int.random(in: 0..<characters.count, using: &generator))
        }
        if characters.isEmpty { characters = ["x"] }
      }
      check(String(characters), trial)
    }
  }
}
