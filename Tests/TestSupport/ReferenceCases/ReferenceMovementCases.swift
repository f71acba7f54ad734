import DescentGraph
import DescentTensor

// Operations of the reference cases that contract by an equation, pad, repeat and take diagonals.

extension ReferenceSpelling {
  static let contractions: [String: Function] = [
    "einsum": { x, parameters in [DescentTensor.einsum(parameters.text("equation") ?? "", x)] },
    "tensordot": { x, parameters in
      let axes = parameters.lists("axes") ?? [[], []]
      return [tensordot(x[0], x[1], axes: (axes[0], axes[1]))]
    },
    "kron": two { kron($0, $1) }, "cross": two { cross($0, $1) }, "trace": one { $0.trace() },
    "diagonal": { x, parameters in [x[0].diagonal(offset: parameters.integer("offset") ?? 0)] },
    "diag": { x, parameters in [.diagonalMatrix(from: x[0], offset: parameters.integer("offset") ?? 0)] },
    "tril": { x, parameters in [x[0].lowerTriangle(offset: parameters.integer("offset") ?? 0)] },
    "triu": { x, parameters in [x[0].upperTriangle(offset: parameters.integer("offset") ?? 0)] },
  ]

  static let repetitions: [String: Function] = [
    "pad": { x, parameters in
      let none = [Int](repeating: 0, count: x[0].rank)
      let mode: PaddingMode =
        switch parameters.text("mode") {
        case "reflect": .reflect
        case "edge": .edge
        case "wrap": .wrap
        default: .constant(parameters.number("value") ?? 0)
        }
      let (low, high) = (parameters.integers("low") ?? none, parameters.integers("high") ?? none)
      return [x[0].padded(low: low, high: high, mode: mode)]
    },
    "tile": { x, parameters in [x[0].tiled(parameters.integers("repetitions") ?? [])] },
    "repeat": { x, parameters in
      [x[0].repeated(parameters.integer("count") ?? 1, axis: parameters.integer("axis") ?? 0)]
    },
    "flip": { x, parameters in [x[0].flipped(axes: parameters.integers("axes") ?? [])] },
    "roll": { x, parameters in
      [x[0].rolled(by: parameters.integers("shifts") ?? [], axes: parameters.integers("axes") ?? [])]
    },
  ]

  static let orders: [String: Function] = [
    "sort": { x, parameters in
      let (axis, descending) = (parameters.integer("axis") ?? -1, parameters.truth("descending"))
      return [x[0].sorted(axis: axis, descending: descending), x[0].argSort(axis: axis, descending: descending)]
    },
    "topk": { x, parameters in
      let smallest = if case .truth(false) = parameters.values["largest"] { true } else { false }
      let axis = parameters.integer("axis") ?? -1
      let chosen = x[0].topK(parameters.integer("k") ?? 1, axis: axis, largest: !smallest)
      return [chosen.values, chosen.indices]
    },
  ]
}
