import TestSupport
import Testing

@testable import DescentData

/// What the vectors unpack to.
enum GzipContents {
  static let poem = String(
    repeating: "The curve that falls the steepest way\nis drawn by what the slopes all say.\n", count: 3)
  static let squares = (0..<60).map { String($0 * $0) }.joined(separator: " ")
  static let rows = (0..<6000).map { "row \($0 % 977) of \($0 % 977 * 31)\n" }.joined()

  static let samples: [(name: String, packed: String, contents: [UInt8])] = [
    ("stored", GzipVectors.stored, Array(poem.utf8)),
    ("fixed", GzipVectors.fixed, Array(poem.utf8)),
    ("dynamic", GzipVectors.dynamic, Array((poem + squares).utf8)),
    ("allBytes", GzipVectors.allBytes, Array(0...255) + Array(0...255)),
    ("empty", GzipVectors.empty, []),
    ("zeros", GzipVectors.zeros, [UInt8](repeating: 0, count: 100_000)),
    ("rows", GzipVectors.rows, Array(rows.utf8)),
    ("flags", GzipVectors.flags, Array(poem.utf8)),
    ("members", GzipVectors.members, Array(poem.utf8)),
    ("padded", GzipVectors.padded, Array(poem.utf8)),
    ("gzipTool", GzipVectors.gzipTool, Array(poem.utf8)),
  ]
}

@Suite struct GzipTests {
  @Test(arguments: GzipContents.samples.indices)
  func unpacksWhatOthersPacked(_ index: Int) throws {
    let sample = GzipContents.samples[index]
    let unpacked = try Gzip.decompress(decoded(sample.packed), limit: 1 << 20, file: sample.name)
    #expect(unpacked == sample.contents, "\(sample.name)")
  }

  @Test(arguments: GzipContents.samples.indices)
  func limitIsExact(_ index: Int) throws {
    let (name, packed, contents) = GzipContents.samples[index]
    let file = decoded(packed)
    #expect(try Gzip.decompress(file, limit: contents.count, file: name) == contents, "\(name)")
    guard !contents.isEmpty else { return }
    let error = dataError { () throws(DataError) in
      _ = try Gzip.decompress(file, limit: contents.count - 1, file: name)
    }
    #expect(error?.kind == .tooLarge, "\(name): \(String(describing: error))")
    for count in [0, 1, 7, 255, 256, 40_000] {
      #expect(try Gzip.prefix(count, of: file, file: name) == Array(contents.prefix(count)), "\(name), \(count)")
    }
  }

  /// The output may fill up at any symbol; what was begun must be resumed there.
  @Test func resumesAtEveryCapacity() throws {
    for (name, packed, contents) in GzipContents.samples where contents.count < 1000 {
      for capacity in 1...max(1, contents.count) {
        let (output, isWhole) = try Gzip.decompress(decoded(packed), capacity: capacity, limit: 2000, file: name)
        if output != contents || !isWhole { Issue.record("\(name), \(capacity)") }
      }
    }
  }

  @Test func matchesReachBackTheWholeWindow() throws {
    // Distance 32,768 is symbol 29 with all 13 extra bits set; 24,577 is the same symbol with none.
    for (extra, distance) in [(0x1FFF, 32_768), (0, 24_577), (0x1000, 28_673)] {
      var writer = DeflateWriter()
      var contents = (0..<33_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
      writer.beginBlock(1, isLast: true)
      for byte in contents { writer.symbol(Int(byte)) }
      for _ in 0..<100 {
        writer.longMatch(distanceSymbol: 29, extra: extra, 13)
        contents += contents[contents.count - distance..<contents.count - distance + 258]
      }
      writer.symbol(256)
      #expect(try Gzip.decompress(writer.gzip(of: contents), limit: 1 << 20, file: "window") == contents, "\(distance)")
    }
  }

  @Test(arguments: 1...20)
  func matchesOverlapThemselves(_ distance: Int) throws {
    // Symbol and extra bits of the distances 1 to 20 (RFC 1951, section 3.2.5).
    let bases = [1, 2, 3, 4, 5, 7, 9, 13, 17]
    let symbol = bases.lastIndex { $0 <= distance }!
    var contents = (0..<20).map { UInt8($0 * 11) }
    var writer = DeflateWriter()
    writer.beginBlock(1, isLast: true)
    for byte in contents { writer.symbol(Int(byte)) }
    writer.longMatch(distanceSymbol: symbol, extra: distance - bases[symbol], max(0, symbol / 2 - 1))
    writer.symbol(256)
    for _ in 0..<258 { contents.append(contents[contents.count - distance]) }
    // With room behind it a match is copied in words, without it in bytes.
    let file = writer.gzip(of: contents)
    for limit in [278, 1000] {
      #expect(try Gzip.decompress(file, limit: limit, file: "overlap") == contents, "limit \(limit)")
    }
  }

  @Test func checksumIsTheStandardOne() {
    var generator = SplitMix64(seed: 1)
    #expect(referenceCRC32(Array("123456789".utf8)) == 0xCBF4_3926)
    for count in 0..<100 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == referenceCRC32(bytes), "\(count)")
    }
  }
}

@Suite struct BrokenGzipTests {
  @Test func everyTruncationIsAnError() {
    for (name, packed, _) in GzipContents.samples where name != "padded" && name != "rows" {
      let file = decoded(packed)
      for count in 0..<file.count {
        let error = dataError { () throws(DataError) in
          _ = try Gzip.decompress(Array(file.prefix(count)), limit: 1 << 20, file: name)
        }
        // A whole member followed by nothing is a file: the first ends after 68 bytes, the second after 88.
        // One byte more is not enough to tell that another member follows.
        let expected: DataError.Kind? =
          switch (name, count) {
          case ("members", 68), ("members", 88): nil
          case ("members", 69), ("members", 89): .trailingData
          default: .truncated
          }
        #expect(error?.kind == expected, "\(name) cut to \(count): \(String(describing: error))")
      }
    }
  }

