import Foundation

/// What other programs computed, read from the folder beside the tests; see Tools/network-references.
enum ReferenceValues {
  /// A file of the folder, decoded.
  static func read<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("References")
    return try JSONDecoder().decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }
}
