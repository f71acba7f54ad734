import DescentTensor

// Products of the reference cases, and the functions that are little more than one.

extension ReferenceSpelling {
  static let products: [String: Function] = [
    "matmul": two { matmul($0, $1) }, "outer": two { outer($0, $1) }, "dot": two { dot($0, $1) },
    "kron": two { kron($0, $1) }, "cross": two { cross($0, $1) },
    "linear": { x, _ in
      let product = matmul(x[0], x[1].transposed())
      return [x.count > 2 ? product + x[2] : product]
    },
  ]

  static let contractions: [String: Function] = [
    "einsum": { x, parameters in [DescentTensor.einsum(parameters.text("equation") ?? "", x)] },
    "tensordot": { x, parameters in
      if parameters.values["axes"]?.integer != nil {
        return [tensordot(x[0], x[1], axes: parameters.integer("axes") ?? 0)]
      }
      let axes = parameters.lists("axes") ?? []
      return [tensordot(x[0], x[1], axes: (axes.first ?? [], axes.dropFirst().first ?? []))]
    },
  ]

  static let wholeFunctions: [String: Function] = [
    "affine": { x, _ in [x[0] • x[1] + x[2]] },
    "affine_square": { x, _ in [((x[0] • x[1] + x[2]) ** 2).sum()] },
    "quadratic_form": { x, _ in [0.5 * dot(x[2], x[0] • x[2]) + dot(x[1], x[2])] },
    "rosenbrock": one { x in
      let (head, tail) = (x[..<(-1)], x[1...])
      return (100 * (tail - head ** 2) ** 2 + (1 - head) ** 2).sum()
    },
    "sum_of_sines": one { ($0 * sin($0.cumulativeSum(axis: 0))).sum() },
    "logistic_regression": { x, _ in
      let logits = x[0] • x[1] + x[2]
      return [(softplus(logits) - logits * x[3]).mean()]
    },
    "mlp_loss": { x, _ in
      let logits = tanh(x[0] • x[1] + x[2]) • x[3] + x[4]
      return [crossEntropy(logits, x[5], axis: 1, smoothing: 0).mean()]
    },
    "mixture_log_likelihood": { x, _ in
      let distance = (x[0].expanded(axes: 1) - x[1]) * exp(-x[2])
      let logDensities = -(0.5 * distance.squared() + x[2]).sum(axes: -1)
      return [(x[3].logSoftmax() + logDensities).logSumExp(axes: -1).mean()]
    },
  ]
}
