import DescentData
import DescentReference
import Foundation

/// A folder of reference cases of one's own, removed at the end.
final class CaseFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What the reader makes of the folder.
  func cases() throws -> [ReferenceCase] {
    try withExtendedLifetime(self) { try ReferenceManifest.cases(inFolder: path) }
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  /// Writes a group: its cases as JSON, and its tensors, float64 vectors.
  func write(group: String, cases: [String], tensors: [String: [Double]]) throws {
    try write(
      """
      {"format": "gradient-cases/1", "group": "\(group)", "tensors": "\(group).safetensors", "cases": [
      \(cases.joined(separator: ",\n"))]}
      """, to: "\(group).json")
    try write(Self.safetensors(tensors), to: "\(group).safetensors")
  }

  static func safetensors(_ tensors: [String: [Double]]) -> [UInt8] {
    var (entries, body) = ([String](), [UInt8]())
    for (name, values) in tensors.sorted(by: { $0.key < $1.key }) {
      let end = body.count + 8 * values.count
      entries.append(
        "\"\(name)\": {\"dtype\": \"F64\", \"shape\": [\(values.count)], \"data_offsets\": [\(body.count), \(end)]}")
      body += values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }
    let header = Array("{\(entries.joined(separator: ", "))}".utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + body
  }

  /// A case of one input `x` and one output `y` with cotangent `c` and gradient `g`, with members added or replaced.
  static func reference(_ name: String, _ operation: String, _ members: [String: String] = [:]) -> String {
    var all = [
      "name": "\"\(name)\"", "operation": "\"\(operation)\"", "parameters": "{}", "tolerance": "1e-9",
      "float32": "true",
      "inputs": #"[{"role": "x", "tensor": "x", "differentiable": true}]"#, "outputs": #"["y"]"#,
      "cotangents": #"["c"]"#, "gradients": #"["g"]"#,
    ]
    all.merge(members) { $1 }
    return "{" + all.filter { !$0.value.isEmpty }.map { "\"\($0.key)\": \($0.value)" }.sorted().joined(separator: ", ")
      + "}"
  }
}

/// A parameter's value from JSON; null for what is none.
func parameter(_ json: String) -> JSONValue {
  (try? JSONValue(json: Array(json.utf8), file: "parameter")) ?? parameter("null")
}
