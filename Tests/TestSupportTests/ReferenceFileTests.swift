import DescentGraph
import Foundation
import Testing

@testable import TestSupport

/// The reader of reference cases on files made by hand, whole and broken.
struct ReferenceFileTests {
  private func file(_ header: String, _ body: [UInt8], length: Int? = nil) -> Data {
    let length = UInt64(truncatingIfNeeded: length ?? header.utf8.count)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + body)
  }

  private func bytes(_ values: [Double]) -> [UInt8] {
    values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  @Test func tensorsOfEveryTypeAndShape() throws {
    let header = """
      {"x": {"dtype": "F64", "shape": [2, 1], "data_offsets": [0, 16]},
       "i": {"dtype": "I64", "shape": [], "data_offsets": [16, 24]},
       "b": {"dtype": "BOOL", "shape": [3], "data_offsets": [24, 27]},
       "none": {"dtype": "F64", "shape": [0, 4], "data_offsets": [27, 27]}}
      """
    let body = bytes([0.1, -2.5]) + [0xFE, 255, 255, 255, 255, 255, 255, 255] + [1, 0, 1]
    let tensors = try SafetensorsFile(file(header, body), file: "good").tensors
    #expect(tensors["x"] == ReferenceTensor([0.1, -2.5], [2, 1]))
    #expect(tensors["i"] == ReferenceTensor([-2], [], .int64))
    #expect(tensors["b"] == ReferenceTensor([1, 0, 1], [3], .bool))
    #expect(tensors["none"] == ReferenceTensor([], [0, 4]))
    #expect(tensors.count == 4)
  }

  @Test func brokenFilesAreErrors() {
    func entry(_ dtype: String, _ shape: String, _ offsets: String) -> Data {
      file("{\"x\": {\"dtype\": \"\(dtype)\", \"shape\": \(shape), \"data_offsets\": \(offsets)}}", bytes([1, 2]))
    }
    let broken: [(String, Data)] = [
      ("3 bytes are too few", Data([1, 2, 3])), ("the header claims 100 bytes", file("{}", [], length: 100)),
      ("the header claims 18446744073709551615 bytes", file("{}", [], length: -1)),
      ("the header is no table of tensors", file("[1]", [])), ("the header is no table of tensors", file("{", [])),
      ("the header is no table of tensors", file("{\"x\": {\"dtype\": \"F64\"}}", [])),
      ("tensor x", entry("F16", "[8]", "[0, 16]")), ("tensor x", entry("F64", "[3]", "[0, 16]")),
      ("tensor x", entry("F64", "[3]", "[0, 24]")), ("tensor x", entry("F64", "[2]", "[16, 0]")),
      ("tensor x", entry("F64", "[2]", "[-16, 0]")), ("tensor x", entry("F64", "[-2]", "[0, 16]")),
      ("tensor x", entry("F64", "[2]", "[0]")), ("tensor x", entry("F64", "[1]", "[0, 9]")),
      ("tensor x", entry("F64", "[1, 1, 1, 1, 1, 1, 1, 1, 2]", "[0, 16]")),
    ]
    for (message, data) in broken {
      #expect(throws: ReferenceCasesError.badTensors(file: "bad", message)) { try SafetensorsFile(data, file: "bad") }
    }
  }

  @Test func aWholeFolder() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("descent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ manifest: String) throws {
      try Data(manifest.utf8).write(to: folder.appendingPathComponent("one.json"))
    }
    let header = "{\"x\": {\"dtype\": \"F64\", \"shape\": [2], \"data_offsets\": [0, 16]}}"
    try file(header, bytes([1, 2])).write(to: folder.appendingPathComponent("one.safetensors"))

    try write(manifest(format: "gradient-cases/1", tensor: "x"))
    let cases = try ReferenceCases.load(folder)
    let only = try #require(cases.first)
    #expect(cases.count == 1 && only.name == "sum-01" && only.operation == "sum")
    #expect(only.inputs == [ReferenceTensor([1, 2], [2])] && only.isDifferentiable == [true])
    #expect(only.cotangents == [nil] && only.gradients == only.inputs && only.secondGradients == nil)
    #expect(only.parameters.integers("axes") == [1] && only.parameters.optionalIntegers("axes") == [nil, 1])
    #expect(
      only.parameters.number("scale") == 0.5 && only.parameters.truth("keep") && only.parameters.number("no") == nil)
    #expect(only.parameters.text("mode") == "wrap" && only.parameters.integer("scale") == nil)

    try write(manifest(format: "gradient-cases/1", tensor: "y"))
    #expect(throws: ReferenceCasesError.missingTensor("y")) { try ReferenceCases.load(folder) }
    try write(manifest(format: "gradient-cases/2", tensor: "x"))
    #expect(
      throws: ReferenceCasesError.badManifest(
        file: "one.json", "the format is gradient-cases/2, not gradient-cases/1")
    ) { try ReferenceCases.load(folder) }
    try write("{}")
    let error = #expect(throws: ReferenceCasesError.self) { try ReferenceCases.load(folder) }
    guard case .badManifest = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func foldersAndFilesThatAreNotThere() {
    let folder = URL(fileURLWithPath: "/nowhere/at-all")
    #expect(throws: ReferenceCasesError.unreadable(file: "at-all")) { try ReferenceCases.load(folder) }
    #expect(throws: ReferenceCasesError.unreadable(file: "at-all")) { try SafetensorsFile(contentsOf: folder) }
  }

  private func manifest(format: String, tensor: String) -> String {
    """
    {"format": "\(format)", "tensors": "one.safetensors", "cases": [
      {"name": "sum-01", "operation": "sum", "tolerance": 1e-9, "float32": true,
       "parameters": {"axes": [null, 1], "scale": 0.5, "keep": true, "mode": "wrap", "no": null},
       "inputs": [{"role": "x", "tensor": "\(tensor)", "differentiable": true}],
       "outputs": ["x"], "cotangents": [null], "gradients": ["x"]}]}
    """
  }
}
