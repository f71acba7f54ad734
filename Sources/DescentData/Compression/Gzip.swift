/// Decompresses gzip files (RFC 1952): any number of members, checksums and sizes verified.
enum Gzip {
  /// Whether bytes begin as a gzip file does.
  static func isGzip(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// The unpacked contents, at most `limit` bytes of them.
  ///
  /// Memory grows with what was really unpacked, never by what a header claims.
  static func decompress(_ input: [UInt8], limit: Int, file: String) throws(DataError) -> [UInt8] {
    // The last four bytes are the size of the last member, usually the only one: a hint, trusted within bounds.
    let claimed = input.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let capacity = min(limit, max(1 << 16, min(claimed, 8 * input.count)))
    let (output, isWhole) = try decompress(input, capacity: capacity, limit: limit, file: file)
    guard isWhole else {
      throw DataError(
        .tooLarge, in: file, "unpacks to more than the \(limit) bytes expected",
        remedy: "check that it is the right file")
    }
    return output
  }

  /// The first `count` bytes of the contents, or fewer if there are no more.
  static func prefix(_ count: Int, of input: [UInt8], file: String) throws(DataError) -> [UInt8] {
    // Output stops before a match that doesn't fit; no match is longer than 258 bytes.
    let enough = count + 258
    return try Array(decompress(input, capacity: enough, limit: enough, file: file).output.prefix(count))
  }

  /// Decompresses into a buffer of the given capacity, which doubles until all fits or the limit is reached.
  static func decompress(
    _ input: [UInt8], capacity: Int, limit: Int, file: String
  ) throws(DataError) -> (output: [UInt8], isWhole: Bool) {
    try input.withUnsafeBufferPointer { input throws(DataError) in
      var decoder = try GzipDecoder(input, file: file)
      var output: [UInt8] = []
      var capacity = capacity
      while true {
        let isWhole = try decoder.extend(&output, to: capacity)
        if isWhole || capacity == limit { return (output, isWhole) }
        capacity = min(limit, 2 * capacity)
      }
    }
  }

  static func truncated(in file: String, at offset: Int) -> DataError {
    DataError(
      .truncated, in: file, at: .byte(offset), "the compressed data end before their last block is complete",
      remedy: "copy or download the file again")
  }

  static func corrupt(in file: String, at offset: Int, _ problem: String) -> DataError {
    DataError(.corrupt, in: file, at: .byte(offset), problem, remedy: "copy or download the file again")
  }
}

/// Walks over the members of a gzip file.
private struct GzipDecoder {
  private let input: UnsafeBufferPointer<UInt8>
  private let file: String
  private var inflater: Inflater
  /// Where in the output the current member begins.
  private var memberStart = 0

  /// Reads the first member's header.
  init(_ input: UnsafeBufferPointer<UInt8>, file: String) throws(DataError) {
    self.input = input
    self.file = file
    let header = GzipHeader(input: input, file: file)
    inflater = Inflater(input, from: try header.end(startingAt: 0), file: file)
  }

  /// Moves the output to a buffer of the given capacity and goes on there; true if the file is done.
  mutating func extend(_ output: inout [UInt8], to capacity: Int) throws(DataError) -> Bool {
    try output.extend(to: capacity, from: memberStart) { output throws(DataError) in try decode(into: &output) }
  }

  private mutating func decode(into output: inout Inflater.Output) throws(DataError) -> Bool {
    while try inflater.run(into: &output) == .finished {
      let next = try verifyTrailer(at: inflater.finish(), of: output)
      guard let start = try startOfMember(from: next) else { return true }
      memberStart = output.count
      output.start = output.count
      let header = GzipHeader(input: input, file: file)
      inflater = Inflater(input, from: try header.end(startingAt: start), file: file)
    }
    return false
  }

  /// Compares checksum and size with what was unpacked; returns the offset after them.
  private func verifyTrailer(at offset: Int, of output: Inflater.Output) throws(DataError) -> Int {
    guard offset + 8 <= input.count else { throw Gzip.truncated(in: file, at: input.count) }
    let trailer = UnsafeRawBufferPointer(input)
    let checksum = trailer.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
    let size = trailer.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self).littleEndian
    let count = output.count - memberStart
    guard CRC32.checksum(UnsafeRawBufferPointer(start: output.base + memberStart, count: count)) == checksum else {
      throw Gzip.corrupt(in: file, at: offset, "the checksum of the unpacked data is not the one stored")
    }
    guard UInt32(truncatingIfNeeded: count) == size else {
      throw Gzip.corrupt(in: file, at: offset + 4, "\(count) bytes were unpacked, the file says \(size)")
    }
    return offset + 8
  }

  /// The start of the next member, or nil at the end of the file, which zeros may pad.
  private func startOfMember(from offset: Int) throws(DataError) -> Int? {
    guard let next = input[offset...].firstIndex(where: { $0 != 0 }) else { return nil }
    guard next == offset, input[offset...].starts(with: [0x1F, 0x8B]) else {
      throw DataError(
        .trailingData, in: file, at: .byte(next),
        "the compressed data end here, the file has \(input.count - next) more",
        remedy: "cut them off or copy the file again")
    }
    return next
  }
}

/// The header of a member (RFC 1952, section 2.3).
private struct GzipHeader {
  let input: UnsafeBufferPointer<UInt8>
  let file: String

  /// Checks the header and returns the offset of the compressed data.
  func end(startingAt start: Int) throws(DataError) -> Int {
    try require(start + 10)
    guard input[start] == 0x1F, input[start + 1] == 0x8B else {
      throw Gzip.corrupt(in: file, at: start, "not a gzip file: it does not begin with 1F 8B")
    }
    guard input[start + 2] == 8 else {
      throw unsupported(at: start + 2, "compression method \(input[start + 2]), only 8 (deflate) exists")
    }
    let flags = input[start + 3]
    guard flags & 0xE0 == 0 else { throw unsupported(at: start + 3, "header flags that RFC 1952 reserves") }
    var offset = start + 10
    if flags & 4 != 0 {  // FEXTRA
      try require(offset + 2)
      offset += 2 + (Int(input[offset]) | Int(input[offset + 1]) << 8)
      try require(offset)
    }
    if flags & 8 != 0 { offset = try skipText(from: offset) }  // FNAME
    if flags & 16 != 0 { offset = try skipText(from: offset) }  // FCOMMENT
    if flags & 2 != 0 { offset = try verifyChecksum(from: start, to: offset) }  // FHCRC
    return offset
  }

  private func skipText(from offset: Int) throws(DataError) -> Int {
    guard let zero = input[offset...].firstIndex(of: 0) else { throw Gzip.truncated(in: file, at: input.count) }
    return zero + 1
  }

  private func verifyChecksum(from start: Int, to offset: Int) throws(DataError) -> Int {
    try require(offset + 2)
    let checksum = CRC32.checksum(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(input)[start..<offset]))
    guard Int(checksum & 0xFFFF) == Int(input[offset]) | Int(input[offset + 1]) << 8 else {
      throw Gzip.corrupt(in: file, at: offset, "the checksum of the gzip header is not the one stored")
    }
    return offset + 2
  }

  private func require(_ count: Int) throws(DataError) {
    guard count <= input.count else { throw Gzip.truncated(in: file, at: input.count) }
  }

  private func unsupported(at offset: Int, _ problem: String) -> DataError {
    DataError(.unsupported, in: file, at: .byte(offset), problem, remedy: "pack the file again with gzip")
  }
}
