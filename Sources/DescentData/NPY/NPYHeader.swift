import DescentGraph

/// The header of an NPY file: what it promises, and whether the file keeps it.
struct NPYHeader {
  let scalarType: ScalarType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let dimensions: [Int]
  /// Where the elements stand.
  let elements: Range<Int>

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let remedy = "write the file again with numpy.save"
  /// Longer headers are refused: the longest that a tensor's shape can need has about 200 bytes.
  private static let longestHeader = 1 << 16

  /// Reads the header from the start of a file.
  init(_ source: ByteSource, file: String) throws(DataError) {
    let (text, start) = try Self.text(source, file)
    var parser = NPYDictionary(text, file: file, offset: start - text.count)
    try parser.parse()
    (scalarType, isBigEndian) = try Self.scalarType(parser.descr, file)
    (isFortranOrder, dimensions) = (parser.isFortranOrder, parser.dimensions)
    guard let byteCount = ArrayExtent.byteCount(of: dimensions, scalarType) else {
      throw DataError(
        .corrupt, in: file, at: .byte(10), "the shape \(dimensions) has too many elements for any file",
        remedy: Self.remedy)
    }
    guard byteCount <= source.count - start else {
      throw DataError(
        .truncated, in: file, at: .byte(source.count),
        "the file ends here, expected \(byteCount) bytes for \(scalarType) \(dimensions) from byte \(start) on",
        remedy: "copy or download the file again")
    }
    guard byteCount == source.count - start else {
      throw DataError(
        .trailingData, in: file, at: .byte(start + byteCount),
        "found \(source.count - start - byteCount) bytes after the \(byteCount) that \(scalarType) \(dimensions) takes",
        remedy: Self.remedy)
    }
    elements = start..<start + byteCount
  }

  /// The dictionary's bytes, and where the elements begin.
  private static func text(_ source: ByteSource, _ file: String) throws(DataError) -> (text: [UInt8], end: Int) {
    func truncated(_ expected: String) -> DataError {
      DataError(
        .truncated, in: file, at: .byte(source.count), "the file ends here, expected \(expected)",
        remedy: "copy or download the file again")
    }
    let start = try source.bytes(0..<min(12, source.count))
    guard start.starts(with: magic) || magic.starts(with: start) else {
      throw DataError(
        .corrupt, in: file, at: .byte(0), "not an NPY file: it does not begin with 93 'NUMPY'",
        remedy: "give a file that numpy.save has written")
    }
    guard start.count >= 10 else { throw truncated("an NPY header") }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw DataError(
        .unsupported, in: file, at: .byte(6), "found format version \(start[6]).\(start[7]), expected 1.0, 2.0 or 3.0",
        remedy: remedy)
    }
    let fieldCount = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + fieldCount else { throw truncated("the length of the header") }
    let (length, begin) = (start.word(8, fieldCount), 8 + fieldCount)
    guard length <= longestHeader else {
      throw DataError(
        .corrupt, in: file, at: .byte(8), "the header claims \(length) bytes, at most \(longestHeader) make sense",
        remedy: remedy)
    }
    guard length <= source.count - begin else { throw truncated("\(length) bytes of header") }
    return (try source.bytes(begin..<begin + length), begin + length)
  }

  // MARK: Types

  /// The type that a `descr` such as `<f4` names.
  private static func scalarType(
    _ descr: String, _ file: String
  ) throws(DataError) -> (type: ScalarType, isBigEndian: Bool) {
    let name = descr.drop { "<>|=".contains($0) }
    if descr.count - name.count <= 1, let type = ScalarType.allCases.first(where: { $0.npyName == String(name) }) {
      return (type, descr.hasPrefix(">"))
    }
    let found: String? =
      switch name.first {
      case "O": "Python objects (pickled), which run code when they are read"
      case "U", "S", "a": "texts"
      case "c": "complex numbers"
      case "M", "m": "dates or spans of time"
      case "V": "records or raw bytes"
      default: nil
      }
    throw DataError(
      .unsupported, in: file,
      found.map { "the elements are \($0), expected numbers or truth values" }
        ?? "the elements have type \(DataError.quoted(descr)), which no tensor has",
      remedy: "convert the array with astype, to 'float32' for example, and save it again")
  }
}

extension NPYHeader {
  /// The header of a file with this tensor's elements in row-major order, padded so that they stand aligned.
  static func bytes(_ shape: Shape, _ type: ScalarType, file: String) throws(DataError) -> [UInt8] {
    guard let name = type.npyName else {
      throw DataError(
        .unsupported, in: file, "the format has no type for \(type)",
        remedy: "convert the tensor, to .float32 for example, or write a safetensors file")
    }
    let sizes = shape.dimensions.map(String.init)
    let tuple = sizes.count == 1 ? "\(sizes[0])," : sizes.joined(separator: ", ")
    let order = type.byteCount == 1 ? "|" : "<"
    let text = "{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': (\(tuple)), }"
    let padding = 63 - (10 + text.utf8.count) % 64
    let length = text.utf8.count + padding + 1
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(text.utf8)
      + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }
}

extension ScalarType {
  /// The type's kind and size in the format; nil for bfloat16, which NumPy does not have.
  var npyName: String? {
    switch self {
    case .float64: "f8"
    case .float32: "f4"
    case .float16: "f2"
    case .bfloat16: nil
    case .int64: "i8"
    case .int32: "i4"
    case .int16: "i2"
    case .int8: "i1"
    case .uint64: "u8"
    case .uint32: "u4"
    case .uint16: "u2"
    case .uint8: "u1"
    case .bool: "b1"
    }
  }
}
