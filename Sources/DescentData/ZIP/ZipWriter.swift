/// Writes a ZIP archive into memory: the same members give the same bytes.
struct ZipWriter {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0
  /// From this size or offset on, ZIP64 fields are written.
  private let largeSize: Int

  /// An archive without members.
  init(largeSize: Int = 0xFFFF_FFFF) { self.largeSize = largeSize }

  /// Appends a member, deflated if that is asked for and makes it smaller.
  mutating func add(_ name: String, _ contents: [UInt8], isCompressed: Bool) {
    let packed = isCompressed ? Deflater.compress(contents) : contents
    let isPacked = packed.count < contents.count
    let data = isPacked ? packed : contents
    let (offset, nameBytes) = (bytes.count, Array(name.utf8))
    let isLarge = [contents.count, data.count, offset].contains { $0 >= largeSize }
    let sizes = isLarge ? [0xFFFF_FFFF, 0xFFFF_FFFF] : [data.count, contents.count]
    // ZIP64's version is 4.5, 2.0 is that of deflate; bit 11: the name is UTF-8; 0x21: 1 January 1980.
    let common =
      le(isLarge ? 45 : 20, 2) + le(0x800, 2) + le(isPacked ? 8 : 0, 2) + le(0, 2) + le(0x21, 2)
      + le(Int(contents.withUnsafeBytes(CRC32.checksum)), 4) + sizes.flatMap { le($0, 4) } + le(nameBytes.count, 2)
    let localExtra = isLarge ? le(1, 2) + le(16, 2) + le(contents.count, 8) + le(data.count, 8) : []
    bytes += le(0x0403_4B50, 4) + common + le(localExtra.count, 2) + nameBytes + localExtra
    bytes += data
    let extra = isLarge ? le(1, 2) + le(24, 2) + le(contents.count, 8) + le(data.count, 8) + le(offset, 8) : []
    directory += le(0x0201_4B50, 4) + le(isLarge ? 45 : 20, 2) + common + le(extra.count, 2)
    // No comment, first disk, no attributes.
    directory += le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4) + le(isLarge ? 0xFFFF_FFFF : offset, 4) + nameBytes + extra
    count += 1
  }

  /// The archive with its directory.
  func archive() -> [UInt8] {
    let offset = bytes.count
    let isLarge = count >= 0xFFFF || offset >= largeSize || directory.count >= largeSize
    var end: [UInt8] = []
    if isLarge {
      end += le(0x0606_4B50, 4) + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 4) + le(0, 4) + le(count, 8) + le(count, 8)
      end += le(directory.count, 8) + le(offset, 8)
      end += le(0x0706_4B50, 4) + le(0, 4) + le(offset + directory.count, 8) + le(1, 4)
    }
    let fields = isLarge ? (0xFFFF, 0xFFFF_FFFF, 0xFFFF_FFFF) : (count, directory.count, offset)
    end += le(0x0605_4B50, 4) + le(0, 2) + le(0, 2) + le(fields.0, 2) + le(fields.0, 2) + le(fields.1, 4)
    end += le(fields.2, 4) + le(0, 2)
    return bytes + directory + end
  }

  /// A little-endian number.
  private func le(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
