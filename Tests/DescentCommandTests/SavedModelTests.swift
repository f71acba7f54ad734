import Descent
import Foundation
import TestSupport
import Testing

/// Models that are trained, saved, judged and used.
@Suite struct SavedModelTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func path(_ name: String) -> String { scratch.folder.appendingPathComponent(name).path }

  private func json(_ run: Command) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any] ?? [:]
  }

  /// Rows in which a number and a word together decide a class; some are missing.
  private static func fruit() -> String {
    let rows = (0..<120).map { row in
      let isLarge = row % 2 == 0
      let weight = row % 11 == 3 ? "" : "\(isLarge ? 100 + row % 7 : 10 + row % 5)"
      return
        "\(row),\(weight),\(row % 13 == 5 ? "NA" : isLarge ? "green" : "red"),\(isLarge ? "melon" : "cherry, sweet")"
    }
    return "id,weight,colour,\"kind of fruit\"\n"
      + rows.map { row in
        let fields = row.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
        return fields.prefix(3).joined(separator: ",") + ",\"\(fields[3])\""
      }.joined(separator: "\n") + "\n"
  }

  @Test func classesOfATable() throws {
    let (data, model) = (try scratch.file("fruit.csv", Self.fruit()), path("fruit.safetensors"))
    let training = try Command([
      "train", "--data", data, "--ignore", "id", "--epochs", "30", "--learning-rate", "0.05", "--hidden", "8", "--save",
      model,
    ])
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.output.contains("96 samples to train on, 24 to judge by, 2 classes"), "\(training.output)")
    let judged = try json(Command(["evaluate", model, "--data", data, "--json"]))
    #expect(judged["samples"] as? Int == 120 && judged["classNames"] as? [String] == ["cherry, sweet", "melon"])
    #expect(judged["confusion"] as? [[Int]] == [[60, 0], [0, 60]], "\(judged)")
    // New rows: without a label, in another order of columns, with a word that was never seen.
    let new = try scratch.file("new.csv", "colour,weight\ngreen,104\nblue,11\nred,\n")
    let predicted = try Command(["predict", model, "--data", new])
    let lines = predicted.output.split(separator: "\n")
    #expect(lines[0] == "row,prediction,\"probability of cherry, sweet\",probability of melon", "\(predicted.errors)")
    #expect(lines.dropFirst().map { $0.split(separator: ",")[1] } == ["melon", "\"cherry", "\"cherry"], "\(lines)")
    let objects = try Command(["predict", model, "--data", new, "--format", "json"]).output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
    #expect(objects.map { $0["prediction"] as? String } == ["melon", "cherry, sweet", "cherry, sweet"])
    for object in objects {
      let parts = (object["probabilities"] as? [String: Double] ?? [:]).values
      #expect(abs(parts.reduce(0, +) - 1) < 1e-5, "\(object)")
    }
    let file = path("out.csv")
    let written = try Command(["predict", model, "--data", new, "-o", file, "--batch-size", "2"])
    #expect(written.status == 0 && written.output.isEmpty)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == predicted.output)
    let inspected = try Command(["inspect", model])
    #expect(inspected.output.contains("weight, colour=green, colour=red"), "\(inspected.output)")
    #expect(inspected.output.contains("0.weight") && inspected.output.contains("[3, 8]"), "\(inspected.output)")
  }

  @Test func numbersOfATable() throws {
    let rows = (0..<200).map { row in
      let (x, y) = (Double(row % 17), Double(row % 13))
      return "\(x),\(y),\(1000 + 30 * x - 20 * y + 0.5),\(row % 5 == 0 ? 1 : 0)"
    }
    let data = try scratch.file("line.csv", "x,y,price,held\n" + rows.joined(separator: "\n") + "\n")
    let model = path("line.safetensors")
    let training = try Command([
      "train", "--data", data, "--label", "price", "--split", "held", "--model", "dense 1", "--epochs", "60",
      "--learning-rate", "0.05", "--schedule", "cosine", "--save", model,
    ])
    #expect(training.status == 0, "\(training.errors)")
    #expect(
      training.output.contains("160 samples to train on, 40 to judge by, a number to predict"), "\(training.output)")
    let judged = try json(Command(["evaluate", model, "--data", data, "--json"]))
    let scores = judged["scores"] as? [[String: Any]] ?? []
    #expect(judged["samples"] as? Int == 40 && scores.count == 3)
    let error = scores.first?["value"] as? Double ?? .infinity
    #expect(error < 2, "mean absolute error \(error) of numbers that spread over 800")
    let new = try scratch.file("new.csv", "y,x\n0,10\n10,0\n")
    let numbers = try Command(["predict", model, "--data", new]).output.split(separator: "\n").dropFirst().map {
      Double($0.split(separator: ",")[1]) ?? .nan
    }
    #expect(zip(numbers, [1300.5, 800.5]).allSatisfy { abs($0 - $1) < 5 }, "\(numbers)")
  }

  @Test func classesOfImages() throws {
    var random = SplitMix64(seed: 5)
    for (name, base) in [("dark", 0), ("light", 128)] {
      let folder = scratch.folder.appendingPathComponent("images/\(name)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for index in 0..<20 {
        let size = 6 + index % 3
        let pixels = (0..<3 * size * size).map { _ in Double(base) + Double(random.next() % 100) }
        let image = Tensor(scalars: pixels).reshaped(to: [size, size, 3]).converted(to: .uint8)
        try PNGFile.write(image, toFile: folder.appendingPathComponent("\(index).png").path)
      }
    }
    let model = path("images.safetensors")
    let different = try Command(["train", "--data", path("images")])
    #expect(different.status > 0, "images of different sizes need --size: \(different.output)")
    let training = try Command([
      "train", "--data", path("images"), "--size", "8", "--epochs", "20", "--batch-size", "8", "--learning-rate",
      "0.02",
      "--model", "conv2d 4 3 relu padding=same, batchNorm, maxPool2d 2, globalAverage, dense 2", "--save", model,
    ])
    #expect(training.status == 0, "\(training.errors)")
    let judged = try json(Command(["evaluate", model, "--data", path("images"), "--json"]))
    #expect(judged["confusion"] as? [[Int]] == [[20, 0], [0, 20]], "\(judged)")
    let one = try Command(["predict", model, "--data", path("images/light/3.png")])
    #expect(one.output.hasPrefix("image,prediction,probability of dark,probability of light\n"), "\(one.errors)")
    #expect(one.output.contains("light/3.png,light,"), "\(one.output)")
    let all = try Command(["predict", model, "--data", path("images"), "--format", "json", "--batch-size", "7"])
    #expect(all.output.split(separator: "\n").count { $0.contains("\"prediction\":\"dark\"") } == 20, "\(all.output)")
  }

  // MARK: Mistakes

  struct Mistake: Sendable {
    var arguments: [String]
    var words: String
  }

  static let mistakes: [Mistake] = [
    Mistake(arguments: ["evaluate"], words: "Missing expected argument"),
    Mistake(arguments: ["evaluate", "none.safetensors", "--data", "FILE"], words: "none.safetensors: can't be read"),
    Mistake(arguments: ["evaluate", "FILE", "--data", "FILE"], words: "flowers.csv"),
    Mistake(arguments: ["evaluate", "MODEL", "--data", "none.csv"], words: "none.csv: there is no such file"),
    Mistake(arguments: ["evaluate", "MODEL", "--data", "FOLDER"], words: "the model takes the rows of a table"),
    Mistake(arguments: ["evaluate", "MODEL", "--data", "OTHER"], words: "no column 'length'"),
    Mistake(arguments: ["evaluate", "MODEL", "--data", "CLASS"], words: "the training rows had 'lily', 'rose'"),
    Mistake(arguments: ["evaluate", "MODEL", "--data", "FILE", "--batch-size", "0"], words: "--batch-size must be 1"),
    Mistake(arguments: ["predict", "MODEL", "--data", "OTHER"], words: "no column 'length'"),
    Mistake(arguments: ["predict", "MODEL", "--data", "TEXT"], words: "column 'length' is text"),
    Mistake(arguments: ["predict", "MODEL", "--data", "FOLDER"], words: "the model takes the rows of a table"),
    Mistake(arguments: ["predict", "MODEL", "--data", "FILE", "--format", "xml"], words: "The value 'xml' is invalid"),
    Mistake(
      arguments: ["predict", "MODEL", "--data", "FILE", "-o", "/none/a.csv"], words: "/none/a.csv: can't be written"),
    Mistake(arguments: ["predict", "WEIGHTS", "--data", "FILE"], words: "no description of a model"),
    Mistake(arguments: ["predict", "DAMAGED", "--data", "FILE"], words: "the description of its model can't be read"),
    Mistake(arguments: ["predict", "LATER", "--data", "FILE"], words: "its model has version 9, expected 1"),
    Mistake(arguments: ["predict", "FORGED", "--data", "FILE", "--batch-size", "1000000"], words: "this machine has"),
    Mistake(arguments: ["predict", "NARROW", "--data", "FILE"], words: "does not fit the model"),
    Mistake(arguments: ["predict", "UNKNOWN", "--data", "FILE"], words: "there is no layer 'shell'"),
  ]

  /// Files that a stranger may send, made of one that was trained.
  private func files() throws -> [String: String] {
    let data = try scratch.file("flowers.csv", TrainTests.flowers())
    let model = path("model.safetensors")
    let training = try Command([
      "train", "--data", data, "--epochs", "1", "--model", "dense 4, dense 2", "--save", model,
    ])
    #expect(training.status == 0, "\(training.errors)")
    let file = try SafetensorsFile(contentsOfFile: model)
    let record = file.metadata["descent.model"] ?? ""
    var tensors: [String: Tensor] = [:]
    for name in file.names { tensors[name] = try file.tensor(name) }
    func forged(_ name: String, _ record: String?) throws -> String {
      try SafetensorsFile.write(
        tensors, metadata: record.map { ["descent.model": $0] } ?? [:], toFile: path("\(name).safetensors"))
      return path("\(name).safetensors")
    }
    func changed(_ old: String, _ new: String) -> String { record.replacingOccurrences(of: old, with: new) }
    return [
      "FILE": data, "MODEL": model, "FOLDER": scratch.folder.path,
      "OTHER": try scratch.file("other.csv", "height,width\n1,2\n"),
      "CLASS": try scratch.file("class.csv", "length,width,species\n1,2,tulip\n"),
      "TEXT": try scratch.file("text.csv", "length,width\nlong,2\n"), "WEIGHTS": try forged("weights", nil),
      "DAMAGED": try forged("damaged", "{\"version\":1"),
      "LATER": try forged("later", changed("\"version\":1", "\"version\":9")),
      "FORGED": try forged(
        "forged",
        changed("\"model\":[", "\"model\":[\"dense 65536\"," + String(repeating: "\"relu\",", count: 20))),
      "NARROW": try forged("narrow", changed("\"units\":4", "\"units\":5")),
      "UNKNOWN": try forged("unknown", changed("\"model\":[", "\"model\":[\"shell rm\",")),
    ]
  }

  @Test func aMistakeIsOneLineAndAStatus() throws {
    let files = try files()
    for mistake in Self.mistakes {
      let run = try Command(mistake.arguments.map { files[$0] ?? $0 })
      #expect(run.status > 0 && run.output.isEmpty, "\(mistake.arguments): \(run.status) \(run.output)")
      #expect(run.errors.contains(mistake.words), "\(mistake.arguments): \(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }
  }
}
