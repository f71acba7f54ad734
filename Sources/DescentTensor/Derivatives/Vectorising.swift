import DescentCalculus
import DescentGraph

// Functions of one sample, applied to whole batches at once.

/// Applies a function of one sample to every sample along an axis of the argument, as one computation.
///
/// The result is that of a loop with ``Tensor/stack(_:axis:)``, without the loop: the function is called once, what it
/// does to a sample is recorded, and done again with one more axis. Mapping, derivatives and further mapping nest in
/// any order.
///
/// ```swift
/// let matrices = Tensor.range(to: 12).reshaped(to: 3, 2, 2)
/// let traces = vmap(matrices) { matrix in (matrix * .eye(2)).sum() }           // shape [3]
/// let slopes = vmap(Tensor([1, 2, 3])) { x in gradient(at: x) { x in x ** 3 } }   // [3.0, 12.0, 27.0]
/// ```
///
/// Inside the function a tensor stands for any sample, so it must not look at values: it would see those of the first.
/// Random numbers drawn inside are the same for every sample; draw them outside and map over them.
///
/// - Parameters:
///   - argument: The samples: a tensor, or a structure whose tensors all have them along `axis`.
///   - axis: The axis to map over, which the function does not see; negative axes count from the end.
///   - resultAxis: Where the axis stands in the results. What does not depend on the sample is repeated along it.
///   - function: A function of one sample, called once.
public func vmap<Argument: TensorStructure>(
  _ argument: Argument, axis: Int = 0, resultAxis: Int = 0, of function: (Argument) throws -> Tensor
) rethrows -> Tensor {
  var batch = BatchArguments(axes: [axis])
  batch.add(argument)
  return try batch.map(resultAxis) { examples in try function(examples.take(argument)) }
}

/// Applies a function of one sample that returns a structure, such as an array of tensors; see
/// ``vmap(_:axis:resultAxis:of:)``.
public func vmap<Argument: TensorStructure, Result: TensorStructure>(
  _ argument: Argument, axis: Int = 0, resultAxis: Int = 0, of function: (Argument) throws -> Result
) rethrows -> Result {
  var batch = BatchArguments(axes: [axis])
  batch.add(argument)
  return try batch.map(resultAxis) { examples in try function(examples.take(argument)) }
}

/// Applies a function of one sample of each argument to all samples, as one computation.
///
/// ```swift
/// let products = vmap(rows, vector, axes: [0, nil]) { row, vector in (row * vector).sum() }     // rows • vector
/// ```
///
/// - Parameters:
///   - first: The samples of the function's first argument: a tensor, or a structure of tensors.
///   - second: Those of its second argument, equally many.
///   - others: Those of the arguments that follow.
///   - axes: For each argument the axis to map over, nil for an argument that is the same for every sample. The first
///     axis of each if the list is empty.
///   - resultAxis: Where the axis stands in the results.
///   - function: A function of one sample of each argument, called once.
public func vmap<First: TensorStructure, Second: TensorStructure, each Other: TensorStructure>(
  _ first: First, _ second: Second, _ others: repeat each Other, axes: [Int?] = [], resultAxis: Int = 0,
  of function: (First, Second, repeat each Other) throws -> Tensor
) rethrows -> Tensor {
  var batch = BatchArguments(axes: axes)
  batch.add(first)
  batch.add(second)
  for other in repeat each others { batch.add(other) }
  return try batch.map(resultAxis) { examples in
    try function(examples.take(first), examples.take(second), repeat examples.take(each others))
  }
}

/// The arguments of a mapped function, tensor by tensor.
private struct BatchArguments {
  private let axes: [Int?]
  /// Each tensor with its samples along axis 0, or as it is.
  private var tensors: [(node: Node, isBatched: Bool)] = []
  private var size: Int?
  private var failure: Node?
  private var argumentCount = 0

  init(axes: [Int?]) { self.axes = axes }

