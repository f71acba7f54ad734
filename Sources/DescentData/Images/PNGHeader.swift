/// The first chunk of a PNG file: size, colour type and how pixels are packed (PNG specification, section 11.2.1).
struct PNGHeader: Equatable {
  /// The colour types, by their codes.
  enum ColorType: Int, CaseIterable {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAndAlpha = 4
    case rgba = 6

    /// The numbers that a pixel has in the file.
    var sampleCount: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAndAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    /// The bit depths that the format allows.
    var bitDepths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAndAlpha, .rgba: [8, 16]
      }
    }
  }

  /// A part of the image that is stored by itself: all pixels, or one of the seven passes of Adam7.
  struct Pass: Equatable {
    var x: Int
    var y: Int
    var xStep: Int
    var yStep: Int
    var width: Int
    var height: Int
  }

  let width: Int
  let height: Int
  let bitDepth: Int
  let colorType: ColorType
  let isInterlaced: Bool

  /// The bits of a pixel in the file.
  var bitsPerPixel: Int { bitDepth * colorType.sampleCount }

  /// The bytes of a row of pixels in the file, without its filter type.
  func rowByteCount(_ width: Int) -> Int { (width * bitsPerPixel + 7) / 8 }

  /// The parts of the image that hold at least one pixel, in the order of the file.
  var passes: [Pass] {
    guard isInterlaced else { return [Pass(x: 0, y: 0, xStep: 1, yStep: 1, width: width, height: height)] }
    let origins = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    return origins.compactMap { x, y, xStep, yStep in
      let (columns, rows) = ((width - x + xStep - 1) / xStep, (height - y + yStep - 1) / yStep)
      guard columns > 0, rows > 0 else { return nil }
      return Pass(x: x, y: y, xStep: xStep, yStep: yStep, width: columns, height: rows)
    }
  }

  /// The size of the unpacked image data: a filter type before each row.
  var dataByteCount: Int { passes.reduce(0) { $0 + $1.height * (1 + rowByteCount($1.width)) } }

  init(width: Int, height: Int, bitDepth: Int, colorType: ColorType, isInterlaced: Bool = false) {
    (self.width, self.height, self.bitDepth, self.colorType) = (width, height, bitDepth, colorType)
    self.isInterlaced = isInterlaced
  }

  /// Reads the contents of the chunk IHDR.
  init(_ chunk: ArraySlice<UInt8>, file: String) throws(DataError) {
    let bytes = Array(chunk)
    func failure(_ kind: DataError.Kind, _ problem: String) -> DataError {
      DataError(kind, in: file, at: .byte(chunk.startIndex), problem, remedy: "write the image again as PNG")
    }
    guard bytes.count == 13 else { throw failure(.corrupt, "the header has \(bytes.count) bytes, expected 13") }
    let (width, height) = (bytes.bigEndianWord(0), bytes.bigEndianWord(4))
    guard width > 0, height > 0, width <= Int32.max, height <= Int32.max else {
      throw failure(.corrupt, "the image has \(width) × \(height) pixels, expected 1 to 2147483647 each way")
    }
    guard width <= PNGFile.largestPixelCount / height else {
      throw failure(
        .tooLarge, "the image has \(width) × \(height) pixels, at most \(PNGFile.largestPixelCount) are read")
    }
    guard let colorType = ColorType(rawValue: Int(bytes[9])), colorType.bitDepths.contains(Int(bytes[8])) else {
      throw failure(.corrupt, "there is no colour type \(bytes[9]) with \(bytes[8]) bits")
    }
    guard bytes[10] == 0, bytes[11] == 0, bytes[12] <= 1 else {
      throw failure(
        .unsupported,
        "found compression \(bytes[10]), filter \(bytes[11]) and interlacing \(bytes[12]), expected 0, 0 "
          + "and 0 or 1")
    }
    self.init(
      width: width, height: height, bitDepth: Int(bytes[8]), colorType: colorType, isInterlaced: bytes[12] == 1)
  }

  /// The contents of the chunk IHDR.
  var bytes: [UInt8] {
    [UInt8](bigEndian: width) + [UInt8](bigEndian: height)
      + [UInt8(bitDepth), UInt8(colorType.rawValue), 0, 0, isInterlaced ? 1 : 0]
  }
}

extension [UInt8] {
  /// A big-endian number of four bytes.
  func bigEndianWord(_ offset: Int) -> Int { self[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }

  /// The four bytes of a number, highest first.
  init(bigEndian value: Int) { self = (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
}
