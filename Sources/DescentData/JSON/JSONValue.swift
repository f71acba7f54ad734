/// A value of a JSON document, with the place where it begins.
///
/// Foundation's decoder accepts a name twice and tells no place of a value that is of the wrong kind; headers and
/// manifests need both.
package struct JSONValue: Sendable {
  /// What the value is.
  package enum Content: Sendable {
    case null
    case truth(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])
  }

  /// What the value is.
  package let content: Content
  /// The offset of its first byte in the document.
  package let byte: Int

  /// Reads a document; `place` makes of an offset the place that errors tell, a line and column unless given.
  package init(
    json bytes: [UInt8], file: String, place: ((_ byte: Int) -> DataError.Position)? = nil
  ) throws(DataError) {
    let place = place ?? { Self.place(of: $0, in: bytes) }
    if let byte = bytes.withUnsafeBufferPointer(UTF8Check.firstInvalidByte) {
      throw DataError(.encoding, in: file, at: place(byte), "not UTF-8", remedy: JSONReader.remedy)
    }
    var reader = JSONReader(bytes: bytes, file: file, place: place)
    self = try reader.document()
  }

  /// The line and column of a byte of a document.
  package static func place(of byte: Int, in bytes: [UInt8]) -> DataError.Position {
    bytes.withUnsafeBufferPointer { UTF8Check.place(of: byte, in: $0) }
  }

  init(_ content: Content, _ byte: Int) { (self.content, self.byte) = (content, byte) }

  /// What the value is, in a reader's words.
  package var kind: String {
    switch content {
    case .null: "null"
    case .truth: "a truth value"
    case .integer, .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .object: "an object"
    }
  }

  package var isNull: Bool { if case .null = content { true } else { false } }
  package var truth: Bool? { if case .truth(let value) = content { value } else { nil } }
  package var text: String? { if case .text(let value) = content { value } else { nil } }
  package var list: [JSONValue]? { if case .list(let value) = content { value } else { nil } }
  package var object: [String: JSONValue]? { if case .object(let value) = content { value } else { nil } }

  /// A number, whole or not.
  package var number: Double? {
    switch content {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .truth, .text, .list, .object: nil
    }
  }

  /// A number without a fraction, also one spelt 2.0 or 1e3.
  package var integer: Int? {
    switch content {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    case .null, .truth, .text, .list, .object: nil
    }
  }

  /// A list of whole numbers.
  package var integers: [Int]? {
    guard let list else { return nil }
    let integers = list.compactMap(\.integer)
    return integers.count == list.count ? integers : nil
  }
}
