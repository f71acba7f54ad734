import DescentGraph

// Loops of known length as one operation of the graph, whose size does not grow with the number of steps.

/// Carries a state through the elements of a sequence and collects an output from every step.
///
/// It is a loop in which `step` is called only once: what it does is recorded, and the graph holds that, not the steps.
/// It differentiates in every mode and to any order, and maps over batches. A recurrent network:
///
/// ```swift
/// let inputs = Tensor.normal([100, 8, 3])                    // time, samples, features
/// let weight = Tensor.normal([3 + 4, 4])
/// let (last, all) = scan(Tensor.zeros([8, 4]), over: inputs) { state, input in
///   let next = tanh(Tensor.concatenate([input, state], axis: 1) • weight)
///   return (next, next)
/// }
/// print(last.shape, all.shape)                               // [8, 4] [100, 8, 4]
/// ```
///
/// Inside `step` a tensor stands for any step, so it has no value to look at. The gradient computes every step a second
/// time, from the states at the beginning of each, which are kept: T·(state) elements of memory for T steps.
///
/// Random numbers drawn inside are drawn once for all steps; for fresh ones draw a [steps, …] tensor outside and go through
/// it. What is read by the number of the step should be an element, not a captured tensor: the gradient of that is as large
/// as the tensor, in every step.
///
/// - Parameters:
///   - initial: The state before the first step: a tensor or a structure of tensors. All states have the same shapes
///     and types.
///   - elements: The sequence, along the first axis of each tensor of a structure.
///   - reversed: Whether to go from the last element to the first. Outputs stand where their elements do.
///   - step: From a state and an element to the next state and an output.
/// - Returns: The state after the last step, and the outputs stacked along a new first axis.
public func scan<State: TensorStructure, Element: TensorStructure, Output: TensorStructure>(
  _ initial: State, over elements: Element, reversed: Bool = false,
  _ step: (_ state: State, _ element: Element) throws -> (State, Output)
) rethrows -> (state: State, outputs: Output) {
  var loop = ScanLoop(initial.tensors, elements.tensors, isReversed: reversed)
  var outputs: Output?
  let results = try loop.run { state, element in
    let (next, output) = try step(initial.replacingTensors(with: state), elements.replacingTensors(with: element))
    outputs = output
    return (next.tensorsByPath, output.tensors)
  }
  guard let outputs else { preconditionFailure("the step was not called") }
  return (initial.replacingTensors(with: results.state), outputs.replacingTensors(with: results.outputs))
}

/// Carries a state through the elements of a sequence; see ``scan(_:over:reversed:_:)-(_,_,_,(_,_)->(_,_))`` for the
/// form with outputs.
///
/// ```swift
/// let coefficients: Tensor = [2, -3, 1]                      // 2x² − 3x + 1
/// let value = scan(Tensor(0.0), over: coefficients) { sum, c in sum * x + c }
/// ```
///
/// - Parameters:
///   - initial: The state before the first step.
///   - elements: The sequence, along the first axis of each tensor.
///   - reversed: Whether to go from the last element to the first.
///   - step: From a state and an element to the next state.
/// - Returns: The state after the last step.
public func scan<State: TensorStructure, Element: TensorStructure>(
  _ initial: State, over elements: Element, reversed: Bool = false,
  _ step: (_ state: State, _ element: Element) throws -> State
) rethrows -> State {
  try scan(initial, over: elements, reversed: reversed) { state, element in
    (try step(state, element), [Tensor]())
  }.state
}

/// Repeats a step a number of times; the step is told its number, an int64 scalar that counts from 0.
///
/// ```swift
/// let root = scan(Tensor(1.0), count: 6) { x, _ in (x + 2 / x) / 2 }      // √2
/// ```
///
/// - Parameters:
///   - initial: The state before the first step.
///   - count: The number of steps.
///   - step: From a state and the step's number to the next state.
/// - Returns: The state after the last step.
public func scan<State: TensorStructure>(
  _ initial: State, count: Int, _ step: (_ state: State, _ index: Tensor) throws -> State
) rethrows -> State {
  try scan(initial, over: countingTensor(count), step)
}

/// 0, 1, 2, … as int64, or the complaint about a negative count.
private func countingTensor(_ count: Int) -> Tensor {
  if count < 0 { return Tensor(Node.invalid(.invalidArgument, "scan", "the number of steps is negative: \(count)")) }
  return Tensor(.iota(Shape([count]), axis: 0, .int64))
}

