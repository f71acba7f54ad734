import DescentGraph

/// A table of named columns, each of numbers or of text, as read from a CSV file.
///
/// ```swift
/// let table = try Table(contentsOfFile: "iris.csv")
/// let lengths = try table.column(named: "sepal_length_cm").numbers()
/// ```
public struct Table: Sendable {
  /// The name of the file, for messages.
  public let source: String
  /// The columns, in the order of the file.
  public let columns: [Column]
  /// The number of rows, the header not counted.
  public let rowCount: Int

  /// The names of the columns, in the order of the file.
  public var columnNames: [String] { columns.map(\.name) }

  /// The column with a name; if none has it, or several do, the error says what there is.
  public func column(named name: String) throws(DataError) -> Column {
    let matches = columns.indices.filter { columns[$0].name == name }
    if matches.count == 1 { return columns[matches[0]] }
    guard matches.isEmpty else {
      throw DataError(
        .unknownColumn, in: source,
        "columns \(matches.map(String.init).joined(separator: ", ")) are all called \(DataError.quoted(name))",
        remedy: "take one by its index")
    }
    let suggestion = NameSuggestion.closest(to: name, among: columnNames)
    throw DataError(
      .unknownColumn, in: source,
      "no column \(DataError.quoted(name)), the columns are \(NameSuggestion.list(columnNames))",
      remedy: suggestion.map { "did you mean \(DataError.quoted($0))?" } ?? "take one of these")
  }

  /// The column at an index, counted from 0; if there is none, the error lists the names.
  public func column(at index: Int) throws(DataError) -> Column {
    guard columns.indices ~= index else {
      throw DataError(
        .unknownColumn, in: source, "no column \(index), the columns are \(NameSuggestion.list(columnNames))",
        remedy: "take an index from 0 to \(columns.count - 1)")
    }
    return columns[index]
  }
}

extension Table {
  /// Some of the rows, in the order of `rows`; a row that does not exist stops the program.
  public func selecting(_ rows: [Int]) -> Table {
    if let outside = rows.first(where: { !(0..<rowCount).contains($0) }) {
      Failure.stop(.init(.indexOutOfBounds, "selecting", "there is no row \(outside) among \(rowCount)"))
      return self
    }
    let columns = columns.map { column in
      let values: Column.Values =
        switch column.values {
        case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
        case .text(let texts): .text(rows.map { texts[$0] })
        }
      return Column(name: column.name, values: values, firstText: column.firstText, source: column.source)
    }
    return Table(source: source, columns: columns, rowCount: rows.count)
  }

  /// A named column, of numbers if every value that is not missing is a number, else of text.
  public struct Column: Sendable {
    /// The values of a column.
    public enum Values: Sendable, Equatable {
      /// Numbers, as `Double(String)` reads them; NaN where a value is missing.
      case numbers([Double])
      /// Text; empty where a value is missing.
      case text([String])
    }

    /// The name in the header, without spaces around it.
    public let name: String
    /// The values, one a row.
    public let values: Values
    /// The first field that is no number and its line, for messages.
    let firstText: (text: String, line: Int)?
    let source: String

    /// Whether the column holds numbers.
    public var isNumeric: Bool { if case .numbers = values { true } else { false } }

    /// The values as double-precision numbers; the error for a column of text names the field that made it so.
    public func numbers() throws(DataError) -> [Double] {
      switch values {
      case .numbers(let numbers): return numbers
      case .text:
        throw DataError(
          .wrongType, in: source, at: firstText.map { .line($0.line) },
          "column \(DataError.quoted(name)) is text"
            + (firstText.map { ": \(DataError.quoted($0.text)) is not a number" } ?? ""),
          remedy: "correct the field, declare it a missing-value marker, or ask for strings()")
      }
    }

    /// The values as single-precision numbers; the error for a column of text names the field that made it so.
    public func floats() throws(DataError) -> [Float] {
      try numbers().map { Float($0) }
    }

    /// The values as text; an error for a column of numbers, whose spelling is not kept.
    public func strings() throws(DataError) -> [String] {
      switch values {
      case .text(let strings): return strings
      case .numbers:
        throw DataError(
          .wrongType, in: source, "column \(DataError.quoted(name)) holds numbers, expected text",
          remedy: "ask for numbers()")
      }
    }
  }
}
