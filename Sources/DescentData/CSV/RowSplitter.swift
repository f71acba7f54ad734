/// Cuts the bytes of a CSV file at the ends of rows, reading no more of it than it needs.
struct RowSplitter {
  /// Where in the file the next row begins.
  var offset: Int { bufferStart + consumed }

  private let file: OpenFile
  private let delimiter: UInt8
  /// What was read, where in the file it begins, and how much of it was handed out.
  private var buffer: [UInt8] = []
  private var bufferStart: Int
  private var consumed = 0

  private static let chunkByteCount = 1 << 18
  /// A longer row is taken for a mistake: a quote that is never closed would swallow the file.
  private static let longestRow = 1 << 26

  init(_ file: OpenFile, from offset: Int, delimiter: UInt8) {
    (self.file, bufferStart, self.delimiter) = (file, offset, delimiter)
  }

  /// Where a scan of the buffer stands.
  private struct Scan {
    var place: Int
    var isQuoted = false
    /// Whether the line has anything on it: blank lines are no rows.
    var hasContents = false
    /// Whether a quote here would open a field.
    var isFieldStart = true
    var rowStart: Int
    var rows = 0
  }

  /// The bytes of the next rows, `count` of them or those that are left; nil at the end of the file.
  mutating func next(_ count: Int) throws(DataError) -> [UInt8]? {
    var scan = Scan(place: consumed, rowStart: consumed)
    while scan.rows < count {
      let isAtEnd = bufferStart + buffer.count == file.byteCount
      if advance(&scan, to: count, isAtEnd) { break }
      if isAtEnd {
        scan.rows += scan.hasContents ? 1 : 0
        break
      }
      guard buffer.count - scan.rowStart < Self.longestRow else {
        throw DataError(
          .tooLarge, in: file.path, at: .byte(bufferStart + scan.rowStart),
          "the row that begins here has more than \(Self.longestRow) bytes", remedy: "close its quotes")
      }
      try readMore(&scan)
    }
    guard scan.rows > 0 else { return nil }
    defer { consumed = scan.place }
    return Array(buffer[consumed..<scan.place])
  }

  /// Drops what was handed out, and reads as much again as is left, or a chunk.
  private mutating func readMore(_ scan: inout Scan) throws(DataError) {
    buffer.removeFirst(consumed)
    (scan.place, scan.rowStart) = (scan.place - consumed, scan.rowStart - consumed)
    (bufferStart, consumed) = (bufferStart + consumed, 0)
    let start = bufferStart + buffer.count
    buffer += try file.read(start..<min(file.byteCount, start + max(Self.chunkByteCount, buffer.count)))
  }

  /// Goes on to the end of the last row wanted; false if the buffer ends before it.
  private func advance(_ scan: inout Scan, to count: Int, _ isAtEnd: Bool) -> Bool {
    buffer.withUnsafeBufferPointer { bytes in
      while scan.place < bytes.count {
        let byte = bytes[scan.place]
        let isLineEnd = byte == ASCII.lineFeed || byte == ASCII.carriageReturn
        if byte == ASCII.carriageReturn, scan.place + 1 == bytes.count, !isAtEnd { return false }
        scan.place &+= 1
        if scan.isQuoted {
          // A doubled quote closes and opens again.
          if byte == ASCII.quote { (scan.isQuoted, scan.isFieldStart) = (false, true) }
        } else if isLineEnd {
          if byte == ASCII.carriageReturn, scan.place < bytes.count, bytes[scan.place] == ASCII.lineFeed {
            scan.place &+= 1
          }
          scan.rows &+= scan.hasContents ? 1 : 0
          (scan.hasContents, scan.isFieldStart, scan.rowStart) = (false, true, scan.place)
          if scan.rows == count { return true }
        } else {
          scan.isQuoted = byte == ASCII.quote && scan.isFieldStart
          scan.hasContents = true
          scan.isFieldStart = byte == delimiter
        }
      }
      return false
    }
  }
}
