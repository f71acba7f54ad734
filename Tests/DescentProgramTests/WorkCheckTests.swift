import TestSupport
import Testing

@testable import DescentProgram

@Suite struct WorkCheckTests {
  private func verdicts(_ work: String, seed: UInt64 = 0) throws -> [WorkCheck.Verdict] {
    try WorkCheck(work, seed: seed).lines.map(\.verdict)
  }

  @Test func rightWorks() {
    withEvery("work", in: WorkTable.right) { work in
      let check = try WorkCheck(work)
      #expect(check.isCorrect, "\(check)")
    }
  }

  @Test func wrongWorks() {
    withEvery("work", in: WorkTable.wrong) { work, line, words in
      let check = try WorkCheck(work)
      #expect(check.firstFault?.number == line, "\(check)")
      guard case .wrong(let mistake) = check.firstFault?.verdict else {
        Issue.record("\(check)")
        return
      }
      // What is said as a whole: rule, hint and values.
      let said = "\(check)"
      for word in words { #expect(said.contains(word), "\(word) in\n\(check)") }
      #expect(mistake.values.expected != mistake.values.found)
    }
  }

  /// Whatever the seed, the verdicts are the same.
  @Test func seeds() throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      for work in WorkTable.right { #expect(try WorkCheck(work, seed: seed).isCorrect, "\(work) with seed \(seed)") }
      for (work, line, _) in WorkTable.wrong {
        #expect(try WorkCheck(work, seed: seed).firstFault?.number == line, "\(work) with seed \(seed)")
      }
    }
  }

  @Test func numbersInThePlacesOfNames() throws {
    let found = try verdicts(WorkTable.layer + "df/dw = 2*[[-3],[3]] @ x.T = [[-6, -12], [6, 12]]\ndf/db = 2*y")
    guard case .acceptedWithNumbers(let names, _) = found[3] else {
      Issue.record("\(found[3])")
      return
    }
    #expect(names.contains("y") && found[3].remarks[0].hasPrefix("with the numbers of"))
    guard case .accepted(let remarks) = found[4] else {
      Issue.record("\(found[4])")
      return
    }
    #expect(remarks.isEmpty)
  }

  /// Works with remarks, and words of them.
  private static let remarks: [(work: String, words: String)] = [
    ("f = x^2\ndf/dx = 2x  # product rule", "claimed product rule is not what this step takes; it is: power rule"),
    ("f = x^2\ndf/dx = 2x\n= x + x  # chain rule", "nothing is differentiated in this step"),
    ("x = [[1], [2]]\nf = sum(x**2)\ndf/dx = [2, 4]", "the numbers are the same"),
    ("x = [1, 2]\nf = sum(x**2) - 2*sum(x)\ny = df/dx\nx = [1, 2]\ndf/dx = 2*x - 2", "with the numbers of x put in"),
    ("x = [1, 2]\nf = sum(x)\ndf/dx = 1", "the number stands for a tensor"),
    ("x = [1, 2]; f = sum(exp(x))\ndf/dx = [2.72, 7.39]", "rounded"),
    ("w = [1, 2]; f = sum(w); dw = [5, 5]", "'dw' is a new name here"),
  ]

  @Test func remarks() {
    withEvery("work", in: Self.remarks) { work, words in
      let check = try WorkCheck(work)
      let said = check.lines.flatMap { $0.verdict.remarks }.joined(separator: "\n")
      #expect(check.isCorrect && said.contains(words), "\(check)")
    }
  }

  /// Rules that are claimed rightly need no remark.
  @Test func claimedRules() throws {
    for work in [
      "f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2) d/dx(3x + 2x^2)  # chain rule, power rule",
      "d/dx(x sin x) = d/dx(x) sin x + x d/dx(sin x)  # product rule\n= sin x + x cos x  # the derivative of sin",
      "d/dx(3x^2 + 7) = 6x  # sum, constant factor, power and constant rule",
      "d/dx(1/x) = -1/x^2  [power rule]\nd/dx(1/x) = -1/x^2  # quotient rule",
      "d/dx(ln(2x)) = 1/x  # logarithm; this is a remark",
    ] {
      let check = try WorkCheck(work)
      #expect(check.isCorrect && check.lines.allSatisfy { $0.verdict.remarks.isEmpty }, "\(check)")
    }
  }

