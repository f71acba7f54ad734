import DescentGraph
import DescentTensor

// Operations of the reference cases that move and choose elements.

extension ReferenceSpelling {
  static let shaping: [String: Function] = [
    "concat": { x, parameters in [.concatenate(x, axis: parameters.integer("axis") ?? 0)] },
    "stack": { x, parameters in [.stack(x, axis: parameters.integer("axis") ?? 0)] },
    "split": { x, parameters in
      x[0].split(sizes: parameters.integers("sizes") ?? [], axis: parameters.integer("axis") ?? 0)
    },
    "transpose": { x, parameters in [x[0].transposed(parameters.integers("permutation") ?? [])] },
    "reshape": { x, parameters in [x[0].reshaped(to: parameters.integers("shape") ?? [])] },
    "squeeze": { x, parameters in [x[0].squeezed(axes: parameters.integers("axes") ?? [])] },
    "broadcast_to": { x, parameters in [x[0].broadcast(to: Shape(parameters.integers("shape") ?? []))] },
    "slice": { x, parameters in
      let (starts, stops) = (parameters.optionalIntegers("starts") ?? [], parameters.optionalIntegers("stops") ?? [])
      let steps = parameters.optionalIntegers("steps") ?? []
      return [starts.indices.reduce(x[0]) { part($0, axis: $1, starts[$1], stops[$1], steps[$1] ?? 1) }]
    },
  ]

  /// A Python slice of one axis.
  private static func part(_ x: Tensor, axis: Int, _ start: Int?, _ stop: Int?, _ step: Int) -> Tensor {
    x.swappingAxes(0, axis)[.stride(from: start, to: stop, by: step)].swappingAxes(0, axis)
  }

  static let indexing: [String: Function] = [
    "take": { x, parameters in [x[0].gathering(x[1], axis: parameters.integer("axis") ?? 0)] },
    "embedding": { x, _ in [x[0].gathering(x[1])] },
    "gather": { x, parameters in [picking(x[0], x[1], axis: parameters.integer("axis") ?? 0)] },
  ]

  /// NumPy's `take_along_axis`, as a sum over one-hot rows: Σ_k [index = k]·x_k.
  private static func picking(_ x: Tensor, _ indices: Tensor, axis: Int) -> Tensor {
    let (x, indices) = (x.swappingAxes(axis, -1), indices.swappingAxes(axis, -1))
    let hot = indices.oneHot(count: x.shape[-1], type: x.scalarType)
    return (hot * x.expanded(axes: -2)).sum(axes: -1).swappingAxes(axis, -1)
  }
}
