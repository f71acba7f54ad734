import DescentTensor
import Synchronization

/// The tensors of a model that is spread over several safetensors files, as an index tells.
///
/// ```swift
/// let model = try ShardedSafetensors(contentsOfFile: "llama/model.safetensors.index.json")
/// let embedding = try model.tensor("embed_tokens.weight")
/// ```
///
/// The index is JSON: `weight_map` says in which file each tensor stands, by a path from the index's own folder. A file
/// is opened when a tensor of it is first asked for, and of its elements only those of that tensor are read.
public struct ShardedSafetensors: Sendable {
  /// The file of each tensor, by a path from the folder of the index.
  public let files: [String: String]
  private let index: String
  private let folder: String
  private let isMapped: Bool
  private let open = OpenShards()

  private static let remedy = "download the index and its files again"

  /// The names of the tensors, sorted.
  public var names: [String] { files.keys.sorted() }

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - path: The index, called `model.safetensors.index.json` in most models.
  ///   - mapping: Whether the files are mapped into memory, as by ``SafetensorsFile/init(mapping:)``.
  /// - Throws: ``DataError`` if the index can't be read, or names a file outside of its folder.
  public init(contentsOfFile path: String, mapping: Bool = false) throws(DataError) {
    let json = try JSONValue(json: FileBytes.read(path), file: path)
    guard let map = json.object?["weight_map"]?.object else {
      throw DataError(
        .corrupt, in: path, "the index has no object called weight_map", remedy: Self.remedy)
    }
    var files: [String: String] = [:]
    for (name, value) in map.sorted(by: { $0.key < $1.key }) {
      guard let file = value.text, Self.staysInside(file) else {
        throw DataError(
          .corrupt, in: path,
          "tensor \(DataError.quoted(name)) is said to stand in "
            + "\(value.text.map { DataError.quoted($0) } ?? value.kind), expected a file in the folder of the index",
          remedy: Self.remedy)
      }
      files[name] = file
    }
    let end = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.index(after: $0) }
    (self.files, index, isMapped) = (files, path, mapping)
    folder = end.map { String(path[..<$0]) } ?? ""
  }

  /// Whether a path leads from a folder to a place below it, symbolic links aside.
  private static func staysInside(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return !path.utf8.contains(0) && parts.allSatisfy { !["", ".", ".."].contains($0) }
  }

  /// The tensor of a name, read from the file that the index names.
  ///
  /// - Throws: ``DataError`` if there is none, or if its file is missing or broken.
  public func tensor(_ name: String) throws(DataError) -> Tensor {
    guard let file = files[name] else {
      let meant = NameSuggestion.closest(to: name, among: names)
      throw DataError(
        .mismatch, in: index, "there is no tensor \(DataError.quoted(name)) among the \(files.count) of the index",
        remedy: meant.map { "did you mean \(DataError.quoted($0))?" } ?? "give one of the names in the index")
    }
    return try open.file(folder + file, isMapped).tensor(name)
  }
}

/// The files that were opened so far.
private final class OpenShards: Sendable {
  private let files = Mutex([String: SafetensorsFile]())

  func file(_ path: String, _ isMapped: Bool) throws(DataError) -> SafetensorsFile {
    if let known = files.withLock({ $0[path] }) { return known }
    let file = isMapped ? try SafetensorsFile(mapping: path) : try SafetensorsFile(contentsOfFile: path)
    files.withLock { $0[path] = file }
    return file
  }
}
