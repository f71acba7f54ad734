import Foundation

/// The loss and the metrics of a model on some samples.
public struct Scores: Sendable, Equatable, Codable {
  /// A number and what it is called.
  public struct Score: Sendable, Equatable, Codable {
    /// The name.
    public let name: String
    /// The number.
    public let value: Double
  }

  /// The mean loss of a sample.
  public let loss: Double
  /// The metrics, in the order they were asked for.
  public let metrics: [Score]

  /// The metric with a name, or the loss for `"loss"`; nil if there is none.
  ///
  /// ```swift
  /// let scores = try network.evaluate(test, loss: .softmaxCrossEntropy, metrics: [.accuracy])
  /// let accuracy = scores["accuracy"]
  /// ```
  public subscript(name: String) -> Double? {
    name == "loss" ? loss : metrics.first { $0.name == name }?.value
  }
}

extension Scores: CustomStringConvertible {
  /// The numbers with their names: `loss 0.1234  accuracy 0.9567`.
  public var description: String { description(prefix: "") }

  func description(prefix: String) -> String {
    (["\(prefix)loss \(fourDecimals(loss))"] + metrics.map { "\(prefix)\($0.name) \(fourDecimals($0.value))" })
      .joined(separator: "  ")
  }
}

/// What happened during a training, epoch by epoch; printed as a table.
public struct History: Sendable, Codable {
  /// One pass over the training samples.
  public struct Epoch: Sendable, Codable {
    /// The number of the epoch, from 1.
    public let number: Int
    /// The means over the epoch's batches, each taken before the step that it led to.
    public let training: Scores
    /// The scores on the validation samples after the epoch.
    public let validation: Scores?
    /// The learning rate that the next step will have.
    public let learningRate: Double
    /// How long the epoch took, validation included, in seconds.
    public let seconds: Double
    /// How many samples a second were trained on, validation excluded.
    public let samplesPerSecond: Double
  }

  /// The epochs that were completed.
  public internal(set) var epochs: [Epoch] = []

  /// Why the training ended; nil if an error ended it.
  public internal(set) var end: TrainingEnd?

  private enum CodingKeys: String, CodingKey { case epochs }

  /// The training loss of each epoch.
  public var losses: [Double] { epochs.map(\.training.loss) }

  /// The validation loss of each epoch; empty without validation.
  public var validationLosses: [Double] { epochs.compactMap(\.validation?.loss) }
}

extension History {
  /// The epochs as a table in CSV: scores, learning rate and seconds.
  public var csv: String {
    guard let first = epochs.first else { return "" }
    func cells(_ scores: Scores?) -> [String] {
      scores.map { ([$0.loss] + $0.metrics.map(\.value)).map { "\($0)" } } ?? []
    }
    let names = ["loss"] + first.training.metrics.map(\.name)
    let header = ["epoch"] + names + (first.validation == nil ? [] : names.map { "validation \($0)" })
    let rows = epochs.map { epoch in
      ["\(epoch.number)"] + cells(epoch.training) + cells(epoch.validation)
        + ["\(epoch.learningRate)", "\(epoch.seconds)"]
    }
    return ([(header + ["learning rate", "seconds"]).map(Self.field)] + rows).map { $0.joined(separator: ",") + "\n" }
      .joined()
  }

  /// A name as a field: in quotes if it holds what would end one.
  private static func field(_ name: String) -> String {
    guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
    return "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}

extension History: CustomStringConvertible {
  /// A table with one line for each epoch.
  public var description: String {
    guard let first = epochs.first else { return "no epoch was completed" }
    func names(_ scores: Scores?, _ prefix: String) -> [String] {
      scores.map { scores in (["loss"] + scores.metrics.map(\.name)).map { prefix + $0 } } ?? []
    }
    func numbers(_ scores: Scores?) -> [String] {
      scores.map { scores in ([scores.loss] + scores.metrics.map(\.value)).map(fourDecimals) } ?? []
    }
    let header =
      ["epoch"] + names(first.training, "") + names(first.validation, "validation ") + ["seconds", "samples/s"]
    let rows = epochs.map { epoch in
      ["\(epoch.number)"] + numbers(epoch.training) + numbers(epoch.validation)
        + [String(format: "%.2f", epoch.seconds), grouped(epoch.samplesPerSecond)]
    }
    return TextTable(header: header, rows: rows, footer: nil, rightAligned: Set(header.indices)).description
  }
}

/// The loss of a batch was infinite or no number, so the training stopped.
///
/// The model has the parameters that gave this loss: the step that would have followed was not taken.
public struct NonFiniteLoss: Error, Sendable, CustomStringConvertible {
  /// The number of the epoch, from 1.
  public let epoch: Int
  /// The number of the batch in its epoch, from 1.
  public let batch: Int
  /// The loss.
  public let loss: Double
  /// Where the first value came from that is not finite; nil if the step could not be computed again.
  public let origin: NonFiniteOrigin?
  /// The epochs before.
  public let history: History

  /// What happened and what usually helps.
  public var description: String {
    "the loss of batch \(batch) in epoch \(epoch) is \(loss); "
      + (origin.map { "\($0)" }
        ?? "a smaller learning rate, scaled inputs, or a look at this batch for values that are not finite usually helps")
  }
}
