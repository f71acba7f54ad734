import TestSupport
import Testing

@testable import DescentData

@Suite struct TableTests {
  private let table = Result { () throws(DataError) in
    try Table(csv: "length,species,width,id\n5.1,setosa,3.5,1\n4.9,\"vir,ginica\",3,x2\n", file: "iris.csv")
  }

  @Test func columnsAreNumbersOrText() throws {
    let table = try table.get()
    #expect(table.columnNames == ["length", "species", "width", "id"])
    #expect(table.rowCount == 2)
    #expect(table.columns.map(\.isNumeric) == [true, false, true, false])
    #expect(try table.column(named: "length").numbers() == [5.1, 4.9])
    #expect(try table.column(at: 2).floats() == [3.5, 3])
    #expect(try table.column(named: "species").strings() == ["setosa", "vir,ginica"])
    #expect(try table.column(at: 3).values == .text(["1", "x2"]))
  }

  @Test func unknownColumnsAreNamed() throws {
    let table = try table.get()
    let names = "the columns are 'length', 'species', 'width', 'id'"
    let samples: [(name: String, remedy: String)] = [
      ("lenght", "did you mean 'length'?"), ("SPECIES", "did you mean 'species'?"), ("widths", "did you mean 'width'?"),
      ("colour", "take one of these"), ("", "take one of these"),
      (String(repeating: "x", count: 1000), "take one of these"),
    ]
    for (name, remedy) in samples {
      let error = dataError { () throws(DataError) in _ = try table.column(named: name) }
      #expect(error?.description == "iris.csv: no column \(DataError.quoted(name)), \(names); \(remedy)")
    }
    for index in [-1, 4, .max, .min] {
      let error = dataError { () throws(DataError) in _ = try table.column(at: index) }
      #expect(error?.description == "iris.csv: no column \(index), \(names); take an index from 0 to 3")
    }
  }

  @Test func longListsOfNamesAreCut() throws {
    let wide = try Table(
      csv: (0..<66).map { "p\($0)" }.joined(separator: ",") + "\n" + String(repeating: "1,", count: 65) + "1")
    let error = dataError { () throws(DataError) in _ = try wide.column(named: "target") }
    #expect(error?.problem.hasSuffix("'p18', 'p19' and 46 more") == true)
  }

  @Test func columnsOfTheSameNameAreToldApartByIndex() throws {
    let table = try Table(csv: "a,b,a\n1,2,3", file: "a.csv")
    let error = dataError { () throws(DataError) in _ = try table.column(named: "a") }
    #expect(error?.description == "a.csv: columns 0, 2 are all called 'a'; take one by its index")
    #expect(try table.column(at: 2).numbers() == [3])
  }

  @Test func wrongTypesAreNamed() throws {
    let table = try table.get()
    let number = dataError { () throws(DataError) in _ = try table.column(named: "id").numbers() }
    #expect(
      number?.description == "iris.csv:3: column 'id' is text: 'x2' is not a number; "
        + "correct the field, declare it a missing-value marker, or ask for strings()")
    let text = dataError { () throws(DataError) in _ = try table.column(named: "width").strings() }
    #expect(text?.description == "iris.csv: column 'width' holds numbers, expected text; ask for numbers()")
  }

  @Test func headersAreDetectedByNumbers() throws {
    let samples: [(text: String, header: CSVFormat.Header, names: [String], rows: Int)] = [
      ("a,b\n1,2", .detected, ["a", "b"], 1),
      ("1,2\n3,4", .detected, ["column 1", "column 2"], 2),
      ("a,2\n3,4", .detected, ["column 1", "column 2"], 2),
      ("a,b\nc,d", .detected, ["a", "b"], 1),
      ("a,b\nc,d", .absent, ["column 1", "column 2"], 2),
      ("1,2\n3,4", .present, ["1", "2"], 1),
      (" a , \"b\"\"c\" \n3,4", .absent, [], 0),
      ("\" a \",\"b\"\"c\"\n3,4", .present, ["a", "b\"c"], 1),
      (",b\n3,4", .detected, ["column 1", "b"], 1),
    ]
    for (text, header, names, rows) in samples {
      let table = try? Table(csv: text, format: CSVFormat(header: header))
      #expect(table?.columnNames ?? [] == names, "\(text.debugDescription)")
      #expect(table?.rowCount ?? 0 == rows, "\(text.debugDescription)")
    }
  }

  @Test func missingValuesCanBeAccepted() throws {
    let format = CSVFormat(missingValues: .accepted, missingMarkers: ["NA", "?"])
    let table = try Table(csv: "a,b,c\n1,x,NA\n,\"\",?\n NA ,?,\n3,y,\n", format: format)
    let numbers = try table.column(named: "a").numbers()
    #expect(numbers.map(\.isNaN) == [false, true, true, false])
    #expect(numbers[3] == 3)
    #expect(try table.column(named: "b").strings() == ["x", "", "", "y"])
    #expect(try table.column(named: "c").numbers().allSatisfy(\.isNaN))
  }

  /// Rows are distributed to columns in blocks; none may be lost at their ends.
  @Test(arguments: [1, 2, 3, 64, 66, 4095, 4096, 4097], [1, 2, 63, 64, 65, 200])
  func everyNumberArrives(_ columns: Int, _ rows: Int) throws {
    let text = (0..<rows).map { row in (0..<columns).map { String(row * 5000 + $0) }.joined(separator: ",") }
    let table = try Table(csv: text.joined(separator: "\n"), format: CSVFormat(header: .absent))
    #expect(table.rowCount == rows)
    for column in 0..<columns {
      let numbers = try table.column(at: column).numbers()
      if numbers != (0..<rows).map({ Double($0 * 5000 + column) }) { Issue.record("column \(column)") }
    }
  }
}

