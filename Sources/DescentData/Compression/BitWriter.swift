/// Writes bits to bytes, lowest bit first, as DEFLATE packs them (RFC 1951, section 3.1.1).
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var bits: UInt64 = 0
  private var bitCount = 0

  /// Appends the low `count` bits of a number, at most 32.
  @inline(__always)
  mutating func put(_ value: Int, _ count: Int) {
    bits |= UInt64(truncatingIfNeeded: value) &<< UInt64(truncatingIfNeeded: bitCount)
    bitCount &+= count
    while bitCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bits &>>= 8
      bitCount &-= 8
    }
  }

  /// Fills the last byte with zeros.
  mutating func alignToByte() {
    if bitCount > 0 { put(0, 8 - bitCount) }
  }

  /// Appends whole bytes; the writer must stand at a byte boundary.
  mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }
}
