import DescentNetworks
import Foundation
import Yams

/// YAML as values, without what could make a small file a large one.
///
/// An alias (`*name`) stands for a copy of what its anchor (`&name`) marks, so that nine lines can ask for 10⁹ values.
/// Both are refused before the parser sees them, as are tags, which name types of other programs.
enum YAMLReader {
  private static let deepest = 64

  static func value(of data: Data, file: String) throws -> SettingValue {
    guard let text = String(data: data, encoding: .utf8) else { throw CommandError("\(file): is not UTF-8 text") }
    try refuseAliases(in: text, file)
    let root: Node?
    do { root = try compose(yaml: text, .default, .default, .utf8) } catch {
      let words = "\(error)".split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      throw CommandError("\(file): no YAML: \(words.prefix(2).joined(separator: " "))")
    }
    guard let root else { throw CommandError("\(file): is empty") }
    return try value(root, file, depth: 0)
  }

  private static func refuseAliases(in text: String, _ file: String) throws {
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      var before: Character?
      for (character, after) in zip(line, line.dropFirst()) {
        let isFree = before.map { !$0.isLetter && !$0.isNumber && $0 != "\"" && $0 != "'" } ?? true
        if "&*!".contains(character), isFree, !after.isWhitespace {
          throw CommandError("\(file):\(number + 1): anchors (&), aliases (*) and tags (!) are not read; write it out")
        }
        before = character
      }
    }
  }

  private static func value(_ node: Node, _ file: String, depth: Int) throws -> SettingValue {
    guard depth < deepest else { throw CommandError("\(file): values are nested deeper than \(deepest) levels") }
    switch node {
    case .scalar(let scalar):
      // What stands in quotes is text.
      guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
      if let truth = node.bool { return .truth(truth) }
      return (node.int.map(Double.init) ?? node.float).map(SettingValue.number) ?? .text(scalar.string)
    case .sequence(let sequence): return .list(try sequence.map { try value($0, file, depth: depth + 1) })
    case .mapping(let mapping):
      var members: [String: SettingValue] = [:]
      for (key, member) in mapping {
        guard case .scalar(let name) = key else { throw CommandError("\(file): a name must be a text") }
        members[name.string] = try value(member, file, depth: depth + 1)
      }
      return .object(members)
    case .alias: throw CommandError("\(file): aliases (*) are not read; write it out")
    }
  }
}
