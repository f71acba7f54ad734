import DescentGraph
import Foundation

/// Why reference cases can't be read.
package enum ReferenceCasesError: Error, Equatable {
  /// A file is not there or can't be opened.
  case unreadable(file: String)
  /// A manifest is not JSON of the expected form.
  case badManifest(file: String, String)
  /// The bytes are not a safetensors file.
  case badTensors(file: String, String)
  /// The manifest names a tensor that the file does not have.
  case missingTensor(String)
}

/// The tensors of a safetensors file: 8 bytes with the length of a JSON header, the header, the elements.
package struct SafetensorsFile {
  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  package private(set) var tensors: [String: ReferenceTensor] = [:]

  package init(contentsOf url: URL) throws {
    guard let data = try? Data(contentsOf: url) else {
      throw ReferenceCasesError.unreadable(file: url.lastPathComponent)
    }
    try self.init(data, file: url.lastPathComponent)
  }

  /// Reads a file's bytes; `file` is its name in errors.
  package init(_ data: Data, file: String) throws {
    func bad(_ what: String) -> ReferenceCasesError { .badTensors(file: file, what) }
    let bytes = [UInt8](data)
    guard bytes.count >= 8 else { throw bad("\(bytes.count) bytes are too few") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else { throw bad("the header claims \(length) bytes") }
    let (header, body) = (bytes[8..<8 + Int(length)], bytes[(8 + Int(length))...])
    let entries: [String: Entry]
    do { entries = try JSONDecoder().decode([String: Entry].self, from: Data(header)) } catch {
      throw bad("the header is no table of tensors")
    }
    for (name, entry) in entries { tensors[name] = try Self.tensor(entry, body) ?? { throw bad("tensor \(name)") }() }
  }

  /// The tensor of an entry, nil if the entry does not fit the bytes.
  private static func tensor(_ entry: Entry, _ body: ArraySlice<UInt8>) -> ReferenceTensor? {
    let types: [String: ScalarType] = ["F64": .float64, "I64": .int64, "BOOL": .bool]
    guard let type = types[entry.dtype], entry.offsets.count == 2, entry.shape.allSatisfy({ 0...1 << 20 ~= $0 }),
      entry.shape.count <= Shape.maximumRank
    else { return nil }
    let (shape, start, end) = (Shape(entry.shape), entry.offsets[0], entry.offsets[1])
    guard start >= 0, start <= end, end <= body.count, shape.elementCount == (end - start) / type.byteCount,
      (end - start) % type.byteCount == 0
    else { return nil }
    let bytes = Array(body[(body.startIndex + start)..<(body.startIndex + end)])
    let elements = stride(from: 0, to: bytes.count, by: type.byteCount).map { position -> Element in
      let word = bytes[position..<position + type.byteCount].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return type == .float64 ? .real(Double(bitPattern: word)) : .integer(Int128(Int64(bitPattern: word)))
    }
    return ReferenceTensor(shape, type, elements)
  }
}
