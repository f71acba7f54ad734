import DescentGraph
import DescentTensor

/// The tensors of a safetensors file, the format in which weights of networks are exchanged.
///
/// ```swift
/// let file = try SafetensorsFile(contentsOfFile: "model.safetensors")
/// print(file.names)                                   // ["hidden.bias", "hidden.weight"]
/// let weight = try file.tensor("hidden.weight")
/// ```
///
/// The format: the length of the header as a little-endian 64-bit number; the header, JSON with type, shape and place
/// of each tensor; then the elements, little-endian and row-major, without gaps or overlaps.
public struct SafetensorsFile: Sendable {
  /// What the header says about a tensor.
  public struct Entry: Sendable, Equatable {
    /// The type of the elements.
    public let scalarType: ScalarType
    /// The sizes of the axes, outermost first.
    public let dimensions: [Int]
    /// Where the elements stand, counted from the start of the file.
    let range: Range<Int>
  }

  /// The tensors' types, shapes and places, by their names.
  public let entries: [String: Entry]
  /// What the writer noted beside the tensors, such as `["format": "pt"]`.
  public let metadata: [String: String]
  private let bytes: [UInt8]
  private let file: String

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Reads a file.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(bytes: FileBytes.read(path), file: path)
  }

  /// Reads the bytes of a file; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "safetensors data") throws(DataError) {
    let header = try SafetensorsHeader(bytes, file: file)
    (entries, metadata) = (header.entries, header.metadata)
    (self.bytes, self.file) = (bytes, file)
  }

  /// The tensor of a name, which has the type that the file gives it.
  ///
  /// - Throws: ``DataError`` if there is none, or if it has more axes or longer ones than a ``Shape`` can have.
  public func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let entry = entries[name] else {
      let meant = NameSuggestion.closest(to: name, among: names)
      throw DataError(
        .mismatch, in: file, "there is no tensor \(DataError.quoted(name)) among the \(entries.count) of the file",
        remedy: meant.map { "did you mean \(DataError.quoted($0))?" } ?? "give one of the names in the file's header")
    }
    guard entry.dimensions.count <= Shape.maximumRank, entry.dimensions.allSatisfy({ $0 <= Int32.max }) else {
      throw DataError(
        .unsupported, in: file, at: .byte(entry.range.lowerBound),
        "tensor \(DataError.quoted(name)) has shape \(entry.dimensions), which tensors can't have",
        remedy: "write it with at most \(Shape.maximumRank) axes of at most \(Int32.max) elements each")
    }
    return Tensor(Node(entry.elements(bytes), Shape(entry.dimensions), entry.scalarType))
  }
}

extension SafetensorsFile.Entry {
  /// The elements in memory: as they are, but for truth values, which are 0 or 1.
  fileprivate func elements(_ bytes: [UInt8]) -> Storage {
    let storage = HostStorage(allocating: range.count)
    bytes.withUnsafeBytes { source in
      let elements = UnsafeRawBufferPointer(rebasing: source[range])
      if let start = elements.baseAddress { storage.pointer.copyMemory(from: start, byteCount: elements.count) }
    }
    if scalarType == .bool {
      for place in 0..<range.count where bytes[range.lowerBound + place] > 1 {
        storage.pointer.storeBytes(of: 1, toByteOffset: place, as: UInt8.self)
      }
    }
    return storage
  }
}
