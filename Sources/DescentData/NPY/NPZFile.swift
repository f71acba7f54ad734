import DescentTensor

/// Named arrays in NumPy's format NPZ: a ZIP archive of NPY files.
///
/// ```swift
/// let file = try NPZFile(contentsOfFile: "mnist.npz")
/// print(file.names)                                   // ["x_test", "x_train", "y_test", "y_train"]
/// let images = try file.tensor("x_train")
/// ```
///
/// Opening a file reads its directory; an array is read and unpacked when it is asked for.
public struct NPZFile: Sendable {
  /// The names of the arrays, sorted.
  public let names: [String]
  private let archive: ZipArchive
  private let file: String

  /// Opens a file and reads its directory.
  public init(contentsOfFile path: String) throws(DataError) {
    try self.init(.file(OpenFile(path)), file: path)
  }

  /// Reads the bytes of a file; `file` names them in messages.
  public init(bytes: [UInt8], file: String = "NPZ data") throws(DataError) {
    try self.init(.bytes(bytes), file: file)
  }

  private init(_ source: ByteSource, file: String) throws(DataError) {
    archive = try ZipArchive(source, file: file)
    self.file = file
    names = archive.members.keys.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }.sorted()
  }

  /// How many bytes the array of a name takes once it is unpacked, with its header, as the directory claims; nil if
  /// there is none.
  public func byteCount(of name: String) -> Int? { archive.members[name + ".npy"]?.byteCount }

  /// The array of a name.
  ///
  /// - Throws: ``DataError`` if there is none, or if it can't be a tensor; see ``NPYFile``.
  public func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let member = archive.members[name + ".npy"] else {
      let meant = NameSuggestion.closest(to: name, among: names)
      throw DataError(
        .mismatch, in: file,
        "there is no array \(DataError.quoted(name)), the arrays are \(NameSuggestion.list(names))",
        remedy: meant.map { "did you mean \(DataError.quoted($0))?" } ?? "take one of these")
    }
    return try NPYFile(bytes: archive.contents(of: member), file: "\(file)/\(member.name)").tensor()
  }

  // MARK: Writing

  /// Writes tensors to a file that `numpy.load` reads, replacing a file that is there only when all is written.
  ///
  /// - Parameters:
  ///   - tensors: The tensors by name; those that are pending are computed.
  ///   - isCompressed: Whether arrays are deflated where that makes them smaller.
  ///   - path: Where the file is to be.
  /// - Throws: ``TensorError`` if a tensor can't be computed; ``DataError`` if the file can't be written, or for
  ///   bfloat16, which NumPy does not have.
  public static func write(_ tensors: [String: Tensor], isCompressed: Bool = false, toFile path: String) throws {
    try FileBytes.write(bytes(of: tensors, isCompressed: isCompressed), to: path)
  }

  /// Tensors in the format NPZ: the same tensors give the same bytes.
  public static func bytes(of tensors: [String: Tensor], isCompressed: Bool = false) throws -> [UInt8] {
    try evaluate(Array(tensors.values))
    var writer = ZipWriter()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      guard name.utf8.count <= 0xFFFF - 4 else {
        throw DataError(
          .unsupported, in: "NPZ data", "the name \(DataError.quoted(name)) is too long for a ZIP archive",
          remedy: "give the tensor a shorter name")
      }
      writer.add(
        name + ".npy", try NPYFile.bytes(of: tensor, file: "NPZ data/\(name).npy"), isCompressed: isCompressed)
    }
    return writer.archive()
  }
}
