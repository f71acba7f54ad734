import DescentGraph
import DescentTensor

// The same elements under other shapes, side by side, or chosen by their places.

extension ProgramFunction {
  static let shapes: [ProgramFunction] = [
    ProgramFunction(.shape, "reshape(x, *shape)", "the elements in row-major order under another shape; −1 is computed")
    {
      try $0.tensor("x").reshaped(to: try $0.variadicIntegers("shape"))
    },
    ProgramFunction(.shape, "transpose(x, *axes)", "the axes in reverse, or in the order given; also x.T") {
      let x = try $0.tensor("x")
      return $0.isVariadicEmpty ? x.transposed() : x.transposed(try $0.variadicIntegers("axes"))
    },
    ProgramFunction(.shape, "swapaxes(x, axis1, axis2)", "two axes exchanged") {
      try $0.tensor("x").swappingAxes(try $0.integer("axis1"), try $0.integer("axis2"))
    },
    ProgramFunction(.shape, "moveaxis(x, source, destination)", "one axis at another place") {
      try $0.tensor("x").movingAxis(from: try $0.integer("source"), to: try $0.integer("destination"))
    },
    ProgramFunction(.shape, "flatten(x)", aliases: ["ravel"], "all elements in one axis") {
      try $0.tensor("x").flattened()
    },
    ProgramFunction(.shape, "squeeze(x, axis=None)", "without axes of size 1") {
      try $0.tensor("x").squeezed(axes: try $0.axes())
    },
    ProgramFunction(.shape, "expand_dims(x, axis)", aliases: ["unsqueeze"], "with a new axis of size 1") {
      try $0.tensor("x").expanded(axes: try $0.axes())
    },
    ProgramFunction(.shape, "broadcast_to(x, shape)", "repeated to a shape by NumPy's rule") {
      try $0.tensor("x").broadcast(to: Shape(try $0.integers("shape") ?? []))
    },
    ProgramFunction(.shape, "concatenate(tensors, axis=0)", aliases: ["concat", "cat"], "side by side along an axis") {
      .concatenate(try $0.tensors("tensors"), axis: try $0.integer("axis", default: 0))
    },
    ProgramFunction(.shape, "stack(tensors, axis=0)", "side by side along a new axis") {
      .stack(try $0.tensors("tensors"), axis: try $0.integer("axis", default: 0))
    },
    ProgramFunction(.shape, "tile(x, reps)", "the whole tensor repeated side by side") {
      try $0.tensor("x").tiled(try $0.integers("reps") ?? [])
    },
    ProgramFunction(.shape, "repeat(x, repeats, axis=None)", "each element repeated in a row") { arguments in
      try flatUnlessAxis(arguments) { $0.repeated(try arguments.integer("repeats"), axis: $1) }
    },
    ProgramFunction(.shape, "flip(x, axis=None)", "in reverse order along axes") {
      try $0.tensor("x").flipped(axes: try $0.axes())
    },
    ProgramFunction(.shape, "roll(x, shift, axis=None)", "moved along an axis, round its end") { arguments in
      let rolled = try flatUnlessAxis(arguments) { $0.rolled(by: try arguments.integer("shift"), axis: $1) }
      return rolled.reshaped(like: try arguments.tensor("x"))
    },
  ]

  /// What is done along an axis, or with all elements in row-major order.
  private static func flatUnlessAxis(
    _ arguments: ProgramArguments, _ function: (Tensor, Int) throws -> Tensor
  ) throws -> Tensor {
    let x = try arguments.tensor("x")
    guard let axis = try arguments.optionalInteger("axis") else { return try function(x.flattened(), 0) }
    return try function(x, axis)
  }

  static let places: [ProgramFunction] = [
    ProgramFunction(.shape, "take(x, indices, axis=None)", aliases: ["gather"], "slices chosen by indices") {
      arguments in
      try flatUnlessAxis(arguments) { $0.gathering(try arguments.indices("indices"), axis: $1) }
    },
    ProgramFunction(.shape, "one_hot(labels, count)", "for each class a row with a 1 at its place") {
      try $0.indices("labels").oneHot(count: try $0.integer("count"), type: $0.limits.type)
    },
    ProgramFunction(.shape, "diag(x, k=0)", "a diagonal of matrices, or the matrix of a vector") {
      let (x, offset) = (try $0.tensor("x"), try $0.integer("k", default: 0))
      return x.rank == 1 ? .diagonalMatrix(from: x, offset: offset) : x.diagonal(offset: offset)
    },
    ProgramFunction(.shape, "tril(x, k=0)", "the lower triangle, zeros above") {
      try $0.tensor("x").lowerTriangle(offset: try $0.integer("k", default: 0))
    },
    ProgramFunction(.shape, "triu(x, k=0)", "the upper triangle, zeros below") {
      try $0.tensor("x").upperTriangle(offset: try $0.integer("k", default: 0))
    },
    ProgramFunction(
      .shape, "stop_gradient(x)", aliases: ["detach"], "x as a constant, through which no derivative passes"
    ) {
      try $0.tensor("x").stoppingGradient()
    },
  ]

  // MARK: New tensors

  static let creation: [ProgramFunction] = [
    ProgramFunction(
      .creation, "array(values)", aliases: ["tensor", "asarray"], "a list as a tensor, which it is anyway"
    ) {
      try $0.tensor("values")
    },
    ProgramFunction(.creation, "zeros(*shape)", "zeros") { try filled($0, 0) },
    ProgramFunction(.creation, "ones(*shape)", "ones") { try filled($0, 1) },
    ProgramFunction(.creation, "full(shape, value)", "one number everywhere") {
      let shape = Shape(try $0.integers("shape") ?? [])
      return .full(shape, try $0.number("value"), type: $0.limits.type)
    },
    ProgramFunction(.creation, "zeros_like(x)", "zeros of the shape of x") { try $0.tensor("x").zerosLike() },
    ProgramFunction(.creation, "ones_like(x)", "ones of the shape of x") { try $0.tensor("x").onesLike() },
    ProgramFunction(.creation, "eye(n, m=None)", aliases: ["identity"], "ones on the main diagonal") {
      .eye(try $0.integer("n"), columns: try $0.optionalInteger("m"), type: $0.limits.type)
    },
    ProgramFunction(.creation, "arange(start, stop=None, step=1)", "the numbers from start up to stop, in steps") {
      let (start, step) = (try $0.number("start"), try $0.number("step", default: 1))
      let stop = try $0.optionalNumber("stop")
      return .range(from: stop == nil ? 0 : start, to: stop ?? start, by: step, type: $0.limits.type)
    },
    ProgramFunction(.creation, "linspace(start, stop, num=50)", "numbers evenly spaced from start to stop") {
      .linspace(
        from: try $0.number("start"), to: try $0.number("stop"), count: try $0.integer("num", default: 50),
        type: $0.limits.type)
    },
  ]

  private static func filled(_ arguments: ProgramArguments, _ value: Double) throws -> Tensor {
    .full(Shape(try arguments.variadicIntegers("shape")), value, type: arguments.limits.type)
  }
}
