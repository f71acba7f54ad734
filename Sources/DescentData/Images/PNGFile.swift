import DescentGraph
import DescentTensor

/// An image in the format PNG.
///
/// ```swift
/// let cat = try PNGFile(contentsOfFile: "cat.png").tensor(.rgb)      // uint8 [height, width, 3]
/// try PNGFile.write(cat, toFile: "copy.png")
/// ```
///
/// Read are all colour types, bit depths and interlacing; of animations the first picture. Profiles and gamma values
/// are not applied: the numbers are those of the file.
public struct PNGFile: Sendable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// The bits of a number in the file: 1, 2, 4, 8 or 16.
  public let bitDepth: Int
  private let bytes: [UInt8]
  private let file: String

  /// Larger images are refused: a file of some kilobytes can claim to unpack to gigabytes.
  static let largestPixelCount = 100_000_000

  /// Reads a file and checks its header.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(bytes: FileBytes.read(path), file: path)
  }

  /// Reads the bytes of a file and checks the header; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "PNG data") throws(DataError) {
    let header = try PNGChunks(bytes, file: file, onlyHeader: true).header
    (width, height, bitDepth) = (header.width, header.height, header.bitDepth)
    (self.bytes, self.file) = (bytes, file)
  }

  /// The pixels, shape [height, width, channels]: uint8, or uint16 if the file has 16 bits.
  ///
  /// - Parameter channels: What each pixel is to have; as in the file unless given, palettes being colours.
  /// - Throws: ``DataError`` if the file is broken.
  public func tensor(_ channels: ImageChannels? = nil) throws(DataError) -> Tensor {
    let decoder = PNGDecoder(try PNGChunks(bytes, file: file), file: file)
    let wanted = channels ?? decoder.channels
    let shape: Shape = [height, width, wanted.count]
    if bitDepth == 16 {
      let samples = ImageConversion.converted(try decoder.samples(UInt16.self), from: decoder.channels, to: wanted)
      return Tensor(storing: samples, shape, .uint16)
    }
    let samples = ImageConversion.converted(try decoder.samples(UInt8.self), from: decoder.channels, to: wanted)
    return Tensor(storing: samples, shape, .uint8)
  }

  // MARK: Writing

  /// Writes an image to a file, replacing a file that is there only when all is written; see ``bytes(of:)``.
  public static func write(_ image: Tensor, toFile path: String) throws {
    try FileBytes.write(bytes(of: image, file: path), to: path)
  }

  /// An image in the format PNG.
  ///
  /// - Parameter image: Type uint8 or uint16, and shape [height, width] or [height, width, channels] with 1 to 4
  ///   channels: grey, grey and opacity, colour, colour and opacity. Numbers from 0 to 1 are brought there by
  ///   `round(image * 255).converted(to: .uint8)`.
  /// - Throws: ``TensorError`` if the tensor can't be computed, ``DataError`` if it is no image.
  public static func bytes(of image: Tensor) throws -> [UInt8] { try bytes(of: image, file: "PNG data") }

  private static func bytes(of image: Tensor, file: String) throws -> [UInt8] {
    let colorTypes: [PNGHeader.ColorType] = [.grey, .greyAndAlpha, .rgb, .rgba]
    let channelCount = image.rank == 3 ? image.shape[2] : 1
    guard [.uint8, .uint16].contains(image.scalarType), image.rank == 2 || image.rank == 3,
      (1...4).contains(channelCount), image.elementCount > 0
    else {
      throw DataError(
        .unsupported, in: file,
        "a tensor \(image.scalarType) \(image.shape) is no image, expected uint8 or uint16 of shape [height, width] or "
          + "[height, width, 1 to 4]",
        remedy: "scale, convert and reshape it")
    }
    try evaluate(image)
    let header = PNGHeader(
      width: image.shape[1], height: image.shape[0], bitDepth: 8 * image.scalarType.byteCount,
      colorType: colorTypes[channelCount - 1])
    var samples = try image.littleEndianBytes()
    // PNG has the highest byte first.
    if image.scalarType == .uint16 { samples.withUnsafeMutableBytes { $0.reverseBytes(ofElementsOf: 2) } }
    return PNGEncoder(header).file(samples)
  }
}

extension Tensor {
  /// An evaluated tensor of elements that are stored as they are.
  init<Element>(storing elements: [Element], _ shape: Shape, _ type: ScalarType) {
    let storage = HostStorage(allocating: elements.count * type.byteCount)
    elements.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.pointer.copyMemory(from: start, byteCount: source.count) }
    }
    self.init(Node(storage, shape, type))
  }
}
