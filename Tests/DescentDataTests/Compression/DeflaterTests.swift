import TestSupport
import Testing

@testable import DescentData

/// What the compressor writes, unpacked again by the reader, which other programs' files have tested.
@Suite struct DeflaterTests {
  private func unpacked(_ packed: [UInt8], count: Int) throws -> [UInt8] {
    try packed.withUnsafeBufferPointer { packed throws(DataError) in
      let (contents, end) = try Inflater.unpack(packed, from: 0, limit: count, file: "packed")
      #expect(end == packed.count)
      return contents
    }
  }

  private func check(_ contents: [UInt8], atMost limit: Int? = nil, _ label: String) throws {
    let packed = Deflater.compress(contents)
    if try unpacked(packed, count: contents.count) != contents { Issue.record("\(label): other contents") }
    // A stored block of 65,535 bytes adds five.
    let worst = contents.count + 5 * (contents.count / 32_768 + 1)
    #expect(packed.count <= limit ?? worst, "\(label): \(contents.count) bytes became \(packed.count)")
  }

  @Test func everyKindOfContents() throws {
    var generator = SplitMix64(seed: 30)
    try check([], "nothing")
    for count in [1, 2, 3, 4, 257, 258, 259, 260, 32_767, 32_768, 32_769, 70_000] {
      try check([UInt8](repeating: 65, count: count), atMost: count / 500 + 16, "\(count) equal bytes")
      try check((0..<count).map { UInt8(truncatingIfNeeded: $0) }, atMost: count / 100 + 300, "\(count) in a row")
      try check((0..<count).map { _ in .random(in: 0...255, using: &generator) }, "\(count) random bytes")
      try check((0..<count).map { _ in .random(in: 0...3, using: &generator) }, atMost: count / 3 + 40, "\(count) of 4")
    }
    // More than one block of symbols, stored ones between compressed ones.
    let blocks = (0..<6).flatMap { block in
      (0..<50_000).map { block % 2 == 0 ? .random(in: 0...255, using: &generator) : UInt8($0 % 251) }
    }
    try check(blocks, atMost: 152_500, "blocks")
  }

  @Test func matchesAtEveryDistance() throws {
    var generator = SplitMix64(seed: 31)
    for distance in [1, 2, 3, 4, 5, 255, 256, 257, 1024, 32_766, 32_767, 32_768, 32_769] {
      let start = (0..<distance).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try check(start + start + start.prefix(300), "distance \(distance)")
    }
  }

  @Test func mixtures() throws {
    var generator = SplitMix64(seed: 32)
    for trial in 0..<(isDebugBuild ? 100 : 1000) {
      var contents: [UInt8] = []
      while contents.count < 2000 {
        let length = Int.random(in: 1...300, using: &generator)
        if !contents.isEmpty, Bool.random(using: &generator) {
          let start = Int.random(in: 0..<contents.count, using: &generator)
          contents += Array(contents[start...].prefix(length))
        } else {
          contents += (0..<length).map { _ in .random(in: 0...UInt8.random(in: 0...255), using: &generator) }
        }
      }
      try check(contents, "trial \(trial)")
    }
  }

  /// Fibonacci numbers make Huffman's tree as deep as it can be.
  @Test(arguments: [7, 15])
  func codesAreNoLongerThanAllowed(_ limit: Int) {
    var frequencies = [1, 1]
    while frequencies.count < 19 { frequencies.append(frequencies.suffix(2).reduce(0, +)) }
    let code = PrefixCode(frequencies: frequencies, limit: limit)
    #expect(code.lengths.max()! <= limit && code.lengths.min()! > 0)
    // Kraft's sum is 1: every bit pattern is used.
    #expect(code.lengths.reduce(0) { $0 + 1 << (limit - Int($1)) } == 1 << limit)
    #expect(PrefixCode(frequencies: [0, 0, 0], limit: limit).lengths == [1, 1, 0])
    #expect(PrefixCode(frequencies: [0, 0, 9], limit: limit).lengths == [1, 0, 1])
  }

  @Test func zlibStreams() throws {
    let contents = Array("wawawawawawa".utf8)
    #expect(Zlib.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
    #expect(Zlib.adler32([UInt8](repeating: 255, count: 100_000)) == 0x149A_302C)
    let packed = Zlib.compress(contents)
    #expect(try Zlib.decompress(packed, limit: 12, file: "z") == contents)
    for count in packed.indices {
      let error = dataError { () throws(DataError) in
        _ = try Zlib.decompress(Array(packed[..<count]), limit: 12, file: "z")
      }
      #expect(error?.kind == .truncated, "\(count)")
    }
    var broken = packed
    broken[packed.count - 1] ^= 1
    let error = dataError { () throws(DataError) in _ = try Zlib.decompress(broken, limit: 12, file: "z") }
    #expect(error?.description.contains("the checksum of the unpacked data is not the one stored") == true)
    #expect(
      dataError { () throws(DataError) in _ = try Zlib.decompress(packed, limit: 11, file: "z") }?.kind == .tooLarge)
  }
}
