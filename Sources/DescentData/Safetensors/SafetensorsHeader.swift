import DescentGraph

/// The header of a safetensors file: what it promises, and whether the file keeps it.
struct SafetensorsHeader {
  private(set) var entries: [String: SafetensorsFile.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  private static let remedy = "copy or download the file again, or write it with a library for safetensors"

  /// The longest header that the format allows, 100 MB.
  private static let longestHeader = 100_000_000

  /// Reads the header of a file.
  init(_ source: ByteSource, file: String) throws(DataError) {
    let end = try Self.end(source, file)
    let members = try Self.members(source.bytes(8..<end), file)
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file)
      } else {
        entries[name] = try Self.entry(name, value, elementsFrom: end, fileEnd: source.count, file)
      }
    }
    try checkCover(end..<source.count, file)
  }

  /// Where the header ends.
  private static func end(_ source: ByteSource, _ file: String) throws(DataError) -> Int {
    guard source.count >= 8 else {
      throw DataError(
        .truncated, in: file, at: .byte(source.count), "the file ends here, expected 8 bytes with the header's length",
        remedy: remedy)
    }
    let length = try source.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(source.count - 8) else {
      throw DataError(
        .truncated, in: file, at: .byte(0), "the header claims \(length) bytes, the file has \(source.count - 8) more",
        remedy: remedy)
    }
    guard length <= longestHeader else {
      throw DataError(
        .tooLarge, in: file, at: .byte(0), "the header claims \(length) bytes, at most \(longestHeader) are allowed",
        remedy: remedy)
    }
    return 8 + Int(length)
  }

  private static func members(_ header: [UInt8], _ file: String) throws(DataError) -> [String: JSONValue] {
    let value = try JSONValue(json: header, file: file) { .byte(8 + $0) }
    guard let members = value.object else {
      throw corrupt("the header is \(value.kind), expected an object with a member for each tensor", value, file)
    }
    return members
  }

  private static func corrupt(_ problem: String, _ value: JSONValue, _ file: String) -> DataError {
    DataError(.corrupt, in: file, at: .byte(8 + value.byte), problem, remedy: remedy)
  }

  private static func metadata(_ value: JSONValue, _ file: String) throws(DataError) -> [String: String] {
    let texts = value.object?.compactMapValues(\.text)
    guard let texts, texts.count == value.object?.count else {
      throw corrupt("'__metadata__' is expected to be an object of texts", value, file)
    }
    return texts
  }

  private static func entry(
    _ name: String, _ value: JSONValue, elementsFrom start: Int, fileEnd: Int, _ file: String
  ) throws(DataError) -> SafetensorsFile.Entry {
    let name = "tensor \(DataError.quoted(name))"
    guard let type = value.object?["dtype"]?.text, let dimensions = value.object?["shape"]?.integers,
      let offsets = value.object?["data_offsets"]?.integers, offsets.count == 2
    else {
      throw corrupt("\(name) needs a dtype, a shape and two data_offsets", value, file)
    }
    guard let scalarType = ScalarType(safetensorsName: type) else {
      let known = ScalarType.allCases.map(\.safetensorsName).joined(separator: ", ")
      throw DataError(
        .unsupported, in: file, at: .byte(8 + value.byte),
        "\(name) has elements of type \(DataError.quoted(type)), expected one of \(known)",
        remedy: "write it with one of these types")
    }
    guard let size = ArrayExtent.byteCount(of: dimensions, scalarType) else {
      throw corrupt("\(name) has shape \(dimensions), which no tensor can have", value, file)
    }
    guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= fileEnd - start else {
      throw corrupt(
        "\(name) has data_offsets \(offsets), the file has \(fileEnd - start) bytes of elements", value, file)
    }
    guard offsets[1] - offsets[0] == size else {
      throw corrupt(
        "\(name), \(type) of shape \(dimensions), takes \(size) bytes, its data_offsets hold \(offsets[1] - offsets[0])",
        value, file)
    }
    return .init(scalarType: scalarType, dimensions: dimensions, range: start + offsets[0]..<start + offsets[1])
  }

  /// Every byte of the elements must belong to one tensor: the format allows neither gaps nor overlaps.
  private func checkCover(_ elements: Range<Int>, _ file: String) throws(DataError) {
    var (end, last) = (elements.lowerBound, "")
    let places = entries.map { (name: $0.key, range: $0.value.range) }.filter { !$0.range.isEmpty }
    for place in places.sorted(by: { ($0.range.lowerBound, $0.name) < ($1.range.lowerBound, $1.name) }) {
      guard place.range.lowerBound == end else {
        let isOverlap = place.range.lowerBound < end
        let name = DataError.quoted(place.name)
        throw DataError(
          .corrupt, in: file, at: .byte(place.range.lowerBound),
          isOverlap
            ? "tensors \(DataError.quoted(last)) and \(name) overlap"
            : "\(place.range.lowerBound - end) bytes before tensor \(name) belong to none",
          remedy: Self.remedy)
      }
      (end, last) = (place.range.upperBound, place.name)
    }
    guard end == elements.upperBound else {
      throw DataError(
        .trailingData, in: file, at: .byte(end), "found \(elements.upperBound - end) bytes after the last tensor",
        remedy: Self.remedy)
    }
  }
}

extension ScalarType {
  /// The type's name in the format.
  var safetensorsName: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int64: "I64"
    case .int32: "I32"
    case .int16: "I16"
    case .int8: "I8"
    case .uint64: "U64"
    case .uint32: "U32"
    case .uint16: "U16"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }

  /// The type with a name in the format, nil if there is none.
  init?(safetensorsName name: String) {
    guard let type = ScalarType.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = type
  }
}
