import ArgumentParser
import Descent

/// Which data, and the roles of their columns.
struct DataArguments: ParsableArguments {
  @Option(help: ArgumentHelp("A CSV file, or a folder of images.", valueName: "path"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The column to predict: its name, or its position from 0. The last one unless given.", valueName: "column"))
  var label: String?

  @Option(
    help: ArgumentHelp("A column that is 0 for samples to train on and 1 for samples to judge by.", valueName: "column")
  )
  var split: String?

  @Option(help: ArgumentHelp("Columns to leave out, with commas between them.", valueName: "columns"))
  var ignore: String?

  @Option(help: "What to predict; numbers with fractions are regression unless this is given.")
  var task: LearningTask?

  @Option(help: ArgumentHelp("Bring images of a folder to this size: 32 or 32x48.", valueName: "size"))
  var size: ImageSize?

  func options() -> DataOptions {
    DataOptions(
      label: label, split: split, ignored: ignore.map { names(in: $0) } ?? [], task: task, imageSize: size)
  }
}

extension LearningTask: ExpressibleByArgument {}

/// How to train.
struct TrainingArguments: ParsableArguments {
  @Option(help: "How many times to go through the samples; 5 unless given.")
  var epochs: Int?

  @Option(help: "How many samples a step is taken on; 64 unless given.")
  var batchSize: Int?

  @Option(
    help: ArgumentHelp(
      "The rule of the steps: \(TrainingDescription.optimizerNames.joined(separator: ", ")); adam unless given.",
      valueName: "name"))
  var optimizer: String?

  @Option(help: "The size of the steps; that which is usual for the optimiser unless given.")
  var learningRate: Double?

  @Option(
    help: ArgumentHelp(
      "How the learning rate goes on: \(TrainingDescription.scheduleNames.joined(separator: ", ")).", valueName: "name")
  )
  var schedule: String?

  @Option(help: ArgumentHelp("On how many steps the learning rate first rises from 0.", valueName: "steps"))
  var warmup: Int?

  @Option(help: "How strongly parameters are drawn towards zero.")
  var weightDecay: Double?

  @Option(help: "The momentum of sgd, rmsProp and muon.")
  var momentum: Double?

  @Option(help: "The norm to which the gradients of a step are limited.")
  var clipping: Double?

  @Option(
    help: ArgumentHelp(
      "What to minimise: \(TrainingDescription.lossNames.joined(separator: ", ")).", valueName: "name"))
  var loss: String?

  @Option(
    help: ArgumentHelp(
      "What else to measure, with commas: \(TrainingDescription.metricNames.joined(separator: ", ")).",
      valueName: "names"))
  var metrics: String?

  @Option(
    help: ArgumentHelp(
      "End after so many epochs without a better validation loss, and go back to the best weights.", valueName: "epochs"
    )
  )
  var earlyStopping: Int?

  @Option(help: "The part of the samples that is kept to judge by, where the data have none; 0.2 unless given.")
  var validation: Double?

  @Option(help: "Decides the first weights, the split and the order of the samples; 0 unless given.")
  var seed: UInt64?

  func validate() throws {
    func require(_ isSound: Bool, _ option: String, _ words: String, _ value: Any) throws {
      if !isSound { throw ValidationError("--\(option) must be \(words), not \(value)") }
    }
    for (option, number) in [
      ("epochs", epochs), ("batch-size", batchSize), ("early-stopping", earlyStopping), ("warmup", warmup),
    ] {
      if let number { try require((1...1_000_000_000).contains(number), option, "1 or more", number) }
    }
    for (option, number) in [("learning-rate", learningRate), ("clipping", clipping)] {
      if let number { try require(number > 0 && number.isFinite, option, "a positive number", number) }
    }
    if let weightDecay { try require((0...1e6).contains(weightDecay), "weight-decay", "0 or more", weightDecay) }
    if let momentum { try require((0..<1).contains(momentum), "momentum", "from 0 to below 1", momentum) }
    if let validation { try require((0.001...0.999).contains(validation), "validation", "between 0 and 1", validation) }
    do {
      // The optimiser may be that of a file, so that only its own name is looked at here.
      var own = TrainingDescription()
      (own.optimizer, own.schedule) = (optimizer, schedule)
      _ = try own.makeOptimizer(totalSteps: 10)
      if let loss { _ = try Loss(named: loss) }
      for name in chosenMetrics ?? [] { _ = try Metric(named: name) }
    } catch { throw ValidationError("\(error)") }
  }

  private var chosenMetrics: [String]? { metrics.map { names(in: $0) } }

  /// The options as a description, which leaves open what was not given.
  func description() -> TrainingDescription {
    var description = TrainingDescription()
    (description.epochs, description.batchSize, description.seed) = (epochs, batchSize, seed)
    (description.optimizer, description.learningRate) = (optimizer, learningRate)
    (description.schedule, description.warmupSteps) = (schedule, warmup)
    (description.weightDecay, description.momentum, description.clipping) = (weightDecay, momentum, clipping)
    (description.loss, description.metrics) = (loss, chosenMetrics)
    (description.earlyStopping, description.validation) = (earlyStopping, validation)
    return description
  }
}
