import DescentNetworks
import DescentTensor

// Losses and normalisation.

extension ProgramFunction {
  static let networks: [ProgramFunction] = [
    ProgramFunction(
      .network, "cross_entropy(logits, labels)", aliases: ["softmax_cross_entropy"],
      "the mean of −ln softmax(logits) at the labels, which are class numbers or rows of probabilities"
    ) { arguments in
      let logits = try arguments.tensor("logits")
      let rows = try arguments.tensor("labels")
      // Rows of probabilities have the shape of the logits, classes one axis less.
      let labels = rows.rank == logits.rank ? rows : try arguments.indices("labels")
      return softmaxCrossEntropy(logits, labels)
    },
    ProgramFunction(
      .network, "mse(predictions, targets)", aliases: ["mean_squared_error"], "the mean of (prediction − target)²"
    ) { meanSquaredError(try $0.tensor("predictions"), try $0.tensor("targets")) },
    ProgramFunction(
      .network, "layer_norm(x, gamma=None, beta=None, axis=-1, eps=1e-5)",
      "(x − mean)/√(var + eps)·γ + β along axes"
    ) { arguments in
      let x = try arguments.tensor("x")
      let axes = try arguments.integers("axis") ?? [-1]
      let epsilon = try arguments.number("eps", default: 1e-5)
      let normalized = namedScope("layerNorm", x) { operands in
        let moments = operands[0].meanAndVariance(axes: axes, keepingAxes: true)
        return (operands[0] - moments.mean) / sqrt(moments.variance + epsilon)
      }
      let scaled = try arguments.optionalTensor("gamma").map { normalized * $0 } ?? normalized
      return try arguments.optionalTensor("beta").map { scaled + $0 } ?? scaled
    },
  ]
}
