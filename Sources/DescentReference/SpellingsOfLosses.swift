import DescentGraph
import DescentTensor
import Foundation

// Losses of the reference cases, which are reduced to a mean or a sum, or not at all.

extension ReferenceSpelling {
  static let losses: [String: Function] = [
    "mse": loss { ($0 - $1).squared() }, "mae": loss { abs($0 - $1) },
    "log_cosh": loss { logaddexp($0 - $1, $1 - $0) - Foundation.log(2.0) },
    "hinge": loss { score, target in relu(1 - target * score) },
    "squared_hinge": loss { score, target in relu(1 - target * score).squared() },
    "bce_with_logits": loss { logits, target in softplus(logits) - logits * target },
    "bce": loss { q, target in -(target * log(q) + (1 - target) * log1p(-q)) },
    "kl_divergence": loss { logQ, p in p * (log(p) - logQ) },
    "poisson_nll": loss { logRate, target in exp(logRate) - target * logRate },
    "huber": { x, parameters in
      let (difference, delta) = (abs(x[0] - x[1]), parameters.number("delta") ?? 1)
      let losses = select(difference .<= delta, 0.5 * difference.squared(), delta * (difference - 0.5 * delta))
      return [try reduced(losses, parameters)]
    },
  ]

  static let classLosses: [String: Function] = [
    "cross_entropy": { x, parameters in
      let losses = crossEntropy(
        x[0], x[1], axis: parameters.integer("axis") ?? 1, smoothing: parameters.number("label_smoothing") ?? 0)
      return [try reduced(losses, parameters)]
    },
    "cross_entropy_soft": { x, parameters in
      [try reduced(-(x[1] * x[0].logSoftmax(axis: -1)).sum(axes: -1), parameters)]
    },
    "nll": { x, parameters in [try reduced(-chosen(x[0], x[1], axis: 1), parameters)] },
  ]

  private static func loss(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { x, parameters in [try reduced(function(x[0], x[1]), parameters)] }
  }

  private static func reduced(_ losses: Tensor, _ parameters: ReferenceParameters) throws -> Tensor {
    switch parameters.text("reduction") {
    case nil, "mean": return losses.mean()
    case "sum": return losses.sum()
    case "none": return losses
    case let other?: throw TensorError(.invalidArgument, "reduction", "'\(other)' is none of mean, sum, none")
    }
  }

  /// −(1 − e)·ln softmaxₗ − e·mean of ln softmax, with smoothing e, for each label l.
  static func crossEntropy(_ logits: Tensor, _ labels: Tensor, axis: Int, smoothing: Double) -> Tensor {
    let logs = logits.logSoftmax(axis: axis)
    return (smoothing - 1) * chosen(logs, labels, axis: axis) - smoothing * logs.mean(axes: axis)
  }

  /// The entry of each label's class.
  private static func chosen(_ x: Tensor, _ labels: Tensor, axis: Int) -> Tensor {
    x.takingAlong(labels.expanded(axes: axis), axis: axis).squeezed(axes: axis)
  }
}
