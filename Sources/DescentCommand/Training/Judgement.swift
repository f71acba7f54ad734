import Descent
import Foundation

/// How good a model is on samples: the loss and the metrics, and which classes it takes for which.
struct Judgement: Codable {
  struct Score: Codable {
    let name: String
    let value: Double
  }

  let samples: Int
  let scores: [Score]
  /// `confusion[label][prediction]`.
  let confusion: [[Int]]?
  let classNames: [String]?

  /// Judges a model by samples whose targets are as in the training.
  init(of network: Sequential, _ record: ModelRecord, by samples: Samples, batchSize: Int) throws {
    let loss = try Loss(named: record.loss)
    self.samples = samples.count
    switch record.task {
    case .classification:
      let found = try network.evaluate(samples, batchSize: batchSize, loss: loss, metrics: [.accuracy, .f1(.macro)])
      scores = [Score(name: "loss", value: found.loss)] + found.metrics.map { Score(name: $0.name, value: $0.value) }
      let matrix = try ConfusionMatrix(
        predictions: network.predict(samples.inputs, batchSize: batchSize), labels: samples.targets,
        classNames: record.classNames)
      (confusion, classNames) = (matrix.counts, record.classNames)
    case .regression:
      let scale = record.source.targetScale ?? TargetScale(of: [])
      let predictions = scale.restored(network.predict(samples.inputs, batchSize: batchSize))
      let targets = scale.restored(samples.targets)
      let square = Metric.meanSquaredError.value(predictions, targets)
      scores = [
        Score(name: "mean absolute error", value: Metric.meanAbsoluteError.value(predictions, targets)),
        Score(name: "root mean squared error", value: square.squareRoot()),
        Score(name: "R²", value: Metric.rSquared.value(predictions, targets)),
      ]
      (confusion, classNames) = (nil, nil)
    }
  }

  /// The scores in words, and the matrix unless it is too large to be looked at.
  var text: String {
    let lines = scores.map {
      "Test \($0.name): \($0.name == "accuracy" ? Self.short($0.value) : fourDecimals($0.value))"
    }
    guard let confusion, confusion.count <= 20 else { return lines.joined(separator: "\n") }
    let matrix = ConfusionMatrix(counts: confusion, classNames: classNames)
    return lines.joined(separator: "\n") + "\n\nTrue classes on the left, predictions on top:\n\n\(indented(matrix))"
  }

  /// A part of one with four decimals at most.
  private static func short(_ part: Double) -> String { "\(Tensor((part * 10000).rounded() / 10000))" }

  /// The same as JSON.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
