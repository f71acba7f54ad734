import DescentGraph
import Foundation
import TestSupport
import Testing

@testable import DescentData

/// CSV files read in parts, beside the same files read as a whole.
@Suite struct CSVDatasetTests {
  private func spelled(_ tables: [Table]) -> [[String]] {
    tables.flatMap { table in (0..<table.rowCount).map { row in table.columns.map { $0.values.spelling(of: row) } } }
  }

  private func check(_ text: String, _ format: CSVFormat, _ label: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      try write(Array(text.utf8), to: path)
      let whole = try Table(contentsOfFile: path, format: format)
      for rows in [1, 2, 3, 1000] {
        // Types come from the first rows, where the whole table looks at all.
        let types = Dictionary(uniqueKeysWithValues: whole.columns.map { ($0.name, type(of: $0)) })
        let dataset = try CSVDataset(contentsOfFile: path, format: format, rowsPerTable: rows, types: types)
        let tables = try dataset.collected()
        #expect(dataset.columnNames == whole.columnNames)
        #expect(spelled(tables) == spelled([whole]), "\(label) in parts of \(rows)")
        #expect(tables.dropLast().allSatisfy { $0.rowCount == rows })
        var cursor = try dataset.cursor()
        for place in 0...tables.count {
          var again = try dataset.cursor(epoch: 0, from: cursor.position)
          var rest: [Table] = []
          while let table = try again.next() { rest.append(table) }
          #expect(spelled(rest) == spelled(Array(tables[place...])), "\(label) from \(place)")
          _ = try cursor.next()
        }
      }
    }
  }

  private func type(of column: Table.Column) -> CSVDataset.ColumnType { column.isNumeric ? .numbers : .text }

  @Test func partsMakeTheWhole() throws {
    let format = CSVFormat(missingValues: .accepted, missingMarkers: ["NA"])
    for (index, text) in [
      "a,b\n1,x\n2,y\n3,z\n", "a,b\r\n1,x\r\n\r\n2,y\r\n3,z", "a,b\r1,x\r2,y\r",
      "\u{FEFF}\"a\nb\",c\n1,\"x\ny\"\n2,\"\"\"\"\n",
      "1,2\n3,4\n5,6\n", "\n\na;b,c\n\n1,\"2,3\"\n\n\n,NA\n4,\"a\"\"b\"\n", "a\n1\n", "a,b\n\"1\",\"2\"\n\"3\",\"\"\n",
    ].enumerated() {
      try check(text, format, "text \(index)")
    }
  }

  /// Rows that lie across the borders of what is read at a time.
  @Test func longFilesAreReadInChunks() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      let count = isDebugBuild ? 6_000 : 60_000
      let rows = (0..<count).map { "\($0),\"\(String(repeating: "x\n", count: 40 + $0 % 7))\",é\r\n" }
      try write(Array(("number,text,letter\r\n" + rows.joined()).utf8), to: path)
      let dataset = try CSVDataset(contentsOfFile: path, rowsPerTable: 700)
      var next = 0.0
      try dataset.forEach { table in
        for number in try table.column(named: "number").numbers() {
          if number != next { Issue.record("\(number) follows \(next - 1)") }
          next += 1
        }
      }
      #expect(next == Double(count))
    }
  }

  @Test func mistakesAreNamedWithTheirLines() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      func complaint(_ text: String, types: [String: CSVDataset.ColumnType] = [:]) throws -> String {
        try write(Array(text.utf8), to: path)
        do {
          _ = try CSVDataset(contentsOfFile: path, rowsPerTable: 2, types: types).collected()
          return ""
        } catch { return "\(error)".replacing(path, with: "a.csv") }
      }
      let start = "a,b\n1,2\n\n3,4\n5,6\n"
      #expect(try complaint(start + "7,x\n").hasPrefix("a.csv:6: column 'b' holds numbers, 'x' is none; declare the"))
      #expect(try complaint(start + "7,x\n", types: ["b": .text]) == "")
      #expect(try complaint(start + "7\n").hasPrefix("a.csv:6: row has 1 field, the header has 2"))
      #expect(try complaint(start + "7,\n").hasPrefix("a.csv:6: row 4 has no value in column 'b'"))
      #expect(try complaint(start + "7,\"\n").hasPrefix("a.csv:6:3: this quote is never closed"))
      #expect(try complaint(start, types: ["c": .text]).contains("no column 'c', the columns are 'a', 'b'"))
      #expect(try complaint("").contains("holds no rows") && complaint("a,b\n").contains("has a header and no rows"))
      try write(Array(start.utf8) + [0x37, 0x2C, 0xE9], to: path)
      let error = #expect(throws: DataError.self) { try CSVDataset(contentsOfFile: path, rowsPerTable: 2).collected() }
      #expect(error?.description.contains(":6:3: the byte 0xE9 is not UTF-8 here") == true)
    }
  }

  /// Rows in every number of parts, written with quotes and line ends anywhere.
  @Test func whateverTheBytes() throws {
    var generator = SplitMix64(seed: 50)
    let pieces = [",", "\n", "\r\n", "\r", "\"", "\"\"", "1", "a", " ", "é", "\"x,\ny\""].map { Array($0.utf8) }
    let format = CSVFormat(missingValues: .accepted)
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.csv"
      for trial in 0..<(isDebugBuild ? 300 : 3_000) {
        let input = (0..<Int.random(in: 0...25, using: &generator)).flatMap { _ in
          pieces.randomElement(using: &generator)!
        }
        try write(input, to: path)
        let whole = try? Table(csv: input, format: format)
        let types = Dictionary(
          whole?.columns.map { ($0.name, type(of: $0)) } ?? [], uniquingKeysWith: { first, _ in first })
        let parts = try? CSVDataset(contentsOfFile: path, format: format, rowsPerTable: 2, types: types).collected()
        guard let whole, Set(whole.columnNames).count == whole.columns.count else { continue }
        #expect(parts.map(spelled) == spelled([whole]), "trial \(trial): \(String(decoding: input, as: UTF8.self))")
      }
    }
  }

  // MARK: Writing

  @Test func whatIsWrittenIsRead() throws {
    let table = Table([
      "number": .numbers([1, -2.5, .nan, 1e300, -0.0]), "te\"xt,": .text(["a,b", "\"", " x", "", "é\r\n"]),
    ])
    let text = try table.csv()
    #expect(text == "number,\"te\"\"xt,\"\n1,\"a,b\"\n-2.5,\"\"\"\"\n,\" x\"\n1e+300,\n-0.0,\"é\r\n\"\n")
    for delimiter in [",", ";", "\t"] as [Character] {
      let format = CSVFormat(delimiter: delimiter, header: .present, missingValues: .accepted)
      let read = try Table(csv: table.csv(delimiter: delimiter), format: format)
      #expect(read.columnNames == table.columnNames)
      #expect(spelled([read]) == spelled([table]))
    }
    #expect(try Table(["a": .text(["", "x"])]).csv() == "a\n\"\"\nx\n")
    let error = #expect(throws: TensorError.self) {
      try checked { _ = Table(["a": .numbers([1]), "b": .numbers([])]) }
    }
    #expect(error?.description.contains("the columns have [1, 0] values") == true)
    try withTemporaryFolder { folder in
      try table.write(toFile: "\(folder)/a.csv")
      #expect(try FileBytes.read("\(folder)/a.csv") == Array(text.utf8))
    }
  }
}
