import DescentGraph
import DescentTensor

// Losses are means over the batch, as scalars. Shapes that differ are refused, never broadcast: a prediction of shape
// [n, 1] against targets of shape [n] would otherwise compare every pair and train on nonsense.

/// The mean of (prediction − target)² over all elements.
///
/// ```swift
/// meanSquaredError(Tensor([1, 2]), [1, 4])      // 2.0
/// ```
///
/// - Parameters:
///   - predictions: A tensor of any shape.
///   - targets: A tensor of the same shape; another shape stops the program.
public func meanSquaredError(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
  if let refused = refusal("meanSquaredError", predictions, targets, expected: predictions.shape) { return refused }
  return namedScope("meanSquaredError", predictions, targets) { ($0[0] - $0[1]).squared().mean() }
}

/// The mean over the batch of −ln softmax(logits)ₗ, where l is the sample's label.
///
/// Stable for logits of any size: the largest of a row is subtracted first. The classes lie along the last axis.
///
/// ```swift
/// softmaxCrossEntropy(network(images), labels)
/// ```
///
/// - Parameters:
///   - logits: Unnormalised scores, shape [n, classes], or with more axes before the last.
///   - labels: Class indices (int64 or int32) of the logits' shape without the last axis, or floating-point
///     probabilities, such as one-hot rows, of the logits' shape. Another shape, or a class that does not exist, stops
///     the program; if labels are not known when the loss is made, a class that does not exist makes it NaN.
public func softmaxCrossEntropy(_ logits: Tensor, _ labels: Tensor) -> Tensor {
  let name = "softmaxCrossEntropy"
  if logits.rank == 0, !logits.node.isInvalid {
    return Tensor(
      Node.invalid(.shapeMismatch, name, "the logits are a scalar; the classes must lie along the last axis"))
  }
  let isIndexed = labels.scalarType.isInteger
  let expected = isIndexed ? Shape(logits.shape.dimensions.dropLast()) : logits.shape
  if let refused = refusal(name, logits, labels, expected: expected) { return refused }
  if isIndexed, let refused = unknownClass(in: labels, count: logits.shape[-1]) { return refused }
  let isKnown = labels.node.value != nil
  return namedScope("crossEntropy", logits, labels) { operands in
    crossEntropy(operands[0], operands[1], isIndexed: isIndexed, isKnown: isKnown)
  }
}

private func crossEntropy(_ logits: Tensor, _ labels: Tensor, isIndexed: Bool, isKnown: Bool) -> Tensor {
  let largest = logits.max(axes: -1, keepingAxes: true).stoppingGradient()
  let logSum = log(exp(logits - largest).sum(axes: -1, keepingAxes: true))
  guard isIndexed else {
    return -(labels * (logits - largest - logSum)).sum() / Double(logits.elementCount / logits.shape[-1])
  }
  return indexedCrossEntropy(logits, labels, logSum: logSum, largest: largest, isKnown: isKnown).mean()
}

/// ln Σeˣ − xₗ for each row, from ln Σeˣ⁻ᵐ and the row's largest element m.
///
/// The label's logit is gathered. Comparing every place with the label and adding up, which fuses with the softmax,
/// took as long for 10 classes and 1.6 times as long for 32,000, gradient included.
private func indexedCrossEntropy(
  _ logits: Tensor, _ labels: Tensor, logSum: Tensor, largest: Tensor, isKnown: Bool
) -> Tensor {
  let count = logits.shape[-1]
  let labels = labels.converted(to: .int64).flattened()
  let starts = Tensor(.iota(labels.shape, axis: 0, .int64)) * count
  // A label that nobody knows yet may be none: its row then has no loss, rather than one of another row's classes.
  let isClass = isKnown ? nil : (labels .>= 0) .& (labels .< count)
  let places = starts + (isClass.map { select($0, labels, 0) } ?? labels)
  let chosen = logits.flattened().gathering(places) - largest.flattened()
  let losses = logSum.flattened() - chosen
  return isClass.map { select($0, losses, Double.nan) } ?? losses
}

/// The failure of a loss whose operands don't fit, nil if they do.
private func refusal(_ loss: String, _ predictions: Tensor, _ targets: Tensor, expected: Shape) -> Tensor? {
  if predictions.node.isInvalid { return predictions }
  if targets.node.isInvalid { return targets }
  guard targets.shape == expected else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, loss,
        "predictions\(name(predictions)) have shape \(predictions.shape), targets\(name(targets)) have "
          + "\(targets.scalarType) shape \(targets.shape) and need \(expected); losses do not broadcast"
          + remedy(targets.shape, expected)))
  }
  guard predictions.elementCount > 0 else {
    return Tensor(
      Node.invalid(.invalidArgument, loss, "predictions of shape \(predictions.shape) are empty and have no mean"))
  }
  return nil
}

private func name(_ tensor: Tensor) -> String { tensor.name.map { " '\($0)'" } ?? "" }

private func remedy(_ found: Shape, _ expected: Shape) -> String {
  guard found.elementCount == expected.elementCount else { return "" }
  return ": write .reshaped(to: \(expected.dimensions.map(String.init).joined(separator: ", ")))"
}

/// The failure for a label outside 0..<count, nil if all are inside or nobody knows yet.
private func unknownClass(in labels: Tensor, count: Int) -> Tensor? {
  guard labels.node.value != nil else { return nil }
  let classes = labels.scalars(as: Int64.self)
  guard let row = classes.firstIndex(where: { $0 < 0 || $0 >= count }) else { return nil }
  return Tensor(
    Node.invalid(
      .indexOutOfBounds, "softmaxCrossEntropy",
      "label \(classes[row]) in row \(row) is no class: the logits have \(count) classes, 0 to \(count - 1)"))
}
