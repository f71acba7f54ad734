/// The chunks of a PNG file that matter for its pixels, found and checked (PNG specification, section 5).
struct PNGChunks {
  let header: PNGHeader
  /// Three bytes a colour; empty without a palette.
  private(set) var palette: [UInt8] = []
  /// The contents of tRNS: a transparent colour, or the palette's opacities.
  private(set) var transparency: [UInt8] = []
  /// The compressed pixels, all pieces together.
  private(set) var data: [UInt8] = []

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private let file: String
  private let bytes: [UInt8]

  /// Reads the chunks up to IEND; what follows that is left alone, as other readers do.
  ///
  /// - Parameter onlyHeader: Whether to stop after the header.
  init(_ bytes: [UInt8], file: String, onlyHeader: Bool = false) throws(DataError) {
    (self.bytes, self.file) = (bytes, file)
    guard bytes.starts(with: Self.signature) else {
      throw DataError(
        .corrupt, in: file, at: .byte(0), "not a PNG file: it does not begin with 89 'PNG'",
        remedy: "give a PNG file; other formats are to be converted first")
    }
    let first = try Self.chunk(at: 8, bytes, file)
    guard first.name == "IHDR" else { throw Self.corrupt(file, 8, "the first chunk is \(first.title), expected IHDR") }
    header = try PNGHeader(bytes[first.contents], file: file)
    if !onlyHeader { try readRest(from: first.contents.upperBound + 4) }
  }

  private struct Chunk {
    var name: String
    var contents: Range<Int>
    var title: String { DataError.quoted(name) }
    /// Chunks that a reader may skip have a small first letter.
    var isCritical: Bool { name.first?.isUppercase ?? true }
  }

  private static func corrupt(_ file: String, _ offset: Int, _ problem: String) -> DataError {
    Gzip.corrupt(in: file, at: offset, problem)
  }

  /// The chunk whose length stands at an offset, its checksum verified.
  private static func chunk(at offset: Int, _ bytes: [UInt8], _ file: String) throws(DataError) -> Chunk {
    let truncated = DataError(
      .truncated, in: file, at: .byte(bytes.count), "the file ends in the middle of a chunk or before IEND",
      remedy: "copy or download the file again")
    guard offset + 12 <= bytes.count else { throw truncated }
    let count = bytes.bigEndianWord(offset)
    let name = bytes[offset + 4..<offset + 8]
    guard name.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else {
      throw corrupt(file, offset + 4, "a chunk has a name that is not made of letters")
    }
    guard count <= bytes.count - offset - 12 else { throw truncated }
    let contents = offset + 8..<offset + 8 + count
    let checksum = bytes.withUnsafeBytes {
      CRC32.checksum(UnsafeRawBufferPointer(rebasing: $0[offset + 4..<contents.upperBound]))
    }
    let chunk = Chunk(name: String(decoding: name, as: UTF8.self), contents: contents)
    guard Int(checksum) == bytes.bigEndianWord(contents.upperBound) else {
      throw corrupt(file, contents.upperBound, "the checksum of chunk \(chunk.title) is not the one stored")
    }
    return chunk
  }

  private mutating func readRest(from start: Int) throws(DataError) {
    var offset = start
    var (dataIsOver, isOver) = (false, false)
    while !isOver {
      let chunk = try Self.chunk(at: offset, bytes, file)
      if chunk.name != "IDAT", !data.isEmpty { dataIsOver = true }
      switch chunk.name {
      case "PLTE": try readPalette(chunk)
      case "tRNS": try readTransparency(chunk)
      case "IDAT":
        guard !dataIsOver else { throw Self.corrupt(file, offset, "other chunks stand between those of image data") }
        data += bytes[chunk.contents]
      case "IEND": isOver = true
      default:
        guard !chunk.isCritical else {
          throw DataError(
            .unsupported, in: file, at: .byte(offset), "chunk \(chunk.title) is needed to show the image and not known",
            remedy: "write the image again as PNG")
        }
      }
      offset = chunk.contents.upperBound + 4
    }
    guard !data.isEmpty else { throw Self.corrupt(file, offset, "the file has no image data") }
    guard header.colorType != .palette || !palette.isEmpty else {
      throw Self.corrupt(file, offset, "there is no palette")
    }
  }

  private mutating func readPalette(_ chunk: Chunk) throws(DataError) {
    let count = chunk.contents.count
    let largest = 3 << (header.colorType == .palette ? header.bitDepth : 8)
    guard palette.isEmpty, data.isEmpty, count % 3 == 0, count > 0, count <= largest else {
      throw Self.corrupt(
        file, chunk.contents.lowerBound,
        "a palette of \(count) bytes, expected one of 3 to \(largest) before the image data")
    }
    palette = Array(bytes[chunk.contents])
  }

  private mutating func readTransparency(_ chunk: Chunk) throws(DataError) {
    let count = chunk.contents.count
    let fits =
      switch header.colorType {
      case .grey: count == 2
      case .rgb: count == 6
      case .palette: count >= 1 && 3 * count <= palette.count
      case .greyAndAlpha, .rgba: false
      }
    guard fits, transparency.isEmpty, data.isEmpty else {
      throw Self.corrupt(file, chunk.contents.lowerBound, "a tRNS chunk of \(count) bytes does not fit the image")
    }
    transparency = Array(bytes[chunk.contents])
  }
}
