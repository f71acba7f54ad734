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
