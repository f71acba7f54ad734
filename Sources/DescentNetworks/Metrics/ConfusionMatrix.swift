import DescentGraph
import DescentTensor

/// How often each class was taken for each other: rows are the true classes, columns the predicted ones.
///
/// ```swift
/// let confusion = try ConfusionMatrix(predictions: network.predict(test.inputs), labels: test.targets)
/// print(confusion.accuracy, confusion)
/// ```
public struct ConfusionMatrix: Sendable {
  /// The counts: `counts[label][prediction]`.
  public let counts: [[Int]]
  /// What the classes are called.
  public let classNames: [String]

  /// Counts predictions.
  ///
  /// - Parameters:
  ///   - predictions: Scores of shape [n, classes]; the largest is the prediction.
  ///   - labels: Class indices of shape [n].
  ///   - classNames: What the classes are called; their numbers unless given.
  /// - Throws: ``TensorError`` if the shapes do not fit or a label is no class.
  public init(predictions: Tensor, labels: Tensor, classNames: [String]? = nil) throws(TensorError) {
    guard predictions.rank == 2, labels.shape == [predictions.shape[0]], labels.scalarType.isInteger else {
      throw TensorError(
        .shapeMismatch, "ConfusionMatrix",
        "needs scores of shape [n, classes] and integer labels of shape [n], not \(predictions.shape) and "
          + "\(labels.scalarType) \(labels.shape)")
    }
    let classes = predictions.shape[1]
    let best = predictions.argMax()
    try evaluate(best, labels)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (label, prediction) in zip(labels.scalars(as: Int.self), best.scalars(as: Int.self)) {
      guard (0..<classes).contains(label) else {
        throw TensorError(.indexOutOfBounds, "ConfusionMatrix", "label \(label) is no class, there are \(classes)")
      }
      counts[label][prediction] += 1
    }
    self.counts = counts
    self.classNames = classNames ?? (0..<classes).map(String.init)
  }

  /// A matrix from its counts, `counts[label][prediction]`.
  public init(counts: [[Int]], classNames: [String]? = nil) {
    self.counts = counts
    self.classNames = classNames ?? counts.indices.map(String.init)
  }

  /// The matrix of the samples of both, which must have the same classes; otherwise the program stops.
  ///
  /// ```swift
  /// confusion = confusion + (try ConfusionMatrix(predictions: network(batch.inputs), labels: batch.targets))
  /// ```
  public static func + (first: ConfusionMatrix, second: ConfusionMatrix) -> ConfusionMatrix {
    guard first.counts.count == second.counts.count else {
      Failure.stop(
        .init(
          .shapeMismatch, "ConfusionMatrix",
          "matrices of \(first.counts.count) and \(second.counts.count) classes can't be added"))
      return first
    }
    let counts = zip(first.counts, second.counts).map { zip($0, $1).map { $0 + $1 } }
    return ConfusionMatrix(counts: counts, classNames: first.classNames)
  }

  /// The part of the samples predicted as a class that belong to it; 0 if none was.
  public func precision(of index: Int) -> Double { detections[index].precision }

  /// The part of a class's samples that were found; 0 if there are none.
  public func recall(of index: Int) -> Double { detections[index].recall }

  /// The harmonic mean of a class's precision and recall.
  public func f1(of index: Int) -> Double { detections[index].f1 }

  private var detections: [Detection] { Detection.classes(of: counts.joined().map(Double.init)) }

  /// The part of the samples on the diagonal; NaN without samples.
  public var accuracy: Double {
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    return Double(right) / Double(counts.joined().reduce(0, +))
  }
}

extension ConfusionMatrix: CustomStringConvertible {
  /// A table; zeros are dots, so that mistakes stand out.
  public var description: String {
    let names = classNames.map { String($0.prefix(12)) }
    let cells = counts.map { row in row.map { $0 == 0 ? "·" : "\($0)" } }
    let width = (cells.joined().map(\.count) + names.map(\.count)).max() ?? 1
    let margin = (names.map(\.count).max() ?? 1) + 2
    func padded(_ text: String, _ width: Int) -> String { String(repeating: " ", count: width - text.count) + text }
    func line(_ first: String, _ rest: [String]) -> String {
      padded(first, margin) + " │" + rest.map { " " + padded($0, width) }.joined()
    }
    let rule =
      String(repeating: "─", count: margin + 1) + "┼" + String(repeating: "─", count: (width + 1) * names.count)
    return ([line("", names), rule] + zip(names, cells).map(line)).joined(separator: "\n")
  }
}
