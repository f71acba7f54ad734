import Descent
import Foundation

/// What a model is to learn.
enum LearningTask: String, Codable, CaseIterable {
  /// To which class a sample belongs.
  case classification
  /// A number.
  case regression
}

/// How the data of a training are to be read.
struct DataOptions {
  var label: String?
  var split: String?
  var ignored: [String] = []
  var task: LearningTask?
  /// The size that images of a folder are brought to.
  var imageSize: ImageSize?
  var validation = 0.2
  var seed: UInt64 = 0
  /// Whether numbers stay as they are, for models that take integers.
  var isRaw = false
}

/// Samples to train on and to judge by, and what must be known to treat other data like them.
struct TrainingData {
  let train: Samples
  let test: Samples
  let task: LearningTask
  let source: InputSource

  /// The shape of one sample.
  var inputShape: Shape { Shape(train.inputs.shape.dimensions.dropFirst()) }

  /// What the classes are called.
  let classNames: [String]

  /// How many numbers a model has to end with.
  var outputCount: Int { task == .regression ? 1 : classNames.count }

  /// Reads a CSV file, or a folder of images.
  init(path: String, _ options: DataOptions) throws {
    self = try FileKind(path).isFolder ? Self.images(path, options) : Self.table(path, options)
    guard train.count > 0, test.count > 0 else {
      throw CommandError(
        "\(path): \(train.count) samples to train on and \(test.count) to judge by; both need at least one")
    }
    guard task == .regression || classNames.count >= 2 else {
      throw CommandError("\(path): all samples have one class; there is nothing to learn")
    }
    guard task == .regression || classNames.count <= 10_000 else {
      throw CommandError("\(path): \(classNames.count) classes are too many; is the label column right?")
    }
  }

  private init(_ train: Samples, _ test: Samples, _ task: LearningTask, _ source: InputSource, _ classNames: [String]) {
    (self.train, self.test, self.task, self.source, self.classNames) = (train, test, task, source, classNames)
  }

  /// The data with each sample as one row of numbers.
  func flattened() -> TrainingData {
    func flat(_ samples: Samples) -> Samples {
      let inputs = samples.inputs
      let size = inputs.shape.dimensions.dropFirst().reduce(1, *)
      return Samples(
        inputs: inputs.reshaped(to: [samples.count, size]), targets: samples.targets, classNames: samples.classNames)
    }
    var source = source
    source.isFlattened = true
    return TrainingData(flat(train), flat(test), task, source, classNames)
  }

  // MARK: Images

  private static func images(_ path: String, _ options: DataOptions) throws -> TrainingData {
    guard options.label == nil, options.split == nil, options.ignored.isEmpty else {
      throw CommandError(
        "\(path) is a folder of images, which have no columns; leave out --label, --split and --ignore")
    }
    guard options.task != .regression else {
      throw CommandError("\(path) is a folder of images with classes; --task regression is for tables")
    }
    let folder = try ImageData(path: path)
    let (train, test) = try folder.trainAndTest(options)
    let largest = max(train.targets.max().scalar(as: Int.self), test.targets.max().scalar(as: Int.self))
    let names = train.classNames ?? (0...max(largest, 0)).map(String.init)
    let shape = train.inputs.shape
    let image = ImageSource(height: shape[1], width: shape[2], channels: shape[3])
    return TrainingData(train, test, .classification, InputSource(image: image), names)
  }

  // MARK: Tables

  private static func table(_ path: String, _ options: DataOptions) throws -> TrainingData {
    let data = try TableData(path: path, options)
    let (trainRows, testRows) = try data.rows(options)
    guard !trainRows.isEmpty, !testRows.isEmpty else {
      throw CommandError(
        "\(path): \(trainRows.count) samples to train on and \(testRows.count) to judge by; both need at least one")
    }
    let trainTable = data.table.selecting(trainRows)
    let features = try data.plan(options).fitted(to: trainTable, classesOf: data.table)
    var source = InputSource(features: features, targetColumn: data.label, splitColumn: data.split)
    try data.check(features)
    func samples(_ table: Table) throws -> Samples {
      let samples = try features.samples(of: table)
      guard options.isRaw else { return samples }
      return Samples(
        inputs: samples.inputs.converted(to: .int64), targets: samples.targets, classNames: samples.classNames)
    }
    var (train, test) = (try samples(trainTable), try samples(data.table.selecting(testRows)))
    if data.task == .regression {
      let scale = TargetScale(of: train.targets.scalars)
      source.targetScale = scale
      (train, test) = (scale.scaled(train), scale.scaled(test))
    }
    source.isInteger = options.isRaw
    return TrainingData(train, test, data.task, source, features.classNames ?? [])
  }
}

/// What brings the numbers of a regression to mean 0 and deviation 1, so that one learning rate suits all.
struct TargetScale: Codable {
  let mean: Double
  let deviation: Double

  /// The scale of some numbers; numbers that are all the same keep their size.
  init(of numbers: [Double]) {
    let mean = numbers.reduce(0, +) / Double(max(numbers.count, 1))
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(numbers.count, 1))
    self.mean = mean
    deviation = variance > 0 && variance.isFinite ? variance.squareRoot() : 1
  }

  func scaled(_ samples: Samples) -> Samples {
    Samples(inputs: samples.inputs, targets: (samples.targets - mean) / deviation)
  }

  /// Predictions in the size of the numbers that were learnt from.
  func restored(_ numbers: Tensor) -> Tensor { numbers * deviation + mean }
}
