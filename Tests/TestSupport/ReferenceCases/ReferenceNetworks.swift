import DescentGraph
import DescentTensor

// Losses, normalisations, attention and recurrent cells of the reference cases, written out.

extension ReferenceSpelling {
  static let losses: [String: Function] = [
    "mse": loss { ($0 - $1).squared() }, "mae": loss { abs($0 - $1) },
    "hinge": loss { score, target in relu(1 - target * score) },
    "bce_with_logits": loss { x, target in softplus(x) - x * target },
    "kl_divergence": loss { logQ, p in p * (log(p) - logQ) },
    "huber": { x, parameters in
      let (difference, delta) = (abs(x[0] - x[1]), parameters.number("delta") ?? 1)
      let losses = select(difference .<= delta, 0.5 * difference.squared(), delta * (difference - 0.5 * delta))
      return [reduced(losses, parameters)]
    },
    "cross_entropy": { x, parameters in [reduced(crossEntropy(x[0], x[1], parameters), parameters)] },
    "logistic_regression": { x, _ in
      let logits = x[0] • x[1] + x[2]
      return [(softplus(logits) - logits * x[3]).mean()]
    },
    "mlp_loss": { x, parameters in
      let logits = tanh(x[0] • x[1] + x[2]) • x[3] + x[4]
      return [crossEntropy(logits, x[5], parameters).mean()]
    },
  ]

  private static func loss(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { x, parameters in [reduced(function(x[0], x[1]), parameters)] }
  }

  private static func reduced(_ losses: Tensor, _ parameters: ReferenceParameters) -> Tensor {
    switch parameters.text("reduction") {
    case "sum": losses.sum()
    case "none": losses
    default: losses.mean()
    }
  }

  /// −Σ target·log softmax over the class axis, with smoothed one-hot targets.
  private static func crossEntropy(_ logits: Tensor, _ labels: Tensor, _ parameters: ReferenceParameters) -> Tensor {
    let axis = parameters.integer("axis") ?? 1
    let classes = logits.shape[axis]
    var order = Array(0..<logits.rank)
    order.append(order.remove(at: axis))
    let smoothing = parameters.number("label_smoothing") ?? 0
    let hot = labels.oneHot(count: classes, type: logits.scalarType)
    let target = (1 - smoothing) * hot + smoothing / Double(classes)
    return -(target * logits.transposed(order).logSoftmax()).sum(axes: -1)
  }

  static let normalisations: [String: Function] = [
    "layer_norm": { x, parameters in [layerNorm(x[0], x[1], x[2], parameters.number("epsilon") ?? 0)] },
    "rms_norm": { x, parameters in
      let mean = x[0].squared().mean(axes: -1, keepingAxes: true)
      return [x[0] / sqrt(mean + (parameters.number("epsilon") ?? 0)) * x[1]]
    },
    "batch_norm": { x, parameters in
      let axes = [0] + Array(2..<Swift.max(x[0].rank, 2))
      return [scaled(normal(x[0], axes, parameters.number("epsilon") ?? 0), x[1], x[2])]
    },
    "group_norm": { x, parameters in
      let groups = x[0].reshaped(to: x[0].shape[0], parameters.integer("groups") ?? 1, -1)
      let normalised = normal(groups, [2], parameters.number("epsilon") ?? 0).reshaped(like: x[0])
      return [scaled(normalised, x[1], x[2])]
    },
  ]

  private static func normal(_ x: Tensor, _ axes: [Int], _ epsilon: Double) -> Tensor {
    let centred = x - x.mean(axes: axes, keepingAxes: true)
    return centred / sqrt(centred.squared().mean(axes: axes, keepingAxes: true) + epsilon)
  }

  private static func layerNorm(_ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ epsilon: Double) -> Tensor {
    normal(x, Array(x.rank - scale.rank..<x.rank), epsilon) * scale + shift
  }

