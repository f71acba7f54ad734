import DescentGraph

/// Computes tensors now, together, sharing the work they have in common.
///
/// Looking at a value does this by itself; call it to choose the moment, for example before timing.
///
/// - Throws: ``TensorError`` for what only the values show, such as an index out of bounds.
public func evaluate(_ tensors: Tensor...) throws(TensorError) {
  try evaluate(tensors)
}

/// Computes tensors now, together, sharing the work they have in common.
public func evaluate(_ tensors: [Tensor]) throws(TensorError) {
  if tensors.allSatisfy({ $0.node.pendingDepth.load(ordering: .acquiring) == 0 }) { return }
  try Evaluation.evaluate(tensors.map(\.node), on: Tensor.engine)
}

/// What an evaluation of some tensors would run: the steps, what they fuse, their arithmetic and memory traffic, and the
/// memory that they need in between.
///
/// ```swift
/// let (loss, gradient) = valueWithGradient(at: network) { softmaxCrossEntropy($0(images), labels) }
/// print(try planDescription(of: [loss] + gradient.tensors))
/// ```
///
/// - Throws: ``TensorError`` if the pending program contains a mistake.
public func planDescription(of tensors: [Tensor]) throws(TensorError) -> String {
  try Evaluation.plan(of: tensors.map(\.node), on: Tensor.engine).description
}

extension Tensor {
  /// Computes the value if nothing is wrong with it; a mistake is reported when the value is asked for.
  func evaluateIfPossible() { try? Evaluation.evaluate([node], on: Tensor.engine) }

  /// The elements' storage; a mistake goes through the one door, and nil is left inside `checked`.
  func storage() -> Storage? {
    do throws(TensorError) {
      try evaluate(self)
      return node.value
    } catch {
      Failure.stop(error)
      return nil
    }
  }

  /// What the evaluation of this tensor would run; see ``DescentTensor/planDescription(of:)``.
  ///
  /// - Throws: ``TensorError`` if the pending program contains a mistake.
  public func planDescription() throws(TensorError) -> String { try DescentTensor.planDescription(of: [self]) }
}
