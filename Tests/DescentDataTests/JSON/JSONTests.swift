import Testing

@testable import DescentData

/// The reader of JSON: what it accepts, and where it says a document is broken.
@Suite struct JSONTests {
  private func read(_ text: String) throws(DataError) -> JSONValue {
    try JSONValue(json: Array(text.utf8), file: "f.json")
  }

  @Test func everyKindOfValue() throws {
    let text = #" {"a": [null, true, false, 12, -3.5e1, "x"], "b\n": {}, "": [], "é": "\u00e9\ud83d\ude00\/\t"} "#
    let object = try #require(try read(text).object)
    let list = try #require(object["a"]?.list)
    #expect(list[0].isNull && list[1].truth == true && list[2].truth == false)
    #expect(list[3].integer == 12 && list[3].number == 12 && list[4].number == -35 && list[4].integer == -35)
    #expect(list[5].text == "x" && list[5].number == nil && list[5].truth == nil && list[5].list == nil)
    #expect(object["b\n"]?.object?.isEmpty ?? false)
    #expect(object[""]?.integers == [] && object["a"]?.integers == nil)
    #expect(object["é"]?.text == "é😀/\t")
    #expect(list[3].byte == text.utf8.count - text.utf8.drop { $0 != UInt8(ascii: "1") }.count)
  }

  @Test func numbers() throws {
    let numbers: [(String, Double)] = [
      ("0", 0), ("-0", 0), ("10", 10), ("1e3", 1000), ("1E-2", 0.01), ("0.1", 0.1), ("9223372036854775807", 0x1p63),
      ("9223372036854775808", 0x1p63), ("1.5e+2", 150), ("-Infinity", -.infinity), ("Infinity", .infinity),
    ]
    for (text, number) in numbers { #expect(try read(text).number == number, "\(text)") }
    #expect(try read("NaN").number?.isNaN ?? false)
    #expect(try read("9223372036854775807").integer == .max && read("9223372036854775808").integer == nil)
    #expect(try read("1.5").integer == nil && read("2.0").integer == 2)
  }

  static let broken: [(text: String, place: String, words: String)] = [
    ("", ":1:1", "the JSON ends here, expected a value"), ("{\"a\":\n 1,}", ":2:4", "found '}', expected a name"),
    ("[1 2]", ":1:4", "found '2', expected a comma or ]"), ("[1] x", ":1:5", "expected the end of the document"),
    ("{\"a\" 1}", ":1:6", "expected a colon"), ("\n\n  {\"a\": 1, \"a\": 2}", ":3:12", "'a' stands here a second time"),
    ("[01]", ":1:2", "'01' is no JSON value"), ("[1.]", ":1:2", "is no JSON value"), ("[.5]", ":1:2", "is no JSON"),
    ("[+1]", ":1:2", "is no JSON value"), ("[1e999]", ":1:2", "is no JSON value"), ("[0x10]", ":1:2", "is no JSON"),
    ("[tru]", ":1:2", "'tru' is no JSON value"), ("[\"ab", ":1:2", "no closing quote"),
    ("[\"a\u{1}\"]", ":1:4", "control character"), (#"["\x"]"#, ":1:3", "unknown escape"),
    (#"["\u12"]"#, ":1:3", "unknown escape"), (#"["\ud800"]"#, ":1:3", "half a character"),
    (#"["\udc00"]"#, ":1:3", "half a character"), (#"["\ud800\u0041"]"#, ":1:3", "half a character"),
    ("['a']", ":1:2", "expected a value"), (String(repeating: "[", count: 100_000), ":1:65", "deeper than 64 levels"),
  ]

  @Test(arguments: broken.indices)
  func brokenDocumentsTellThePlace(_ index: Int) throws {
    let broken = Self.broken[index]
    let error = try #require(dataError { () throws(DataError) in _ = try read(broken.text) })
    #expect(error.kind == .corrupt)
    #expect(error.description.hasPrefix("f.json\(broken.place): "), "\(error)")
    #expect(error.description.contains(broken.words), "\(error)")
  }

  @Test func textThatIsNotUTF8() throws {
    let error = dataError { () throws(DataError) in
      _ = try JSONValue(json: [UInt8(ascii: "["), UInt8(ascii: "\""), 0xFF], file: "f.json")
    }
    #expect(error?.kind == .encoding && error?.position == .character(line: 1, column: 3))
  }
}
