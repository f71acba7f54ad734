/// The directory of a ZIP archive, and the contents of its members, each read when it is asked for.
///
/// Format: PKWARE's APPNOTE.TXT 6.3. Read are members that are stored or deflated, with or without ZIP64 sizes; sizes
/// and checksums are those of the directory, so that data descriptors need not be looked at.
struct ZipArchive: Sendable {
  /// What the directory says about a member.
  struct Member: Sendable, Equatable {
    let name: String
    let method: Int
    let checksum: UInt32
    let packedCount: Int
    let byteCount: Int
    /// Where the member's own header stands.
    let headerOffset: Int
  }

  let members: [String: Member]
  private let source: ByteSource
  private let directoryOffset: Int
  private let file: String

  /// Deflate can't unpack a byte to more than 1032 (258 bytes of output for 2 bits).
  static let largestRatio = 1032

  /// Reads the directory.
  init(_ source: ByteSource, file: String) throws(DataError) {
    let directory = try ZipDirectory(source, file: file)
    (self.source, self.file) = (source, file)
    (members, directoryOffset) = (directory.members, directory.range.lowerBound)
  }

  /// The unpacked contents of a member, of the size and with the checksum that the directory tells.
  func contents(of member: Member) throws(DataError) -> [UInt8] {
    let name = "member \(DataError.quoted(member.name))"
    let start = try dataOffset(of: member, name)
    guard member.packedCount <= directoryOffset - start else {
      throw corrupt(member, "\(name) claims \(member.packedCount) bytes and runs into the directory")
    }
    guard member.byteCount / Self.largestRatio <= member.packedCount else {
      throw corrupt(
        member, "\(name) claims to unpack \(member.packedCount) bytes to \(member.byteCount), which is impossible")
    }
    try FileBytes.requireMemory(for: member.byteCount, "\(file)/\(member.name)")
    let packed = try source.bytes(start..<start + member.packedCount)
    let contents = member.method == 0 ? packed : try unpacked(packed, member, name)
    guard contents.count == member.byteCount else {
      throw corrupt(member, "\(name) has \(contents.count) bytes, the directory says \(member.byteCount)")
    }
    guard contents.withUnsafeBytes(CRC32.checksum) == member.checksum else {
      throw corrupt(member, "the checksum of \(name) is not the one stored")
    }
    return contents
  }

  private func unpacked(_ packed: [UInt8], _ member: Member, _ name: String) throws(DataError) -> [UInt8] {
    guard !packed.isEmpty else { throw corrupt(member, "\(name) is deflated and has no bytes") }
    let (contents, end) = try packed.withUnsafeBufferPointer { packed throws(DataError) in
      try Inflater.unpack(packed, from: 0, limit: member.byteCount, file: "\(file)/\(member.name)")
    }
    guard end == packed.count else { throw corrupt(member, "\(packed.count - end) bytes follow the data of \(name)") }
    return contents
  }

  /// Where a member's data begin, behind its own header, which must have the same name.
  private func dataOffset(of member: Member, _ name: String) throws(DataError) -> Int {
    guard member.headerOffset <= directoryOffset - 30 else {
      throw corrupt(member, "the header of \(name) lies outside of the file")
    }
    let header = try source.bytes(member.headerOffset..<member.headerOffset + 30)
    guard header.word(0, 4) == 0x0403_4B50 else { throw corrupt(member, "\(name) has no header where it should be") }
    let (nameCount, extraCount) = (header.word(26, 2), header.word(28, 2))
    let nameStart = member.headerOffset + 30
    guard nameStart + nameCount + extraCount <= directoryOffset else {
      throw corrupt(member, "the header of \(name) runs into the directory")
    }
    guard try source.bytes(nameStart..<nameStart + nameCount) == Array(member.name.utf8) else {
      throw corrupt(member, "\(name) has another name in its own header")
    }
    return nameStart + nameCount + extraCount
  }

  private func corrupt(_ member: Member, _ problem: String) -> DataError {
    Gzip.corrupt(in: file, at: member.headerOffset, problem)
  }
}

extension [UInt8] {
  /// A little-endian number of up to 8 bytes; larger ones than fit are `Int.max`.
  func word(_ offset: Int, _ count: Int) -> Int {
    let value = self[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(clamping: value)
  }
}
