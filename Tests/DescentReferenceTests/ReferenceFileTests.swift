import DescentData
import DescentGraph
import DescentReference
import DescentTensor
import Testing

/// The reader of reference cases on folders made by hand, whole and broken.
@Suite struct ReferenceFileTests {
  private let tensors: [String: [Double]] = ["x": [1, -3], "y": [1, 9], "c": [1, 2], "g": [2, -12]]

  private func folder(_ members: [String: String]) throws -> CaseFolder {
    let folder = try CaseFolder()
    try folder.write(group: "one", cases: [CaseFolder.reference("square-01", "square", members)], tensors: tensors)
    return folder
  }

  @Test func aWholeFolder() throws {
    let parameters = #"{"axes": [null, 1], "scale": 0.5, "keep": true, "mode": "wrap", "no": null, "ax": [[1], 2]}"#
    let folder = try folder(["parameters": parameters])
    let cases = try folder.cases()
    let only = try #require(cases.first)
    #expect(cases.count == 1 && only.name == "square-01" && only.operation == "square")
    #expect(only.inputs.map(\.scalars) == [[1, -3]] && only.isDifferentiable == [true] && only.roles == ["x"])
    #expect(only.gradients.map { $0?.scalars } == [[2, -12]] && only.secondGradients == nil && only.holdsInFloat32)
    let read = only.parameters
    #expect(
      read.optionalIntegers("axes") == [nil, 1] && read.lists("ax") == [[1], [2]])
    #expect(read.number("scale") == 0.5 && read.truth("keep") && read.number("no") == nil && !read.truth("no"))
    #expect(read.text("mode") == "wrap")
    let error = #expect(throws: TensorError.self) { try checked { read.integers("scale") } }
    #expect(error?.description == "parameter 'scale': is a number, expected a list of whole numbers")
  }

  /// What is wrong with a member, and the words of the error.
  static let broken: [(key: String, value: String, words: String)] = [
    ("outputs", #"["z"]"#, "there is no tensor 'z'"), ("outputs", #"[null]"#, "'outputs' may not hold nulls"),
    ("outputs", "1", "case 'square-01': 'outputs' is a number, expected a list"),
    ("gradients", "[]", "'gradients' has 0 entries, expected 1"),
    ("gradients", "[1]", "'gradients' is expected to hold names of tensors or nulls"),
    ("cotangents", #"["c", "c"]"#, "'cotangents' has 2 entries, expected 1"),
    ("cotangents", #"["long"]"#, "'cotangents' 0 is float64 of shape [3]"),
    ("parameters", "[]", "'parameters' is a list, expected an object"),
    ("tolerance", "", "has no 'tolerance'"), ("float32", "1", "'float32' is a number, expected true or false"),
    ("inputs", #"[{"role": "x", "tensor": "x"}]"#, "case 'square-01', input 0: has no 'differentiable'"),
    ("inputs", "[1]", "input 0: is a number, expected an object"),
    ("tangents", #"["x"]"#, "'tangents' and 'output_tangents' belong together"),
    ("jacobians", "[]", "'jacobians' has 0 rows, expected 1"), ("jacobians", "[1]", "'jacobians' holds a number"),
    ("hessians", "[[null]]", "'hessians' need one output with one element"),
  ]

  @Test(arguments: broken.indices)
  func aBrokenMemberIsOneClearLine(_ index: Int) throws {
    let (key, value, words) = Self.broken[index]
    let folder = try CaseFolder()
    let reference = CaseFolder.reference("square-01", "square", [key: value])
    try folder.write(group: "one", cases: [reference], tensors: tensors.merging(["long": [1, 2, 3]]) { $1 })
    let error = #expect(throws: DataError.self) { try folder.cases() }
    #expect(error?.description.contains(words) ?? false, "\(String(describing: error))")
  }

  @Test func manifestsTellThePlaceOfWhatIsWrong() throws {
    let manifests: [(text: String, words: String)] = [
      ("{\n \"format\": \"gradient-cases/2\"}", "one.json:2:12: the manifest: the format is 'gradient-cases/2'"),
      ("{}", "one.json:1:1: the manifest: has no 'format'"), ("[]", "the manifest: is a list, expected an object"),
      ("{", "one.json:1:2: the JSON ends here"),
      (#"{"format": "gradient-cases/1", "tensors": "no.safetensors", "cases": []}"#, "no.safetensors: can't be read"),
      (#"{"format": "gradient-cases/1", "tensors": "t", "cases": 1}"#, "'cases' is a number, expected a list"),
    ]
    for (text, words) in manifests {
      let folder = try CaseFolder()
      try folder.write(text, to: "one.json")
      let error = #expect(throws: DataError.self) { try folder.cases() }
      #expect(error?.description.contains(words) ?? false, "\(String(describing: error))")
    }
  }

  @Test func aCaseWithoutANameLeavesTheOthers() throws {
    let folder = try CaseFolder()
    let cases = [
      CaseFolder.reference("a", "square"), CaseFolder.reference("", "square", ["name": "3"]),
      CaseFolder.reference("a", "exp"),
    ]
    try folder.write(group: "one", cases: cases, tensors: tensors)
    let manifest = try withExtendedLifetime(folder) { try ReferenceManifest(contentsOfFile: "\(folder.path)/one.json") }
    let errors = manifest.entries.map { entry in if case .failure(let error) = entry { "\(error)" } else { "" } }
    #expect(errors[0].isEmpty)
    #expect(errors[1].contains("case 1: 'name' is a number, expected text"))
    #expect(errors[2].contains("case 2: the name 'a' stands here a second time"))
  }

  @Test func foldersThatAreNone() throws {
    let folder = try CaseFolder()
    let file = "\(folder.path)/note.txt"
    try folder.write("x", to: "note.txt")
    for (path, words) in [("/no/such", "no such folder"), (file, "it is a file"), (folder.path, "has no manifest")] {
      let error = #expect(throws: DataError.self) {
        try withExtendedLifetime(folder) { try ReferenceManifest.paths(inFolder: path) }
      }
      #expect(error?.description.contains(words) ?? false, "\(String(describing: error))")
    }
  }
}
