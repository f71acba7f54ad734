import DescentData
import DescentTensor
import Foundation

/// The manifest of a group of reference cases: which cases there are, and which tensors belong to each.
///
/// The format is that of `gradient-cases/1`: `GROUP.json`, one object with the cases, beside `GROUP.safetensors` with
/// the numbers.
package struct ReferenceManifest: Sendable {
  /// What the manifest says of one case.
  package struct Entry: Sendable {
    package let name, operation: String
    let value: JSONValue
  }

  package static let format = "gradient-cases/1"

  /// The group's name.
  package let group: String
  /// Each case, or what is wrong with its name or operation.
  package let entries: [Result<Entry, DataError>]
  let path: String
  private let tensors: String
  private let bytes: [UInt8]

  /// The manifests' paths in a folder, in alphabetical order.
  package static func paths(inFolder folder: String) throws(DataError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw DataError(.unreadable, in: folder, "there is no such folder", remedy: "check the path")
    }
    guard isFolder.boolValue else {
      throw DataError(
        .unreadable, in: folder, "it is a file, not a folder", remedy: "give the folder that holds the cases")
    }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
      throw DataError(.unreadable, in: folder, "the folder can't be read", remedy: "check its permissions")
    }
    let manifests = names.filter { $0.hasSuffix(".json") }.sorted()
    guard !manifests.isEmpty else {
      throw DataError(
        .empty, in: folder, "the folder has no manifest, a file GROUP.json",
        remedy: "give a folder with GROUP.json and GROUP.safetensors for each group of cases")
    }
    return manifests.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
  }

  /// Reads a manifest, without its numbers.
  package init(contentsOfFile path: String) throws(DataError) {
    let bytes = try FileBytes.read(path)
    let fields = Fields(try JSONValue(json: bytes, file: path), bytes, path, "the manifest")
    let format = try fields.text("format")
    guard format == Self.format else {
      throw fields.error("the format is \(DataError.quoted(format)), expected '\(Self.format)'", "format")
    }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    group = try fields.has("group") ? fields.text("group") : stem
    tensors = try fields.text("tensors")
    var names = Set<String>()
    entries = try fields.list("cases").enumerated().map { index, value in
      Result { () throws(DataError) -> Entry in
        let fields = Fields(value, bytes, path, "case \(index)")
        let entry = Entry(name: try fields.text("name"), operation: try fields.text("operation"), value: value)
        guard names.insert(entry.name).inserted else {
          throw fields.error("the name \(DataError.quoted(entry.name)) stands here a second time", "name")
        }
        return entry
      }
    }
    (self.path, self.bytes) = (path, bytes)
  }

  /// Reads the numbers of the group.
  package func numbers() throws(DataError) -> SafetensorsFile {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return try SafetensorsFile(contentsOfFile: "\(folder)/\(tensors)")
  }

  /// The case of an entry, with its tensors from the group's numbers.
  package func reference(_ entry: Entry, _ numbers: SafetensorsFile) throws(DataError) -> ReferenceCase {
    try ReferenceCase(Fields(entry.value, bytes, path, "case \(DataError.quoted(entry.name))"), entry, numbers)
  }

  /// Every case of a folder.
  package static func cases(inFolder folder: String) throws(DataError) -> [ReferenceCase] {
    var cases: [ReferenceCase] = []
    for path in try paths(inFolder: folder) {
      let manifest = try ReferenceManifest(contentsOfFile: path)
      let numbers = try manifest.numbers()
      for entry in manifest.entries { cases.append(try manifest.reference(try entry.get(), numbers)) }
    }
    return cases
  }
}

/// The members of an object in a manifest, each of the kind that is expected.
struct Fields {
  let value: JSONValue
  private let bytes: [UInt8]
  private let path: String
  private let what: String

  init(_ value: JSONValue, _ bytes: [UInt8], _ path: String, _ what: String) {
    (self.value, self.bytes, self.path, self.what) = (value, bytes, path, what)
  }

  /// What is wrong with a member.
  func error(_ problem: String, _ key: String) -> DataError {
    let byte = value.object?[key]?.byte ?? value.byte
    return DataError(
      .corrupt, in: path, at: JSONValue.place(of: byte, in: bytes), "\(what): \(problem)",
      remedy: "write manifests in the format \(ReferenceManifest.format)")
  }

  func has(_ key: String) -> Bool { value.object?[key].map { !$0.isNull } ?? false }

  func text(_ key: String) throws(DataError) -> String { try member(key, "text") { $0.text } }
  func truth(_ key: String) throws(DataError) -> Bool { try member(key, "true or false") { $0.truth } }
  func number(_ key: String) throws(DataError) -> Double { try member(key, "a number") { $0.number } }
  func list(_ key: String) throws(DataError) -> [JSONValue] { try member(key, "a list") { $0.list } }
  func object(_ key: String) throws(DataError) -> [String: JSONValue] { try member(key, "an object") { $0.object } }

  /// A member that is an object of its own.
  func fields(_ member: JSONValue, _ name: String) -> Fields { Fields(member, bytes, path, "\(what), \(name)") }

  /// A list of names or nulls, of a length that another member fixes.
  func names(_ key: String, count: Int) throws(DataError) -> [String?] {
    try names(list(key), key, count: count)
  }

  func names(_ list: [JSONValue], _ key: String, count: Int) throws(DataError) -> [String?] {
    guard list.count == count else { throw error("'\(key)' has \(list.count) entries, expected \(count)", key) }
    guard list.allSatisfy({ $0.isNull || $0.text != nil }) else {
      throw error("'\(key)' is expected to hold names of tensors or nulls", key)
    }
    return list.map(\.text)
  }

  private func member<Value>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Value?
  ) throws(DataError) -> Value {
    guard let object = value.object else { throw error("is \(value.kind), expected an object", key) }
    guard let member = object[key] else { throw error("has no '\(key)'", key) }
    guard let found = read(member) else { throw error("'\(key)' is \(member.kind), expected \(expected)", key) }
    return found
  }
}
