/// Reads JSON (RFC 8259), with the numbers `NaN` and `Infinity` that Python's writer adds to it.
struct JSONReader {
  let bytes: [UInt8]
  let file: String
  let place: (_ byte: Int) -> DataError.Position
  private var position = 0
  private var depth = 0

  static let remedy = "give a file of valid JSON"
  /// Values nested deeper than this are refused: each level takes stack.
  private static let maximumDepth = 64

  init(bytes: [UInt8], file: String, place: @escaping (_ byte: Int) -> DataError.Position) {
    (self.bytes, self.file, self.place) = (bytes, file, place)
  }

  /// The only value of the document, with nothing but white space around it.
  mutating func document() throws(DataError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end of the document") }
    return value
  }

  private func failure(_ problem: String, at byte: Int) -> DataError {
    DataError(.corrupt, in: file, at: place(byte), problem, remedy: Self.remedy)
  }

  private func unexpected(_ expected: String) -> DataError {
    guard position < bytes.count else { return failure("the JSON ends here, expected \(expected)", at: position) }
    let found = String(decoding: bytes[position...].prefix(4), as: UTF8.self).prefix(1)
    return failure("found \(DataError.quoted(found)), expected \(expected)", at: position)
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) { position += 1 }
  }

  /// Goes past a character, if it comes next after white space.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(DataError) -> JSONValue {
    skipSpace()
    let start = position
    guard position < bytes.count else { throw unexpected("a value") }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else {
      throw failure("values are nested deeper than \(Self.maximumDepth) levels", at: start)
    }
    let content: JSONValue.Content =
      switch bytes[position] {
      case UInt8(ascii: "{"): .object(try object())
      case UInt8(ascii: "["): .list(try list())
      case UInt8(ascii: "\""): .text(try text())
      default: try word()
      }
    return JSONValue(content, start)
  }

  private mutating func object() throws(DataError) -> [String: JSONValue] {
    position += 1
    var members: [String: JSONValue] = [:]
    if skip("}") { return members }
    while true {
      skipSpace()
      let start = position
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
      let name = try text()
      guard skip(":") else { throw unexpected("a colon") }
      guard members.updateValue(try value(), forKey: name) == nil else {
        throw failure("the name \(DataError.quoted(name)) stands here a second time", at: start)
      }
      if skip("}") { return members }
      guard skip(",") else { throw unexpected("a comma or }") }
    }
  }

  private mutating func list() throws(DataError) -> [JSONValue] {
    position += 1
    var values: [JSONValue] = []
    if skip("]") { return values }
    while true {
      values.append(try value())
      if skip("]") { return values }
      guard skip(",") else { throw unexpected("a comma or ]") }
    }
  }

  // MARK: Words and numbers

  private static let names: [String: JSONValue.Content] = [
    "null": .null, "true": .truth(true), "false": .truth(false), "NaN": .number(.nan),
    "Infinity": .number(.infinity), "-Infinity": .number(-.infinity),
  ]

  private mutating func word() throws(DataError) -> JSONValue.Content {
    let end = bytes[position...].firstIndex { !Self.isOfWord($0) } ?? bytes.count
    guard end > position else { throw unexpected("a value") }
    let word = String(decoding: bytes[position..<end], as: UTF8.self)
    guard let content = Self.names[word] ?? Self.number(word) else {
      throw failure("\(DataError.quoted(word)) is no JSON value", at: position)
    }
    position = end
    return content
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
    default: false
    }
  }

  /// The number that a word spells in JSON's grammar; one beyond the range of `Double` is none.
  private static func number(_ word: String) -> JSONValue.Content? {
    guard word.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/) != nil else { return nil }
    if let integer = Int(word) { return .integer(integer) }
    guard let number = Double(word), number.isFinite else { return nil }
    return .number(number)
  }

  // MARK: Text

  /// What stands after a backslash, and what it means.
  private static let escapes: [Unicode.Scalar: UInt8] = [
    "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09,
  ]

  private mutating func text() throws(DataError) -> String {
    let start = position
    position += 1
    var characters: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: characters, as: UTF8.self)
      case UInt8(ascii: "\\"): characters += try escape()
      case 0..<0x20: throw failure("a control character stands in a text", at: position - 1)
      default: characters.append(byte)
      }
    }
    throw failure("the text that begins here has no closing quote", at: start)
  }

  /// The UTF-8 of what follows a backslash.
  private mutating func escape() throws(DataError) -> [UInt8] {
    let start = position - 1
    guard position < bytes.count else { throw unexpected("the rest of an escape") }
    let byte = bytes[position]
    position += 1
    if let plain = Self.escapes[Unicode.Scalar(byte)] { return [plain] }
    guard byte == UInt8(ascii: "u"), var code = hexadecimal() else { throw failure("an unknown escape", at: start) }
    // A character beyond 16 bits is spelt as a pair of surrogates.
    if 0xD800..<0xDC00 ~= code, bytes[position...].starts(with: Array("\\u".utf8)) {
      position += 2
      guard let low = hexadecimal(), 0xDC00..<0xE000 ~= low else { throw failure("half a character", at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("half a character", at: start) }
    return Array(String(scalar).utf8)
  }

  /// Four hexadecimal digits.
  private mutating func hexadecimal() -> UInt32? {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
