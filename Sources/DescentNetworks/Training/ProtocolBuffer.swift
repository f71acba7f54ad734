/// A message of protocol buffers, field by field.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// A whole number.
  mutating func add(_ field: Int, _ number: Int) {
    key(field, 0)
    variable(UInt64(bitPattern: Int64(number)))
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, message.bytes) }

  mutating func add(_ field: Int, _ number: Double) {
    key(field, 1)
    fixed(number.bitPattern)
  }

  mutating func add(_ field: Int, _ number: Float) {
    key(field, 5)
    fixed(number.bitPattern)
  }

  /// Bytes, a text or a message.
  mutating func add(_ field: Int, _ content: [UInt8]) {
    key(field, 2)
    variable(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, packed numbers: [Double]) {
    var content = ProtocolBuffer()
    for number in numbers { content.fixed(number.bitPattern) }
    add(field, content.bytes)
  }

  private mutating func key(_ field: Int, _ kind: UInt64) { variable(UInt64(field) << 3 | kind) }

  private mutating func variable(_ number: UInt64) {
    var rest = number
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}

/// CRC-32 with Castagnoli's polynomial, reflected: 0x82F63B78.
enum CRC32C {
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { ($0 >> 8) ^ table[Int(($0 ^ UInt32($1)) & 255)] }
  }

  /// The checksum as TensorFlow's records have it: turned by 15 bits, and a constant added.
  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1 }
  }
}
