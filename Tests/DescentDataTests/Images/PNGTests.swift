import DescentGraph
import DescentTensor
import TestSupport
import Testing

@testable import DescentData

/// The reader of PNG files on every kind of file, beside what Pillow reads from them, and the writer.
@Suite struct PNGTests {
  static func references() throws -> [String: [UInt8]] {
    let archive = try ZipArchive(.bytes(References.bytes("images.zip")), file: "images.zip")
    var files: [String: [UInt8]] = [:]
    for (name, member) in archive.members { files[String(name.dropLast(4))] = try archive.contents(of: member) }
    return files
  }

  @Test func pixelsAreWhatPillowReads() throws {
    let expected = try NPZFile(bytes: References.bytes("images.npz"))
    let names = Set(expected.names)
    var compared = 0
    for (name, bytes) in try Self.references() {
      let file = try PNGFile(bytes: bytes, file: "\(name).png")
      let stored = try file.tensor()
      #expect(stored.shape[0] == file.height && stored.shape[1] == file.width)
      #expect(stored.scalarType == (file.bitDepth == 16 ? .uint16 : .uint8))
      guard names.contains(name) else { continue }
      let reference = try expected.tensor(name)
      let channels = try #require(ImageChannels(rawValue: reference.shape[2]))
      let tensor = try file.tensor(channels)
      #expect(tensor.shape == reference.shape && tensor.scalarType == reference.scalarType, "\(name)")
      #expect(tensor.scalars == reference.scalars, "\(name)")
      compared += 1
    }
    #expect(compared == 49)
    let photo = try PNGFile(bytes: #require(Self.references()["photo"])).tensor(.grey)
    #expect(try photo.scalars == expected.tensor("photo-grey").scalars)
  }

  @Test func channelsCanBeChosen() throws {
    let grey = try PNGFile(bytes: PNGFile.bytes(of: Tensor([[10, 200]], type: .uint8)))
    #expect(try grey.tensor().shape == [1, 2, 1])
    #expect(try grey.tensor(.rgb).scalars == [10, 10, 10, 200, 200, 200])
    #expect(try grey.tensor(.rgba).scalars == [10, 10, 10, 255, 200, 200, 200, 255])
    #expect(try grey.tensor(.greyAndAlpha).scalars == [10, 255, 200, 255])
    let color = try PNGFile(bytes: PNGFile.bytes(of: Tensor([[[255, 0, 0, 7], [255, 255, 255, 8]]], type: .uint8)))
    #expect(try color.tensor(.grey).scalars == [76, 255])
    #expect(try color.tensor(.greyAndAlpha).scalars == [76, 7, 255, 8])
    #expect(try color.tensor(.rgb).scalars == [255, 0, 0, 255, 255, 255])
  }

  // MARK: Broken files

  /// A chunk with a right checksum.
  static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + contents
    return [UInt8](bigEndian: contents.count) + body + [UInt8](bigEndian: Int(referenceCRC32(body)))
  }

  /// A file of these chunks, after a header.
  static func file(
    width: Int = 1, height: Int = 1, bits: Int = 8, color: Int = 0, interlacing: Int = 0, _ chunks: [UInt8]...
  ) -> [UInt8] {
    let header =
      [UInt8](bigEndian: width) + [UInt8](bigEndian: height) + [bits, color, 0, 0, interlacing].map(UInt8.init)
    return PNGChunks.signature + chunk("IHDR", header) + chunks.joined()
  }

  static func data(_ bytes: [UInt8]) -> [UInt8] { chunk("IDAT", Zlib.compress(bytes)) }
  static let end = chunk("IEND", [])

