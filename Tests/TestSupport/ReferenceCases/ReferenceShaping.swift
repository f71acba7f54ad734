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
    "gather": { x, parameters in [x[0].takingAlong(x[1], axis: parameters.integer("axis") ?? 0)] },
    "gather_nd": two { $0.gathering(at: $1) },
    "scatter": { x, parameters in [x[0].settingAlong(x[1], x[2], axis: parameters.integer("axis") ?? 0)] },
    "scatter_add": { x, parameters in [x[0].addingAlong(x[1], x[2], axis: parameters.integer("axis") ?? 0)] },
    "index_add": { x, parameters in [x[0].scatteringSum(x[2], at: x[1], axis: parameters.integer("axis") ?? 0)] },
    "segment_sum": { x, parameters in [x[0].segmentSum(x[1], count: parameters.integer("segments") ?? 0)] },
    "masked_select": two { $0.entries(where: $1) },
    "slice_update": { x, parameters in [updated(x[0], with: x[1], parameters, from: 0)] },
  ]

  /// The tensor with an update in a window, axis by axis: the part along one axis is updated along the next ones.
  private static func updated(
    _ x: Tensor, with update: Tensor, _ parameters: ReferenceParameters, from axis: Int
  ) -> Tensor {
    guard let starts = parameters.optionalIntegers("starts"), axis < starts.count else { return update }
    let (stops, steps) = (parameters.optionalIntegers("stops") ?? [], parameters.optionalIntegers("steps") ?? [])
    let index = TensorIndex.stride(from: starts[axis], to: stops[axis], by: steps[axis] ?? 1)
    var turned = x.swappingAxes(0, axis)
    let part = updated(turned[index].swappingAxes(0, axis), with: update, parameters, from: axis + 1)
    turned[index] = part.swappingAxes(0, axis)
    return turned.swappingAxes(0, axis)
  }
}
