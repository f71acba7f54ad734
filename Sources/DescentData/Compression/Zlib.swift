/// DEFLATE streams in the wrapping of zlib (RFC 1950): two bytes before them, a checksum after them.
enum Zlib {
  /// The unpacked contents, at most `limit` bytes of them; the checksum is verified.
  static func decompress(_ input: [UInt8], limit: Int, file: String) throws(DataError) -> [UInt8] {
    guard input.count >= 2 else { throw Gzip.truncated(in: file, at: input.count) }
    guard input[0] & 15 == 8, (Int(input[0]) << 8 | Int(input[1])) % 31 == 0, input[1] & 0x20 == 0 else {
      throw Gzip.corrupt(in: file, at: 0, "the compressed data do not begin with a zlib header")
    }
    let (contents, end) = try input.withUnsafeBufferPointer { input throws(DataError) in
      try Inflater.unpack(input, from: 2, limit: limit, file: file)
    }
    guard input.count >= end + 4 else { throw Gzip.truncated(in: file, at: input.count) }
    let stored = input[end..<end + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored == adler32(contents) else {
      throw Gzip.corrupt(in: file, at: end, "the checksum of the unpacked data is not the one stored")
    }
    return contents
  }

  /// The contents compressed.
  static func compress(_ contents: [UInt8]) -> [UInt8] {
    let checksum = adler32(contents).bigEndian
    // 32 KiB window, default compression; a multiple of 31 as big-endian number.
    return [0x78, 0x9C] + Deflater.compress(contents) + withUnsafeBytes(of: checksum) { Array($0) }
  }

  /// Two sums modulo 65,521 (RFC 1950, section 8).
  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (first, second) = (UInt32(1), UInt32(0))
    bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      while place < bytes.count {
        // So many steps can't overflow 32 bits.
        let end = min(bytes.count, place &+ 5552)
        while place < end {
          first &+= UInt32(bytes[place])
          second &+= first
          place &+= 1
        }
        (first, second) = (first % 65521, second % 65521)
      }
    }
    return second << 16 | first
  }
}
