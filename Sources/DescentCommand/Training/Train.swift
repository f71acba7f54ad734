import ArgumentParser
import Descent
import Foundation

/// `descent train`: a network for a table or for images.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network on a CSV file or on a folder of images.",
    discussion: """
      A CSV file has one sample a row. The column to predict (--label, the last one unless given) holds words or whole \
      numbers for classes; numbers with fractions are predicted as numbers (or say --task). Numbers are scaled to mean 0 \
      and deviation 1, and missing ones become the mean; words become one-hot. Without a column for --split, a fifth of \
      the rows is kept to judge the network by.

        descent train --data flowers.csv --label species
        descent train --data digits.csv --label target --split split --epochs 30
        descent train --data houses.csv --label price --ignore id,street

      A folder holds the four files of MNIST's naming (gzipped or not), the binary files of CIFAR-10 or CIFAR-100, or \
      PNG images in a sub-folder for each class (or in folders train and test with such sub-folders).

        descent train --data fashion-mnist/ --hidden 128 --epochs 5
        descent train --data flowers/ --size 64 --model flowers.yaml

      A model is layers with commas between them, or a file of JSON or YAML. Numbers stand for a layer's settings in \
      their order, words for an activation and the like, name=value for any setting. The sizes of inputs follow from the \
      data; images are one row of numbers for models that begin with 'dense'.

        descent train --data fashion-mnist/ \\
          --model 'conv2d 32 3 relu, maxPool2d 2, flatten, dropout 0.2, dense 10'
        descent train --data fashion-mnist/ \\
          --model 'conv2d 32 3 same, residual(conv2d 32 3 same), globalAverage, dense 10'
        descent train --data fashion-mnist/ --model fashion.yaml --tensorboard runs

      The file gives the layers, and if wanted the training; options count more:

        model: [conv2d 32 3 relu, maxPool2d 2, flatten, dense 10]
        training: {optimizer: adamw, learningRate: 0.001, schedule: cosine}

      A training with a checkpoint can be interrupted, or killed, and taken up again with the same result:

        descent train --data fashion-mnist/ --checkpoint fashion.checkpoint --resume

      What --save writes is for 'descent evaluate', 'descent predict' and 'descent inspect'.

      Layers: \(ModelDescription.layerNames.joined(separator: ", ")); and activations as layers of their own: \
      \(Activation.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @OptionGroup(title: "Data") var source: DataArguments
  @OptionGroup(title: "Training") var training: TrainingArguments

  @Option(
    help: ArgumentHelp("The layers, or a file of JSON or YAML that gives them.", valueName: "layers or file"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Instead of a model: the sizes of dense hidden layers, with commas between them; 128 unless given.",
      valueName: "sizes"))
  var hidden: String?

  @Option(
    help: ArgumentHelp(
      "A file for the state of the training. It is written after each epoch and on Control-C.", valueName: "path"))
  var checkpoint: String?

  @Option(help: ArgumentHelp("Write the checkpoint after so many steps instead.", valueName: "steps"))
  var checkpointEvery: Int?

  @Flag(help: "Go on from the checkpoint if it is there.")
  var resume = false

  @Option(help: ArgumentHelp("A folder for TensorBoard's logs.", valueName: "folder"))
  var tensorboard: String?

  @Option(
    help: ArgumentHelp(
      "A safetensors file for the trained weights and all that is needed to use them.", valueName: "path")
  )
  var save: String?

  func validate() throws {
    guard checkpoint != nil || (!resume && checkpointEvery == nil) else {
      throw ValidationError("--resume and --checkpoint-every need --checkpoint <path>")
    }
    guard checkpointEvery ?? 1 >= 1 else {
      throw ValidationError("--checkpoint-every must be 1 or more, not \(checkpointEvery ?? 1)")
    }
    guard model == nil || hidden == nil else { throw ValidationError("--model and --hidden exclude each other") }
    _ = try hiddenSizes()
  }

  /// The sizes behind `--hidden`.
  private func hiddenSizes() throws -> [Int] {
    try (hidden ?? "128").split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let size = Int(text), (1...65_536).contains(size) else {
        throw ValidationError("--hidden needs sizes from 1 to 65536 such as 256,128, not '\(hidden ?? "")'")
      }
      return size
    }
  }

  func run() throws {
    try checked {
      let file = try self.file()
      let plan = training.description().filled(from: file.training)
      // Mistakes are told before the data are read.
      _ = try plan.makeOptimizer(totalSteps: 2)
      let data = try self.data(plan, file.model)
      let model = try file.model ?? usualModel(data)
      let loss = plan.loss ?? (data.task == .regression ? "meanSquaredError" : "softmaxCrossEntropy")
      let record = ModelRecord(data, model: model, loss: loss)
      let batchSize = min(plan.batchSize ?? 64, data.train.count)
      var network = try withRandomSeed(plan.seed ?? 0) { try record.network(batchSize: batchSize) }
      announce(network, data)
      let history = try fit(&network, data, plan, loss)
      print(history)
      try save.map { try network.save(to: $0, metadata: record.metadata()) }
      if history.end == .stopped(StopOnInterrupt.reason), let checkpoint {
        throw CommandError("the training ended early, \(StopOnInterrupt.reason); --resume goes on from \(checkpoint)")
      }
      if case .stopped(let reason) = history.end { print("\nThe training ended early: \(reason).") }
      print("\n\(try Judgement(of: network, record, by: data.test, batchSize: 256).text)")
    }
  }

  /// What `--model` says.
  private func file() throws -> DescriptionFile {
    guard let model else { return DescriptionFile() }
    if DescriptionFile.isFile(model) { return try DescriptionFile(path: model) }
    do { return DescriptionFile(model: try ModelDescription(parsing: model)) } catch {
      throw CommandError("--model: \(error)")
    }
  }

  private func data(_ plan: TrainingDescription, _ model: ModelDescription?) throws -> TrainingData {
    var options = source.options()
    (options.validation, options.seed) = (plan.validation ?? 0.2, plan.seed ?? 0)
    options.isRaw = model?.layers.first?.kind == "embedding"
    let data = try TrainingData(path: source.data, options)
    let isDense = model.map { $0.layers.first?.kind == "dense" } ?? true
    return isDense && data.inputShape.rank > 1 ? data.flattened() : data
  }

  /// Dense hidden layers, and one that ends with as many numbers as are needed.
  private func usualModel(_ data: TrainingData) throws -> ModelDescription {
    let hidden = try hiddenSizes().map { size in
      LayerDescription("dense", ["units": .number(Double(size)), "activation": .text("relu")])
    }
    return ModelDescription(hidden + [LayerDescription("dense", ["units": .number(Double(data.outputCount))])])
  }

  private func announce(_ network: Sequential, _ data: TrainingData) {
    let task = data.task == .regression ? "a number to predict" : "\(data.classNames.count) classes"
    print("\(data.train.count) samples to train on, \(data.test.count) to judge by, \(task)")
    print("\n\(network.summary(inputShape: data.inputShape, type: data.train.inputs.scalarType))\n")
    flushOutput()
  }

  private func fit(
    _ network: inout Sequential, _ data: TrainingData, _ plan: TrainingDescription, _ loss: String
  ) throws -> History {
    let isThere = checkpoint.map { FileManager.default.fileExists(atPath: $0) } ?? false
    let (epochs, batchSize) = (plan.epochs ?? 5, plan.batchSize ?? 64)
    let steps = epochs * ((data.train.count + batchSize - 1) / batchSize)
    let usual = data.task == .regression ? ["meanAbsoluteError"] : ["accuracy"]
    return try network.fit(
      data.train, validation: data.test, epochs: epochs, batchSize: batchSize,
      optimizer: plan.makeOptimizer(totalSteps: steps), loss: Loss(named: loss),
      metrics: (plan.metrics ?? usual).map { try Metric(named: $0) }, seed: plan.seed ?? 0, callbacks: callbacks(plan),
      checkpoint: checkpoint.map { CheckpointSaver($0, when: checkpointEvery.map { .steps($0) } ?? .epochs(1)) },
      resumingFrom: resume && isThere ? checkpoint : nil)
  }

  private func callbacks(_ plan: TrainingDescription) -> [any TrainingCallback] {
    var callbacks: [any TrainingCallback] = checkpoint == nil ? [] : [StopOnInterrupt()]
    if let patience = plan.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
    if let tensorboard { callbacks.append(TensorBoardLog(tensorboard)) }
    return callbacks
  }
}
