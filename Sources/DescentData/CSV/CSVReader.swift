extension Table {
  /// Reads a CSV file.
  public init(contentsOfFile path: String, format: CSVFormat = CSVFormat()) throws(DataError) {
    try self.init(csv: FileBytes.read(path), format: format, file: path)
  }

  /// Reads the bytes of a CSV file; `file` names them in messages.
  public init(csv bytes: [UInt8], format: CSVFormat = CSVFormat(), file: String = "CSV data") throws(DataError) {
    self = try bytes.withUnsafeBufferPointer { bytes throws(DataError) in
      var reader = try CSVReader(bytes, format: format, file: file)
      return try reader.table()
    }
  }

  /// Reads CSV text; `file` names it in messages.
  public init(csv text: String, format: CSVFormat = CSVFormat(), file: String = "CSV data") throws(DataError) {
    try self.init(csv: Array(text.utf8), format: format, file: file)
  }
}

/// Reads a table from the bytes of a CSV file.
///
/// One pass reads every field as a number and notes the columns where that fails; if there are any, a second pass
/// collects their text. So nothing but results is stored.
struct CSVReader {
  private let format: CSVFormat
  private let markers: [[UInt8]]
  private let file: String
  /// Whether the first row of the file names the columns.
  let hasHeader: Bool
  /// The names of the columns.
  let names: [String]
  /// Stands at the first row of data.
  let start: CSVScanner
  private var numbers: [[Double]]
  /// The latest rows, not yet distributed to the columns: writing to all columns in turn, each at the same place of
  /// its own pages, makes them push each other out of the cache.
  private var block: [Double] = []
  private static let blockCount = 4096
  private var strings: [[String]]
  private var isText: [Bool]
  /// Whether a column of numbers may not become text any more.
  private let typesAreFixed: Bool
  /// The field that made a column text.
  private var firstTexts: [(text: String, line: Int)?]
  /// How many rows of the file stand before the first one.
  private let rowsBefore: Int
  private var rowCount = 0
  /// The line after the last row, once the table was read.
  private(set) var endLine = 1

  /// What is known about the columns of a file that is read part by part.
  struct Columns: Sendable {
    var names: [String]
    var isText: [Bool]
    var hasHeader: Bool
  }

