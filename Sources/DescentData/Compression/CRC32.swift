/// The checksum of gzip: CRC-32 with the reflected polynomial 0xEDB88320 (RFC 1952, section 8).
package enum CRC32 {
  /// The checksum of some bytes, eight bytes a step.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var crc = ~UInt32(0)
      var offset = 0
      while offset &+ 8 <= bytes.count {
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian ^ UInt64(crc)
        crc = 0
        for index in 0..<8 {
          let byte = Int(truncatingIfNeeded: word &>> UInt64(8 &* index)) & 255
          crc ^= table[(7 &- index) &* 256 &+ byte]
        }
        offset &+= 8
      }
      while offset < bytes.count {
        crc = (crc &>> 8) ^ table[Int((crc ^ UInt32(bytes[offset])) & 255)]
        offset &+= 1
      }
      return ~crc
    }
  }

  /// `tables[256 k + b]` is what byte `b` contributes once `k` further bytes have gone through.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = []
    for byte in 0..<UInt32(256) {
      var crc = byte
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      tables.append(crc)
    }
    for index in 256..<2048 {
      let crc = tables[index - 256]
      tables.append((crc >> 8) ^ tables[Int(crc & 255)])
    }
    return tables
  }()
}