  /// Scale and shift for each channel, axis 1.
  private static func scaled(_ x: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor {
    let sizes = [1, -1] + Array(repeating: 1, count: x.rank - 2)
    return x * scale.reshaped(to: sizes) + shift.reshaped(to: sizes)
  }

  // MARK: Attention and recurrence

  static let networks: [String: Function] = [
    "attention": { x, parameters in [attention(x[0], x[1], x[2], mask: x.count > 3 ? x[3] : nil, parameters)] },
    "multi_head_attention": { x, parameters in [multiHead(x[0], Array(x[1...]), parameters)] },
    "transformer_block": { x, parameters in
      let attended = x[0] + multiHead(layerNorm(x[0], x[1], x[2], 1e-5), Array(x[3...6]), parameters)
      let hidden = geluTanh(layerNorm(attended, x[7], x[8], 1e-5) • x[9] + x[10])
      return [attended + hidden • x[11] + x[12]]
    },
    "lstm_cell": { x, _ in lstmCell(x[0], x[1], x[2], Array(x[3...])) },
    "lstm": { x, _ in
      var (h, c, outputs) = (x[1], x[2], [Tensor]())
      for step in 0..<x[0].shape[1] {
        let next = lstmCell(x[0][.all, step], h, c, Array(x[3...]))
        (h, c) = (next[0], next[1])
        outputs.append(h)
      }
      return [.stack(outputs, axis: 1), h, c]
    },
    "gru_cell": { x, _ in
      let input = (x[0] • x[2].transposed() + x[4]).split(count: 3, axis: -1)
      let hidden = (x[1] • x[3].transposed() + x[5]).split(count: 3, axis: -1)
      let (reset, update) = (sigmoid(input[0] + hidden[0]), sigmoid(input[1] + hidden[1]))
      let candidate = tanh(input[2] + reset * hidden[2])
      return [(1 - update) * candidate + update * x[1]]
    },
  ]

  private static func attention(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?, _ parameters: ReferenceParameters
  ) -> Tensor {
    let scale = parameters.number("scale") ?? 1 / Double(q.shape[-1]).squareRoot()
    var scores = matmul(q, sharing(k, with: q).swappingAxes(-1, -2)) * scale
    if parameters.truth("causal") {
      let (rows, columns) = (scores.shape[-2], scores.shape[-1])
      let places = Tensor.range(to: Double(rows)).expanded(axes: 1) .>= Tensor.range(to: Double(columns))
      scores = select(places, scores, -Double.infinity)
    }
    if let mask {
      scores = mask.scalarType == .bool ? select(mask, scores, -Double.infinity) : scores + mask
    }
    return matmul(scores.softmax(), sharing(v, with: q))
  }

  /// Keys or values with a head for each query head: each serves several neighbours.
  private static func sharing(_ x: Tensor, with q: Tensor) -> Tensor {
    let group = q.shape[-3] / x.shape[-3]
    if group == 1 { return x }
    let heads = (0..<q.shape[-3]).map { $0 / group }
    return x.gathering(heads, axis: -3)
  }

  private static func multiHead(_ x: Tensor, _ weights: [Tensor], _ parameters: ReferenceParameters) -> Tensor {
    let heads = parameters.integer("heads") ?? 1
    func split(_ y: Tensor) -> Tensor {
      y.reshaped(to: y.shape[0], y.shape[1], heads, y.shape[2] / heads).swappingAxes(1, 2)
    }
    let mixed = attention(
      split(x • weights[0]), split(x • weights[1]), split(x • weights[2]), mask: nil, parameters)
    return mixed.swappingAxes(1, 2).reshaped(to: x.shape[0], x.shape[1], -1) • weights[3]
  }

  private static func lstmCell(_ x: Tensor, _ h: Tensor, _ c: Tensor, _ weights: [Tensor]) -> [Tensor] {
    let sums = x • weights[0].transposed() + weights[2] + h • weights[1].transposed() + weights[3]
    let gates = sums.split(count: 4, axis: -1)
    let cell = sigmoid(gates[1]) * c + sigmoid(gates[0]) * tanh(gates[2])
    return [sigmoid(gates[3]) * tanh(cell), cell]
  }
}
