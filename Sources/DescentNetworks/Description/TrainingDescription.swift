import DescentData

/// How to train, as data: what files and command lines can say about a training.
///
/// What is nil is left to whoever trains.
///
/// ```swift
/// let json = Array(#"{"optimizer": "adamw", "learningRate": 0.001, "schedule": "cosine", "epochs": 20}"#.utf8)
/// let description = try TrainingDescription(SettingValue(json: json))
/// let optimizer = try description.makeOptimizer(totalSteps: 20 * 469)
/// ```
public struct TrainingDescription: Sendable, Equatable {
  /// The name of the optimiser, of ``optimizerNames``; Adam unless given.
  public var optimizer: String?
  /// The size of its steps, the largest one where there is a schedule.
  public var learningRate: Double?
  /// How the rate goes on from there over the whole training, one of ``scheduleNames``.
  public var schedule: String?
  /// On how many steps the rate first rises from 0.
  public var warmupSteps: Int?
  /// How parameters are drawn towards zero, as the optimiser usually does it.
  public var weightDecay: Double?
  /// The momentum of SGD and RMSProp.
  public var momentum: Double?
  /// The norm to which all gradients together are limited.
  public var clipping: Double?
  /// The name of the loss, one of ``lossNames``.
  public var loss: String?
  /// The names of the metrics, of ``metricNames``.
  public var metrics: [String]?
  /// How many passes to make over the samples.
  public var epochs: Int?
  /// How many samples a step is taken on.
  public var batchSize: Int?
  /// Decides all that is drawn at random.
  public var seed: UInt64?
  /// After how many epochs without a better validation loss the training ends.
  public var earlyStopping: Int?
  /// The part of the samples that is kept to judge by, where the data have no such part themselves.
  public var validation: Double?

  /// A description that leaves everything open.
  public init() {}

  private static let rules: [SettingRule] = [
    .init("optimizer", .word(optimizerNames)), .init("learningRate", .number(0...1e6)),
    .init("schedule", .word(scheduleNames)), .init("warmupSteps", .whole(0...1_000_000_000)),
    .init("weightDecay", .number(0...1e6)), .init("momentum", .number(0...1)), .init("clipping", .number(1e-9...1e9)),
    .init("loss", .word(lossNames)), .init("metrics", .texts), .init("epochs", .whole(1...1_000_000)),
    .init("batchSize", .whole(1...1_000_000)), .init("seed", .whole(0...Int(1) << 53)),
    .init("earlyStopping", .whole(1...1_000_000)), .init("validation", .number(0.001...0.999)),
  ]

  /// Reads an object.
  ///
  /// - Throws: ``DescriptionError`` with the setting that is not known, or is not what it must be.
  public init(_ value: SettingValue) throws(DescriptionError) {
    guard case .object(let members) = value else {
      throw DescriptionError("training", "\(value.kind) is no object", remedy: "give settings by name")
    }
    let settings = try Settings(members, Self.rules, place: "training")
    (optimizer, schedule, loss) = (settings.text("optimizer"), settings.text("schedule"), settings.text("loss"))
    (learningRate, weightDecay) = (settings.number("learningRate"), settings.number("weightDecay"))
    (momentum, clipping) = (settings.number("momentum"), settings.number("clipping"))
    (warmupSteps, epochs, batchSize) = (
      settings.whole("warmupSteps"), settings.whole("epochs"), settings.whole("batchSize")
    )
    (earlyStopping, validation) = (settings.whole("earlyStopping"), settings.number("validation"))
    seed = settings.whole("seed").map { UInt64($0) }
    metrics = settings.texts("metrics")
    for name in metrics ?? [] { _ = try Metric(named: name) }
  }

  /// This description, and for what it leaves open another one.
  public func filled(from other: TrainingDescription) -> TrainingDescription {
    var filled = self
    filled.optimizer = optimizer ?? other.optimizer
    filled.learningRate = learningRate ?? other.learningRate
    filled.schedule = schedule ?? other.schedule
    filled.warmupSteps = warmupSteps ?? other.warmupSteps
    filled.weightDecay = weightDecay ?? other.weightDecay
    filled.momentum = momentum ?? other.momentum
    filled.clipping = clipping ?? other.clipping
    filled.loss = loss ?? other.loss
    filled.metrics = metrics ?? other.metrics
    filled.epochs = epochs ?? other.epochs
    filled.batchSize = batchSize ?? other.batchSize
    filled.seed = seed ?? other.seed
    filled.earlyStopping = earlyStopping ?? other.earlyStopping
    filled.validation = validation ?? other.validation
    return filled
  }
}

// MARK: - Optimisers

extension TrainingDescription {
  /// The optimisers that descriptions know.
  public static let optimizerNames = [
    "adam", "adamW", "sgd", "rmsProp", "adaGrad", "adaDelta", "adamax", "nadam", "lion", "adafactor", "muon",
  ]

  /// The schedules that descriptions know: the rate as it is; half a cosine down to 0; a line down to 0; one cycle up to
  /// the rate and down to almost nothing.
  public static let scheduleNames = ["constant", "cosine", "linear", "oneCycle"]

