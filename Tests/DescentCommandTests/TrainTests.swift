import Testing

@Suite struct TrainTests {
  /// Two classes that a line separates.
  static func flowers(_ names: (String, String) = ("rose", "lily")) -> String {
    (["length,width,species"]
      + (0..<40).map { row in
        let isFirst = row % 2 == 0
        return "\(isFirst ? 1 : 3).\(row % 7),\(isFirst ? 4 : 2).\(row % 5),\(isFirst ? names.0 : names.1)"
      }).joined(separator: "\n") + "\n"
  }

  @Test func trainsOnATableWithWordsAsClasses() throws {
    let scratch = try Scratch()
    let path = try scratch.file("flowers.csv", TrainTests.flowers())
    let training = try Command([
      "train", "--data", path, "--label", "species", "--epochs", "30", "--hidden", "8", "--learning-rate", "0.05",
    ])
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.output.contains("32 samples to train on, 8 to judge by, 2 classes"))
    #expect(training.output.contains("Test accuracy: 1.0"))
    #expect(training.output.contains("rose │"))
    let again = try Command([
      "train", "--data", path, "--label", "2", "--epochs", "30", "--hidden", "8", "--learning-rate", "0.05",
    ])
    #expect(again.output.contains("Test accuracy: 1.0"))
  }

  struct Mistake: Sendable {
    var arguments: [String]
    var words: String
  }

  static let mistakes: [Mistake] = [
    Mistake(arguments: ["train"], words: "Missing expected argument '--data <path>'"),
    Mistake(arguments: ["fly"], words: "Unexpected argument 'fly'"),
    Mistake(arguments: ["train", "--data", "/no/such/file.csv"], words: "/no/such/file.csv: there is no such file"),
    Mistake(arguments: ["train", "--data", "FILE", "--epochs", "0"], words: "--epochs must be 1 or more, not 0"),
    Mistake(arguments: ["train", "--data", "FILE", "--epochs", "many"], words: "The value 'many' is invalid"),
    Mistake(arguments: ["train", "--data", "FILE", "--batch-size", "-3"], words: "--batch-size"),
    Mistake(arguments: ["train", "--data", "FILE", "--hidden", "12,x"], words: "--hidden needs sizes"),
    Mistake(arguments: ["train", "--data", "FILE", "--hidden", ""], words: "--hidden needs sizes"),
    Mistake(arguments: ["train", "--data", "FILE", "--hidden", "99999999999"], words: "--hidden needs sizes"),
    Mistake(arguments: ["train", "--data", "FILE", "--learning-rate", "nan"], words: "must be a positive number"),
    Mistake(arguments: ["train", "--data", "FILE", "--label", "spieces"], words: "did you mean 'species'"),
    Mistake(arguments: ["train", "--data", "FILE", "--label", "7"], words: "no column 7"),
    Mistake(arguments: ["train", "--data", "FILE", "--split", "species"], words: "species"),
    Mistake(arguments: ["train", "--data", "FOLDER"], words: "train-images-idx3-ubyte"),
    Mistake(arguments: ["train", "--data", "FOLDER", "--label", "a"], words: "leave out --label"),
    Mistake(arguments: ["train", "--data", "RAGGED"], words: "ragged.csv"),
    Mistake(arguments: ["train", "--data", "EMPTY"], words: "empty.csv"),
    Mistake(arguments: ["train", "--data", "SAME"], words: "all samples have one class"),
    Mistake(arguments: ["train", "--data", "HUGE"], words: "huge.csv: column 'b' has 3 different values in 3 rows"),
    Mistake(arguments: ["train", "--data", "FILE", "--optimizer", "adm"], words: "did you mean 'adam'"),
    Mistake(arguments: ["train", "--data", "FILE", "--schedule", "cosin"], words: "did you mean 'cosine'"),
    Mistake(arguments: ["train", "--data", "FILE", "--loss", "hinges"], words: "there is no loss 'hinges'"),
    Mistake(arguments: ["train", "--data", "FILE", "--metrics", "accuracy,f"], words: "there is no metric 'f'"),
    Mistake(arguments: ["train", "--data", "FILE", "--momentum", "0.9"], words: "adam has no momentum"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--validation", "1"], words: "--validation must be between 0 and 1"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--early-stopping", "0"], words: "--early-stopping must be 1 or more"),
    Mistake(arguments: ["train", "--data", "FILE", "--task", "sorting"], words: "The value 'sorting' is invalid"),
    Mistake(arguments: ["train", "--data", "FILE", "--task", "regression"], words: "column 'species' is text"),
    Mistake(arguments: ["train", "--data", "FILE", "--ignore", "lenght"], words: "did you mean 'length'"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--ignore", "length,width"], words: "there is no column to learn from"),
    Mistake(arguments: ["train", "--data", "FILE", "--size", "0"], words: "The value '0' is invalid"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--model", "dens 2"], words: "--model: layer 1: there is no layer 'dens'"),
    Mistake(arguments: ["train", "--data", "FILE", "--model", "dense 3"], words: "end it with 'dense 2'"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--model", "conv2d 3 3, dense 2"], words: "layer 1 (conv2d): Conv2D"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--model", String(repeating: "dense 65536, ", count: 6) + "dense 2"],
      words: "layer 5 (dense): the model has more than 17179869184 parameters; make its layers smaller"),
    Mistake(arguments: ["train", "--data", "FILE", "--model", "none.yaml"], words: "none.yaml: there is no such file"),
    Mistake(
      arguments: ["train", "--data", "FILE", "--model", "dense 2", "--hidden", "3"], words: "exclude each other"),
  ]

  @Test(arguments: mistakes.indices)
  func aMistakeIsOneLineAndAStatus(_ index: Int) throws {
    let mistake = TrainTests.mistakes[index]
    let scratch = try Scratch()
    let files = [
      "FILE": try scratch.file("flowers.csv", TrainTests.flowers()),
      "RAGGED": try scratch.file("ragged.csv", "a,b\n1,2\n3\n"),
      "EMPTY": try scratch.file("empty.csv", ""),
      "SAME": try scratch.file("same.csv", TrainTests.flowers(("rose", "rose"))),
      "HUGE": try scratch.file("huge.csv", "a,b\n1,4000000000\n2,1e300\n3,0\n"),
      "FOLDER": scratch.folder.path,
    ]
    let run = try Command(mistake.arguments.map { files[$0] ?? $0 })
    #expect(run.status > 0, "\(mistake.arguments): \(run.status)")
    #expect(run.errors.contains(mistake.words), "\(mistake.arguments): \(run.errors)")
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
  }
}
