import DescentGraph
import DescentTensor

/// Walks through the lines of a work and stops judging at the first that is wrong.
struct WorkChecker {
  private let reader: WorkReader
  private let names: WorkNames
  private let random: RandomGenerator
  /// The side that a line beginning with `=` goes on from.
  private var previous: WorkSide?

  init(_ reader: WorkReader, seed: UInt64) {
    self.reader = reader
    random = RandomGenerator(seed: seed)
    let statements = reader.lines.flatMap { (try? $0.statements.get()) ?? [] }
    names = WorkNames(statements, random: random.split())
  }

  mutating func lines() -> [WorkCheck.Line] {
    var lines: [WorkCheck.Line] = []
    var fault: Int?
    for line in reader.lines {
      let verdict = fault.map { .notChecked(reason: "line \($0) comes first") } ?? self.verdict(of: line)
      if !verdict.isAccepted, fault == nil { fault = line.number + 1 }
      lines.append(.init(number: line.number + 1, text: text(ofLine: line.number), verdict: verdict))
    }
    return lines
  }

  private func text(ofLine number: Int) -> String { reader.text.text(reader.text.range(ofLine: number)) }

  // MARK: Lines

  /// What has been found about a line so far.
  private struct Findings {
    var claimCount = 0
    var remarks: [String] = []
    /// The quantities whose numbers were put in, nil if none were.
    var numbers: [String]?
    var rules: Set<WorkRule> = []
  }

  private mutating func verdict(of line: WorkReader.Line) -> WorkCheck.Verdict {
    do throws(ProgramFault) {
      var findings = Findings()
      for statement in try line.statements.get() {
        if let mistake = try check(statement, line.number, &findings) { return .wrong(mistake) }
      }
      findings.remarks += claimRemarks(line.comment, findings)
      if let numbers = findings.numbers { return .acceptedWithNumbers(of: numbers, remarks: findings.remarks) }
      return findings.claimCount == 0 ? .definition(remarks: findings.remarks) : .accepted(remarks: findings.remarks)
    } catch { return .unreadable(reader.text.source.error(error)) }
  }

  /// Checks a statement: nil if it stands.
  private mutating func check(
    _ statement: WorkStatement, _ line: Int, _ findings: inout Findings
  ) throws(ProgramFault) -> WorkCheck.Mistake? {
    var sides = statement.sides
    switch statement.kind {
    case .definition(let definition): findings.remarks += try remarks(on: definition, sides[0])
    case .claim(continues: true):
      guard let previous else {
        throw ProgramFault(statement.range, "a line that begins with '=' goes on from one before, and there is none")
      }
      sides.insert(previous, at: 0)
    case .claim(continues: false): _ = try names.tensor(of: sides[0])
    }
    previous = sides.last
    for (left, right) in zip(sides, sides.dropFirst()) {
      if let mistake = try compare(left, right, line, &findings) { return mistake }
    }
    return nil
  }

  /// Computes what a name stands for; a mistake in another line is told there.
  private func remarks(on definition: WorkDefinition, _ side: WorkSide) throws(ProgramFault) -> [String] {
    do { _ = try names.tensor(named: definition.name) } catch let fault as ProgramFault {
      if side.range.overlaps(fault.range) || side.range.contains(fault.range.lowerBound) { throw fault }
    } catch { throw ProgramFault(side.range, "\(error)") }
    let rest = String(definition.name.dropFirst())
    guard definition.name.first == "d", names.definitions[rest] != nil else { return [] }
    return ["'\(definition.name)' is a new name here; a derivative that is to be checked is written df/d\(rest)"]
  }

  private func compare(
    _ left: WorkSide, _ right: WorkSide, _ line: Int, _ findings: inout Findings
  ) throws(ProgramFault) -> WorkCheck.Mistake? {
    findings.claimCount += 1
    findings.rules.formUnion(WorkRuleSearch(names).rules(from: left, to: right))
    let comparison = WorkComparison(text: reader.text, names: names, random: random)
    switch try comparison.compare(left, right) {
    case .equal(let remarks): findings.remarks += remarks
    case .equalWithNumbers(let names, let remarks):
      findings.numbers = (findings.numbers ?? []) + names.filter { findings.numbers?.contains($0) != true }
      findings.remarks += remarks
    case .incomparable(let reason): throw ProgramFault(right.range, reason)
    case .different(let difference):
      let report = WorkReport(text: reader.text, names: names, random: random)
      return try report.mistake(left, right, difference, line)
    }
    return nil
  }

  // MARK: Claims

  /// What is to be said about the rules that a comment names.
  private func claimRemarks(_ comment: String?, _ findings: Findings) -> [String] {
    guard let comment, findings.claimCount > 0, let claimed = WorkRule.claimed(in: comment) else { return [] }
    return claimed.rules.compactMap { alternatives in
      guard findings.rules.isDisjoint(with: alternatives) else { return nil }
      if findings.rules.isEmpty {
        return "nothing is differentiated in this step, so it is not the \(alternatives[0].rawValue)"
      }
      let used = WorkRule.allCases.filter(findings.rules.contains).map(\.rawValue).joined(separator: ", ")
      return "the claimed \(alternatives[0].rawValue) is not what this step takes; it is: \(used)"
    }
  }
}
