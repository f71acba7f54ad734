import ArgumentParser
import Descent
import Foundation

/// `descent train`: a dense classifier for a table or for a folder of images.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a classifier on a CSV file or on a folder of IDX images.",
    discussion: """
      A CSV file has one sample a row: numbers, and a column with the class (a word or a whole number). \
      Without a column for --split, a fifth of the rows is kept to judge the network by. Numbers are \
      scaled to mean 0 and deviation 1.

        descent train --data flowers.csv --label species
        descent train --data digits.csv --label target --split split --epochs 30

      A folder holds images in the format of MNIST, gzipped or not: train-images-idx3-ubyte, \
      train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.

        descent train --data fashion-mnist/ --hidden 128 --epochs 5

      A training with a checkpoint can be interrupted, or killed, and taken up again with the same result:

        descent train --data fashion-mnist/ --epochs 50 --checkpoint fashion.checkpoint --resume
      """)

  @Option(help: ArgumentHelp("A CSV file, or a folder of IDX files.", valueName: "path"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The column with the class: its name, or its position from 0. The last one unless given.", valueName: "column"))
  var label: String?

  @Option(
    help: ArgumentHelp("A column that is 0 for samples to train on and 1 for samples to judge by.", valueName: "column")
  )
  var split: String?

  @Option(help: "How many times to go through the samples.")
  var epochs = 5

  @Option(help: "How many samples a step is taken on.")
  var batchSize = 64

  @Option(help: ArgumentHelp("The sizes of the hidden layers, with commas between them.", valueName: "sizes"))
  var hidden = "128"

  @Option(help: "The size of Adam's steps.")
  var learningRate = 1e-3

  @Option(help: "Decides the first weights, the split and the order of the samples.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "A file for the state of the training. It is written after each epoch and on Control-C.", valueName: "path"))
  var checkpoint: String?

  @Option(help: ArgumentHelp("Write the checkpoint after so many steps instead.", valueName: "steps"))
  var checkpointEvery: Int?

  @Flag(help: "Go on from the checkpoint if it is there.")
  var resume = false

  @Option(help: ArgumentHelp("A safetensors file for the trained weights.", valueName: "path"))
  var save: String?

  func validate() throws {
    guard epochs >= 1 else { throw ValidationError("--epochs must be 1 or more, not \(epochs)") }
    guard batchSize >= 1 else { throw ValidationError("--batch-size must be 1 or more, not \(batchSize)") }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate must be a positive number, not \(learningRate)")
    }
    guard checkpoint != nil || (!resume && checkpointEvery == nil) else {
      throw ValidationError("--resume and --checkpoint-every need --checkpoint <path>")
    }
    guard checkpointEvery ?? 1 >= 1 else {
      throw ValidationError("--checkpoint-every must be 1 or more, not \(checkpointEvery ?? 1)")
    }
    _ = try hiddenSizes()
  }

  /// The sizes behind `--hidden`.
  private func hiddenSizes() throws -> [Int] {
    try hidden.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let size = Int(text), (1...65_536).contains(size) else {
        throw ValidationError("--hidden needs sizes from 1 to 65536 such as 256,128, not '\(hidden)'")
      }
      return size
    }
  }

  func run() throws {
    try checked {
      let task = try ClassificationTask(path: data, label: label, split: split, seed: seed)
      print("\(task.train.count) samples to train on, \(task.test.count) to judge by, \(task.classCount) classes")
      var network = try withRandomSeed(seed) { try classifier(task) }
      print("\n\(network.summary(inputShape: [task.featureCount]))\n")
      flushOutput()
      let history = try fit(&network, task)
      print(history)
      try save.map { try network.save(to: $0) }
      if case .stopped(let reason) = history.end, let checkpoint {
        throw CommandError("the training ended early, \(reason); --resume goes on from \(checkpoint)")
      }
      let confusion = try ConfusionMatrix(
        predictions: network.predict(task.test.inputs), labels: task.test.targets, classNames: task.classNames)
      print("\nTest accuracy: \(Tensor((confusion.accuracy * 10000).rounded() / 10000))")
      if task.classCount <= 20 { print("\nTrue classes on the left, predictions on top:\n\n\(indented(confusion))") }
    }
  }

  private func fit(_ network: inout Sequential, _ task: ClassificationTask) throws -> History {
    let isThere = checkpoint.map { FileManager.default.fileExists(atPath: $0) } ?? false
    return try network.fit(
      task.train, validation: task.test, epochs: epochs, batchSize: batchSize,
      optimizer: Adam(learningRate: learningRate), loss: .softmaxCrossEntropy, metrics: [.accuracy], seed: seed,
      callbacks: checkpoint == nil ? [] : [StopOnInterrupt()],
      checkpoint: checkpoint.map { CheckpointSaver($0, when: checkpointEvery.map { .steps($0) } ?? .epochs(1)) },
      resumingFrom: resume && isThere ? checkpoint : nil)
  }

  private func classifier(_ task: ClassificationTask) throws -> Sequential {
    let sizes = [task.featureCount] + (try hiddenSizes())
    return Sequential {
      for (inputs, outputs) in zip(sizes, sizes.dropFirst()) { Dense(inputs, outputs, activation: .relu) }
      Dense(sizes[sizes.count - 1], task.classCount)
    }
  }
}
