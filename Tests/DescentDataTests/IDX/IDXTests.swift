import Testing

@testable import DescentData

/// IDX files built from their parts.
enum IDXBuilder {
  static func file(_ type: UInt8, _ dimensions: [UInt32], _ elements: [UInt8]) -> [UInt8] {
    [0, 0, type, UInt8(dimensions.count)] + dimensions.flatMap { bigEndian($0) } + elements
  }

  static func bigEndian<Scalar: FixedWidthInteger>(_ value: Scalar) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// The file as a gzip file of one stored block.
  static func packed(_ file: [UInt8]) -> [UInt8] {
    var writer = DeflateWriter()
    writer.beginBlock(0, isLast: true)
    writer.put(0, 5)
    writer.put(file.count, 16)
    writer.put(file.count ^ 0xFFFF, 16)
    for byte in file { writer.put(Int(byte), 8) }
    return writer.gzip(of: file)
  }
}

@Suite struct IDXTests {
  private static let samples: [(type: UInt8, elements: [UInt8], values: [Double])] = [
    (0x08, [0, 1, 127, 128, 255, 7], [0, 1, 127, 128, 255, 7]),
    (0x09, [0, 1, 127, 128, 255, 7], [0, 1, 127, -128, -1, 7]),
    (0x0B, [Int16(0), 1, -1, 256, .max, .min].flatMap(IDXBuilder.bigEndian), [0, 1, -1, 256, 32767, -32768]),
    (
      0x0C, [Int32(0), 1, -1, 65536, .max, .min].flatMap(IDXBuilder.bigEndian),
      [0, 1, -1, 65536, 2_147_483_647, -2_147_483_648]
    ),
    (
      0x0D, [Float(0), 1, -1.5, 0.1, 1e30, -.infinity].flatMap { IDXBuilder.bigEndian($0.bitPattern) },
      [0, 1, -1.5, Double(Float(0.1)), Double(Float(1e30)), -.infinity]
    ),
    (
      0x0E, [0, 1, -1.5, 0.1, 1e300, -.infinity].flatMap { IDXBuilder.bigEndian($0.bitPattern) },
      [0, 1, -1.5, 0.1, 1e300, -.infinity]
    ),
  ]

  @Test(arguments: samples.indices, [[6], [2, 3], [1, 3, 1, 2]] as [[UInt32]])
  func everyTypeIsReadPlainAndPacked(_ index: Int, _ dimensions: [UInt32]) throws {
    let (type, elements, values) = Self.samples[index]
    let file = IDXBuilder.file(type, dimensions, elements)
    for bytes in [file, IDXBuilder.packed(file)] {
      let array = try IDXArray(bytes: bytes)
      #expect(array.scalarType.rawValue == type)
      #expect(array.dimensions == dimensions.map(Int.init))
      #expect(array.count == 6)
      #expect(array.doubles() == values)
      #expect(array.floats() == values.map { Float($0) })
      #expect(array.floats(scaledBy: 0.5).first == 0)
      #expect(array.floats(scaledBy: 0.5)[2] == Float(values[2]) * 0.5)
      let integers = Result { () throws(DataError) in try array.integers() }
      if array.scalarType.isInteger {
        #expect(try integers.get().map(Double.init) == values)
      } else {
        #expect(throws: DataError.self) { try integers.get() }
      }
    }
  }

  @Test func bytesAreInTheOrderOfThisMachine() throws {
    let array = try IDXArray(bytes: IDXBuilder.file(0x0C, [1], [1, 2, 3, 4]))
    #expect(array.bytes == withUnsafeBytes(of: Int32(0x0102_0304)) { Array($0) })
  }

  @Test func extremesOfShape() throws {
    #expect(try IDXArray(bytes: IDXBuilder.file(0x08, [], [42])).integers() == [42])
    #expect(try IDXArray(bytes: IDXBuilder.file(0x08, [0, 28, 28], [])).count == 0)
    let deep = try IDXArray(bytes: IDXBuilder.packed(IDXBuilder.file(0x08, [UInt32](repeating: 1, count: 255), [9])))
    #expect(deep.dimensions.count == 255)
    #expect(try deep.integers() == [9])
  }

  private static let again = "; copy or download the file again"

