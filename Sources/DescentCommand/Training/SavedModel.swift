import Descent
import Foundation

/// The size of the images that a model takes.
struct ImageSource: Codable {
  let height: Int
  let width: Int
  let channels: Int
}

/// Where the inputs of a model come from, so that other data can be treated like those that it was trained on.
struct InputSource: Codable {
  /// Columns of a table, with their scale and their words.
  var features: FittedFeatures?
  var image: ImageSource?
  /// Whether an image is one row of numbers.
  var isFlattened = false
  /// Whether inputs are whole numbers.
  var isInteger = false
  var targetColumn: String?
  var splitColumn: String?
  var targetScale: TargetScale?

  init(
    features: FittedFeatures? = nil, image: ImageSource? = nil, targetColumn: String? = nil, splitColumn: String? = nil
  ) {
    (self.features, self.image) = (features, image)
    (self.targetColumn, self.splitColumn) = (targetColumn, splitColumn)
  }

  /// The shape of one sample.
  func inputShape() throws -> Shape {
    if let features { return [features.names.count] }
    guard let image, (1...4).contains(image.channels), (1...4096).contains(image.height),
      (1...4096).contains(image.width)
    else { throw CommandError("the model says nothing sensible about its inputs") }
    let sizes = [image.height, image.width, image.channels]
    return isFlattened ? [sizes.reduce(1, *)] : Shape(sizes)
  }

  /// What the pixels of images have.
  var channels: ImageChannels { image.flatMap { ImageChannels(rawValue: $0.channels) } ?? .rgb }

  /// Inputs in the form that the model takes.
  func arranged(_ inputs: Tensor) -> Tensor {
    if isInteger { return inputs.converted(to: .int64) }
    let size = inputs.shape.dimensions.dropFirst().reduce(1, *)
    return isFlattened ? inputs.reshaped(to: [inputs.shape[0], size]) : inputs
  }
}

/// What is noted beside the weights of a trained model, so that they can be used: JSON in the metadata of their file.
struct ModelRecord: Codable {
  static let key = "descent.model"
  static let currentVersion = 1
  /// A longer record is refused unread.
  private static let largestByteCount = 1 << 24

  var version = currentVersion
  let task: LearningTask
  let model: ModelDescription
  let source: InputSource
  let classNames: [String]
  /// The name of the loss.
  let loss: String

  /// The record as metadata of a safetensors file.
  func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
  }

  /// Reads the metadata of a file; nil if it has no record.
  init?(_ metadata: [String: String], file: String) throws {
    guard let text = metadata[Self.key] else { return nil }
    guard text.utf8.count <= Self.largestByteCount else {
      throw CommandError("\(file): the description of its model is longer than \(Self.largestByteCount >> 20) MiB")
    }
    do { self = try JSONDecoder().decode(ModelRecord.self, from: Data(text.utf8)) } catch {
      let reason = (error as? DescriptionError).map { "\($0)" } ?? "it is damaged, or of another version"
      throw CommandError("\(file): the description of its model can't be read: \(reason)")
    }
    guard version == Self.currentVersion else {
      throw CommandError("\(file): its model has version \(version), expected \(Self.currentVersion)")
    }
    guard task == .regression || (2...10_000).contains(classNames.count) else {
      throw CommandError("\(file): the description of its model has \(classNames.count) classes")
    }
  }

  init(_ data: TrainingData, model: ModelDescription, loss: String) {
    (task, self.model, source) = (data.task, model, data.source)
    (classNames, self.loss) = (data.classNames, loss)
  }

  /// How many numbers the model ends with.
  var outputCount: Int { task == .regression ? 1 : classNames.count }

  /// The model with fresh parameters.
  ///
  /// - Parameter batchSize: How many samples must find room at once.
  func network(batchSize: Int) throws -> Sequential {
    let (shape, type) = (try source.inputShape(), source.isInteger ? ScalarType.int64 : .float32)
    let network = try model.model(inputShape: shape, type: type)
    let output = try checked { network(Tensor.zeros(Shape([1] + shape.dimensions), type: type)).shape }
    guard output == [1, outputCount] else {
      let found = output.dimensions.dropFirst().map(String.init).joined(separator: " x ")
      let remedy = "end it with 'dense \(outputCount)'" + (output.rank > 2 ? ", after 'flatten'" : "")
      throw CommandError(
        "the model ends with \(found) numbers a sample, and \(outputCount) "
          + "\(task == .regression ? "is" : "are") needed, one for each \(task == .regression ? "sample" : "class"); "
          + remedy)
    }
    try requireMemory(for: network, shape, type, batchSize)
    return network
  }

  /// Refuses a model that this machine can't hold, before anything is allocated for it.
  private func requireMemory(
    for network: Sequential, _ shape: Shape, _ type: ScalarType, _ batchSize: Int
  ) throws {
    let summary = try checked { network.summary(inputShape: shape, type: type) }
    let needed = summary.rows.reduce(Double(summary.parameterBytes)) { $0 + Double($1.outputBytes) * Double(batchSize) }
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    guard needed <= memory else {
      throw CommandError(
        String(
          format: "the model needs more than %.0f GiB for a batch of %d samples, this machine has %.0f; make layers or "
            + "batches smaller", needed / 1_073_741_824, batchSize, memory / 1_073_741_824))
    }
  }

  /// Probabilities of the classes from the outputs of a classifier.
  func probabilities(_ outputs: Tensor) -> Tensor {
    switch (try? Loss(named: loss))?.name {
    case Loss.crossEntropy().name: outputs
    case Loss.negativeLogLikelihood.name: exp(outputs)
    default: outputs.softmax()
    }
  }
}

/// A trained model with what is needed to use it.
struct SavedModel {
  let record: ModelRecord
  let network: Sequential

  /// Reads a file that `descent train --save` has written.
  init(path: String, batchSize: Int) throws {
    let file = try SafetensorsFile(contentsOfFile: path)
    guard let record = try ModelRecord(file.metadata, file: path) else {
      throw CommandError("\(path): holds tensors and no description of a model; give a file of 'descent train --save'")
    }
    self.record = record
    var network: Sequential
    do { network = try record.network(batchSize: batchSize) } catch { throw CommandError("\(path): \(error)") }
    try network.load(from: path)
    self.network = network
  }
}
