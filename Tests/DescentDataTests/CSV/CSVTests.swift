import TestSupport
import Testing

@testable import DescentData

/// Reads text whose columns are all text, and returns its rows.
private func rows(_ text: String, _ format: CSVFormat) throws(DataError) -> [[String]] {
  let table = try Table(csv: text, format: format, file: "a.csv")
  let columns = try table.columns.map { column throws(DataError) in try column.strings() }
  return (0..<table.rowCount).map { row in columns.map { $0[row] } }
}

@Suite struct CSVQuotingTests {
  private static let samples: [(text: String, rows: [[String]])] = [
    ("a", [["a"]]),
    ("a,b", [["a", "b"]]),
    ("a,b\n", [["a", "b"]]),
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
    ("a,b\nc,d\r\ne,f\rg,h", [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]),
    ("\n\r\n\ra,b\n\n\nc,d\n\n", [["a", "b"], ["c", "d"]]),
    ("\"a\",\"b\"", [["a", "b"]]),
    ("\"a,b\",c", [["a,b", "c"]]),
    ("\"a\"\"b\",c", [["a\"b", "c"]]),
    ("\"\"\"\",c", [["\"", "c"]]),
    ("\"\"\"a\"\"\",c", [["\"a\"", "c"]]),
    ("\"a\nb\",c\nd,e", [["a\nb", "c"], ["d", "e"]]),
    ("\"a\r\nb\",\"c\rd\"\r\ne,f", [["a\r\nb", "c\rd"], ["e", "f"]]),
    (" a , b\t", [[" a ", " b\t"]]),
    ("\u{FEFF}a,b", [["a", "b"]]),
    ("\u{FEFF}\"a\",b", [["a", "b"]]),
    ("å,日本,🙂", [["å", "日本", "🙂"]]),
    ("\"å\"\"日\",é", [["å\"日", "é"]]),
    ("a,,\"\"", [["a", "", ""]]),
    (",a", [["", "a"]]),
    ("a,", [["a", ""]]),
    ("a'b,c;d", [["a'b", "c;d"]]),
  ]

  @Test(arguments: samples.indices)
  func fieldsAreWhatRFC4180Says(_ index: Int) throws {
    let (text, expected) = Self.samples[index]
    // Only columns with at least one text are text: a first row sees to that.
    let marked = (0..<expected[0].count).map { _ in "mark" }
    for (delimiter, name) in [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")] as [(Character, String)]
    {
      guard delimiter == "," || !text.contains(delimiter) else { continue }
      let swapped = text.contains("a,b\",c") ? nil : text.replacing(",", with: String(delimiter))
      guard let swapped = delimiter == "," ? text : swapped else { continue }
      let format = CSVFormat(delimiter: delimiter, header: .absent, missingValues: .accepted)
      let mark = marked.joined(separator: String(delimiter)) + "\n"
      let whole = swapped.hasPrefix("\u{FEFF}") ? "\u{FEFF}" + mark + swapped.dropFirst() : mark + swapped
      #expect(try rows(whole, format) == [marked] + expected, "\(name): \(text.debugDescription)")
    }
  }

  /// Any fields, quoted or not, come back from any way of writing them.
  @Test func whateverIsWrittenIsRead() throws {
    var generator = SplitMix64(seed: 4)
    let characters = ["a", "b", "7", " ", ",", ";", "\"", "\n", "\r", "\r\n", "é", "🙂", "'", "."]
    for trial in 0..<2000 {
      let columns = Int.random(in: 2...5, using: &generator)
      let table = (0..<Int.random(in: 1...6, using: &generator)).map { row in
        (0..<columns).map { column in
          // A letter in front keeps columns from being numbers or empty.
          "x"
            + (0..<Int.random(in: 0...6, using: &generator)).map { _ in characters.randomElement(using: &generator)! }
            .joined()
        }
      }
      let end = ["\n", "\r", "\r\n"].randomElement(using: &generator)!
      let text = table.map { row in
        row.map { field in
          let needsQuotes = field.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) }
          let isQuoted = needsQuotes || Bool.random(using: &generator)
          return isQuoted ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
        }.joined(separator: ",")
      }.joined(separator: end)
      let read = try rows(text + (Bool.random(using: &generator) ? end : ""), CSVFormat(header: .absent))
      if read != table { Issue.record("trial \(trial): \(text.debugDescription)") }
    }
  }
}