  @Test func everyChangedByteIsAnErrorOrHarmless() {
    for (name, packed, contents) in GzipContents.samples where ["fixed", "flags", "gzipTool"].contains(name) {
      let file = decoded(packed)
      for index in file.indices {
        for change in isDebugBuild ? [1, 0x80] : Array(UInt8(1)...255) {
          var changed = file
          changed[index] ^= change
          let unpacked = try? Gzip.decompress(changed, limit: 10_000, file: name)
          if let unpacked, unpacked != contents { Issue.record("\(name), byte \(index) ^ \(change)") }
        }
      }
    }
  }

  /// What breaks a stream, and the words that say so.
  @Test func brokenStreamsAreNamed() {
    for (name, file, words) in Self.broken {
      let error = dataError { () throws(DataError) in _ = try Gzip.decompress(file, limit: 1 << 20, file: "a.gz") }
      #expect(error?.description == "a.gz, \(words)", "\(name)")
    }
  }

  private static func stream(_ build: (inout DeflateWriter) -> Void) -> [UInt8] {
    var writer = DeflateWriter()
    build(&writer)
    writer.put(0, 64 - 8)
    return writer.gzip(of: [])
  }

  /// A dynamic block with 257 literal codes and one distance code, up to the code lengths: 0 is the length 0, 1 and
  /// seven bits of ones are 138 times the length 0.
  private static func beginCodeLengths(_ writer: inout DeflateWriter) {
    writer.beginBlock(2, isLast: true)
    writer.put(0, 14)
    for length in [0, 0, 1, 1] { writer.put(length, 3) }
  }

  private static func changed(_ index: Int, to byte: UInt8) -> [UInt8] {
    var file = decoded(GzipVectors.fixed)
    file[index < 0 ? file.count + index : index] = byte
    return file
  }

  private static let again = "; copy or download the file again"

  private static let broken: [(name: String, file: [UInt8], words: String)] = [
    ("magic", changed(1, to: 0), "byte 0: not a gzip file: it does not begin with 1F 8B" + again),
    (
      "method", changed(2, to: 9),
      "byte 2: compression method 9, only 8 (deflate) exists; pack the file again with gzip"
    ),
    ("flags", changed(3, to: 0x80), "byte 3: header flags that RFC 1952 reserves; pack the file again with gzip"),
    ("crc", changed(-8, to: 0), "byte 82: the checksum of the unpacked data is not the one stored" + again),
    ("size", changed(-4, to: 0), "byte 86: 225 bytes were unpacked, the file says 0" + again),
    (
      "cut", Array(decoded(GzipVectors.fixed).dropLast(12)),
      "byte 78: the compressed data end before their last block is complete" + again
    ),
    (
      "tail", decoded(GzipVectors.fixed) + [1, 2, 3],
      "byte 90: the compressed data end here, the file has 3 more; cut them off or copy the file again"
    ),
    ("block", stream { $0.beginBlock(3, isLast: true) }, "byte 10: found block type 3, expected 0, 1 or 2" + again),
    (
      "stored",
      stream {
        $0.beginBlock(0, isLast: true)
        $0.put(0, 5)
        $0.put(7, 16)
        $0.put(7, 16)
      },
      "byte 11: the length of a stored block and its complement don't agree" + again
    ),
    (
      "symbol",
      stream {
        $0.beginBlock(1, isLast: true)
        $0.symbol(286)
      },
      "byte 11: a bit pattern stands for no literal or length" + again
    ),
    (
      "distance symbol",
      stream {
        $0.beginBlock(1, isLast: true)
        $0.symbol(65)
        $0.longMatch(distanceSymbol: 30, extra: 0, 0)
      },
      "byte 13: a bit pattern stands for no distance" + again
    ),
    (
      "distance",
      stream {
        $0.beginBlock(1, isLast: true)
        $0.symbol(65)
        $0.longMatch(distanceSymbol: 1, extra: 0, 0)
      },
      "byte 13: a match reaches back 2 bytes, only 1 precede it" + again
    ),
    (
      "other member's data",
      decoded(GzipVectors.fixed)
        + stream {
          $0.beginBlock(1, isLast: true)
          $0.longMatch(distanceSymbol: 0, extra: 0, 0)
        },
      "byte 102: a match reaches back 1 bytes, only 0 precede it" + again
    ),
    (
      "counts",
      stream {
        $0.beginBlock(2, isLast: true)
        $0.put(31, 5)
        $0.put(31, 5)
        $0.put(0, 4)
      },
      "byte 12: a block declares 288 literal and 32 distance codes, at most 286 and 30 exist" + again
    ),
    (
      "over-subscribed",
      stream {
        $0.beginBlock(2, isLast: true)
        $0.put(0, 14)
        for _ in 0..<4 { $0.put(1, 3) }
      },
      "byte 13: the code of the code lengths is not a prefix code" + again
    ),
    (
      "no end",
      stream {
        beginCodeLengths(&$0)
        for _ in 0..<258 { $0.put(0, 1) }
      },
      "byte 45: a block has no code for its own end" + again
    ),
    (
      "repeats",
      stream {
        beginCodeLengths(&$0)
        $0.put(0xFFFF, 16)
      },
      "byte 15: a repeated code length runs past the last symbol" + again
    ),
  ]
}
