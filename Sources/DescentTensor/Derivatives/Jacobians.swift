import DescentCalculus
import DescentGraph

// All partial derivatives at once: the basis vectors go through forward or reverse mode as one batch.

/// The matrix of all partial derivatives of a function: for each tensor of the argument, ∂result/∂tensor.
///
/// Reverse mode gives it a row for each element of the result, forward mode a column for each element of the
/// argument; the mode that needs fewer is taken, and all of them are computed as one batch.
///
/// ```swift
/// let j = jacobian(at: Tensor([1, 2])) { x in x * x }       // [[2.0, 0.0],
///                                                           //  [0.0, 4.0]]
/// ```
///
/// - Parameters:
///   - arguments: Where to differentiate: tensors or structures of tensors.
///   - function: A function with a floating-point result of any shape, called once.
/// - Returns: For each argument a structure like it, whose tensors have the result's shape followed by the argument's;
///   one value for one argument, a tuple for several.
public func jacobian<each Argument: TensorStructure>(
  at arguments: repeat each Argument, of function: (repeat each Argument) throws -> Tensor
) rethrows -> (repeat each Argument) {
  let recorder = Recorder()
  let (inputs, value) = try Scope.current.record(with: recorder) {
    let inputs = (repeat (each arguments).renamed())
    return (inputs, try function(repeat each inputs))
  }
  var sources: [Tensor] = []
  for input in repeat each inputs { sources += input.tensors }
  var derivatives = FunctionRecording(recorder: recorder, sources: sources, value: value).derivatives("jacobian")[...]
  func take<Structure: TensorStructure>(_ structure: Structure) -> Structure {
    let count = structure.tensors.count
    defer { derivatives = derivatives.dropFirst(count) }
    return structure.replacingTensors(with: Array(derivatives.prefix(count)))
  }
  return (repeat take(each arguments))
}

/// The matrix of second derivatives of a scalar function.
///
/// Forward mode over reverse mode, all directions as one batch.
///
/// - Parameters:
///   - argument: Where to differentiate.
///   - function: A function with a one-element result, called once.
/// - Returns: A tensor with the argument's shape twice.
public func hessian(at argument: Tensor, of function: (Tensor) throws -> Tensor) rethrows -> Tensor {
  try jacobian(at: argument) { x in try gradient(at: x, of: function) }
}

/// The matrices of second derivatives of a scalar function of several tensors, for each two of them.
///
/// ```swift
/// let blocks = hessian(at: [x, y]) { p in (p[0] * p[1]).sum() }       // blocks[0][1] is that by x and then y
/// ```
///
/// - Parameters:
///   - arguments: Where to differentiate.
///   - function: A function with a one-element result, called once for each argument.
/// - Returns: In row i and column j a tensor with the shape of argument i followed by that of argument j.
public func hessian(at arguments: [Tensor], of function: ([Tensor]) throws -> Tensor) rethrows -> [[Tensor]] {
  try arguments.indices.map { row in
    try jacobian(at: arguments) { x in try gradient(at: x, of: function)[row] }
  }
}

/// The second derivatives of a scalar function applied to a direction, without the matrix of them.
///
/// Costs a few times the function, whatever the number of elements.
///
/// - Parameters:
///   - argument: Where to differentiate: a tensor or a structure of tensors.
///   - direction: What the matrix is applied to: a structure like the argument, with tensors of the same shapes.
///   - function: A function with a one-element result, called once.
/// - Returns: A structure like the argument: how the gradient moves when the argument moves along `direction`.
public func hessianVectorProduct<Argument: TensorStructure>(
  at argument: Argument, along direction: Argument, of function: (Argument) throws -> Tensor
) rethrows -> Argument {
  let recorder = Recorder()
  let (sources, gradients) = try Scope.current.record(with: recorder) {
    let input = argument.renamed()
    return (input.tensors, try gradient(at: input, of: function).tensors)
  }
  let directions = direction.tensors
  if let complaint = complaint(about: directions, moving: sources, "hessianVectorProduct") {
    return argument.replacingTensors(with: sources.map { _ in complaint })
  }
  let forward = ForwardMode(recorder.nodes, sources: sources.map(\.node))
  let moved = forward.pushforward(directions.map(\.node), to: gradients.map(\.node))
  return argument.replacingTensors(
    with: zip(moved, gradients).map { moved, gradient in moved.map { Tensor($0) } ?? gradient.zerosLike() })
}

/// A function's recorded application to one argument.
private struct FunctionRecording {
  let recorder: Recorder
  let sources: [Tensor]
  let value: Tensor

  /// The derivatives by each source, or the failure in their places.
  func derivatives(_ operation: String) -> [Tensor] {
    if let failed = failure(operation) { return sources.map { _ in Tensor(failed) } }
    let size = sources.reduce(0) { $0 + $1.elementCount }
    return size <= value.elementCount ? columns() : rows()
  }

  /// What makes derivatives impossible.
  private func failure(_ operation: String) -> Node? {
    if value.node.isInvalid { return value.node }
    if !value.scalarType.isFloatingPoint {
      return .invalid(
        .notDifferentiable, operation,
        "the function's result is \(value.scalarType); only floating-point results have derivatives")
    }
    for source in sources where value.rank + source.rank > Shape.maximumRank {
      return .invalid(
        .shapeMismatch, operation,
        "the derivatives of a result of shape \(value.shape) by \(source.node.label) with shape \(source.shape) would "
          + "have \(value.rank + source.rank) axes; a tensor has at most \(Shape.maximumRank)")
    }
    return nil
  }

  /// The derivatives by reverse mode: a pullback for each element of the value.
  private func rows() -> [Tensor] {
    let mode = ReverseMode(recorder.nodes, sources: sources.map(\.node))
    let rows = vmap(value.basis) { row in
      let cotangent = row.reshaped(like: value)
      return zip(sources, mode.pullback(cotangent.node, of: value.node)).map { source, gradient in
        (gradient.map { Tensor($0) } ?? source.zerosLike()).flattened()
      }
    }
    return zip(rows, sources).map { rows, source in shaped(rows, source) }
  }

  /// The derivatives by forward mode: a pushforward for each element of each source.
  private func columns() -> [Tensor] {
    sources.map { source in
      guard source.scalarType.isFloatingPoint else {
        return .zeros(Shape(value.shape.dimensions + source.shape.dimensions), type: source.scalarType)
      }
      let mode = ForwardMode(recorder.nodes, sources: [source.node])
      let columns = vmap(source.basis, resultAxis: 1) { column in
        let tangent = mode.pushforward([column.reshaped(like: source).node], to: [value.node])[0]
        return (tangent.map { Tensor($0) } ?? value.zerosLike()).flattened()
      }
      return shaped(columns, source)
    }
  }

  /// A matrix with a row for each element of the value, a column for each of the source, in their shapes.
  private func shaped(_ matrix: Tensor, _ source: Tensor) -> Tensor {
    matrix.reshaped(to: value.shape.dimensions + source.shape.dimensions)
  }
}

extension Tensor {
  /// The unit vectors for the flattened tensor, as rows.
  fileprivate var basis: Tensor { .eye(elementCount, type: scalarType) }
}
