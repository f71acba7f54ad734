import Foundation
import Testing

/// Models and trainings from files of JSON and YAML.
@Suite struct ModelFileTests {
  private let scratch: Scratch
  private let data: String

  init() throws {
    scratch = try Scratch()
    data = try scratch.file("flowers.csv", TrainTests.flowers())
  }

  private func train(_ arguments: [String]) throws -> Command { try Command(["train", "--data", data] + arguments) }

  /// What the command says before the training and after it; the seconds between differ.
  private func words(_ run: Command) -> [Substring] {
    run.output.split(separator: "\n").filter { !$0.contains("samples/s") && $0.first?.isWhitespace != true }
  }

  @Test func allFormsOfAModelTrainTheSame() throws {
    let settings = "{optimizer: adamw, learningRate: 0.05, schedule: cosine, epochs: 20, batchSize: 8, seed: 3}"
    let files = [
      try scratch.file("a.yaml", "model: [dense 8 relu, dropout 0.1, dense 2]\ntraining: \(settings)\n"),
      try scratch.file(
        "b.yml",
        """
        # A model with its training.
        model:
          - layer: dense
            units: 8
            activation: relu
          - {layer: dropout, rate: 0.1}
          - "dense 2"
        training:
          optimizer: AdamW
          learning_rate: 5.0e-2
          schedule: cosine
          epochs: 20
          batch_size: 8
          seed: 3
        """),
      try scratch.file(
        "c.json",
        #"{"model": "dense 8 relu, dropout 0.1, dense 2", "training": {"optimizer": "adamw", "learningRate": 0.05, "#
          + #""schedule": "cosine", "epochs": 20, "batchSize": 8, "seed": 3}}"#),
    ]
    var saved: [Data] = []
    for file in files {
      let path = scratch.folder.appendingPathComponent("saved.safetensors")
      let run = try train(["--model", file, "--save", path.path])
      #expect(run.status == 0, "\(file): \(run.errors)")
      saved.append(try Data(contentsOf: path))
    }
    // The description is saved as it was written, in one form.
    #expect(saved.allSatisfy { $0 == saved[0] })
    let path = scratch.folder.appendingPathComponent("options.safetensors")
    let run = try train([
      "--model", "dense 8 relu, dropout 0.1, dense 2", "--optimizer", "adamw", "--learning-rate", "0.05", "--schedule",
      "cosine", "--epochs", "20", "--batch-size", "8", "--seed", "3", "--save", path.path,
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try Data(contentsOf: path) == saved[0])
  }

  @Test func optionsCountMoreThanFiles() throws {
    let file = try scratch.file("a.yaml", "model: dense 2\ntraining: {epochs: 7}\n")
    let run = try train(["--model", file, "--epochs", "2"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("epoch 2/2") || run.output.contains("\n    2  "), "\(run.output)\(run.errors)")
  }

  @Test func earlyStoppingSaysWhy() throws {
    let run = try train(["--model", "dense 2", "--epochs", "500", "--learning-rate", "0.5", "--early-stopping", "2"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.contains("The training ended early: validation loss has not become better for 2 epochs."))
  }

  @Test func tensorBoardGetsItsLog() throws {
    let folder = scratch.folder.appendingPathComponent("runs").path
    #expect(try train(["--epochs", "2", "--tensorboard", folder]).status == 0)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.count == 1 && files[0].hasPrefix("events.out.tfevents."), "\(files)")
  }

  struct Mistake: Sendable {
    var name: String
    var text: String
    var words: String
  }

  static let mistakes: [Mistake] = [
    Mistake(name: "a.yaml", text: "", words: "a.yaml: is empty"),
    Mistake(name: "a.yaml", text: "- dense 2\n-dense", words: "a.yaml: no YAML"),
    Mistake(name: "a.yaml", text: "- dense 2\n- [", words: "a.yaml: no YAML"),
    Mistake(name: "a.yaml", text: "model: [dense 2]\nmodel: [dense 3]", words: "a.yaml: no YAML"),
    Mistake(
      name: "a.yaml", text: "layers: [dense 2]", words: "there is no section 'layers'; give 'model' and 'training'"),
    Mistake(
      name: "a.yaml", text: "- dense 4\n- {layer: dense, unit: 2}",
      words: "a.yaml: layer 2 (dense): there is no setting"),
    Mistake(name: "a.yaml", text: "- dense 4\n- {layer: dense, units: two}", words: "from 1 to 65536, not 'two'"),
    Mistake(name: "a.yaml", text: "- dense 4\n- {layer: dens}", words: "layer 2: there is no layer 'dens'"),
    Mistake(name: "a.yaml", text: "- dense 2\n- 3", words: "layer 2: 3 is no layer"),
    Mistake(name: "a.yaml", text: "training: {epoch: 3}", words: "a.yaml: training: there is no setting 'epoch'"),
    Mistake(name: "a.yaml", text: "? [a, b]\n: 3", words: "a name must be a text"),
    Mistake(
      name: "a.yaml", text: "- !!python/object:os.system x", words: "a.yaml:1: anchors (&), aliases (*) and tags"),
    Mistake(
      name: "a.yaml",
      text: "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + zip("abcdefgh", "bcdefghi").map {
          "\($1): &\($1) [\(Array(repeating: "*\($0)", count: 9).joined(separator: ","))]\n"
        }
        .joined(), words: "a.yaml:1: anchors (&), aliases (*) and tags (!) are not read; write it out"),
    Mistake(name: "a.yaml", text: "? [*a, *a]\n: 3", words: "a.yaml:1: anchors (&), aliases (*) and tags"),
    Mistake(name: "a.yaml", text: String(repeating: "[", count: 200_000), words: "a.yaml"),
    Mistake(
      name: "a.yaml", text: String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
      words: "nested deeper than 64 levels"),
    Mistake(name: "a.yaml", text: String(repeating: "- dense 2\n", count: 100_000), words: "is larger than 256 KiB"),
    Mistake(name: "a.yaml", text: String(repeating: "- relu\n", count: 2000), words: "it has 2000 layers"),
    Mistake(name: "a.json", text: "[\"dense 2\"", words: "a.json:1:11: the JSON ends here"),
    Mistake(name: "a.json", text: "{\"model\": [\"dense 2\", 7]}", words: "a.json: layer 2: 7 is no layer"),
    Mistake(name: "a.json", text: "{\"model\": [{\"layer\": \"dense\"}]}", words: "layer 1 (dense): units is missing"),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLineAndAStatus(_ index: Int) throws {
    let mistake = Self.mistakes[index]
    let run = try train(["--model", try scratch.file(mistake.name, mistake.text)])
    #expect(run.status > 0 && run.output.isEmpty, "\(mistake.text.prefix(60)): \(run.status) \(run.output)")
    #expect(run.errors.contains(mistake.words), "\(mistake.text.prefix(60)): \(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }
}