  /// Lines that can't be read, with the place and the words of the complaint.
  private static let unreadable: [(work: String, error: String)] = [
    ("f = x^2\ndf/dx = 2x +", "line 2, column 13: expected a value, found the end of the program"),
    ("f = x^2\n\ndf/dx = 2x )", "line 3, column 12: "),
    ("= 3", "line 1, column 1: a line that begins with '=' goes on from one before"),
    ("f = x^2\ndg/dx = 2x", "line 2, column 1: 'g' is not defined"),
    ("f = x^2\nd²f/dx = 2", "line 2, column 1: the order is 2 above and 1 below the line"),
    ("f = x y\nf' = y", "line 2, column 1: a prime needs one variable, and there is the variables x, y"),
    ("f = g; g = f", "line 1, column 5: 'f' is defined by itself"),
    ("weight = [1, 2]\nf = sum(wieght)", "line 2, column 9: unknown name 'wieght'; did you mean 'weight'?"),
    ("w = [[1, 2]]; x = [1, 2, 3]\ny = w @ x", "line 2, column 7: matmul: inner axes differ"),
    ("f = x^2\ndf/dx = 2x $ 3", "line 2, column 12: unexpected character '$'"),
    ("x = [[1, 2], [3, 4]]\ny = x @ x\ndy/dx = 1", "line 3, column 1: the derivative of [2, 2] by [2, 2]"),
    ("d/dx = 3", "line 1, column 1: expected what is differentiated behind 'd/dx'"),
    ("f = ln(-1 - x^2)\ndf/dx = 1/x + ln(-x^2)", "line 2, column 9: no numbers were found"),
  ]

  @Test func unreadableLines() {
    withEvery("work", in: Self.unreadable) { work, error in
      let check = try WorkCheck(work)
      guard case .unreadable(let found) = check.firstFault?.verdict else {
        Issue.record("\(check)")
        return
      }
      #expect(found.description.hasPrefix(error))
    }
  }

  /// Functions whose derivations are works themselves.
  private static let derived = [
    "5x^3", "5x^2 - 2x + 3", "(3x + 2x^2)^2", "a x^n + b y^m", "x^2 sin x", "sin(x)/x", "e^(-x^2)", "sin(3x^2)^3",
    "ln(x^2 + 1)", "x^x", "√(1 + x)", "tanh(2x + 1) x", "1/x", "a^x", "exp(x)/(1 + exp(x))", "(x + 1)/(x^2 + y)",
  ]

  /// What `derive` writes is accepted, and named by rules that need no remark.
  @Test func derivationsAreWorks() {
    withEvery("function", in: Self.derived) { function in
      let lines = try derive(function, withRespectTo: ["x"])[0].lines
      let work = lines.map { "= \($0.formula.text)" }.joined(separator: "\n").dropFirst(2)
      let check = try WorkCheck(String(work))
      #expect(check.isCorrect && check.lines.count == lines.count, "\(check)")
      let claims = zip(check.lines, lines).map { "\($0.text)  # \($1.rule)" }.joined(separator: "\n")
      let remarks = try WorkCheck(claims).lines.flatMap(\.verdict.remarks)
      #expect(remarks.isEmpty, "\(claims)\n\(remarks)")
    }
  }

  /// Changing any number or sign of a right line makes it wrong.
  @Test func changedLinesAreWrong() {
    withEvery("work", in: WorkTable.right.filter { !$0.contains("[") && $0.contains("df/dx = ") }) { work in
      let start = try #require(work.range(of: "df/dx = ")).upperBound
      for place in work[start...].indices.prefix(60) {
        guard let digit = work[place].wholeNumberValue, work[place].isASCII else { continue }
        let end = work[place...].firstIndex(where: \.isNewline) ?? work.endIndex
        let changed = work[..<place] + "\((digit + 1) % 10)" + work[work.index(after: place)..<end]
        #expect(try !WorkCheck(String(changed)).isCorrect, "\(changed)")
      }
    }
  }

  @Test func linesBehindTheFirstFaultAreNotChecked() throws {
    let check = try WorkCheck("f = x^2\ndf/dx = 3x\n= 4x\n= 5x")
    guard case .notChecked(let reason) = check.lines[3].verdict else {
      Issue.record("\(check)")
      return
    }
    #expect(reason == "line 2 comes first" && !check.isCorrect)
  }

  @Test func theReport() throws {
    let check = try WorkCheck("f = (3x + 2x^2)^2\ndf/dx = 2(3x + 2x^2)   # power rule\n= 6x")
    let rows = check.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[0] == "· 1  f = (3x + 2x^2)^2")
    #expect(rows[1] == "✗ 2  df/dx = 2(3x + 2x^2)   # power rule")
    #expect(rows[2] == "             ^~~~~~~~~~~~")
    #expect(rows[3] == "     chain rule: the inner derivative d/dx(3x + 2x²) = 3 + 4x is missing")
    #expect(rows[4] == "     df/dx = 2(3x + 2x²)·(3 + 4x)")
    #expect(rows[5].hasPrefix("     that is ") && rows[5].contains(" at x = "))
    #expect(rows.contains("? 3  = 6x") && rows.last == "Line 2 is wrong.")
    #expect(check.json.contains("\"foundValue\" : 28,") && check.json.contains("\"expectedValue\" : 308,"))
    #expect(check.json.contains("\"rule\" : \"chain rule\"") && check.json.contains("\"isCorrect\" : false"))
    #expect(try WorkCheck("f = x").description.hasSuffix("Every line is right."))
  }

  @Test func whatIsNoWork() {
    #expect(throws: ProgramError.self) { try WorkCheck("# nothing\n\n") }
    #expect(throws: ProgramError.self) { try WorkCheck(String(repeating: "x", count: 70_000)) }
    #expect(throws: ProgramError.self) { try WorkCheck(String(repeating: "x\n", count: 501)) }
  }
}
