/// Writes DEFLATE streams symbol by symbol in the fixed code, so that tests can say exactly what is in them.
struct DeflateWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// The bytes and everything pending, as a gzip file whose trailer fits `contents`.
  mutating func gzip(of contents: [UInt8]) -> [UInt8] {
    if pendingCount > 0 { put(0, 8 - pendingCount) }
    let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    return header + bytes + littleEndian(referenceCRC32(contents)) + littleEndian(UInt32(contents.count))
  }

  /// Bits, the lowest first.
  mutating func put(_ value: Int, _ count: Int) {
    pending |= UInt64(value) << UInt64(pendingCount)
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// The header of a block: 0 stored, 1 fixed, 2 dynamic.
  mutating func beginBlock(_ type: Int, isLast: Bool) {
    put(isLast ? 1 : 0, 1)
    put(type, 2)
  }

  /// A literal or length symbol in the fixed code (RFC 1951, section 3.2.6).
  mutating func symbol(_ symbol: Int) {
    switch symbol {
    case ..<144: code(0x30 + symbol, 8)
    case ..<256: code(0x190 + symbol - 144, 9)
    case ..<280: code(symbol - 256, 7)
    default: code(0xC0 + symbol - 280, 8)
    }
  }

  /// A match of length 258 at a distance given by symbol and extra bits.
  mutating func longMatch(distanceSymbol: Int, extra: Int, _ extraBits: Int) {
    symbol(285)
    code(distanceSymbol, 5)
    put(extra, extraBits)
  }

  /// A code, which is written from its highest bit.
  private mutating func code(_ value: Int, _ count: Int) {
    for bit in (0..<count).reversed() { put(value >> bit & 1, 1) }
  }

  private func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// CRC-32 bit by bit, straight from its definition.
func referenceCRC32(_ bytes: [UInt8]) -> UInt32 {
  var crc = ~UInt32(0)
  for byte in bytes {
    crc ^= UInt32(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
  }
  return ~crc
}