  /// Adds the tensors of the next argument, whose axis stands at its place in the list.
  mutating func add(_ argument: some TensorStructure) {
    argumentCount += 1
    guard axes.isEmpty || argumentCount <= axes.count else {
      fail(.invalidArgument, "argument \(argumentCount) has no axis; give one, or nil, for each argument")
      return
    }
    let axis = axes.isEmpty ? 0 : axes[argumentCount - 1]
    for tensor in argument.tensors {
      if let axis { add(tensor, axis) } else { tensors.append((tensor.node, false)) }
    }
  }

  private mutating func add(_ tensor: Tensor, _ axis: Int) {
    if tensor.node.isInvalid { failure = failure ?? tensor.node }
    let place = axis < 0 ? axis + tensor.rank : axis
    guard failure == nil, (0..<tensor.rank).contains(place) else {
      fail(.invalidAxis, "\(tensor.node.label) with shape \(tensor.shape) has no axis \(axis) to map over")
      return
    }
    if let size, tensor.shape[place] != size {
      fail(
        .shapeMismatch,
        "axis \(axis) of \(tensor.node.label) with shape \(tensor.shape) has \(tensor.shape[place]) samples, and what "
          + "stands before it has \(size)")
    }
    size = tensor.shape[place]
    tensors.append((tensor.node.movingAxis(place, to: 0), true))
  }

  /// Keeps the first mistake.
  private mutating func fail(_ kind: TensorError.Kind, _ message: String) {
    if failure == nil { failure = .invalid(kind, "vmap", message) }
  }

  /// Records the function at an example and batches what it returns.
  mutating func map<Result: TensorStructure>(
    _ resultAxis: Int, _ function: (inout BatchExamples) throws -> Result
  ) rethrows -> Result {
    if axes.count > argumentCount {
      fail(.invalidArgument, "there are \(axes.count) axes for \(argumentCount) arguments")
    }
    if size == nil { fail(.invalidArgument, "no argument is mapped over; give at least one an axis") }
    if let failure {
      var examples = BatchExamples(nodes: .init(repeating: failure, count: tensors.count), standIn: failure)
      return try function(&examples)
    }
    let recorder = Recorder()
    var sources: [Node] = []
    let result = try Scope.current.record(with: recorder) {
      let nodes = tensors.map { $0.isBatched ? $0.node.batchExample : $0.node }
      sources = zip(nodes, tensors).compactMap { $1.isBatched ? $0 : nil }
      var examples = BatchExamples(nodes: nodes[...], standIn: nil)
      return try Scope.current.withPlaceholders { try function(&examples) }
    }
    let mode = BatchMode(recorder.nodes, sources: sources)
    return result.batched(
      by: mode, tensors.filter(\.isBatched).map(\.node), size: size ?? 0, resultAxis: resultAxis)
  }
}

/// The samples that a mapped function is recorded with.
private struct BatchExamples {
  var nodes: ArraySlice<Node>
  /// What takes the place of every tensor after a mistake.
  let standIn: Node?

  /// An argument's structure with the next examples as its tensors.
  mutating func take<Structure: TensorStructure>(_ structure: Structure) -> Structure {
    let count = structure.tensors.count
    defer { nodes = nodes.dropFirst(count) }
    return structure.replacingTensors(
      with: standIn.map { .init(repeating: Tensor($0), count: count) } ?? nodes.prefix(count).map { Tensor($0) })
  }
}

extension TensorStructure {
  /// The structure's tensors with their values for all samples along `resultAxis`.
  fileprivate func batched(by mode: BatchMode, _ values: [Node], size: Int, resultAxis: Int) -> Self {
    let results = tensors.map(\.node)
    let batched = zip(results, mode.batched(values, size: size, to: results)).map { result, batched -> Tensor in
      if result.isInvalid { return Tensor(result) }
      let place = resultAxis < 0 ? resultAxis + result.shape.rank + 1 : resultAxis
      guard (0...result.shape.rank).contains(place) else {
        return Tensor(
          Node.invalid(
            .invalidAxis, "vmap",
            "resultAxis \(resultAxis) does not exist in a result with \(result.shape.rank + 1) axes"))
      }
      return Tensor((batched ?? result.repeatedAlongBatch(size)).movingAxis(0, to: place))
    }
    return replacingTensors(with: batched)
  }
}
