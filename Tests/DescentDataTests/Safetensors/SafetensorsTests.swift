import DescentGraph
import DescentTensor
import Testing

@testable import DescentData

/// The reader of safetensors files on files made by hand, whole and broken.
@Suite struct SafetensorsTests {
  @Test func everyTypeBecomesATensor() throws {
    typealias Row = (dtype: String, bytes: [UInt8], type: ScalarType, values: [Double])
    let rows: [Row] = [
      ("F64", [0, 0, 0, 0, 0, 0, 4, 0xC0], .float64, [-2.5]), ("F32", [0, 0, 0x20, 0xC0], .float32, [-2.5]),
      ("F16", [0, 0xC1, 1, 0, 0xFF, 0x7B, 0, 0x3C], .float16, [-2.5, 0x1p-24, 65504, 1]),
      ("F16", [0, 0xFC, 0, 0x80, 0, 4, 0xFF, 3], .float16, [-.infinity, 0, 0x1p-14, 1023 * 0x1p-24]),
      ("BF16", [0x20, 0xC0, 0x80, 0x3F], .bfloat16, [-2.5, 1]),
      ("I64", [0xFE, 255, 255, 255, 255, 255, 255, 255], .int64, [-2]), ("I32", [0xFE, 255, 255, 255], .int32, [-2]),
      ("I16", [0xFE, 255, 1, 2], .int16, [-2, 513]), ("I8", [0xFE, 5], .int8, [-2, 5]),
      ("U64", [1, 0, 0, 0, 0, 0, 0, 0], .uint64, [1]), ("U32", [0xFE, 255, 255, 255], .uint32, [4_294_967_294]),
      ("U16", [0xFE, 255], .uint16, [65534]), ("U8", [0xFE, 5], .uint8, [254, 5]),
      ("BOOL", [1, 0, 1], .bool, [1, 0, 1]),
    ]
    for row in rows {
      let count = row.values.count
      let header =
        "{\"x\": {\"dtype\": \"\(row.dtype)\", \"shape\": [\(count)], \"data_offsets\": [0, \(row.bytes.count)]}}"
      let file = try SafetensorsFile(bytes: SafetensorsBuilder.file(header, row.bytes))
      let tensor = try file.tensor("x")
      #expect(tensor.scalarType == row.type && tensor.shape == [count], "\(row.dtype)")
      #expect(tensor.scalars == row.values, "\(row.dtype)")
    }
    let seen = Set(rows.map(\.dtype))
    #expect(seen == Set(ScalarType.allCases.map(\.safetensorsName)))
  }

  @Test func unsignedIntegersBeyondTheSignedOnesAreRead() throws {
    let header = "{\"x\": {\"dtype\": \"U64\", \"shape\": [], \"data_offsets\": [0, 8]}}"
    let file = try SafetensorsFile(bytes: SafetensorsBuilder.file(header, [UInt8](repeating: 255, count: 8)))
    #expect(try file.tensor("x").scalar(as: UInt64.self) == .max)
  }

