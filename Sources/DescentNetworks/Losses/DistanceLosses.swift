import DescentTensor

// Losses that compare rows: distributions, directions, embeddings. Rows lie along the last axis.

/// The mean over rows of the Kullback–Leibler divergence Σ p·(ln p − x), for logarithms x of probabilities.
///
/// The mean is over rows (PyTorch's `batchmean`), not over elements.
///
/// - Parameters:
///   - logPredictions: Logarithms of probabilities, shape [n, classes], or with more axes before the last.
///   - targets: Probabilities p of the same shape; another shape stops the program.
public func klDivergence(_ logPredictions: Tensor, _ targets: Tensor) -> Tensor {
  rowLoss("klDivergence", logPredictions, targets) { x, p in (xlogy(p, p) - p * x).sum(axes: -1) }
}

/// The mean over rows of 1 minus the cosine of the angle between prediction and target.
///
/// Lengths below 10⁻⁸ count as 10⁻⁸, as in PyTorch.
///
/// - Parameters:
///   - predictions: Rows of any length but 0, shape [n, features], or with more axes before the last.
///   - targets: Rows of the same shape; another shape stops the program.
public func cosineDistance(_ predictions: Tensor, _ targets: Tensor) -> Tensor {
  rowLoss("cosineDistance", predictions, targets) { x, y in
    let lengths = max(x.norm(axes: -1), 1e-8) * max(y.norm(axes: -1), 1e-8)
    return 1 - (x * y).sum(axes: -1) / lengths
  }
}

/// The mean over rows of max(0, d(a, p) − d(a, n) + margin): positives shall be nearer to the anchor than negatives.
///
/// d(x, y) = |x − y + 10⁻⁶|, the Euclidean length with the small number that PyTorch adds to each element.
///
/// - Parameters:
///   - anchors: Rows a, shape [n, features], or with more axes before the last.
///   - positives: Rows p that belong to the anchors, of the same shape; another shape stops the program.
///   - negatives: Rows n that do not, of the same shape; another shape stops the program.
///   - margin: How much nearer the positives shall be.
public func tripletMargin(_ anchors: Tensor, _ positives: Tensor, _ negatives: Tensor, margin: Double = 1) -> Tensor {
  let name = "tripletMargin"
  if let refused = refusal(name, anchors, negatives, expected: anchors.shape) { return refused }
  return rowLoss(name, anchors, positives) { anchors, positives in
    func distance(_ others: Tensor) -> Tensor { (anchors - others + 1e-6).norm(axes: -1) }
    return relu(distance(positives) - distance(negatives) + margin)
  }
}
