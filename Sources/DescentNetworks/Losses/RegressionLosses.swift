import DescentTensor
import Foundation

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
  elementwiseLoss("meanSquaredError", predictions, targets) { ($0 - $1).squared() }
}

/// The mean of |prediction − target| over all elements, which single large errors spoil less than squares.
///
/// - Parameters:
///   - predictions: A tensor of any shape.
///   - targets: A tensor of the same shape; another shape stops the program.
public func meanAbsoluteError(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
  elementwiseLoss("meanAbsoluteError", predictions, targets) { abs($0 - $1) }
}

/// The mean of a square that goes on as a line (Huber 1964): ½·d² up to |d| = δ, and δ·(|d| − ½·δ) from there on.
///
/// - Parameters:
///   - predictions: A tensor of any shape.
///   - targets: A tensor of the same shape; another shape stops the program.
///   - delta: δ, a positive number; otherwise the program stops.
public func huber(_ predictions: Tensor, _ targets: Tensor, delta: Double = 1) -> Tensor {
  guard delta > 0 else { return refusedLoss(.invalidArgument, "huber", "delta must be positive, and \(delta) isn't") }
  return elementwiseLoss("huber", predictions, targets) { predictions, targets in
    let size = abs(predictions - targets)
    let near = min(size, delta)
    return near * (size - 0.5 * near)
  }
}

/// The mean of ln cosh(prediction − target): about ½·d² for small and |d| − ln 2 for large differences.
///
/// - Parameters:
///   - predictions: A tensor of any shape.
///   - targets: A tensor of the same shape; another shape stops the program.
public func logCosh(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
  elementwiseLoss("logCosh", predictions, targets) { logaddexp($0 - $1, $1 - $0) - Foundation.log(2.0) }
}
