/// How a CSV file is to be read.
///
/// The defaults read RFC 4180: commas, quotes doubled inside quotes, lines ended by LF, CR or CRLF. A byte order
/// mark is skipped, and so are lines with nothing on them.
public struct CSVFormat: Sendable, Equatable {
  /// Whether the first row names the columns.
  public enum Header: Sendable, Equatable {
    /// The first row names the columns.
    case present
    /// The first row is data; the columns are called `column 1`, `column 2` and so on.
    case absent
    /// The first row names the columns unless one of its fields is a number.
    case detected
  }

  /// What becomes of empty fields and missing-value markers.
  public enum MissingValues: Sendable, Equatable {
    /// They are an error that names row and column.
    case rejected
    /// They become NaN in columns of numbers and the empty string in columns of text.
    case accepted
  }

  /// The character between fields: any ASCII character except a quote, CR and LF.
  public var delimiter: Character
  /// Whether the first row names the columns.
  public var header: Header
  /// What becomes of empty fields and missing-value markers.
  public var missingValues: MissingValues
  /// Fields that stand for a missing value, besides the empty one: `["NA", "?"]`.
  public var missingMarkers: [String]

  /// A format; each argument has the usual value as its default.
  public init(
    delimiter: Character = ",", header: Header = .detected, missingValues: MissingValues = .rejected,
    missingMarkers: [String] = []
  ) {
    self.delimiter = delimiter
    self.header = header
    self.missingValues = missingValues
    self.missingMarkers = missingMarkers
  }

  /// The delimiter as a byte.
  func delimiterByte(for file: String) throws(DataError) -> UInt8 {
    guard let byte = delimiter.asciiValue, byte != ASCII.quote, byte != ASCII.lineFeed, byte != ASCII.carriageReturn
    else {
      throw DataError(
        .unsupported, in: file,
        "can't be split at \(DataError.quoted(String(delimiter))), expected an ASCII character, no quote or line end",
        remedy: "choose another delimiter")
    }
    return byte
  }
}

/// The bytes that structure a CSV file.
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
}
