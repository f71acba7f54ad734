/// Splits the bytes of a CSV file into fields (RFC 4180).
struct CSVScanner {
  /// A field: where its text lies, without the quotes around it.
  struct Field {
    var range: Range<Int>
    /// Whether quotes inside the text are doubled.
    var hasDoubledQuotes = false
    var endsRow: Bool
  }

  let bytes: UnsafeBufferPointer<UInt8>
  private let delimiter: UInt8
  private let file: String
  /// The byte at which the next field begins.
  private(set) var position: Int
  private var lineStart: Int
  /// The line of the next field, counted from 1.
  private(set) var line: Int

  /// Starts at a byte, which counts as the beginning of a line.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, line: Int = 1, delimiter: UInt8, file: String) {
    self.bytes = bytes
    self.delimiter = delimiter
    self.file = file
    self.line = line
    position = start
    lineStart = start
  }

  /// Goes past lines with nothing on them; false at the end of the file.
  mutating func skipBlankLines() -> Bool {
    while position < bytes.count {
      guard isLineEnd(bytes[position]) else { return true }
      skipLineEnd()
    }
    return false
  }

  /// The next field; after the last field of a row the scanner stands at the next row.
  @inline(__always)
  mutating func nextField() throws(DataError) -> Field {
    if position < bytes.count, bytes[position] == ASCII.quote { return try nextQuotedField() }
    let start = position
    var end = position
    while end < bytes.count {
      let byte = bytes[end]
      if byte == delimiter || isLineEnd(byte) { break }
      if byte == ASCII.quote { throw strayQuote(at: end, "a quote inside a field that doesn't begin with one") }
      end &+= 1
    }
    position = end
    return Field(range: start..<end, endsRow: skipFieldEnd())
  }

  private mutating func nextQuotedField() throws(DataError) -> Field {
    let opening = place(of: position)
    position += 1
    let start = position
    var hasDoubledQuotes = false
    while position < bytes.count {
      let byte = bytes[position]
      if isLineEnd(byte) {
        skipLineEnd()
      } else if byte != ASCII.quote {
        position += 1
      } else if position + 1 < bytes.count, bytes[position + 1] == ASCII.quote {
        hasDoubledQuotes = true
        position += 2
      } else {
        let range = start..<position
        position += 1
        try requireFieldEnd()
        return Field(range: range, hasDoubledQuotes: hasDoubledQuotes, endsRow: skipFieldEnd())
      }
    }
    throw DataError(
      .quoting, in: file, at: opening, "this quote is never closed", remedy: "close it, or double it if it is text")
  }

  /// Goes past the delimiter or line end after a field; true if the row is over.
  @inline(__always)
  private mutating func skipFieldEnd() -> Bool {
    guard position < bytes.count else { return true }
    if bytes[position] == delimiter {
      position &+= 1
      return false
    }
    skipLineEnd()
    return true
  }

  private mutating func skipLineEnd() {
    let isPair = bytes[position] == ASCII.carriageReturn && position + 1 < bytes.count
    position += isPair && bytes[position + 1] == ASCII.lineFeed ? 2 : 1
    line += 1
    lineStart = position
  }

  @inline(__always)
  private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == ASCII.lineFeed || byte == ASCII.carriageReturn
  }

  private func requireFieldEnd() throws(DataError) {
    guard position < bytes.count, bytes[position] != delimiter, !isLineEnd(bytes[position]) else { return }
    throw strayQuote(at: position - 1, "text follows this closing quote")
  }

  private func strayQuote(at offset: Int, _ problem: String) -> DataError {
    DataError(
      .quoting, in: file, at: place(of: offset), problem,
      remedy: "put quotes around the whole field and double the quotes within")
  }

  private func place(of offset: Int) -> DataError.Position {
    let characters = String(decoding: bytes[lineStart..<offset], as: UTF8.self).unicodeScalars.count
    return .character(line: line, column: characters + 1)
  }
}

extension CSVScanner {
  /// The text of a field, doubled quotes made single.
  func text(_ field: Field) -> String {
    guard field.hasDoubledQuotes else { return String(decoding: bytes[field.range], as: UTF8.self) }
    return String(unsafeUninitializedCapacity: field.range.count) { buffer in
      var (count, source) = (0, field.range.lowerBound)
      while source < field.range.upperBound {
        buffer[count] = bytes[source]
        count += 1
        source += bytes[source] == ASCII.quote ? 2 : 1
      }
      return count
    }
  }

  /// A field's range without spaces and tabs around it.
  @inline(__always)
  func trimmed(_ field: Field) -> Range<Int> {
    var (lower, upper) = (field.range.lowerBound, field.range.upperBound)
    while lower < upper, isBlank(bytes[lower]) { lower &+= 1 }
    while lower < upper, isBlank(bytes[upper &- 1]) { upper &-= 1 }
    return lower..<upper
  }

  @inline(__always)
  private func isBlank(_ byte: UInt8) -> Bool {
    // A tab may be the delimiter, but then it is never inside a field that is not quoted.
    byte == ASCII.space || byte == ASCII.tab
  }
}
