import DescentGraph
import DescentTensor

// Losses are means over the batch, as scalars. Shapes that differ are refused, never broadcast: a prediction of shape
// [n, 1] against targets of shape [n] would otherwise compare every pair and train on nonsense.

/// A mistake in a loss's operands, as the tensor that stands for it.
func refusedLoss(_ kind: TensorError.Kind, _ loss: String, _ message: String) -> Tensor {
  Tensor(Node.invalid(kind, loss, message))
}

/// Shapes that don't fit, as the tensor that stands for the loss.
func refusedLoss(_ loss: String, _ message: String) -> Tensor { refusedLoss(.shapeMismatch, loss, message) }

/// The failure of a loss whose operands don't fit, nil if they do.
func refusal(_ loss: String, _ predictions: Tensor, _ targets: Tensor, expected: Shape) -> Tensor? {
  if predictions.node.isInvalid { return predictions }
  if targets.node.isInvalid { return targets }
  guard targets.shape == expected else {
    return refusedLoss(
      loss,
      "predictions\(name(predictions)) have shape \(predictions.shape), targets\(name(targets)) have "
        + "\(targets.scalarType) shape \(targets.shape) and need \(expected); losses do not broadcast"
        + remedy(targets.shape, expected))
  }
  guard predictions.elementCount > 0 else {
    return refusedLoss(
      .invalidArgument, loss, "predictions of shape \(predictions.shape) are empty and have no mean")
  }
  return nil
}

private func name(_ tensor: Tensor) -> String { tensor.name.map { " '\($0)'" } ?? "" }

private func remedy(_ found: Shape, _ expected: Shape) -> String {
  guard found.elementCount == expected.elementCount else { return "" }
  return ": write .reshaped(to: \(expected.dimensions.map(String.init).joined(separator: ", ")))"
}

/// The mean of a function of predictions and targets of one shape.
func elementwiseLoss(
  _ loss: String, _ predictions: Tensor, _ targets: Tensor, _ function: (Tensor, Tensor) -> Tensor
) -> Tensor {
  if let refused = refusal(loss, predictions, targets, expected: predictions.shape) { return refused }
  return namedScope(loss, predictions, targets) { function($0[0], $0[1]).mean() }
}

/// The mean over rows of a function of tensors of one shape, whose rows lie along the last axis.
func rowLoss(_ loss: String, _ first: Tensor, _ second: Tensor, _ function: (Tensor, Tensor) -> Tensor) -> Tensor {
  if let refused = refusal(loss, first, second, expected: first.shape) { return refused }
  guard first.rank > 0 else { return refusedLoss(loss, "the operands are scalars; their rows must lie along an axis") }
  return function(first, second).mean()
}