  /// Starts in the middle of a file, at a row that stands on line `line` and has `rowsBefore` before it.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, columns: Columns, line: Int, rowsBefore: Int, format: CSVFormat, file: String
  ) throws(DataError) {
    self.format = format
    self.file = file
    self.rowsBefore = rowsBefore
    markers = format.missingMarkers.map { Array($0.utf8) }
    try Self.checkEncoding(bytes, file, firstLine: line)
    start = CSVScanner(bytes, from: 0, line: line, delimiter: try format.delimiterByte(for: file), file: file)
    (hasHeader, names, isText, typesAreFixed) = (columns.hasHeader, columns.names, columns.isText, true)
    numbers = Array(repeating: [], count: names.count)
    strings = Array(repeating: [], count: names.count)
    firstTexts = Array(repeating: nil, count: names.count)
  }

  /// Checks the encoding and reads the names of the columns.
  init(_ bytes: UnsafeBufferPointer<UInt8>, format: CSVFormat, file: String) throws(DataError) {
    self.format = format
    self.file = file
    markers = format.missingMarkers.map { Array($0.utf8) }
    let delimiter = try format.delimiterByte(for: file)
    try Self.checkEncoding(bytes, file)
    let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var scanner = CSVScanner(bytes, from: hasByteOrderMark ? 3 : 0, delimiter: delimiter, file: file)
    guard scanner.skipBlankLines() else {
      throw DataError(.empty, in: file, "holds no rows", remedy: "check that it is the right file")
    }
    let firstRow = scanner
    let (fields, hasNumber) = try Self.readFirstRow(&scanner)
    hasHeader = format.header == .present || (format.header == .detected && !hasNumber)
    names = fields.enumerated().map { [hasHeader] index, field in
      hasHeader && !field.isEmpty ? field : "column \(index + 1)"
    }
    start = hasHeader ? scanner : firstRow
    (rowsBefore, typesAreFixed) = (0, false)
    isText = Array(repeating: false, count: names.count)
    numbers = Array(repeating: [], count: names.count)
    strings = Array(repeating: [], count: names.count)
    firstTexts = Array(repeating: nil, count: names.count)
  }

  private static func readFirstRow(
    _ scanner: inout CSVScanner
  ) throws(DataError) -> (fields: [String], hasNumber: Bool) {
    var (fields, hasNumber, endsRow) = ([String](), false, false)
    while !endsRow {
      var field = try scanner.nextField()
      endsRow = field.endsRow
      field.range = scanner.trimmed(field)
      fields.append(scanner.text(field))
      hasNumber = hasNumber || DecimalNumber.parse(scanner.bytes, in: field.range) != nil
    }
    return (fields, hasNumber)
  }

  private static func checkEncoding(
    _ bytes: UnsafeBufferPointer<UInt8>, _ file: String, firstLine: Int = 1
  ) throws(DataError) {
    if firstLine == 1, bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DataError(.encoding, in: file, "the text is UTF-16, expected UTF-8", remedy: "save it as UTF-8")
    }
    guard let offset = UTF8Check.firstInvalidByte(bytes) else { return }
    throw DataError(
      .encoding, in: file, at: UTF8Check.place(of: offset, in: bytes, firstLine: firstLine),
      "the byte 0x\(String(bytes[offset], radix: 16, uppercase: true)) is not UTF-8 here",
      remedy: "save the file as UTF-8 text")
  }

  mutating func table() throws(DataError) -> Table {
    try readNumbers()
    guard rowCount > 0 else {
      throw DataError(
        .empty, in: file, "has a header and no rows", remedy: "add rows, or read it with a format without a header")
    }
    if isText.contains(true) { try readText() }
    let columns = names.indices.map { index in
      Table.Column(
        name: names[index], values: isText[index] ? .text(strings[index]) : .numbers(numbers[index]),
        firstText: firstTexts[index], source: file)
    }
    return Table(source: file, columns: columns, rowCount: rowCount)
  }

  private mutating func readNumbers() throws(DataError) {
    var scanner = start
    while scanner.skipBlankLines() {
      let line = scanner.line
      var (column, endsRow) = (0, false)
      while !endsRow {
        let field = try scanner.nextField()
        endsRow = field.endsRow
        if column < names.count { try add(field, to: column, line, scanner) }
        column &+= 1
      }
      guard column == names.count else { throw raggedRow(line, count: column) }
      rowCount += 1
      if rowCount == 1 { reserveRows(scanner) }
      if block.count >= Self.blockCount { distributeBlock() }
    }
    endLine = scanner.line
    distributeBlock()
  }

  private mutating func distributeBlock() {
    for column in names.indices where !isText[column] {
      for index in stride(from: column, to: block.count, by: names.count) { numbers[column].append(block[index]) }
    }
    block.removeAll(keepingCapacity: true)
  }

  /// Makes room for as many rows of the first one's length as the file can hold.
  ///
  /// A row has a byte for each field, so the room is at most eight times the size of the file.
  private mutating func reserveRows(_ scanner: CSVScanner) {
    let rows = (scanner.bytes.count - start.position) / (scanner.position - start.position)
    for column in names.indices where !isText[column] { numbers[column].reserveCapacity(rows) }
  }

  /// Appends a field to the block, and declares its column text if it is no number.
  @inline(__always)
  private mutating func add(
    _ field: CSVScanner.Field, to column: Int, _ line: Int, _ scanner: CSVScanner
  ) throws(DataError) {
    let range = scanner.trimmed(field)
    var number: Double?
    if isMissing(scanner.bytes, range) {
      guard format.missingValues == .accepted else { throw missingValue(column, line, scanner.text(field)) }
    } else if !isText[column] {
      number = DecimalNumber.parse(scanner.bytes, in: range)
      if number == nil {
        guard !typesAreFixed else { throw noNumber(column, line, scanner.text(field)) }
        (isText[column], firstTexts[column]) = (true, (scanner.text(field), line))
      }
    }
    block.append(number ?? .nan)
  }

  private mutating func readText() throws(DataError) {
    var scanner = start
    while scanner.skipBlankLines() {
      for column in names.indices {
        let field = try scanner.nextField()
        guard isText[column] else { continue }
        strings[column].append(isMissing(scanner.bytes, scanner.trimmed(field)) ? "" : scanner.text(field))
      }
    }
  }

  @inline(__always)
  private func isMissing(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    if range.isEmpty { return true }
    return !markers.isEmpty && markers.contains { $0.elementsEqual(bytes[range]) }
  }

  private func raggedRow(_ line: Int, count: Int) -> DataError {
    let remedy =
      count < names.count ? "fill in what is missing" : "put quotes around fields that contain '\(format.delimiter)'"
    return DataError(
      .raggedRow, in: file, at: .line(line),
      "row has \(count) field\(count == 1 ? "" : "s"), the \(hasHeader ? "header" : "first row") has \(names.count)",
      remedy: remedy)
  }

  private func noNumber(_ column: Int, _ line: Int, _ text: String) -> DataError {
    DataError(
      .wrongType, in: file, at: .line(line),
      "column \(DataError.quoted(names[column])) holds numbers, \(DataError.quoted(text)) is none",
      remedy: "declare the column as text, correct the field, or declare it a missing-value marker")
  }

  private func missingValue(_ column: Int, _ line: Int, _ text: String) -> DataError {
    let found = DataError.quoted(text)
    return DataError(
      .missingValue, in: file, at: .line(line),
      "row \(rowsBefore + rowCount + 1) has no value in column \(DataError.quoted(names[column])), the field is \(found)",
      remedy: "fill it in, or read with missing values accepted")
  }
}
