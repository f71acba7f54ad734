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
  private let source: ByteSource
  private let file: String

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Opens a file and reads its header; the elements of a tensor are read when it is asked for.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(.file(OpenFile(path)), file: path)
  }

  /// Maps a file into memory and reads its header; tensors are parts of the mapped file and copy nothing.
  ///
  /// Elements come into memory when they are first used, and the system may drop and reread them, so that a file may be
  /// larger than memory. Whoever shortens the file while a tensor of it lives ends the process: replace files of weights
  /// by renaming a new one, as ``write(_:metadata:toFile:)`` does. Tensors that don't stand aligned are copied.
  public init(mapping path: String) throws(DataError) {
    try self.init(.mapped(MappedFile(path)), file: path)
  }

  /// Reads the bytes of a file; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "safetensors data") throws(DataError) {
    try self.init(.bytes(bytes), file: file)
  }

  private init(_ source: ByteSource, file: String) throws(DataError) {
    let header = try SafetensorsHeader(source, file: file)
    (entries, metadata) = (header.entries, header.metadata)
    (self.source, self.file) = (source, file)
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
    let shape = try ArrayExtent.shape(
      entry.dimensions, of: "tensor \(DataError.quoted(name))", in: file, at: .byte(entry.range.lowerBound))
    if case .mapped = source {} else { try FileBytes.requireMemory(for: entry.range.count, file) }
    return Tensor(Node(try source.elements(entry.range, of: entry.scalarType), shape, entry.scalarType))
  }

  /// All tensors by their names.
  ///
  /// - Throws: ``DataError`` as ``tensor(_:)`` does.
  public func tensors() throws(DataError) -> [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for name in entries.keys { tensors[name] = try tensor(name) }
    return tensors
  }
}
