/// What is wrong with a program in text, and where.
///
/// The description is one line: `line 1, column 14: unknown function 'sofmax'; did you mean 'softmax'?`.
public struct ProgramError: Error, Hashable, Sendable {
  /// The line, counted from 1.
  public let line: Int
  /// The character of the line, counted from 1.
  public let column: Int
  /// What was found, what was expected, and what to do.
  public let message: String
  /// The line of the program, and below it a caret under the place; long lines are cut on both sides.
  ///
  /// ```
  /// y = sofmax(x)
  ///     ^
  /// ```
  public let excerpt: String
}

extension ProgramError: CustomStringConvertible {
  /// The place and the message.
  public var description: String { "line \(line), column \(column): \(message)" }
}

/// What is wrong at a place of a program, before line and column are counted.
struct ProgramFault: Error {
  /// The characters at fault.
  let range: Range<Int>
  let message: String

  init(_ range: Range<Int>, _ message: String) {
    self.range = range
    self.message = message
  }
}

/// The text of a program as characters, by which every place in it is counted.
struct ProgramText: Sendable {
  /// Programs are written by people; a longer text is a wrong file.
  static let largestByteCount = 1_000_000

  let characters: [Character]

  init(_ text: String) { characters = Array(text) }

  /// The text at a place, cut if it is long.
  func quoted(_ range: Range<Int>) -> String {
    let limit = 40
    let text = String(characters[range.prefix(limit)])
    return "'\(text)\(range.count > limit ? "…" : "")'"
  }

  /// The error that a fault is for the reader of the text.
  func error(_ fault: ProgramFault) -> ProgramError {
    let place = min(fault.range.lowerBound, characters.count)
    let before = characters[..<place]
    let start = before.lastIndex { $0.isNewline }.map { $0 + 1 } ?? 0
    return ProgramError(
      line: before.count { $0.isNewline } + 1, column: place - start + 1, message: fault.message,
      excerpt: excerpt(around: place, lineStart: start))
  }

  private func excerpt(around place: Int, lineStart: Int) -> String {
    let width = 76
    let lineEnd = characters[place...].firstIndex { $0.isNewline } ?? characters.count
    let first = lineEnd - lineStart <= width ? lineStart : max(lineStart, place - width / 2)
    let last = min(lineEnd, first + width)
    let cut = (before: first > lineStart ? "…" : "", after: last < lineEnd ? "…" : "")
    // A tab would move the caret away from its place.
    let line = characters[first..<last].map { $0 == "\t" ? " " : String($0) }.joined()
    return "\(cut.before)\(line)\(cut.after)\n\(String(repeating: " ", count: place - first + cut.before.count))^"
  }
}
