/// Finds what is not UTF-8 in a file.
enum UTF8Check {
  /// The offset of the first byte that no UTF-8 text can have there (Unicode 16, table 3-7), or nil.
  static func firstInvalidByte(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var offset = 0
    while true {
      skipASCII(bytes, &offset)
      guard offset < bytes.count else { return nil }
      guard let length = sequenceLength(bytes, at: offset) else { return offset }
      offset += length
    }
  }

  /// The line and column of a byte whose predecessors are valid.
  static func place(
    of offset: Int, in bytes: UnsafeBufferPointer<UInt8>, firstLine: Int = 1
  ) -> DataError.Position {
    var (line, lineStart) = (firstLine, 0)
    for index in 0..<offset {
      let isPair = bytes[index] == ASCII.carriageReturn && bytes[index + 1] == ASCII.lineFeed
      guard bytes[index] == ASCII.lineFeed || bytes[index] == ASCII.carriageReturn, !isPair else { continue }
      (line, lineStart) = (line + 1, index + 1)
    }
    let characters = String(decoding: bytes[lineStart..<offset], as: UTF8.self).unicodeScalars.count
    return .character(line: line, column: characters + 1)
  }

  private static func skipASCII(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: inout Int) {
    let raw = UnsafeRawBufferPointer(bytes)
    while offset &+ 8 <= raw.count,
      raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    { offset &+= 8 }
    while offset < raw.count, raw[offset] < 0x80 { offset &+= 1 }
  }

  /// The length of the sequence that begins with a byte of 0x80 or more; nil if it is not well formed.
  private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int? {
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch bytes[offset] {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    guard offset + length <= bytes.count, second ~= bytes[offset + 1] else { return nil }
    return bytes[offset + 1..<offset + length].allSatisfy { $0 & 0xC0 == 0x80 } ? length : nil
  }
}
