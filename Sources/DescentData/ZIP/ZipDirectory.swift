/// Finds and reads the central directory of a ZIP archive.
struct ZipDirectory {
  /// Where the directory stands.
  let range: Range<Int>
  private(set) var members: [String: ZipArchive.Member] = [:]
  private let file: String

  private static let endByteCount = 22
  private static let entryByteCount = 46
  /// What stands in a 16-bit or 32-bit field whose value is in a ZIP64 record.
  private static let (elsewhere16, elsewhere32) = (0xFFFF, 0xFFFF_FFFF)

  init(_ source: ByteSource, file: String) throws(DataError) {
    self.file = file
    let (count, range) = try Self.locate(source, file)
    self.range = range
    try readEntries(source.bytes(range), count: count)
  }

  private static func corrupt(_ file: String, _ offset: Int, _ problem: String) -> DataError {
    Gzip.corrupt(in: file, at: offset, problem)
  }

  private static func unsupported(_ file: String, _ offset: Int, _ problem: String) -> DataError {
    DataError(
      .unsupported, in: file, at: .byte(offset), problem,
      remedy: "write the archive again, with numpy.savez for example")
  }

  // MARK: The end of the archive

  private static func locate(_ source: ByteSource, _ file: String) throws(DataError) -> (count: Int, range: Range<Int>)
  {
    // A comment of at most 65,535 bytes may follow the record at the end.
    let start = max(0, source.count - endByteCount - 0xFFFF)
    let tail = try source.bytes(start..<source.count)
    let places = stride(from: tail.count - endByteCount, through: 0, by: -1)
    let found = places.first {
      tail.word($0, 4) == 0x0605_4B50 && $0 + endByteCount + tail.word($0 + 20, 2) == tail.count
    }
    guard let found else { throw corrupt(file, source.count, "not a ZIP archive, or one whose end is missing") }
    guard tail.word(found + 4, 2) % elsewhere16 == 0, tail.word(found + 6, 2) % elsewhere16 == 0 else {
      throw unsupported(file, start + found, "the archive is spread over several files")
    }
    let (count, byteCount, offset) = (tail.word(found + 10, 2), tail.word(found + 12, 4), tail.word(found + 16, 4))
    if count == elsewhere16 || byteCount == elsewhere32 || offset == elsewhere32 {
      return try locateLarge(source, endAt: start + found, file)
    }
    return (count, try range(offset, byteCount, count, before: start + found, file))
  }

  /// Reads the ZIP64 records that stand before the one at the end.
  private static func locateLarge(
    _ source: ByteSource, endAt end: Int, _ file: String
  ) throws(DataError) -> (count: Int, range: Range<Int>) {
    guard end >= 20 else { throw corrupt(file, end, "the ZIP64 records are missing") }
    let locator = try source.bytes(end - 20..<end)
    let place = locator.word(8, 8)
    guard locator.word(0, 4) == 0x0706_4B50, place <= end - 20 - 56 else {
      throw corrupt(file, end, "the ZIP64 records are missing")
    }
    let record = try source.bytes(place..<place + 56)
    guard record.word(0, 4) == 0x0606_4B50 else { throw corrupt(file, place, "the ZIP64 record is missing") }
    guard record.word(16, 4) == 0, record.word(20, 4) == 0 else {
      throw unsupported(file, place, "the archive is spread over several files")
    }
    let count = record.word(32, 8)
    return (count, try range(record.word(48, 8), record.word(40, 8), count, before: place, file))
  }

  private static func range(
    _ offset: Int, _ byteCount: Int, _ count: Int, before end: Int, _ file: String
  ) throws(DataError) -> Range<Int> {
    guard offset <= end, byteCount <= end - offset, count <= byteCount / entryByteCount else {
      throw corrupt(
        file, end, "the directory (\(count) members, \(byteCount) bytes at \(offset)) lies outside of the file")
    }
    return offset..<offset + byteCount
  }

  // MARK: Entries

  private mutating func readEntries(_ bytes: [UInt8], count: Int) throws(DataError) {
    var offset = 0
    for _ in 0..<count {
      guard offset + Self.entryByteCount <= bytes.count, bytes.word(offset, 4) == 0x0201_4B50 else {
        throw Self.corrupt(file, range.lowerBound + offset, "the directory ends before its \(count) members")
      }
      let nameEnd = offset + Self.entryByteCount + bytes.word(offset + 28, 2)
      let extraEnd = nameEnd + bytes.word(offset + 30, 2)
      let end = extraEnd + bytes.word(offset + 32, 2)
      guard end <= bytes.count else {
        throw Self.corrupt(file, range.lowerBound + offset, "an entry runs past the end of the directory")
      }
      try addEntry(bytes, offset, nameEnd: nameEnd, extra: Array(bytes[nameEnd..<extraEnd]))
      offset = end
    }
  }

  private mutating func addEntry(
    _ bytes: [UInt8], _ offset: Int, nameEnd: Int, extra: [UInt8]
  ) throws(DataError) {
    let place = range.lowerBound + offset
    guard let name = String(validating: bytes[offset + Self.entryByteCount..<nameEnd], as: UTF8.self) else {
      throw DataError(
        .encoding, in: file, at: .byte(place), "the name of a member is not UTF-8", remedy: "give it another name")
    }
    guard !name.hasSuffix("/") else { return }  // A folder.
    let title = "member \(DataError.quoted(name))"
    guard bytes.word(offset + 8, 2) & 0b10_0000_0100_0001 == 0 else {
      throw Self.unsupported(file, place, "\(title) is encrypted")
    }
    let method = bytes.word(offset + 10, 2)
    guard method == 0 || method == 8 else {
      throw Self.unsupported(
        file, place, "\(title) has compression method \(method), expected 0 (stored) or 8 (deflate)")
    }
    var sizes = [bytes.word(offset + 24, 4), bytes.word(offset + 20, 4), bytes.word(offset + 42, 4)]
    guard Self.readLargeSizes(&sizes, extra) else {
      throw Self.corrupt(file, place, "\(title) lacks its ZIP64 sizes")
    }
    let member = ZipArchive.Member(
      name: name, method: method, checksum: UInt32(truncatingIfNeeded: bytes.word(offset + 16, 4)),
      packedCount: sizes[1], byteCount: sizes[0], headerOffset: sizes[2])
    guard members.updateValue(member, forKey: name) == nil else {
      throw Self.corrupt(file, place, "\(title) stands in the directory twice")
    }
  }

  /// Replaces the sizes that stand in the ZIP64 field of an entry; false if one of them does not.
  private static func readLargeSizes(_ sizes: inout [Int], _ extra: [UInt8]) -> Bool {
    guard sizes.contains(elsewhere32) else { return true }
    var field = 0
    while field + 4 <= extra.count, extra.word(field, 2) != 1 { field += 4 + extra.word(field + 2, 2) }
    guard field + 4 <= extra.count else { return false }
    let end = min(extra.count, field + 4 + extra.word(field + 2, 2))
    var place = field + 4
    for index in sizes.indices where sizes[index] == elsewhere32 {
      guard place + 8 <= end else { return false }
      sizes[index] = extra.word(place, 8)
      place += 8
    }
    return true
  }
}
