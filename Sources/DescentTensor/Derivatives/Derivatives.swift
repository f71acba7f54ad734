import DescentCalculus
import DescentGraph

// Derivatives of functions, without a tape in sight. Any order: the results are ordinary tensors, so these functions
// nest.

/// The value of a scalar function and its gradient with respect to each argument.
///
/// Arguments are tensors or structures of tensors; the gradient of a structure is a structure of the same type. An
/// argument that the value does not depend on has gradient zero.
///
/// ```swift
/// let w: Tensor = [[1, -2], [2, 1]], b: Tensor = [0, -1], x: Tensor = [1, 2]
/// let (f, (dw, db)) = valueWithGradient(at: w, b) { w, b in ((w • x + b) ** 2).sum() }
/// print(f, db)        // 18.0 [-6.0, 6.0]
/// ```
///
/// - Parameters:
///   - arguments: Where to differentiate.
///   - function: A function with a one-element result, called once. A result of another shape stops the program.
/// - Returns: The value and the gradient: one value for one argument, a tuple for several.
public func valueWithGradient<each Argument: TensorStructure>(
  at arguments: repeat each Argument, of function: (repeat each Argument) throws -> Tensor
) rethrows -> (value: Tensor, gradient: (repeat each Argument)) {
  let (value, pullback) = try vjp(at: repeat each arguments, of: function)
  if value.elementCount != 1 || !value.scalarType.isFloatingPoint, !value.node.isInvalid {
    let complaint = Node.invalid(
      .notScalar, "valueWithGradient",
      "the function's result is \(value.scalarType) of shape \(value.shape); a gradient needs one floating-point "
        + "number: reduce it, for example with .sum() or .mean()")
    return (Tensor(complaint), (repeat each arguments))
  }
  return (value, pullback(Tensor(value.node.filled(1))))
}

/// The gradient of a scalar function with respect to each argument.
///
/// ```swift
/// print(gradient(at: Tensor(3.0)) { x in x ** 3 })                                            // 27.0
/// print(gradient(at: Tensor(3.0)) { x in gradient(at: x) { x in x ** 3 } })                   // 18.0
/// ```
///
/// - Parameters:
///   - arguments: Where to differentiate.
///   - function: A function with a one-element result, called once.
/// - Returns: One value for one argument, a tuple for several.
public func gradient<each Argument: TensorStructure>(
  at arguments: repeat each Argument, of function: (repeat each Argument) throws -> Tensor
) rethrows -> (repeat each Argument) {
  try valueWithGradient(at: repeat each arguments, of: function).gradient
}

/// The value of a function and its pullback: the map from the result's cotangent to those of the arguments.
///
/// Calling the pullback costs at most a few times the function. What the function computed stays in memory as long as
/// the pullback lives.
///
/// - Parameters:
///   - arguments: Where to differentiate.
///   - function: A function with a floating-point result of any shape, called once.
/// - Returns: The value and its pullback, which takes a tensor of the value's shape and type.
public func vjp<each Argument: TensorStructure>(
  at arguments: repeat each Argument, of function: (repeat each Argument) throws -> Tensor
) rethrows -> (value: Tensor, pullback: (Tensor) -> (repeat each Argument)) {
  let recorder = Recorder()
  let (inputs, value) = try Scope.current.record(with: recorder) {
    let inputs = (repeat (each arguments).renamed())
    return (inputs, try function(repeat each inputs))
  }
  let pullback = { (cotangent: Tensor) -> (repeat each Argument) in
    var sources: [Tensor] = []
    for input in repeat each inputs { sources += input.tensors }
    guard cotangent.node.isInvalid || (cotangent.shape == value.shape && cotangent.scalarType == value.scalarType)
    else {
      Failure.stop(
        .init(
          .shapeMismatch, "pullback",
          "the cotangent is \(cotangent.scalarType) \(cotangent.shape), the value \(value.scalarType) \(value.shape)"))
      return (repeat each arguments)
    }
    let found = ReverseMode(recorder.nodes, sources: sources.map(\.node)).pullback(cotangent.node, of: value.node)
    var gradients = zip(sources, found).map { source, gradient in gradient.map { Tensor($0) } ?? source.zerosLike() }[
      ...]
    func take<Structure: TensorStructure>(_ structure: Structure) -> Structure {
      let count = structure.tensors.count
      defer { gradients = gradients.dropFirst(count) }
      return structure.replacingTensors(with: Array(gradients.prefix(count)))
    }
    return (repeat take(each arguments))
  }
  return (value, pullback)
}

/// The value of a function and its derivative in a direction: forward mode.
///
/// Costs about as much as the function again, whatever the shape of the result.
///
/// ```swift
/// let (y, dy) = jvp(at: Tensor(2.0), along: Tensor(1.0)) { x in x ** 3 }      // 8, 12
/// let (z, dz) = jvp(at: y, x, along: dy, dx) { y, x in y * x }                // the product rule
/// ```
///
/// - Parameters:
///   - arguments: Where to differentiate.
///   - tangents: The direction: for each argument a structure like it, with tensors of the same shapes.
///   - function: The function, called once.
public func jvp<each Argument: TensorStructure>(
  at arguments: repeat each Argument, along tangents: repeat each Argument,
  of function: (repeat each Argument) throws -> Tensor
) rethrows -> (value: Tensor, tangent: Tensor) {
  let recorder = Recorder()
  let (inputs, value) = try Scope.current.record(with: recorder) {
    let inputs = (repeat (each arguments).renamed())
    return (inputs, try function(repeat each inputs))
  }
  var (sources, directions) = ([Tensor](), [Tensor]())
  for input in repeat each inputs { sources += input.tensors }
  for tangent in repeat each tangents { directions += tangent.tensors }
  if let complaint = complaint(about: directions, moving: sources, "jvp") { return (value, complaint) }
  let forward = ForwardMode(recorder.nodes, sources: sources.map(\.node))
  let moved = forward.pushforward(directions.map(\.node), to: [value.node])[0]
  return (value, moved.map { Tensor($0) } ?? value.zerosLike())
}

/// The failure of tangents that do not fit the tensors they move, nil if they do.
func complaint(about tangents: [Tensor], moving sources: [Tensor], _ operation: String) -> Tensor? {
  guard sources.count == tangents.count else {
    return Tensor(
      Node.invalid(.shapeMismatch, operation, "there are \(tangents.count) tangents for \(sources.count) tensors"))
  }
  for (source, tangent) in zip(sources, tangents)
  where source.shape != tangent.shape || source.scalarType != tangent.scalarType {
    return Tensor(
      Node.invalid(
        .shapeMismatch, operation,
        "a tangent is \(tangent.scalarType) \(tangent.shape), the tensor that it moves \(source.scalarType) "
          + "\(source.shape)"))
  }
  return nil
}

extension TensorStructure {
  /// The structure under new identities, so that derivatives can tell this use of its tensors from others.
  func renamed() -> Self {
    replacingTensors(
      with: tensors.map { tensor in
        let node = Node.identity(.alias, tensor.node)
        node.note = tensor.node.note
        return Tensor(node)
      })
  }
}
