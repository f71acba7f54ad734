/// A CSV file of any size as a ``Dataset`` of tables with some of its rows each, read with constant memory.
///
/// ```swift
/// let rows = try CSVDataset(contentsOfFile: "flights.csv", rowsPerTable: 1024)
/// let features = try FeaturePlan([.numbers(["distance"], scaling: .standard)], target: .number("delay")).fitted(to: rows)
/// let batches = rows.map { try features.samples(of: $0) }.prefetched()
/// ```
///
/// Names and types of the columns are those of the first table, unless they are declared: a text that comes later in a
/// column of numbers is an error that names its line.
public struct CSVDataset: Dataset {
  /// The type of a column.
  public enum ColumnType: Sendable, Equatable {
    /// Numbers.
    case numbers
    /// Text, also where it looks like numbers.
    case text
  }

  /// The names of the columns, in the order of the file.
  public var columnNames: [String] { columns.names }

  private let file: OpenFile
  private let format: CSVFormat
  private let rowsPerTable: Int
  private let columns: CSVReader.Columns
  /// The byte and the line at which the first row of data begins.
  private let start: (byte: Int, line: Int)

  /// Opens a file and reads its first rows.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: How it is written.
  ///   - rowsPerTable: How many rows each table has; the last one may have fewer.
  ///   - types: The types of some columns by name, where the first rows would mislead.
  /// - Throws: ``DataError`` if the file can't be read, holds no rows, or has no column of a name.
  public init(
    contentsOfFile path: String, format: CSVFormat = CSVFormat(), rowsPerTable: Int = 1024,
    types: [String: ColumnType] = [:]
  ) throws(DataError) {
    let rowsPerTable = DatasetArgument.positive(rowsPerTable, "CSVDataset", "a table")
    let file = try OpenFile(path)
    let markByteCount = try file.read(0..<min(3, file.byteCount)) == [0xEF, 0xBB, 0xBF] ? 3 : 0
    var rows = RowSplitter(file, from: markByteCount, delimiter: try format.delimiterByte(for: path))
    // One more row, which may be the header.
    let first = try rows.next(rowsPerTable == .max ? .max : rowsPerTable + 1) ?? []
    let (start, columns) = try first.withUnsafeBufferPointer { bytes throws(DataError) in
      var reader = try CSVReader(bytes, format: format, file: path)
      let start = (byte: markByteCount + reader.start.position, line: reader.start.line)
      let table = try reader.table()
      let isText = table.columns.map { !$0.isNumeric }
      return (start, CSVReader.Columns(names: reader.names, isText: isText, hasHeader: reader.hasHeader))
    }
    self.columns = try Self.declared(types, columns, file: path)
    (self.file, self.format, self.rowsPerTable, self.start) = (file, format, rowsPerTable, start)
  }

  private static func declared(
    _ types: [String: ColumnType], _ columns: CSVReader.Columns, file: String
  ) throws(DataError) -> CSVReader.Columns {
    var columns = columns
    for (name, type) in types.sorted(by: { $0.key < $1.key }) {
      guard let index = columns.names.firstIndex(of: name) else {
        throw DataError(
          .unknownColumn, in: file,
          "no column \(DataError.quoted(name)), the columns are \(NameSuggestion.list(columns.names))",
          remedy: "take one of these")
      }
      columns.isText[index] = type == .text
    }
    return columns
  }

  /// Not known before the file was read.
  public var count: Int? { nil }

  /// Starts reading at the first row of data.
  public func cursor(epoch: Int, from position: DatasetPosition?) throws -> Cursor {
    let numbers = try position?.checked(numbers: 3, parts: 0).numbers ?? [start.byte, start.line, 0]
    guard numbers[0] >= start.byte, numbers[0] <= file.byteCount else { throw DatasetPosition.foreign }
    return Cursor(
      dataset: self, rows: RowSplitter(file, from: numbers[0], delimiter: try format.delimiterByte(for: file.path)),
      line: numbers[1], rowCount: numbers[2])
  }

  /// Walks over the file.
  public struct Cursor: DatasetCursor {
    fileprivate let dataset: CSVDataset
    fileprivate var rows: RowSplitter
    fileprivate var line: Int
    fileprivate var rowCount: Int

    /// The byte and the line at which the next row begins, and how many rows stand before it.
    public var position: DatasetPosition { DatasetPosition([rows.offset, line, rowCount]) }

    /// The next rows, nil after the last.
    public mutating func next() throws -> Table? {
      guard let bytes = try rows.next(dataset.rowsPerTable) else { return nil }
      let (table, end) = try bytes.withUnsafeBufferPointer { [self] bytes throws(DataError) in
        var reader = try CSVReader(
          bytes, columns: dataset.columns, line: line, rowsBefore: rowCount, format: dataset.format,
          file: dataset.file.path)
        let table = try reader.table()
        return (table, reader.endLine)
      }
      (line, rowCount) = (end, rowCount + table.rowCount)
      return table
    }
  }
}
