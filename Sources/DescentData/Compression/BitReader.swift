/// Reads bits from bytes, lowest bit first, as DEFLATE packs them (RFC 1951, section 3.1.1).
struct BitReader {
  private let base: UnsafePointer<UInt8>
  private let end: Int
  /// The next byte that `refill` takes.
  private var position: Int
  /// Bits taken and not yet consumed; those above `available` are either zero or true bits of the byte at `position`.
  private(set) var bits: UInt64 = 0
  /// How many bits of `bits` count; negative once more bits were consumed than the input has.
  private(set) var available = 0

  /// Starts at a byte of the input; the buffer must have a base address and outlive the reader.
  init(_ input: UnsafeBufferPointer<UInt8>, from position: Int) {
    base = input.baseAddress!
    end = input.count
    self.position = position
  }

  /// The input byte that holds the next bit.
  var byteOffset: Int { min(end, position - (available + 7) >> 3) }

  /// Takes bytes until at least 56 bits are available or the input ends.
  @inline(__always)
  mutating func refill() {
    if position &+ 8 <= end {
      let word = UnsafeRawPointer(base + position).loadUnaligned(as: UInt64.self).littleEndian
      bits |= word &<< UInt64(truncatingIfNeeded: available)
      position &+= (63 &- available) &>> 3
      available |= 56
    } else {
      while available < 56, position < end {
        bits |= UInt64(base[position]) &<< UInt64(truncatingIfNeeded: available)
        position &+= 1
        available &+= 8
      }
    }
  }

  /// Drops bits; the caller checks `available` afterwards: it is negative if the input had fewer.
  @inline(__always)
  mutating func consume(_ count: Int) {
    bits = bits &>> UInt64(truncatingIfNeeded: count)
    available &-= count
  }

  /// The next bits as a number, consumed; at most 32, after a `refill`.
  @inline(__always)
  mutating func take(_ count: Int) -> Int {
    let value = Int(truncatingIfNeeded: bits & ((1 &<< UInt64(truncatingIfNeeded: count)) &- 1))
    consume(count)
    return value
  }

  /// Goes to the next byte boundary and returns the bytes from there on.
  mutating func alignToByte() -> UnsafeBufferPointer<UInt8> {
    position -= available >> 3
    (bits, available) = (0, 0)
    return UnsafeBufferPointer(start: base + position, count: end - position)
  }

  /// Skips whole bytes; the reader must stand at a byte boundary with no bits taken.
  mutating func skip(_ count: Int) {
    position += count
  }
}
