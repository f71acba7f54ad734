// Realistic formulas, whose type checking must stay quick. Benchmarks/type-checking prints every expression that takes
// longer than 100 ms; the aim is none above 300 ms.

import Descent

func formulas(_ x: Tensor, _ w: Tensor, _ b: Tensor, _ mean: Tensor, _ logVariance: Tensor, _ rate: Float) -> [Tensor] {
  let gelu = 0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x ** 3)))
  let evidence = (-0.5 * (1 + logVariance - mean ** 2 - exp(logVariance))).sum(axes: 1).mean()
  let momentum = 0.9 * mean + (1 - 0.9) * x
  let adam = -rate * (momentum / (1 - 0.9)) / (sqrt(logVariance / (1 - 0.999)) + 1e-8)
  let rosenbrock = (100 * (x[1...] - x[..<(-1)] ** 2) ** 2 + (1 - x[..<(-1)]) ** 2).sum()
  let affine = ((w • x + b) ** 2).sum()
  let gaussian = exp(-(x - mean) ** 2 / (2 * exp(logVariance))) / sqrt(2 * 3.14159 * exp(logVariance))
  let centred = x - x.mean(axes: -1, keepingAxes: true)
  let layerNorm = centred / sqrt((centred ** 2).mean(axes: -1, keepingAxes: true) + 1e-5) * w + b
  let logistic = (max(x, 0) - x * w + log(1 + exp(-abs(x)))).mean()
  let long =
    x * x + 2 * x * w - 3.5 * b / (1 + exp(-x)) + w * w * w - rate * x + rate / (x * x + 1) - 0.5 * (x - w) * (x + w)
    + b * b * rate - 1 / (1 + x ** 2) + 4 * w - 5 * x + 6 * b
  let ownArithmetic = 1 + 2 * 3.0
  return [
    gelu, evidence, adam, rosenbrock, affine, gaussian, layerNorm, logistic, long, x[0, ..<3, .stride(by: 2)],
    x * ownArithmetic,
  ]
}

func variables(_ w: Variable, _ x: Variable, _ b: Variable, _ rate: Float) throws -> Tensor {
  let logistic = (1 / (1 + exp(-(w • x + b))) - 0.5 * w ** 2 + rate * b).sum()
  let mixed = w * x + b - 2 * w / (3 + x) + x * x * 0.5 - rate * w
  let (value, (gw, gb)) = valueWithGradient(at: w.value, b.value) { w, b in ((w • x + b) ** 2).sum() }
  let tape = GradientTape()
  let f = tape.record { ((w • x + b) ** 2).sum() }
  let (dw, db) = try tape.gradient(of: f, withRespectTo: w, b)
  return logistic + mixed.sum() + value + (gw - dw).sum() + (gb - db).sum()
}

let literals: [Tensor] = [[[1, -2], [2, 1]], [0.5, 1, -3], [[[1], [2]], [[3], [4]]], [true, false]]