  @Test func shapesNamesAndMetadata() throws {
    let header = """
      {"__metadata__": {"format": "pt", "step": "12"},
       "x": {"dtype": "F32", "shape": [2, 1], "data_offsets": [4, 12]},
       "a scalar": {"shape": [], "dtype": "F32", "data_offsets": [0, 4]},
       "none": {"dtype": "F64", "shape": [0, 4], "data_offsets": [12, 12]}}\("   ")
      """
    let bytes: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x80, 0xBF]
    let file = try SafetensorsFile(bytes: SafetensorsBuilder.file(header, bytes))
    #expect(file.names == ["a scalar", "none", "x"])
    #expect(file.metadata == ["format": "pt", "step": "12"])
    #expect(try file.tensor("x").shape == [2, 1] && file.tensor("x").scalars == [2, -1])
    #expect(try file.tensor("a scalar").shape == [] && file.tensor("a scalar").scalars == [1])
    #expect(try file.tensor("none").shape == [0, 4] && file.tensor("none").scalars.isEmpty)
    #expect(file.entries["x"]?.scalarType == .float32 && file.entries["x"]?.dimensions == [2, 1])
    #expect(try SafetensorsFile(bytes: SafetensorsBuilder.file("{}", [])).names.isEmpty)
  }

  struct Broken: Sendable {
    var words: String
    var kind: DataError.Kind
    var bytes: [UInt8]

    init(_ words: String, _ kind: DataError.Kind, _ header: String, length: Int? = nil) {
      (self.words, self.kind) = (words, kind)
      bytes = SafetensorsBuilder.file(header, [UInt8](repeating: 0, count: 16), length: length)
    }

    /// A file with one tensor.
    init(_ words: String, _ dtype: String, _ shape: String, _ offsets: String, kind: DataError.Kind = .corrupt) {
      self.init(
        words, kind, "{\"x\": {\"dtype\": \"\(dtype)\", \"shape\": \(shape), \"data_offsets\": \(offsets)}}")
    }
  }

  static let broken: [Broken] = [
    Broken("byte 0: the header claims 100 bytes, the file has 18 more", .truncated, "{}", length: 100),
    Broken("the header claims 18446744073709551615 bytes", .truncated, "{}", length: -1),
    Broken("byte 8: the header is a list, expected an object", .corrupt, "[1]"),
    Broken("byte 9: the JSON ends here, expected a name in quotes", .corrupt, "{"),
    Broken("byte 8: the JSON ends here, expected a value", .corrupt, ""),
    Broken("expected a comma or }", .corrupt, "{\"x\": 1 2}"),
    Broken("byte 13: tensor 'x' needs a dtype, a shape and two data_offsets", .corrupt, "{\"x\":{\"dtype\": \"F64\"}}"),
    Broken(
      "byte 17: the name 'x' stands here a second time", .corrupt, "{\"x\": 1, \"x\": 1}"),
    Broken("'__metadata__' is expected to be an object of texts", .corrupt, "{\"__metadata__\": {\"a\": 1}}"),
    Broken(
      "tensor 'x' has elements of type 'F8_E4M3', expected one of F32, F64", "F8_E4M3", "[16]", "[0, 16]",
      kind: .unsupported),
    Broken("takes 24 bytes, its data_offsets hold 16", "F64", "[3]", "[0, 16]"),
    Broken("has data_offsets [0, 24], the file has 16 bytes of elements", "F64", "[3]", "[0, 24]"),
    Broken("has data_offsets [16, 0]", "F64", "[2]", "[16, 0]"),
    Broken("has data_offsets [-16, 0]", "F64", "[2]", "[-16, 0]"),
    Broken("has data_offsets [0, 9223372036854775807]", "F64", "[2]", "[0, 9223372036854775807]"),
    Broken("has shape [-2], which no tensor can have", "F64", "[-2]", "[0, 16]"),
    Broken("which no tensor can have", "F64", "[4294967296, 4294967296, 0]", "[0, 0]"),
    Broken("needs a dtype, a shape and two data_offsets", "F64", "[2]", "[0]"),
    Broken("needs a dtype, a shape and two data_offsets", "F64", "[1.5]", "[0, 16]"),
    Broken("byte 77: found 8 bytes after the last tensor", "F64", "[1]", "[0, 8]", kind: .trailingData),
    Broken("8 bytes before tensor 'x' belong to none", "F64", "[1]", "[8, 16]"),
    Broken(
      "tensors 'x' and 'y' overlap", .corrupt,
      """
      {"x": {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]},
       "y": {"dtype": "F64", "shape": [1], "data_offsets": [8, 16]}}
      """),
  ]

  @Test(arguments: broken.indices)
  func aBrokenFileIsOneClearLine(_ index: Int) throws {
    let broken = Self.broken[index]
    let error = try #require(
      dataError { () throws(DataError) in _ = try SafetensorsFile(bytes: broken.bytes, file: "f") })
    #expect(error.description.contains(broken.words), "\(error)")
    #expect(error.kind == broken.kind, "\(error)")
    #expect(error.description.hasPrefix("f, byte ") && !error.description.contains("\n"), "\(error)")
  }

  @Test func everyFilePrefixIsRefused() {
    let header = "{\"x\": {\"dtype\": \"I8\", \"shape\": [3], \"data_offsets\": [0, 3]}}"
    let whole = SafetensorsBuilder.file(header, [1, 2, 3])
    for count in whole.indices {
      #expect(dataError { () throws(DataError) in _ = try SafetensorsFile(bytes: Array(whole[..<count])) } != nil)
    }
    #expect(dataError { () throws(DataError) in _ = try SafetensorsFile(bytes: whole) } == nil)
  }

  @Test func tensorsThatAreNotThereOrTooDeep() throws {
    let header = """
      {"weight": {"dtype": "I8", "shape": [1, 1, 1, 1, 1, 1, 1, 1, 1], "data_offsets": [0, 1]},
       "long": {"dtype": "I8", "shape": [3000000000, 0], "data_offsets": [1, 1]}}
      """
    let file = try SafetensorsFile(bytes: SafetensorsBuilder.file(header, [1]), file: "f")
    let missing = dataError { () throws(DataError) in _ = try file.tensor("weigth") }
    #expect(missing?.description.contains("no tensor 'weigth'") ?? false)
    #expect(missing?.description.contains("did you mean 'weight'?") ?? false)
    for name in ["weight", "long"] {
      let unsupported = dataError { () throws(DataError) in _ = try file.tensor(name) }
      #expect(unsupported?.kind == .unsupported, "\(String(describing: unsupported))")
    }
    #expect(
      dataError { () throws(DataError) in _ = try SafetensorsFile(contentsOfFile: "/no/file") }?.kind == .unreadable)
  }

  // MARK: Writing

  @Test func whatIsWrittenIsRead() throws {
    let tensors: [String: Tensor] = [
      "pending": Tensor([[1, 2], [3, 4]]) * 2, "b": Tensor([true, false, true]),
      "none": .zeros([0, 3], type: .float64),
      "i \"64\"\n": Tensor(scalars: [Int64.min, .max]), "i32": Tensor([7, -8], type: .int32),
      "é": Tensor(0.1, type: .float64),
      "nan": Tensor(scalars: [Double.nan, -.infinity, -0.0]),
    ]
    let bytes = try SafetensorsFile.bytes(of: tensors, metadata: ["a\\": "\t1", "b": ""])
    let file = try SafetensorsFile(bytes: bytes)
    #expect(file.names == tensors.keys.sorted() && file.metadata == ["a\\": "\t1", "b": ""])
    for (name, tensor) in tensors {
      let read = try file.tensor(name)
      #expect(read.shape == tensor.shape && read.scalarType == tensor.scalarType, "\(name)")
      #expect(read.scalars.map(\.bitPattern) == tensor.scalars.map(\.bitPattern), "\(name)")
      #expect(read.scalars(as: Int64.self) == tensor.scalars(as: Int64.self), "\(name)")
      let range = try #require(file.entries[name]).range
      #expect(range.lowerBound % tensor.scalarType.byteCount == 0, "\(name) is not aligned")
    }
    #expect(try SafetensorsFile.bytes(of: tensors, metadata: ["b": "", "a\\": "\t1"]) == bytes)
    #expect(try SafetensorsFile(bytes: SafetensorsFile.bytes(of: [:])).names.isEmpty)
  }

  @Test func filesAreWrittenWholeOrNotAtAll() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.safetensors"
      try SafetensorsFile.write(["x": [1, 2]], toFile: path)
      try SafetensorsFile.write(["x": [3]], toFile: path)
      #expect(try SafetensorsFile(contentsOfFile: path).tensor("x").scalars == [3])
      let error = #expect(throws: DataError.self) { try SafetensorsFile.write(["x": [1]], toFile: "\(folder)/no/x") }
      #expect(error?.kind == .unwritable)
      #expect(throws: DataError.self) { try SafetensorsFile.bytes(of: ["__metadata__": [1]]) }
    }
  }
}

/// Files made by hand.
enum SafetensorsBuilder {
  /// A header and elements; the length is the header's unless another is claimed.
  static func file(_ header: String, _ elements: [UInt8], length: Int? = nil) -> [UInt8] {
    let length = UInt64(truncatingIfNeeded: length ?? header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + elements
  }
}
