import Descent
import Foundation
import TestSupport
import Testing

/// What `descent inspect` says about files of every format, against numbers that are computed here.
@Suite struct InspectTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func path(_ name: String) -> String { scratch.folder.appendingPathComponent(name).path }

  private struct Listing: Decodable {
    struct Array: Decodable {
      let name: String, type: String, shape: [Int], bytes: Int
      let note: String?
      let min: Double?, max: Double?, mean: Double?, deviation: Double?
      let zeros: Int?, nan: Int?, infinite: Int?
      let histogram: [Int]?
    }
    let format: String
    let facts: [String: String]
    let arrays: [Array]
  }

  private func listing(_ file: String, _ options: [String] = []) throws -> Listing {
    let run = try Command(["inspect", file, "--json", "--histogram"] + options)
    #expect(run.status == 0, "\(file): \(run.errors)")
    return try JSONDecoder().decode(Listing.self, from: Data(run.output.utf8))
  }

  private func check(_ found: Listing.Array, _ numbers: [Double], _ combination: String) {
    let finite = numbers.filter(\.isFinite)
    let mean = finite.reduce(0, +) / Double(finite.count)
    let deviation = (finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(finite.count)).squareRoot()
    #expect(found.min == finite.min() && found.max == finite.max(), "\(combination)")
    for (value, expected) in [(found.mean, mean), (found.deviation, deviation)] {
      #expect(abs((value ?? .nan) - expected) <= 1e-9 * Swift.max(1, abs(expected)), "\(combination)")
    }
    #expect(found.zeros == numbers.count { $0 == 0 }, "\(combination)")
    #expect(
      found.nan == numbers.count { $0.isNaN } && found.infinite == numbers.count { $0.isInfinite }, "\(combination)")
    #expect(found.histogram?.reduce(0, +) == finite.count, "\(combination)")
  }

  /// More elements than are read at a time, with some that are not finite where the type has them.
  private func numbers(_ type: ScalarType) -> Tensor {
    var random = SplitMix64(seed: 9)
    let places = (0..<150_000).map { _ in Double(random.next() % 100) }
    var tensor = Tensor(scalars: places).reshaped(to: [300, 500]).converted(to: type)
    if type.isFloatingPoint {
      tensor[7, 8] = .full([], Double.nan, type: type)
      tensor[9, 10] = .full([], -Double.infinity, type: type)
    }
    return tensor
  }

  @Test(arguments: ScalarType.allCases)
  func tensorsOfEveryType(_ type: ScalarType) throws {
    let tensor = numbers(type)
    try SafetensorsFile.write(
      ["a.weight": tensor, "b": Tensor([1, 2]).converted(to: type)], metadata: ["note": "two\nlines"],
      toFile: path("t.safetensors"))
    let file = try listing(path("t.safetensors"))
    #expect(file.format == "safetensors" && file.facts == ["note": "two lines"])
    #expect(file.arrays.map(\.name) == ["a.weight", "b"] && file.arrays[0].shape == [300, 500])
    #expect(file.arrays[0].type == "\(type)" && file.arrays[0].bytes == 150_000 * type.byteCount)
    check(file.arrays[0], tensor.scalars, "safetensors \(type)")
    #expect(try listing(path("t.safetensors"), ["--name", "a.*"]).arrays.map(\.name) == ["a.weight"])
    let index = try scratch.file(
      "t.index.json", #"{"weight_map": {"a.weight": "t.safetensors", "b": "t.safetensors"}}"#)
    check(try listing(index).arrays[0], tensor.scalars, "index \(type)")
    guard type != .bfloat16 else { return }
    try NPYFile.write(tensor, toFile: path("t.npy"))
    check(try listing(path("t.npy")).arrays[0], tensor.scalars, "NPY \(type)")
    for isCompressed in [false, true] {
      try NPZFile.write(["x": tensor], isCompressed: isCompressed, toFile: path("t.npz"))
      check(try listing(path("t.npz")).arrays[0], tensor.scalars, "NPZ \(type) \(isCompressed)")
    }
  }

  @Test func otherFormats() throws {
    let bytes: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 3, 4, 250]
    try Data(bytes).write(to: scratch.folder.appendingPathComponent("t-idx"))
    let idx = try listing(path("t-idx"))
    #expect(idx.format == "IDX" && idx.arrays[0].shape == [2, 3])
    check(idx.arrays[0], [0, 1, 2, 3, 4, 250], "IDX")
    let image = Tensor(scalars: (0..<24).map(Double.init)).reshaped(to: [2, 4, 3]).converted(to: .uint8)
    try PNGFile.write(image, toFile: path("t.png"))
    let png = try listing(path("t.png"))
    #expect(png.facts["size"] == "4 x 2 pixels, 8 bits")
    check(png.arrays[0], image.scalars, "PNG")
    let rows = (0..<10_000).map { "\($0 % 7 == 0 ? "" : "\($0)"),\($0 % 3 == 0 ? "a" : "b,c")" }
    let text =
      "number,word\n" + rows.map { $0.replacingOccurrences(of: "b,c", with: "\"b,c\"") }.joined(separator: "\n")
    let csv = try listing(scratch.file("t.csv", text))
    #expect(csv.facts["rows"] == "10000" && csv.arrays.map(\.type) == ["number", "text"])
    check(csv.arrays[0], (0..<10_000).map { $0 % 7 == 0 ? .nan : Double($0) }, "CSV")
    #expect(csv.arrays[1].note == "2 different texts: b,c (6666), a (3334)")
  }

  @Test func checkpointsTellTheirTraining() throws {
    let data = try scratch.file("flowers.csv", TrainTests.flowers())
    let training = try Command(["train", "--data", data, "--epochs", "3", "--checkpoint", path("a.checkpoint")])
    #expect(training.status == 0, "\(training.errors)")
    let found = try listing(path("a.checkpoint"))
    #expect(found.format == "checkpoint of a training" && found.facts["optimiser"] == "Adam")
    #expect(found.facts["epoch"] == "4, after 0 of its batches" && found.facts["steps"] == "3")
    #expect(found.facts["after epoch 3"]?.contains("accuracy") == true, "\(found.facts)")
    #expect(found.arrays.contains { $0.name == "model/0.weight" && $0.shape == [2, 128] })
    #expect(found.arrays.contains { $0.name.hasPrefix("optimizer/0.weight/") })
  }

  @Test func textShowsTablesAndBars() throws {
    try NPYFile.write(Tensor([0, 1, 2, 4]), toFile: path("t.npy"))
    let run = try Command(["inspect", path("t.npy"), "--histogram"])
    #expect(run.output.contains("NPY: 1 array, 4 elements, 16 bytes"), "\(run.output)")
    #expect(run.output.contains("0.0000  4.0000  1.7500     1.4790"), "\(run.output)")
    #expect(run.output.contains("█"), "\(run.output)")
    let brief = try Command(["inspect", path("t.npy"), "--brief"])
    #expect(brief.output.contains("[4]") && !brief.output.contains("deviation"), "\(brief.output)")
  }

  struct Mistake: Sendable {
    var name: String
    var bytes: [UInt8]
    var words: String
  }

  private static func header(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
  }

  static let mistakes: [Mistake] = [
    Mistake(name: "a.bin", bytes: [], words: "a.bin: is none of the files that are known"),
    Mistake(name: "a.bin", bytes: Array("some text, nothing else".utf8), words: "is none of the files that are known"),
    Mistake(name: "a.npy", bytes: [0x93] + Array("NUMPY".utf8), words: "a.npy"),
    Mistake(name: "a.npz", bytes: Array("PK".utf8) + [3, 4, 0, 0, 0, 0, 0, 0], words: "a.npz"),
    Mistake(name: "a.csv", bytes: [], words: "a.csv"),
    Mistake(name: "a.csv", bytes: Array("a,b\n1\n".utf8), words: "a.csv:2"),
    Mistake(name: "a.png", bytes: [0x89] + Array("PNG".utf8), words: "a.png"),
    Mistake(name: "a-idx", bytes: [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 9], words: "a-idx"),
    Mistake(name: "a.gz", bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], words: "a.gz"),
    Mistake(
      name: "a.json", bytes: Array("{\"weight_map\": {\"w\": \"../secret\"}}".utf8), words: "in the folder of the index"
    ),
    Mistake(
      name: "a.safetensors",
      bytes: header(#"{"w":{"dtype":"F32","shape":[1000000000,1000000000],"data_offsets":[0,4]}}"#),
      words: "a.safetensors"),
    Mistake(
      name: "a.safetensors", bytes: header(#"{"__metadata__":{"descent.checkpoint":"{}"}}"#),
      words: "the manifest does not have its checksum"),
    Mistake(
      name: "a.safetensors", bytes: header(#"{"__metadata__":{"descent.model":"{}"}}"#),
      words: "the description of its model can't be read"),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLineAndAStatus(_ index: Int) throws {
    let mistake = Self.mistakes[index]
    try Data(mistake.bytes).write(to: scratch.folder.appendingPathComponent(mistake.name))
    let run = try Command(["inspect", path(mistake.name)])
    #expect(run.status > 0 && run.output.isEmpty, "\(mistake.name): \(run.status) \(run.output)")
    #expect(run.errors.contains(mistake.words), "\(mistake.name): \(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }

  @Test func namesThatMatchNothing() throws {
    try NPYFile.write(Tensor([1]), toFile: path("weights.npy"))
    let run = try Command(["inspect", path("weights.npy"), "--name", "weight"])
    #expect(run.errors.contains("no name matches 'weight'; did you mean '*weight*'?"), "\(run.status) \(run.errors)")
    #expect(try Command(["inspect", scratch.folder.path]).errors.contains("is a folder"))
    #expect(try Command(["inspect", "/no/such"]).errors.contains("/no/such: there is no such file"))
  }
}