  private static let broken: [(file: [UInt8], words: String)] = [
    ([], ", byte 0: the contents end here, expected an IDX header of at least 4 bytes" + again),
    ([0, 0, 8], ", byte 3: the contents end here, expected an IDX header of at least 4 bytes" + again),
    (
      [0, 0, 8, 2, 0, 0, 0, 1], ", byte 8: the contents end here, expected 12 bytes of header for 2 dimensions" + again
    ),
    (
      Array("P5 28 28".utf8),
      ", byte 0: not an IDX file: it begins with 50 35, expected 00 00; give an IDX file, plain or packed by gzip"
    ),
    (
      [0, 0, 0x0A, 0],
      ", byte 2: found element type 0A, expected one of 08, 09, 0B, 0C, 0D, 0E; write the file with one of these types"
    ),
    (
      IDXBuilder.file(0x0C, [2], [0, 0, 0, 1, 0]),
      ", byte 13: the contents end here, expected 16 bytes for int32 [2]" + again
    ),
    (
      IDXBuilder.file(0x08, [2], [1, 2, 3]), ", byte 10: found 1 more after the 10 bytes that uint8 [2] takes" + again
    ),
    (
      IDXBuilder.file(0x08, [.max, .max, .max], []),
      ", byte 4: the dimensions [4294967295, 4294967295, 4294967295] have too many elements for any file" + again
    ),
    (
      IDXBuilder.file(0x08, [.max, .max, .max, 0], []),
      ", byte 4: the dimensions [4294967295, 4294967295, 4294967295, 0] have too many elements for any file" + again
    ),
    (
      IDXBuilder.file(0x0E, [.max, 1000], []),
      ", byte 12: the contents end here, expected 34359738360012 bytes for float64 [4294967295, 1000]" + again
    ),
  ]

  @Test(arguments: broken.indices, [false, true])
  func brokenFilesAreNamed(_ index: Int, _ isPacked: Bool) {
    var (file, words) = Self.broken[index]
    if isPacked { file = IDXBuilder.packed(file) }
    // How much follows is unknown where unpacking stopped.
    if isPacked { words = words.replacing("found 1 more", with: "found more") }
    let error = dataError { () throws(DataError) in _ = try IDXArray(bytes: file, file: "a.idx") }
    #expect(error?.description == "a.idx" + words)
  }

  @Test func integersOfFloatsAreAnError() throws {
    let array = try IDXArray(bytes: IDXBuilder.file(0x0D, [1], [0, 0, 0, 0]), file: "a.idx")
    let error = dataError { () throws(DataError) in _ = try array.integers() }
    #expect(error?.description == "a.idx: the elements are float32, expected integers; use floats() or doubles()")
  }
}

@Suite struct IDXFolderTests {
  private let images = IDXBuilder.file(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])
  private let labels = IDXBuilder.file(0x08, [2], [3, 9])

  private func fill(_ folder: String, _ pattern: (String) -> String) throws {
    for split in ["train", "t10k"] {
      try write(images, to: "\(folder)/\(pattern("\(split)-images-idx3-ubyte"))")
      try write(IDXBuilder.packed(labels), to: "\(folder)/\(pattern("\(split)-labels-idx1-ubyte"))")
    }
  }

  @Test(arguments: ["", ".gz"], [false, true])
  func findsTheUsualNames(_ suffix: String, _ isDotted: Bool) throws {
    try withTemporaryFolder { folder in
      try fill(folder) { (isDotted ? $0.replacing("-idx", with: ".idx") : $0) + suffix }
      for split in IDXFolder.Split.allCases {
        let (images, labels) = try IDXFolder(path: folder).load(split)
        #expect(images.dimensions == [2, 2, 2])
        #expect(try labels.integers() == [3, 9])
      }
    }
  }

  @Test func missingFilesAreListed() throws {
    try withTemporaryFolder { folder in
      try write(images, to: "\(folder)/train-images-idx3-ubyte")
      let error = dataError { () throws(DataError) in _ = try IDXFolder(path: folder) }
      let names = "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"
      #expect(error?.problem == "looked for \(names), plain or with .gz, and found none of them")
      #expect(error?.kind == .unreadable)
    }
  }

  @Test func filesThatDontBelongTogetherAreAnError() throws {
    let wrong: [(images: [UInt8], labels: [UInt8], words: String)] = [
      (images, IDXBuilder.file(0x08, [3], [1, 2, 3]), "found 3 labels, "),
      (labels, labels, "found dimensions [2], expected samples and at least one extent of an image"),
      (images, images, "found uint8 [2, 2, 2], expected one integer a sample"),
      (images, IDXBuilder.file(0x0D, [0], []), "found float32 [0], expected one integer a sample"),
    ]
    for (images, labels, words) in wrong {
      try withTemporaryFolder { folder in
        try fill(folder) { $0 }
        try write(images, to: "\(folder)/train-images-idx3-ubyte")
        try write(labels, to: "\(folder)/train-labels-idx1-ubyte")
        let error = dataError { () throws(DataError) in _ = try IDXFolder(path: folder).load(.train) }
        #expect(error?.kind == .mismatch)
        #expect(error?.problem.hasPrefix(words) == true, "\(String(describing: error))")
      }
    }
  }
}
