/// What is wrong with a file, where, and what to do about it.
///
/// Every reader of this module throws this type and nothing else. Its description is one line:
/// `digits.csv:17: row has 65 fields, the header has 66; fill in the missing field`.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The classes of failure, for programs that react differently to each.
  public enum Kind: String, Sendable, Equatable, CaseIterable {
    /// The file is not there, or the system refuses to read it.
    case unreadable
    /// The file holds nothing, or a header and no data.
    case empty
    /// The file ends before the data that it promises.
    case truncated
    /// Bytes contradict the format or a checksum.
    case corrupt
    /// The file goes on after its data.
    case trailingData
    /// The file is well formed but asks for something that is not read here.
    case unsupported
    /// The data exceed a limit on memory.
    case tooLarge
    /// Text is not UTF-8.
    case encoding
    /// A quote is opened and never closed, or stands where none may.
    case quoting
    /// A row has more or fewer fields than the table has columns.
    case raggedRow
    /// A field is empty, or holds a marker for a missing value.
    case missingValue
    /// No column, or more than one, answers to the name or index.
    case unknownColumn
    /// The values are of another type than was asked for.
    case wrongType
    /// Two files that belong together don't agree.
    case mismatch
    /// The system refuses to write the file.
    case unwritable
  }

  /// A place in a file.
  public enum Position: Sendable, Equatable {
    /// A byte, counted from 0.
    case byte(Int)
    /// A line, counted from 1.
    case line(Int)
    /// A character of a line, both counted from 1.
    case character(line: Int, column: Int)
  }

  /// The class of the failure.
  public let kind: Kind
  /// The path of the file as the caller gave it, or the name of data that came from memory.
  public let file: String
  /// Where in the file, if the failure has a place.
  public let position: Position?
  /// What was found, and what was expected instead.
  public let problem: String
  /// What the reader of the message can do.
  public let remedy: String

  /// Describes a failure.
  public init(_ kind: Kind, in file: String, at position: Position? = nil, _ problem: String, remedy: String) {
    self.kind = kind
    self.file = file
    self.position = position
    self.problem = problem
    self.remedy = remedy
  }

  /// One line: file, place, problem, remedy.
  public var description: String {
    "\(Self.escaped(file))\(place): \(problem); \(remedy)"
  }

  private var place: String {
    switch position {
    case .none: ""
    case .byte(let offset): ", byte \(offset)"
    case .line(let line): ":\(line)"
    case .character(let line, let column): ":\(line):\(column)"
    }
  }

  /// Text from a file in quotes, on one line and not too long, for use inside a message.
  package static func quoted(_ text: some StringProtocol) -> String {
    let limit = 40
    let start = text.prefix(limit)
    return "'\(escaped(start))\(start.endIndex == text.endIndex ? "" : "…")'"
  }

  private static func escaped(_ text: some StringProtocol) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let isControl =
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
      result += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
  }
}