@Suite struct CSVErrorTests {
  private static let broken: [(text: String, words: String)] = [
    ("", ": holds no rows; check that it is the right file"),
    ("\u{FEFF}\r\n\n", ": holds no rows; check that it is the right file"),
    ("a,b\n", ": has a header and no rows; add rows, or read it with a format without a header"),
    ("a,b\n1,2\n3\n", ":3: row has 1 field, the header has 2; fill in what is missing"),
    ("a,b\n1,2,3\n", ":2: row has 3 fields, the header has 2; put quotes around fields that contain ','"),
    ("1,2\n\n\n3,4,\n", ":4: row has 3 fields, the first row has 2; put quotes around fields that contain ','"),
    ("a,b\n\"x\ny\",1\n2\n", ":4: row has 1 field, the header has 2; fill in what is missing"),
    ("a,b\n1,\"x\n2,3\n", ":2:3: this quote is never closed; close it, or double it if it is text"),
    ("\"", ":1:1: this quote is never closed; close it, or double it if it is text"),
    (
      "a,b\nå5\" pipe,3\n",
      ":2:3: a quote inside a field that doesn't begin with one; "
        + "put quotes around the whole field and double the quotes within"
    ),
    (
      "a,b\n1,\"x\"y\n",
      ":2:5: text follows this closing quote; put quotes around the whole field and double the quotes within"
    ),
    (
      "ash,hue\n1,2\n3,\n",
      ":3: row 2 has no value in column 'hue', the field is ''; fill it in, or read with missing values accepted"
    ),
    (
      "ash,hue\n NA ,2\n",
      ":2: row 1 has no value in column 'ash', the field is ' NA '; fill it in, or read with missing values accepted"
    ),
    (
      ",\n1,\n",
      ":2: row 1 has no value in column 'column 2', the field is ''; "
        + "fill it in, or read with missing values accepted"
    ),
  ]

  @Test(arguments: broken.indices)
  func brokenFilesAreNamed(_ index: Int) {
    let (text, words) = Self.broken[index]
    let format = CSVFormat(missingMarkers: ["NA"])
    let error = dataError { () throws(DataError) in _ = try Table(csv: text, format: format, file: "a.csv") }
    #expect(error?.description == "a.csv" + words)
  }

  private static let badlyEncoded: [(bytes: [UInt8], words: String)] = [
    ([0xFF, 0xFE, 0x61, 0], ": the text is UTF-16, expected UTF-8; save it as UTF-8"),
    ([0xFE, 0xFF, 0, 0x61], ": the text is UTF-16, expected UTF-8; save it as UTF-8"),
    (Array("a\r\nå".utf8) + [0xE9], ":2:2: the byte 0xE9 is not UTF-8 here; save the file as UTF-8 text"),
    ([0x1F, 0x8B], ":1:2: the byte 0x8B is not UTF-8 here; save the file as UTF-8 text"),
  ]

  @Test(arguments: badlyEncoded.indices)
  func otherEncodingsAreNamed(_ index: Int) {
    let (bytes, words) = Self.badlyEncoded[index]
    let error = dataError { () throws(DataError) in _ = try Table(csv: bytes, file: "a.csv") }
    #expect(error?.description == "a.csv" + words)
  }

  /// The check agrees with the standard library on all sequences of up to four bytes from the edges of the ranges.
  @Test func validTextIsWhatTheStandardLibrarySays() {
    let edges: [UInt8] =
      [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF]
      + [0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
    for first in edges {
      for second in edges {
        for third in edges {
          for fourth in edges {
            let bytes = [0x41, first, second, third, fourth]
            let isValid = bytes.withUnsafeBufferPointer { UTF8Check.firstInvalidByte($0) } == nil
            if isValid != (String(validating: bytes, as: UTF8.self) != nil) { Issue.record("\(bytes)") }
          }
        }
      }
    }
  }

  @Test(arguments: ["\"", "\n", "\r", "\r\n", "é", "🙂"] as [Character])
  func badDelimitersAreAnError(_ delimiter: Character) {
    let error = dataError { () throws(DataError) in _ = try Table(csv: "a", format: CSVFormat(delimiter: delimiter)) }
    #expect(error?.kind == .unsupported)
    #expect(error?.description.contains("expected an ASCII character, no quote or line end") == true)
    #expect(error?.description.contains("\n") == false)
  }
}
