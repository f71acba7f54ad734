import DescentGraph

extension Table {
  /// A table of columns in memory; columns of different lengths stop the program.
  ///
  /// ```swift
  /// let table = Table(["epoch": .numbers([1, 2]), "note": .text(["", "best"])])
  /// try table.write(toFile: "history.csv")
  /// ```
  public init(_ columns: KeyValuePairs<String, Column.Values>) {
    self.init(columns: columns.map { ($0.key, $0.value) })
  }

  /// A table of columns whose number only the running program knows.
  package init(columns: [(name: String, values: Column.Values)]) {
    let counts = columns.map { $0.values.count }
    if Set(counts).count > 1 {
      Failure.stop(
        .init(.shapeMismatch, "Table", "the columns have \(counts) values, expected the same number in each"))
    }
    self.init(
      source: "table",
      columns: columns.map { Column(name: $0.name, values: $0.values, firstText: nil, source: "table") },
      rowCount: counts.first ?? 0)
  }

  /// The table as CSV text with a header: fields in quotes where they need them, missing values empty, numbers in the
  /// shortest spelling that is read as the same number.
  ///
  /// - Parameter delimiter: The character between fields: any ASCII character except a quote, CR and LF.
  public func csv(delimiter: Character = ",") throws(DataError) -> String {
    let byte = try CSVFormat(delimiter: delimiter).delimiterByte(for: source)
    var text = ""
    func append(_ fields: [String]) {
      // A single empty field would be a blank line, which is no row.
      let isBlank = fields == [""]
      text += isBlank ? "\"\"" : fields.map { Self.quoted($0, byte) }.joined(separator: String(delimiter))
      text += "\n"
    }
    append(columns.map(\.name))
    for row in 0..<rowCount { append(columns.map { $0.values.spelling(of: row) }) }
    return text
  }

  /// Writes the table as a CSV file, replacing a file that is there only when all is written; see ``csv(delimiter:)``.
  public func write(toFile path: String, delimiter: Character = ",") throws(DataError) {
    try FileBytes.write(Array(csv(delimiter: delimiter).utf8), to: path)
  }

  private static func quoted(_ field: String, _ delimiter: UInt8) -> String {
    let special = [delimiter, ASCII.quote, ASCII.lineFeed, ASCII.carriageReturn]
    let blanks: [UInt8?] = [ASCII.space, ASCII.tab]
    let hasBlanks = blanks.contains(field.utf8.first) || blanks.contains(field.utf8.last)
    guard hasBlanks || field.utf8.contains(where: special.contains) else { return field }
    return "\"\(field.replacing("\"", with: "\"\""))\""
  }
}

extension Table.Column.Values {
  /// The number of values.
  public var count: Int {
    switch self {
    case .numbers(let numbers): numbers.count
    case .text(let texts): texts.count
    }
  }

  /// A value as text; empty if it is missing.
  func spelling(of row: Int) -> String {
    switch self {
    case .text(let texts): return texts[row]
    case .numbers(let numbers):
      let number = numbers[row]
      if number.isNaN { return "" }
      // Whole numbers without their fraction; −0 would lose its sign.
      if let whole = Int(exactly: number), abs(whole) < 1 << 53, whole != 0 || number.sign == .plus {
        return String(whole)
      }
      return number.description
    }
  }
}
