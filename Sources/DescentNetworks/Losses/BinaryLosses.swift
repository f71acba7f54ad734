import DescentGraph
import DescentTensor

// Losses of yes-or-no questions: one prediction and one target for each. Targets are 0 and 1, or probabilities; integers
// and truth values are taken as numbers.

/// The mean of −y·ln σ(x) − (1 − y)·ln(1 − σ(x)), stable for logits x of any size.
///
/// ```swift
/// sigmoidCrossEntropy(Tensor([0, 3]), [1, 1])      // 0.3708…
/// ```
///
/// - Parameters:
///   - logits: Unnormalised scores x of any shape.
///   - targets: Numbers y from 0 to 1, of the same shape; another shape stops the program.
///   - positiveWeight: What the first term is multiplied by, to make up for rare positives.
///   - labelSmoothing: The part of each target that is replaced by ½.
public func sigmoidCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, positiveWeight: Double = 1, labelSmoothing: Double = 0
) -> Tensor {
  elementwiseLoss("sigmoidCrossEntropy", logits, targets.numbers(like: logits)) { x, y in
    let y = smoothed(y, labelSmoothing)
    if positiveWeight == 1 { return softplus(x) - y * x }
    return (1 - y) * x + (1 + (positiveWeight - 1) * y) * softplus(-x)
  }
}

/// The mean of −y·ln p − (1 − y)·ln(1 − p) for probabilities p.
///
/// Logarithms are taken of no less than 10⁻³⁷ (float16: 2⁻¹⁴), so that a certain mistake costs much and not infinitely;
/// PyTorch bounds the logarithms at −100. From logits take ``sigmoidCrossEntropy(_:_:positiveWeight:labelSmoothing:)``,
/// which loses nothing.
///
/// - Parameters:
///   - probabilities: Numbers p from 0 to 1 of any shape.
///   - targets: Numbers y from 0 to 1, of the same shape; another shape stops the program.
///   - labelSmoothing: The part of each target that is replaced by ½.
public func binaryCrossEntropy(_ probabilities: Tensor, _ targets: Tensor, labelSmoothing: Double = 0) -> Tensor {
  let least = probabilities.scalarType == .float16 ? 0x1p-14 : 1e-37
  return elementwiseLoss("binaryCrossEntropy", probabilities, targets.numbers(like: probabilities)) { p, y in
    let y = smoothed(y, labelSmoothing)
    return -(y * log(max(p, least)) + (1 - y) * log(max(1 - p, least)))
  }
}

/// The mean of max(0, 1 − y·x), which asks for a margin and then for nothing more.
///
/// - Parameters:
///   - scores: Numbers x of any shape.
///   - targets: −1 or 1, of the same shape; another shape stops the program.
public func hinge(_ scores: Tensor, _ targets: Tensor) -> Tensor {
  elementwiseLoss("hinge", scores, targets.numbers(like: scores)) { relu(1 - $1 * $0) }
}

private func smoothed(_ targets: Tensor, _ smoothing: Double) -> Tensor {
  smoothing == 0 ? targets : (1 - smoothing) * targets + 0.5 * smoothing
}

extension Tensor {
  /// Integers and truth values as numbers of another tensor's type; floating-point numbers as they are.
  fileprivate func numbers(like other: Tensor) -> Tensor {
    scalarType.isFloatingPoint || node.isInvalid ? self : converted(to: other.scalarType)
  }
}
