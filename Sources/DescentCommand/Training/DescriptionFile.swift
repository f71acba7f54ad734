import Descent
import Foundation

/// What a file of JSON or YAML says about a model and its training.
///
/// Either the list of layers alone, or an object with `model` and `training`.
struct DescriptionFile {
  var model: ModelDescription?
  var training = TrainingDescription()

  /// A description by a person has some kilobytes; more is refused unread.
  private static let largestByteCount = 1 << 18
  private static let endings = [".json", ".yaml", ".yml"]

  /// Whether a text is the name of a file rather than a model in the short form.
  static func isFile(_ text: String) -> Bool {
    endings.contains { text.lowercased().hasSuffix($0) }
  }

  init(model: ModelDescription? = nil) { self.model = model }

  /// Reads a file.
  init(path: String) throws {
    let kind = try FileKind(path)
    guard !kind.isFolder else { throw CommandError("\(path): is a folder, not a file") }
    guard kind.byteCount <= Self.largestByteCount else {
      throw CommandError(
        "\(path): is larger than \(Self.largestByteCount >> 10) KiB, which no description of a model needs")
    }
    let bytes = try FileBytes.read(path)
    let isJSON = path.lowercased().hasSuffix(".json")
    let value = isJSON ? try SettingValue(json: bytes, file: path) : try YAMLReader.value(of: Data(bytes), file: path)
    do { try self.init(value) } catch let error as DescriptionError { throw CommandError("\(path): \(error)") }
  }

  private init(_ value: SettingValue) throws {
    guard case .object(var members) = value, members["layer"] == nil else {
      model = try ModelDescription(value)
      return
    }
    model = try members.removeValue(forKey: "model").map { try ModelDescription($0) }
    training = try members.removeValue(forKey: "training").map { try TrainingDescription($0) } ?? training
    if let other = members.keys.min() {
      throw DescriptionError(
        "the file", "there is no section '\(other.prefix(40))'", remedy: "give 'model' and 'training'")
    }
  }
}