  private static let broken: [(bytes: [UInt8], kind: DataError.Kind, words: String)] = [
    ([], .corrupt, "not a PNG file: it does not begin with 89 'PNG'"),
    ([0xFF, 0xD8, 0xFF], .corrupt, "give a PNG file; other formats are to be converted first"),
    (PNGChunks.signature, .truncated, "the file ends in the middle of a chunk or before IEND"),
    (PNGChunks.signature + end, .corrupt, "the first chunk is 'IEND', expected IHDR"),
    (PNGChunks.signature + chunk("IHDR", [1]), .corrupt, "the header has 1 bytes, expected 13"),
    (file(width: 0, height: 1), .corrupt, "the image has 0 × 1 pixels"),
    (file(width: 1, height: 0xFFFF_FFFF), .corrupt, "1 × 4294967295 pixels"),
    (file(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF), .tooLarge, "at most 100000000 are read"),
    (file(width: 100_001, height: 1000), .tooLarge, "the image has 100001 × 1000 pixels"),
    (file(bits: 3), .corrupt, "there is no colour type 0 with 3 bits"),
    (file(bits: 16, color: 3), .corrupt, "there is no colour type 3 with 16 bits"),
    (file(color: 5), .corrupt, "there is no colour type 5 with 8 bits"),
    (file(interlacing: 2), .unsupported, "interlacing 2, expected 0, 0 and 0 or 1"),
    (file(), .truncated, "the file ends in the middle of a chunk or before IEND"),
    (file(end), .corrupt, "the file has no image data"), (file(data([0, 1])), .truncated, "or before IEND"),
    (file(data([0]), end), .corrupt, "the image data unpack to 1 bytes, 1 × 1 pixels take 2"),
    (file(data([0, 1, 2]), end), .tooLarge, "unpacks to more than the 2 bytes expected"),
    (file(data([5, 1]), end), .corrupt, "a row has filter type 5, expected 0 to 4"),
    (file(chunk("IDAT", [1, 2, 3]), end), .corrupt, "do not begin with a zlib header"),
    (
      file(chunk("ABCD", []), data([0, 1]), end), .unsupported, "chunk 'ABCD' is needed to show the image and not known"
    ),
    (file(chunk("ab1d", []), end), .corrupt, "a chunk has a name that is not made of letters"),
    (file(color: 3, data([0, 1]), end), .corrupt, "there is no palette"),
    (
      file(color: 3, chunk("PLTE", [1, 2, 3]), data([0, 1]), end), .corrupt, "a pixel has colour 1, the palette has 1"
    ),
    (file(color: 3, chunk("PLTE", [1, 2]), data([0, 1]), end), .corrupt, "a palette of 2 bytes"),
    (file(bits: 1, color: 3, chunk("PLTE", [UInt8](repeating: 0, count: 9)), end), .corrupt, "one of 3 to 6 before"),
    (file(data([0, 1]), chunk("PLTE", [1, 2, 3]), end), .corrupt, "before the image data"),
    (file(chunk("tRNS", [1]), data([0, 1]), end), .corrupt, "a tRNS chunk of 1 bytes does not fit the image"),
    (file(color: 4, chunk("tRNS", [0, 1]), data([0, 1, 1]), end), .corrupt, "a tRNS chunk of 2 bytes does not fit"),
    (file(data([0, 1]), chunk("tEXt", []), data([0, 1]), end), .corrupt, "other chunks stand between those of image"),
    (
      file([0x7F, 255, 255, 255] + Array("IDAT".utf8) + [0, 0, 0, 0]), .truncated,
      "the file ends in the middle of a chunk"
    ),
  ]

  @Test(arguments: broken.indices)
  func brokenFilesAreNamed(_ index: Int) {
    let (bytes, kind, words) = Self.broken[index]
    let error = dataError { () throws(DataError) in _ = try PNGFile(bytes: bytes, file: "a.png").tensor() }
    #expect(error?.kind == kind && error?.description.contains(words) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix("a.png") == true && error?.description.contains("\n") == false)
  }

