import Foundation
import Testing

@Suite struct VerifyTests {
  /// A scratch folder with groups of cases of x², in which x is 1, −3.
  private func folder(_ groups: [String: [String]]) throws -> Scratch {
    let scratch = try Scratch()
    for (group, cases) in groups {
      _ = try scratch.file(
        "\(group).json",
        """
        {"format": "gradient-cases/1", "group": "\(group)", "tensors": "\(group).safetensors", "cases": [
        \(cases.joined(separator: ",\n"))]}
        """)
      try numbers.write(to: scratch.folder.appendingPathComponent("\(group).safetensors"))
    }
    return scratch
  }

  private func reference(_ name: String, _ operation: String, output: String = "y") -> String {
    """
    {"name": "\(name)", "operation": "\(operation)", "parameters": {}, "tolerance": 1e-9, "float32": true,
     "inputs": [{"role": "x", "tensor": "x", "differentiable": true}], "outputs": ["\(output)"],
     "cotangents": ["c"], "gradients": ["g"]}
    """
  }

  private var numbers: Data {
    let vectors: [(String, [Double])] = [
      ("x", [1, -3]), ("y", [1, 9]), ("wrong", [1, 9.5]), ("c", [1, 2]), ("g", [2, -12]),
    ]
    let header = vectors.enumerated().map { index, vector in
      "\"\(vector.0)\": {\"dtype\": \"F64\", \"shape\": [2], \"data_offsets\": [\(16 * index), \(16 * index + 16)]}"
    }
    let text = Array("{\(header.joined(separator: ", "))}".utf8)
    let body = vectors.flatMap { $0.1 }.flatMap { number in
      (0..<8).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
    }
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + body)
  }

  private func verify(_ scratch: Scratch, _ arguments: [String] = []) throws -> Command {
    try withExtendedLifetime(scratch) { try Command(["verify", scratch.folder.path] + arguments) }
  }

  private func lines(_ run: Command) -> [String] { run.output.split(separator: "\n").map(String.init) }

  @Test func goodCasesPassWithoutAWord() throws {
    let scratch = try folder(["one": [reference("square-01", "square"), reference("square-02", "square")]])
    let run = try verify(scratch)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.output == "2 passed, 0 failed, 0 unsupported\n")
    let verbose = try verify(scratch, ["--verbose"])
    #expect(lines(verbose).first == "pass one/square-01 (square)" && lines(verbose).count == 3)
  }

  @Test func failingAndUnsupportedCasesHaveOneLineEach() throws {
    let cases = [
      reference("square-01", "square"), reference("square-02", "square", output: "wrong"),
      reference("odd-01", "frobnicate"),
      reference("exp-01", "exp", output: "absent"),
    ]
    let run = try verify(try folder(["one": cases]))
    #expect(run.status == 1 && run.errors.isEmpty, "\(run.errors)")
    let lines = lines(run)
    try #require(lines.count == 4, "\(lines)")
    #expect(
      lines[0] == "FAIL one/square-02 (square): output 0, float64: error 5.3e-02 exceeds 1.0e-09, worst at [1]: "
        + "computed 9.0, expected 9.5 (1 of 2 entries differ); also output 0, float32")
    #expect(lines[1] == "UNSUPPORTED one/odd-01 (frobnicate): there is no operation 'frobnicate'")
    #expect(lines[2].hasPrefix("FAIL one/exp-01 (exp): ") && lines[2].contains("there is no tensor 'absent'"))
    #expect(lines[3] == "1 passed, 2 failed, 1 unsupported")
  }

  @Test func unsupportedCasesAloneAreNoSuccess() throws {
    let run = try verify(try folder(["one": [reference("odd-01", "frobnicate")]]))
    #expect(run.status == 1 && lines(run).last == "0 passed, 0 failed, 1 unsupported")
  }

  @Test func brokenGroupsDoNotHideTheOthers() throws {
    let scratch = try folder(["b": [reference("square-01", "square")], "c": [reference("square-01", "square")]])
    _ = try scratch.file("a.json", "{\"format\": \"gradient-cases/1\",\n oops}")
    _ = try scratch.file("c.safetensors", "too short")
    let run = try verify(scratch)
    let lines = lines(run)
    #expect(run.status == 1)
    try #require(lines.count == 3, "\(lines)")
    #expect(lines[0].hasPrefix("FAIL ") && lines[0].contains("a.json:2:2: found 'o', expected a name in quotes"))
    #expect(lines[1].contains("c.safetensors, byte 0: the header claims"))
    #expect(lines[2] == "1 passed, 2 failed, 0 unsupported")
  }

  @Test func onlyChoosesAndListShows() throws {
    let scratch = try folder([
      "one": [reference("square-01", "square"), reference("exp-01", "exp")], "two": [reference("square-01", "square")],
    ])
    func passing(_ only: String) throws -> [String] {
      lines(try verify(scratch, ["--only", only, "-v"])).filter { !$0.contains("passed") }
    }
    #expect(try passing("two") == ["pass two/square-01 (square)"])
    #expect(try passing("square").count == 2)
    #expect(try passing("one/square").count == 1 && passing("one/square-01, two").count == 2)
    #expect(try passing("exp-01").first?.hasPrefix("FAIL one/exp-01") ?? false)
    let list = try verify(scratch, ["--list", "--only", "one,nothing"])
    #expect(list.status == 0 && list.output == "one/square-01  square\none/exp-01  exp\n")
  }

  @Test func mistakesAreOneLineAndAStatus() throws {
    let scratch = try folder(["one": [reference("square-01", "square")]])
    let empty = try Scratch()
    let file = try empty.file("note.txt", "x")
    let mistakes: [(arguments: [String], status: Int32, words: String)] = [
      (["/no/such/folder"], 1, "/no/such/folder: there is no such folder"), ([empty.folder.path], 1, "has no manifest"),
      ([file], 1, "it is a file, not a folder"), ([], 64, "Missing expected argument '<folder>'"),
      ([scratch.folder.path, "--only", "squares"], 64, "did you mean 'square'?"),
      ([scratch.folder.path, "--only", " ,"], 64, "--only needs names"),
      ([scratch.folder.path, "--onyl", "x"], 64, "Unknown option '--onyl'"),
    ]
    for mistake in mistakes {
      let run = try withExtendedLifetime((scratch, empty)) { try Command(["verify"] + mistake.arguments) }
      #expect(run.status == mistake.status, "\(mistake.arguments): \(run.status)")
      #expect(run.errors.contains(mistake.words) && run.output.isEmpty, "\(mistake.arguments): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
  }

  @Test func helpTeaches() throws {
    let help = try Command(["verify", "--help"]).output
    for word in ["gradient-cases/1", "--only", "--list", "--verbose", "max |computed − expected|", "cases/"] {
      #expect(help.contains(word), "\(word)")
    }
  }
}
