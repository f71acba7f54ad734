/// From the text of a work to its statements.
struct WorkReader {
  /// A line with something to check, or the fault that makes it unreadable.
  struct Line {
    /// The line in the text, counted from 0.
    let number: Int
    let statements: Result<[WorkStatement], ProgramFault>
    /// The comment behind it.
    let comment: String?
  }

  let text: WorkText
  private(set) var lines: [Line] = []
  /// The names that the work defines, with their parameters.
  private(set) var definitions: [String: [String]] = [:]
  /// Whether factors may stand side by side: not where words of several letters are names.
  private(set) var juxtaposition = true

  static let largestByteCount = 65_536
  static let largestStatementCount = 500

  init(_ text: String) throws(ProgramError) {
    guard text.utf8.count <= Self.largestByteCount else { throw WorkReader.tooLong }
    self.text = WorkText(text)
    let (tokens, fault) = tokens()
    let groups = lineGroups(tokens)
    guard groups.reduce(0, { $0 + $1.statements.count }) <= Self.largestStatementCount else { throw WorkReader.tooLong }
    for group in groups { for statement in group.statements { noteDefinition(statement) } }
    juxtaposition = !definitions.keys.contains { $0.filter(\.isLetter).count > 1 }
    // A name is defined by the first line that assigns it.
    var defined: Set<String> = []
    for group in groups { lines.append(line(group, &defined)) }
    if let fault {
      let number = self.text.line(of: fault.range.lowerBound)
      lines.append(Line(number: number, statements: .failure(fault), comment: self.text.comments[number]))
    }
  }

  private static let tooLong = ProgramError(
    line: 1, column: 1,
    message: "the work is too long; it may have \(largestByteCount) bytes and \(largestStatementCount) statements",
    excerpt: "")

  // MARK: Tokens

  /// The tokens up to the first line that is none.
  private func tokens() -> (tokens: [Token], fault: ProgramFault?) {
    let all = ProgramText(String(text.plain))
    // Characters that combine would shift all places behind them.
    guard all.characters.count == text.plain.count else {
      return ([], ProgramFault(0..<0, "the text has characters that combine with their neighbours"))
    }
    do throws(ProgramFault) { return (try Lexer.tokens(of: all), nil) } catch {
      let start = text.range(ofLine: text.line(of: min(error.range.lowerBound, text.plain.count))).lowerBound
      let readable = ProgramText(String(text.plain[..<start]))
      return ((try? Lexer.tokens(of: readable)) ?? [], error)
    }
  }

  /// The statements of a line.
  private typealias Group = (number: Int, statements: [ArraySlice<Token>])

  private func lineGroups(_ tokens: [Token]) -> [Group] {
    var groups: [Group] = []
    for line in tokens.split(whereSeparator: { $0.kind == .newline || $0.kind == .end }) {
      let statements = line.parts(separatedBy: .semicolon).filter { !$0.isEmpty }
      if let first = statements.first?.first {
        groups.append((text.line(of: first.range.lowerBound), statements))
      }
    }
    return groups
  }

  // MARK: Statements

  private mutating func noteDefinition(_ tokens: ArraySlice<Token>) {
    guard let found = definition(tokens.parts(separatedBy: .assign)), definitions[found.name] == nil else { return }
    definitions[found.name] = found.parameters
  }

  /// The name that stands alone before an equals sign, with its parameters.
  private func definition(_ sides: [ArraySlice<Token>]) -> WorkDefinition? {
    guard sides.count > 1, let word = sides[0].first, let name = word.name, text.primes[word.range.upperBound] == nil
    else { return nil }
    let rest = sides[0].dropFirst()
    if rest.isEmpty { return WorkDefinition(name: name, parameters: []) }
    guard ProgramFunction.named(name) == nil, rest.first?.symbol == .openParenthesis,
      rest.last?.symbol == .closeParenthesis
    else { return nil }
    let parameters = rest.dropFirst().dropLast().parts(separatedBy: .comma).map { $0.count == 1 ? $0.first?.name : nil }
    let names = parameters.compactMap(\.self)
    guard names.count == parameters.count, Set(names).count == names.count, names.allSatisfy(\.isVariableName) else {
      return nil
    }
    return WorkDefinition(name: name, parameters: names)
  }

  private func line(_ group: Group, _ defined: inout Set<String>) -> Line {
    var statements: [WorkStatement] = []
    var failure: ProgramFault?
    do throws(ProgramFault) {
      for tokens in group.statements { statements.append(try statement(tokens, &defined)) }
    } catch { failure = error }
    return Line(
      number: group.number, statements: failure.map { .failure($0) } ?? .success(statements),
      comment: text.comments[group.number])
  }

  private func statement(
    _ tokens: ArraySlice<Token>, _ defined: inout Set<String>
  ) throws(ProgramFault) -> WorkStatement {
    var parts = tokens.parts(separatedBy: .assign)
    let start = tokens[tokens.startIndex].range.lowerBound
    let range = start..<tokens[tokens.endIndex - 1].range.upperBound
    var kind = WorkStatement.Kind.claim(continues: false)
    if parts.count > 1, parts[0].isEmpty {
      kind = .claim(continues: true)
      parts.removeFirst()
    } else if let definition = definition(parts), defined.insert(definition.name).inserted {
      guard !["True", "False", "None"].contains(definition.name) else {
        throw ProgramFault(range, "\(definition.name) is a constant of the language and can't be defined")
      }
      kind = .definition(definition)
      parts.removeFirst()
    }
    var reader = WorkMarkReader(text, definitions: definitions, juxtaposition: juxtaposition)
    var sides: [WorkSide] = []
    for part in parts {
      guard !part.isEmpty else {
        let place = sides.last?.range.upperBound ?? start
        throw ProgramFault(place..<place + 1, "expected an expression beside '='")
      }
      sides.append(try reader.side(Array(part)))
    }
    return WorkStatement(kind: kind, sides: sides, range: range)
  }
}
