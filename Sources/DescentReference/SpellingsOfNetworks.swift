import DescentGraph
import DescentTensor

// Normalisations, attention and recurrent cells of the reference cases, written out.

extension ReferenceSpelling {
  static let normalisations: [String: Function] = [
    "layer_norm": { x, parameters in [layerNorm(x[0], x[1], x[2], parameters.number("epsilon") ?? 0)] },
    "rms_norm": { x, parameters in
      let mean = x[0].squared().mean(axes: -1, keepingAxes: true)
      return [x[0] / sqrt(mean + (parameters.number("epsilon") ?? 0)) * x[1]]
    },
    "batch_norm": { x, parameters in
      let axes = (0..<x[0].rank).filter { $0 != 1 }
      return [scaled(normal(x[0], axes, parameters.number("epsilon") ?? 0), x[1], x[2])]
    },
    "batch_norm_inference": { x, parameters in
      let deviation = sqrt(channels(x[2], of: x[0]) + (parameters.number("epsilon") ?? 0))
      return [scaled((x[0] - channels(x[1], of: x[0])) / deviation, x[3], x[4])]
    },
    "group_norm": { x, parameters in [groupNorm(x, parameters.integer("groups") ?? 1, parameters)] },
    "instance_norm": { x, parameters in [groupNorm(x, x[0].shape[1], parameters)] },
  ]

  private static func normal(_ x: Tensor, _ axes: [Int], _ epsilon: Double) -> Tensor {
    let centred = x - x.mean(axes: axes, keepingAxes: true)
    return centred / sqrt(centred.squared().mean(axes: axes, keepingAxes: true) + epsilon)
  }

  private static func layerNorm(_ x: Tensor, _ scale: Tensor, _ shift: Tensor, _ epsilon: Double) -> Tensor {
    normal(x, Array(-scale.rank..<0), epsilon) * scale + shift
  }

  private static func groupNorm(_ x: [Tensor], _ groups: Int, _ parameters: ReferenceParameters) -> Tensor {
    let grouped = x[0].reshaped(to: x[0].shape[0], groups, -1)
    return scaled(normal(grouped, [2], parameters.number("epsilon") ?? 0).reshaped(like: x[0]), x[1], x[2])
  }

  /// Scale and shift for each channel.
  private static func scaled(_ x: Tensor, _ scale: Tensor, _ shift: Tensor) -> Tensor {
    x * channels(scale, of: x) + channels(shift, of: x)
  }

  /// A number for each channel, axis 1 of another tensor, so that it broadcasts.
  private static func channels(_ vector: Tensor, of x: Tensor) -> Tensor {
    vector.reshaped(to: (0..<x.rank).map { $0 == 1 ? vector.elementCount : 1 })
  }

  // MARK: Attention

  static let attention: [String: Function] = [
    "attention": { x, parameters in
      [attended(x[0], x[1], x[2], mask: x.count > 3 ? x[3] : nil, parameters)]
    },
    "multi_head_attention": { x, parameters in [multiHead(x[0], Array(x[1...]), parameters)] },
    "transformer_block": { x, parameters in
      let attended = x[0] + multiHead(layerNorm(x[0], x[1], x[2], 1e-5), Array(x[3...6]), parameters)
      let hidden = geluTanh(layerNorm(attended, x[7], x[8], 1e-5) • x[9] + x[10])
      return [attended + hidden • x[11] + x[12]]
    },
    "rotary_embedding": { x, parameters in
      let (steps, size) = (x[0].shape[-2], x[0].shape[-1])
      let exponents = Tensor.range(to: Double(size / 2), type: .float64) * (-2 / Double(max(size, 1)))
      let speeds = (parameters.number("base") ?? 1e4) ** exponents
      let angles = Tensor.range(to: Double(steps), type: .float64).expanded(axes: 1) * speeds
      let (cosine, sine) = (cos(angles).converted(to: x[0].scalarType), sin(angles).converted(to: x[0].scalarType))
      let halves = x[0].split(count: 2, axis: -1)
      guard halves.count == 2 else { return [] }
      let turned = [halves[0] * cosine - halves[1] * sine, halves[1] * cosine + halves[0] * sine]
      return [.concatenate(turned, axis: -1)]
    },
  ]

  private static func attended(
    _ q: Tensor, _ k: Tensor, _ v: Tensor, mask: Tensor?, _ parameters: ReferenceParameters
  ) -> Tensor {
    let scale = parameters.number("scale") ?? 1 / Double(max(q.shape[-1], 1)).squareRoot()
    var scores = matmul(q, sharing(k, with: q).swappingAxes(-1, -2)) * scale
    if parameters.truth("causal") {
      let mayAttend = Tensor.ones([scores.shape[-2], scores.shape[-1]], type: .bool).lowerTriangle()
      scores = select(mayAttend, scores, -Double.infinity)
    }
    if let mask {
      scores = mask.scalarType == .bool ? select(mask, scores, -Double.infinity) : scores + mask
    }
    return matmul(scores.softmax(), sharing(v, with: q))
  }

  /// Keys or values with a head for each query head: each serves several neighbours.
  private static func sharing(_ x: Tensor, with q: Tensor) -> Tensor {
    x.repeated(max(q.shape[-3] / max(x.shape[-3], 1), 1), axis: -3)
  }

  private static func multiHead(_ x: Tensor, _ weights: [Tensor], _ parameters: ReferenceParameters) -> Tensor {
    let heads = parameters.integer("heads") ?? 1
    let places = Array(x.shape.dimensions.dropLast())
    func split(_ y: Tensor) -> Tensor {
      y.reshaped(to: places + [heads, y.shape[-1] / max(heads, 1)]).swappingAxes(-2, -3)
    }
    let mixed = attended(
      split(x • weights[0]), split(x • weights[1]), split(x • weights[2]), mask: nil, parameters)
    return mixed.swappingAxes(-2, -3).reshaped(to: places + [weights[3].shape[0]]) • weights[3]
  }
}