  /// The optimiser.
  ///
  /// - Parameter totalSteps: How many steps the training has, for the schedule.
  /// - Throws: ``DescriptionError`` for names that are not known, and for settings that the optimiser does not have.
  public func makeOptimizer(totalSteps: Int) throws(DescriptionError) -> any Optimizer {
    let name = optimizer ?? "adam"
    guard let known = knownName(name, among: Self.optimizerNames), var optimizer = bare(known) else {
      throw DescriptionError(
        "training", "there is no optimizer \(DataError.quoted(name))",
        remedy: suggestion(for: name, among: Self.optimizerNames))
    }
    guard momentum == nil || ["sgd", "rmsProp", "muon"].contains(known) else {
      throw DescriptionError("training", "\(known) has no momentum", remedy: "leave it out, or take sgd")
    }
    if let weightDecay {
      let isDecoupled = ["adamW", "lion", "adafactor", "muon"].contains(known)
      optimizer.settings.weightDecay = isDecoupled ? .decoupled(weightDecay) : .coupled(weightDecay)
    }
    optimizer.settings.gradientClipping = clipping.map { .globalNorm($0) }
    optimizer.learningRate = try scheduled(optimizer.learningRate, totalSteps)
    return optimizer
  }

  /// The optimiser with its own defaults.
  private func bare(_ name: String) -> (any Optimizer)? {
    switch name {
    case "adam": Adam()
    case "adamW": AdamW()
    case "sgd": SGD(momentum: momentum ?? 0)
    case "rmsProp": RMSProp(momentum: momentum ?? 0)
    case "adaGrad": AdaGrad()
    case "adaDelta": AdaDelta()
    case "adamax": Adamax()
    case "nadam": NAdam()
    case "lion": Lion()
    case "adafactor": Adafactor()
    case "muon": Muon(momentum: momentum ?? 0.95)
    default: nil
    }
  }

  private func scheduled(_ usual: LearningRate, _ totalSteps: Int) throws(DescriptionError) -> LearningRate {
    let (rate, name) = (learningRate ?? usual.value(at: 0), schedule ?? "constant")
    let warmup = min(warmupSteps ?? 0, max(totalSteps - 1, 0))
    let steps = max(totalSteps - warmup, 2)
    let schedule: LearningRate
    switch knownName(name, among: Self.scheduleNames) {
    case "constant": schedule = .constant(rate)
    case "cosine": schedule = .cosine(from: rate, steps: steps)
    case "linear": schedule = .linear(from: rate, to: 0, steps: steps)
    case "oneCycle": schedule = .oneCycle(maximum: rate, steps: steps)
    default:
      throw DescriptionError(
        "training", "there is no schedule \(DataError.quoted(name))",
        remedy: suggestion(for: name, among: Self.scheduleNames))
    }
    return warmup > 0 ? .warmup(steps: warmup, then: schedule) : schedule
  }
}

// MARK: - Losses and metrics by name

extension TrainingDescription {
  fileprivate static let losses: [(name: String, value: Loss)] = [
    ("softmaxCrossEntropy", .softmaxCrossEntropy), ("crossEntropy", .crossEntropy()),
    ("negativeLogLikelihood", .negativeLogLikelihood), ("meanSquaredError", .meanSquaredError),
    ("meanAbsoluteError", .meanAbsoluteError), ("huber", .huber()), ("logCosh", .logCosh),
  ]

  fileprivate static let metrics: [(name: String, value: Metric)] = [
    ("accuracy", .accuracy), ("top2Accuracy", .topAccuracy(2)), ("top3Accuracy", .topAccuracy(3)),
    ("top5Accuracy", .topAccuracy(5)), ("macroF1", .f1(.macro)), ("macroPrecision", .precision(.macro)),
    ("macroRecall", .recall(.macro)), ("perplexity", .perplexity), ("meanAbsoluteError", .meanAbsoluteError),
    ("meanSquaredError", .meanSquaredError), ("rSquared", .rSquared),
  ]

  /// The losses that descriptions know.
  public static let lossNames = losses.map(\.name)

  /// The metrics that descriptions know.
  public static let metricNames = metrics.map(\.name)

  /// The value of a name in a table of what there is of a kind.
  fileprivate static func value<Value>(
    _ name: String, in table: [(name: String, value: Value)], _ kind: String
  ) throws(DescriptionError) -> Value {
    let names = table.map(\.name)
    guard let known = knownName(name, among: names), let row = table.first(where: { $0.name == known }) else {
      throw DescriptionError(
        "training", "there is no \(kind) \(DataError.quoted(name))", remedy: suggestion(for: name, among: names))
    }
    return row.value
  }
}

extension Loss {
  /// The loss of a name such as `softmaxCrossEntropy`, of ``TrainingDescription/lossNames``.
  ///
  /// - Throws: ``DescriptionError`` if there is none.
  public init(named name: String) throws(DescriptionError) {
    self = try TrainingDescription.value(name, in: TrainingDescription.losses, "loss")
  }
}

extension Metric {
  /// The metric of a name such as `accuracy`, of ``TrainingDescription/metricNames``.
  ///
  /// - Throws: ``DescriptionError`` if there is none.
  public init(named name: String) throws(DescriptionError) {
    self = try TrainingDescription.value(name, in: TrainingDescription.metrics, "metric")
  }
}
