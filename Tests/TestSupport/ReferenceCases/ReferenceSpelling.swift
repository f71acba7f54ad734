import DescentTensor

/// How the reference cases' operations are spelt with Descent's tensors, by the operations' names.
package enum ReferenceSpelling {
  /// From the inputs and the parameters to the outputs.
  package typealias Function = @Sendable (_ inputs: [Tensor], _ parameters: ReferenceParameters) -> [Tensor]

  /// The operations that can be spelt today.
  package static let all: [String: Function] = {
    let tables = [
      operators, unary, functions, binary, functionsOfTwo, products, reductions, shaping, indexing, activations, losses,
      normalisations, networks, scans, statistics, contractions, repetitions, orders, convolutions, linearAlgebra,
    ]
    return tables.reduce(into: [:]) { all, table in all.merge(table) { first, _ in first } }
  }()

  /// An operation of one tensor.
  static func one(_ function: @escaping @Sendable (Tensor) -> Tensor) -> Function { { x, _ in [function(x[0])] } }

  /// An operation of two tensors.
  static func two(_ function: @escaping @Sendable (Tensor, Tensor) -> Tensor) -> Function {
    { x, _ in [function(x[0], x[1])] }
  }

  private static let unary: [String: Function] = [
    "neg": one { -$0 }, "abs": one { abs($0) }, "sign": one { sign($0) }, "square": one { $0.squared() },
    "sqrt": one { sqrt($0) }, "reciprocal": one { $0.reciprocal() }, "exp": one { exp($0) }, "log": one { log($0) },
    "sin": one { sin($0) }, "cos": one { cos($0) }, "tanh": one { tanh($0) }, "sigmoid": one { sigmoid($0) },
    "relu": one { relu($0) },
  ]

  private static let binary: [String: Function] = [
    "add": two { $0 + $1 }, "subtract": two { $0 - $1 }, "multiply": two { $0 * $1 }, "divide": two { $0 / $1 },
    "pow": two { $0 ** $1 }, "maximum": two { max($0, $1) }, "minimum": two { min($0, $1) },
    "pow_scalar": { x, parameters in [x[0] ** (parameters.number("exponent") ?? 1)] },
    "where": { x, _ in [select(x[0], x[1], x[2])] },
    "masked_fill": { x, parameters in [x[0].masked(x[1], with: parameters.number("value") ?? 0)] },
    "clamp": { x, parameters in
      switch (parameters.number("minimum"), parameters.number("maximum")) {
      case (let low?, let high?): [x[0].clamped(to: low...high)]
      case (let low?, nil): [max(x[0], low)]
      case (nil, let high?): [min(x[0], high)]
      case (nil, nil): [x[0]]
      }
    },
  ]

  private static let products: [String: Function] = [
    "matmul": two { matmul($0, $1) }, "outer": two { outer($0, $1) }, "dot": two { dot($0, $1) },
    "linear": { x, _ in [matmul(x[0], x[1].transposed()) + x[2]] },
    "affine": { x, _ in [x[0] • x[1] + x[2]] },
    "affine_square": { x, _ in [((x[0] • x[1] + x[2]) ** 2).sum()] },
    "quadratic_form": { x, _ in [0.5 * dot(x[2], x[0] • x[2]) + dot(x[1], x[2])] },
    "rosenbrock": one { x in
      let (head, tail) = (x[0..<x.elementCount - 1], x[1...])
      return (100 * (tail - head ** 2) ** 2 + (1 - head) ** 2).sum()
    },
  ]

  private static let reductions: [String: Function] = [
    "sum": along { $0.sum(axes: $1, keepingAxes: $2) }, "mean": along { $0.mean(axes: $1, keepingAxes: $2) },
    "max": along { $0.max(axes: $1, keepingAxes: $2) }, "min": along { $0.min(axes: $1, keepingAxes: $2) },
    "logsumexp": along { $0.logSumExp(axes: $1, keepingAxes: $2) },
    "softmax": { x, parameters in [x[0].softmax(axis: parameters.integer("axis") ?? -1)] },
    "log_softmax": { x, parameters in [x[0].logSoftmax(axis: parameters.integer("axis") ?? -1)] },
  ]

  /// A reduction of the axes that the parameters name; no axes means all of them.
  static func along(_ function: @escaping @Sendable (Tensor, [Int], Bool) -> Tensor) -> Function {
    { x, parameters in [function(x[0], parameters.integers("axes") ?? [], parameters.truth("keep_axes"))] }
  }
}