@Suite struct DecimalNumberTests {
  private static let literals = [
    "0", "-0", "+0", "0.0", "-0.0", "1", "-1", "+1", "00012", "1.", ".5", "-.5", ".", "-", "+", "", "e5", "1e", "1e+",
    "1e-",
    "1e5", "1E5", "1e+5", "1e-5", "1.5e3", "-1.5E-3", "1e22", "1e23", "1e-22", "1e-23", "9007199254740992",
    "9007199254740993", "9007199254740994", "9007199254740993e0", "9007199254740991e22", "9007199254740992e-22",
    "18446744073709551615", "18446744073709551616", "99999999999999999999", "1234567890123456789",
    "12345678901234567890",
    "1e308", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e309", "4.9e-324", "5e-324", "2.4e-324",
    "1e-400",
    "2.2250738585072011e-308", "2.2250738585072012e-308", "2.2250738585072014e-308", "0e999999", "0e-99999", "1e99999",
    "1e00005", "1e0000000000005", "0.1", "0.2", "0.3", "0.30000000000000004", "3.14159265358979323846", "1e0", "1.0e0",
    "nan", "NaN", "-nan", "inf", "-inf", "Infinity", "infinity", "nan(0x1)", "snan", "0x1p3", "0x1.8", "0x", "1_000",
    "1,5",
    "1 2", " 1", "1 ", "1f", "1d5", "1e5.5", "--1", "+-1", "1-", "1.2.3", "١", "½", "0.000000000000000000000000000001",
    "100000000000000000000000000000000", "123456789.123456789123456789", "8.41e21", "9007199254740993.0", "1e5 ", "1\0",
    "5708990770823839207320493820740630171355185151999e-3", "6.02214076e23", "7.2057594037927933e16", "0.5e1", "1.e5",
  ]

  private func check(_ text: String) {
    let bytes = Array(text.utf8)
    let parsed = bytes.withUnsafeBufferPointer { DecimalNumber.parse($0, in: 0..<bytes.count) }
    if parsed?.bitPattern != Double(text)?.bitPattern {
      Issue.record("\(text.debugDescription): \(String(describing: parsed)), not \(String(describing: Double(text)))")
    }
  }

  @Test func nastyLiteralsAreWhatTheStandardLibrarySays() {
    for literal in Self.literals { check(literal) }
  }

  @Test func randomLiteralsAreWhatTheStandardLibrarySays() {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<10_000 {
      check("\(Double(bitPattern: generator.next()))")
      let digits = Int.random(in: 1...21, using: &generator)
      var text = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
      if Bool.random(using: &generator) {
        text.insert(".", at: text.index(text.startIndex, offsetBy: Int.random(in: 0...digits, using: &generator)))
      }
      check(text)
      check("-\(text)e\(Int.random(in: -30...30, using: &generator))")
    }
  }
}
