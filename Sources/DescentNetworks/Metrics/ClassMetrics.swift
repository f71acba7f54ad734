import DescentGraph
import DescentTensor

// Metrics of the choice between classes.

extension Metric {
  /// The part of the samples whose largest prediction is the right class.
  ///
  /// Targets are class indices of the predictions' shape without the last axis, or one-hot rows of their shape.
  public static let accuracy = Metric("accuracy") { predictions, targets in
    guard let labels = labels(of: predictions, targets) else { return refusal("accuracy", predictions, targets) }
    return (predictions.argMax() .== labels).converted(to: .float32)
  }

  /// The part of the samples whose right class is among the `count` largest predictions.
  ///
  /// Of equal predictions the first counts as the larger one, as in `accuracy`.
  public static func topAccuracy(_ count: Int) -> Metric {
    let name = "top-\(count) accuracy"
    return Metric(name) { predictions, targets in
      guard let labels = labels(of: predictions, targets) else { return refusal(name, predictions, targets) }
      let places = Tensor(.iota(predictions.shape, axis: predictions.rank - 1, .int64))
      let label = labels.expanded(axes: -1)
      let score = predictions.takingAlong(label, axis: -1)
      let isBefore = (predictions .> score) .| ((predictions .== score) .& (places .< label))
      return isBefore.converted(to: .int64).sum(axes: -1) .< count
    }
  }

  /// The part of the elements on the right side of a threshold: 0.5 for probabilities, 0 for logits.
  ///
  /// Targets are 0 and 1, of the predictions' shape.
  public static func binaryAccuracy(threshold: Double = 0.5) -> Metric {
    Metric("binary accuracy") { predictions, targets in
      guard predictions.shape == targets.shape else {
        return refusal("binary accuracy", predictions, targets, needs: "metrics do not broadcast")
      }
      return (predictions .> threshold) .== (targets.converted(to: .float64) .> 0.5)
    }
  }

  /// e to the mean cross-entropy of logits: between how many classes the model wavers.
  ///
  /// Targets are class indices of the logits' shape without the last axis.
  public static let perplexity = Metric(
    "perplexity",
    statistics: { logits, labels in
      let loss = softmaxCrossEntropy(logits, labels).converted(to: .float64)
      let count = Double(logits.elementCount / Swift.max(logits.shape.dimensions.last ?? 1, 1))
      return .stack([loss * count, Tensor(count, type: .float64)])
    }, result: { exp(Tensor($0[0] / $0[1], type: .float64)).scalar })

  /// How metrics of two classes become one number for many.
  public enum Averaging: Sendable, Equatable {
    /// There are two classes: predictions above a threshold are positive, and only the positive class is looked at.
    case binary(threshold: Double)
    /// The mean over the classes that occur in targets or predictions.
    case macro
    /// All samples of all classes counted together.
    case micro
  }

  /// The part of the predicted samples of a class that belong to it; 0 if none was predicted.
  ///
  /// - Parameter averaging: For `.binary` targets are 0 and 1 of the predictions' shape, otherwise predictions are scores
  ///   and targets classes as in `accuracy`.
  public static func precision(_ averaging: Averaging = .binary(threshold: 0.5)) -> Metric {
    detection("precision", averaging) { $0.precision }
  }

  /// The part of the samples of a class that are found; 0 if there are none.
  ///
  /// - Parameter averaging: See ``precision(_:)``.
  public static func recall(_ averaging: Averaging = .binary(threshold: 0.5)) -> Metric {
    detection("recall", averaging) { $0.recall }
  }

  /// The harmonic mean of precision and recall; 0 if both are.
  ///
  /// - Parameter averaging: See ``precision(_:)``.
  public static func f1(_ averaging: Averaging = .binary(threshold: 0.5)) -> Metric {
    detection("F1", averaging) { $0.f1 }
  }

  private static func detection(
    _ name: String, _ averaging: Averaging, _ value: @escaping @Sendable (Detection) -> Double
  ) -> Metric {
    let isBinary = averaging != .macro && averaging != .micro
    return Metric(
      name,
      statistics: { predictions, targets in
        if case .binary(let threshold) = averaging { return binaryTable(name, predictions, targets, threshold) }
        guard let labels = labels(of: predictions, targets) else { return refusal(name, predictions, targets) }
        let (count, type) = (predictions.shape[-1], ScalarType.float64)
        let rows = labels.flattened().oneHot(count: count, type: type).transposed()
        return matmul(rows, predictions.argMax().flattened().oneHot(count: count, type: type)).flattened()
      },
      result: { table in
        let found = Detection.classes(of: table)
        if isBinary { return value(found[1]) }
        if averaging == .micro { return value(found.dropFirst().reduce(found[0], +)) }
        let occurring = found.filter { $0.truePositives + $0.falsePositives + $0.falseNegatives > 0 }
        return occurring.map(value).reduce(0, +) / Double(occurring.count)
      })
  }

  /// The confusion matrix of two classes, as four numbers.
  private static func binaryTable(_ name: String, _ scores: Tensor, _ targets: Tensor, _ threshold: Double) -> Tensor {
    guard scores.shape == targets.shape else {
      return refusal(name, scores, targets, needs: "metrics do not broadcast")
    }
    let (isPredicted, isTrue) = (scores .> threshold, targets.converted(to: .float64) .> 0.5)
    func count(_ label: Tensor, _ prediction: Tensor) -> Tensor { (label .& prediction).converted(to: .float64).sum() }
    return .stack([
      count(.!isTrue, .!isPredicted), count(.!isTrue, isPredicted), count(isTrue, .!isPredicted),
      count(isTrue, isPredicted),
    ])
  }

  /// The class indices behind targets of either form, nil if they don't fit.
  private static func labels(of predictions: Tensor, _ targets: Tensor) -> Tensor? {
    let isIndexed = targets.scalarType.isInteger
    let expected = isIndexed ? Shape(predictions.shape.dimensions.dropLast()) : predictions.shape
    guard predictions.rank > 0, predictions.shape[-1] > 1, targets.shape == expected else { return nil }
    return isIndexed ? targets.converted(to: .int64) : targets.argMax()
  }

  private static func refusal(_ name: String, _ predictions: Tensor, _ targets: Tensor) -> Tensor {
    refusal(
      name, predictions, targets,
      needs: "it needs scores of 2 or more classes along the last axis, and class indices without that axis or one-hot "
        + "rows")
  }
}

/// How often a class was found, found where it is not, and overlooked.
struct Detection: Sendable {
  var truePositives: Double
  var falsePositives: Double
  var falseNegatives: Double

  var precision: Double { Detection.ratio(truePositives, truePositives + falsePositives) }
  var recall: Double { Detection.ratio(truePositives, truePositives + falseNegatives) }
  var f1: Double { Detection.ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }

  private static func ratio(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }

  static func + (first: Detection, second: Detection) -> Detection {
    Detection(
      truePositives: first.truePositives + second.truePositives,
      falsePositives: first.falsePositives + second.falsePositives,
      falseNegatives: first.falseNegatives + second.falseNegatives)
  }

  /// Each class's, from a confusion matrix in row-major order, true classes along its first axis.
  static func classes(of table: [Double]) -> [Detection] {
    let count = Int(Double(table.count).squareRoot().rounded())
    return (0..<count).map { index in
      let row = (0..<count).reduce(0) { $0 + table[index * count + $1] }
      let column = (0..<count).reduce(0) { $0 + table[$1 * count + index] }
      let right = table[index * count + index]
      return Detection(truePositives: right, falsePositives: column - right, falseNegatives: row - right)
    }
  }
}