/// The tensors of a loop while it is turned into a node.
private struct ScanLoop {
  private let state: [Node]
  private let sequences: [Node]
  private let isReversed: Bool
  private var length = 0
  private var failure: Node?

  init(_ state: [Tensor], _ sequences: [Tensor], isReversed: Bool) {
    self.state = state.map(\.node)
    self.sequences = sequences.map(\.node)
    self.isReversed = isReversed
    failure = (self.state + self.sequences).first(where: \.isInvalid) ?? complaintAboutSequences
    length = failure == nil ? self.sequences[0].shape[0] : 0
  }

  private var complaintAboutSequences: Node? {
    guard let first = sequences.first else {
      return .invalid(.invalidArgument, "scan", "there is no tensor to take elements of; give a count instead")
    }
    for sequence in sequences {
      guard sequence.shape.rank > 0 else {
        return .invalid(.invalidAxis, "scan", "\(sequence.label) is a scalar and has no elements to go through")
      }
      guard sequence.shape[0] == first.shape[0] else {
        return .invalid(
          .shapeMismatch, "scan",
          "the sequences have \(first.shape[0]) and \(sequence.shape[0]) elements along their first axes")
      }
      guard Int32(exactly: sequence.shape[0]) != nil else {
        return .invalid(.invalidArgument, "scan", "\(sequence.shape[0]) steps are more than a scan can have")
      }
    }
    return nil
  }

  /// Traces the step and applies the scan.
  mutating func run(
    _ step: (_ state: [Tensor], _ element: [Tensor]) throws -> (state: [(Tensor, path: String)], outputs: [Tensor])
  ) rethrows -> (state: [Tensor], outputs: [Tensor]) {
    let stand = state.map { failure ?? $0 }
    let elements = sequences.map {
      failure.map(Body.Signature.init) ?? Body.Signature($0.shape.removing(AxisSet([0])), $0.scalarType)
    }
    var outputCount = 0
    var complaint = failure
    let (body, captures) = try Body.trace(stand.map(Body.Signature.init) + elements, hoists: true) { nodes in
      let arguments = (failure.map { failure in nodes.map { _ in failure } } ?? nodes).map { Tensor($0) }
      let (next, outputs) = try step(Array(arguments.prefix(stand.count)), Array(arguments.dropFirst(stand.count)))
      outputCount = outputs.count
      complaint = complaint ?? complaintAboutState("scan", "step", before: stand, after: next)
      return next.map(\.0.node) + outputs.map(\.node)
    }
    let form = ScanForm(
      carries: stand.count, sequences: sequences.count, length: length, isReversed: isReversed)
    let result = complaint ?? .scan(form, body, state + sequences + captures)
    if result.isInvalid {
      return (state.map { _ in Tensor(result) }, (0..<outputCount).map { _ in Tensor(result) })
    }
    let parts = { (place: Int) in Tensor(.part(result, place)) }
    return (stand.indices.map(parts), (0..<outputCount).map { parts(2 * stand.count + $0) })
  }
}

/// The complaint about a loop's body that changes the shape or type of a state.
func complaintAboutState(
  _ operation: String, _ function: String, before: [Node], after: [(Tensor, path: String)]
) -> Node? {
  if let failed = after.first(where: \.0.node.isInvalid) { return failed.0.node }
  guard before.count == after.count else {
    return .invalid(
      .shapeMismatch, operation, "the \(function) turns a state of \(before.count) tensors into one of \(after.count)")
  }
  for (old, new) in zip(before, after) where Body.Signature(old) != Body.Signature(new.0.node) {
    let name = new.path.isEmpty ? "the state" : "'\(new.path)' of the state"
    return .invalid(
      .shapeMismatch, operation,
      "the \(function) turns \(name) from \(old.scalarType) of shape \(old.shape) into \(new.0.scalarType) of shape "
        + "\(new.0.shape); it must stay the same")
  }
  return nil
}

extension TensorStructure {
  /// The tensors with their paths.
  var tensorsByPath: [(Tensor, path: String)] {
    var copy = self
    var found: [(Tensor, path: String)] = []
    copy.forEachTensor { tensor, path in found.append((tensor, path)) }
    return found
  }
}
