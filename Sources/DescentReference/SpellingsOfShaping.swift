import DescentGraph
import DescentTensor

// Operations of the reference cases that move, repeat and choose elements.

extension ReferenceSpelling {
  static let shaping: [String: Function] = [
    "concat": { x, parameters in [.concatenate(x, axis: parameters.integer("axis") ?? 0)] },
    "stack": { x, parameters in [.stack(x, axis: parameters.integer("axis") ?? 0)] },
    "split": { x, parameters in
      x[0].split(sizes: parameters.integers("sizes") ?? [], axis: parameters.integer("axis") ?? 0)
    },
    "transpose": { x, parameters in [x[0].transposed(parameters.integers("permutation") ?? [])] },
    "reshape": { x, parameters in [x[0].reshaped(to: parameters.integers("shape") ?? [])] },
    "squeeze": atAxes { $0.squeezed(axes: $1) }, "expand_dims": atAxes { $0.expanded(axes: $1) },
    "flip": atAxes { $0.flipped(axes: $1) },
    "broadcast_to": { x, parameters in [x[0].broadcast(to: Shape(parameters.integers("shape") ?? []))] },
  ]

  /// An operation of the axes that the parameters name: none for an empty list, which elsewhere means all of them.
  private static func atAxes(_ function: @escaping @Sendable (Tensor, [Int]) -> Tensor) -> Function {
    { x, parameters in
      let axes = parameters.integers("axes") ?? []
      return [axes.isEmpty ? x[0] : function(x[0], axes)]
    }
  }

  static let repetitions: [String: Function] = [
    "pad": { x, parameters in
      let none = [Int](repeating: 0, count: x[0].rank)
      let (low, high) = (parameters.integers("low") ?? none, parameters.integers("high") ?? none)
      return [x[0].padded(low: low, high: high, mode: try paddingMode(parameters))]
    },
    "tile": { x, parameters in [x[0].tiled(parameters.integers("repetitions") ?? [])] },
    "repeat": { x, parameters in
      [x[0].repeated(parameters.integer("count") ?? 1, axis: parameters.integer("axis") ?? 0)]
    },
    "roll": { x, parameters in
      [x[0].rolled(by: parameters.integers("shifts") ?? [], axes: parameters.integers("axes") ?? [])]
    },
  ]

  private static func paddingMode(_ parameters: ReferenceParameters) throws -> PaddingMode {
    switch parameters.text("mode") {
    case nil, "constant": return .constant(parameters.number("value") ?? 0)
    case "reflect": return .reflect
    case "edge": return .edge
    case "wrap": return .wrap
    case let mode?: throw TensorError(.invalidArgument, "pad", "there is no mode '\(mode)'")
    }
  }

  static let triangles: [String: Function] = [
    "diagonal": withOffset { $0.diagonal(offset: $1) },
    // As in NumPy, the diagonal of a matrix is the vector that it was made from.
    "diag": withOffset { $0.rank == 2 ? $0.diagonal(offset: $1) : .diagonalMatrix(from: $0, offset: $1) },
    "tril": withOffset { $0.lowerTriangle(offset: $1) }, "triu": withOffset { $0.upperTriangle(offset: $1) },
    "trace": one { $0.trace() },
  ]

  private static func withOffset(_ function: @escaping @Sendable (Tensor, Int) -> Tensor) -> Function {
    { x, parameters in [function(x[0], parameters.integer("offset") ?? 0)] }
  }

  static let slices: [String: Function] = [
    "slice": { x, parameters in [x[0][parts: parts(parameters)]] },
    "slice_update": { x, parameters in
      var result = x[0]
      result[parts: parts(parameters)] = x[1]
      return [result]
    },
  ]

  /// A Python slice for each axis; a list that is missing or empty leaves all its entries open.
  private static func parts(_ parameters: ReferenceParameters) -> [TensorIndex] {
    let lists = ["starts", "stops", "steps"].map { parameters.optionalIntegers($0) ?? [] }
    let count = lists.map(\.count).filter { $0 > 0 }.min() ?? 0
    return (0..<count).map { axis in
      let entries = lists.map { $0.isEmpty ? nil : $0[axis] }
      return .stride(from: entries[0], to: entries[1], by: entries[2] ?? 1)
    }
  }

  static let indexing: [String: Function] = [
    "take": { x, parameters in [x[0].gathering(x[1], axis: parameters.integer("axis") ?? 0)] },
    "embedding": two { $0.gathering($1) },
    "gather": { x, parameters in [x[0].takingAlong(x[1], axis: parameters.integer("axis") ?? 0)] },
    "gather_nd": two { $0.gathering(at: $1) },
    "scatter": { x, parameters in [x[0].settingAlong(x[1], x[2], axis: parameters.integer("axis") ?? 0)] },
    "scatter_add": { x, parameters in [x[0].addingAlong(x[1], x[2], axis: parameters.integer("axis") ?? 0)] },
    "index_add": { x, parameters in [x[0].scatteringSum(x[2], at: x[1], axis: parameters.integer("axis") ?? 0)] },
    "segment_sum": { x, parameters in [x[0].segmentSum(x[1], count: parameters.integer("segments") ?? 0)] },
  ]
}