  @Test func everyPrefixAndChangedByteIsRefused() throws {
    let whole = try PNGFile.bytes(of: Tensor([[1, 2], [3, 4]], type: .uint8))
    for count in whole.indices {
      let bytes = Array(whole[..<count])
      #expect(dataError { () throws(DataError) in _ = try PNGFile(bytes: bytes).tensor() } != nil, "\(count)")
    }
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 0x10
      #expect(dataError { () throws(DataError) in _ = try PNGFile(bytes: bytes).tensor() } != nil, "\(place)")
    }
    // What follows the end is left alone, and so are chunks that need not be known.
    #expect(try PNGFile(bytes: whole + [1, 2, 3]).tensor().scalars == [1, 2, 3, 4])
    let known = Self.file(Self.chunk("tEXt", [1]), Self.data([0, 9]), Self.end)
    #expect(try PNGFile(bytes: known).tensor().scalars == [9])
  }

  /// A file of 97 kilobytes that would unpack to 100 megabytes, of which only the promised size may be unpacked.
  @Test func bombsAreRefused() throws {
    let bomb = Self.file(
      width: 10, height: 10, Self.data([UInt8](repeating: 0, count: isDebugBuild ? 3_000_000 : 100_000_000)), Self.end)
    let error = dataError { () throws(DataError) in _ = try PNGFile(bytes: bomb).tensor() }
    #expect(error?.description.contains("unpacks to more than the 110 bytes expected") == true)
  }

  @Test func whateverTheBytes() throws {
    var generator = SplitMix64(seed: 40)
    let seeds = try Self.references().filter { $0.key != "photo" }.sorted { $0.key < $1.key }.map(\.value)
    for trial in 0..<(isDebugBuild ? 1_000 : 20_000) {
      var input = generator.mutated(seeds[trial % seeds.count])
      if trial % 2 == 0 { Self.repairChecksums(&input) }
      guard let file = try? PNGFile(bytes: input, file: "fuzz"), let tensor = try? file.tensor() else { continue }
      // A byte of packed data makes at most 1032, a bit of them at most four samples (a palette with opacities).
      #expect(tensor.elementCount <= 1032 * 8 * 4 * input.count, "trial \(trial)")
    }
  }

  /// Makes checksums right again, so that changes are not found by them alone.
  private static func repairChecksums(_ bytes: inout [UInt8]) {
    var offset = 8
    while offset + 12 <= bytes.count {
      let end = offset + 8 + bytes.bigEndianWord(offset)
      guard end + 4 <= bytes.count else { return }
      bytes.replaceSubrange(
        end..<end + 4, with: [UInt8](bigEndian: Int(referenceCRC32(Array(bytes[offset + 4..<end])))))
      offset = end + 4
    }
  }

  // MARK: Writing

  @Test func whatIsWrittenIsRead() throws {
    withEvery("type", in: [.uint8, .uint16] as [ScalarType]) { type in
      withEvery("shape", in: [[1, 1], [3, 5], [4, 3, 1], [7, 2, 2], [16, 9, 3], [2, 33, 4]] as [Shape]) { shape in
        let largest: Double = type == .uint8 ? 255 : 65535
        let image = (Tensor.uniform(shape, in: 0..<largest + 1, using: .init(seed: 3))).converted(to: type)
        let file = try PNGFile(bytes: PNGFile.bytes(of: image))
        let read = try file.tensor()
        #expect(read.scalars == image.scalars && read.scalarType == type)
        #expect(read.shape == (shape.rank == 2 ? [shape[0], shape[1], 1] : shape))
      }
    }
  }

  @Test func smoothImagesBecomeSmall() throws {
    let ramp = (0..<64).flatMap { row in (0..<64).map { Double(3 * row + $0) } }
    let image = Tensor(scalars: ramp, shape: [64, 64], type: .uint8)
    #expect(try PNGFile.bytes(of: image).count < 400)
  }

  @Test func whatIsNoImageIsRefused() throws {
    for tensor in [
      Tensor.zeros([2, 2]), Tensor([1], type: .uint8), .zeros([2, 2, 5], type: .uint8), .zeros([0, 2], type: .uint8),
    ] {
      let error = #expect(throws: DataError.self) { try PNGFile.bytes(of: tensor) }
      #expect(error?.description.contains("is no image, expected uint8 or uint16 of shape [height, width]") == true)
    }
  }
}
