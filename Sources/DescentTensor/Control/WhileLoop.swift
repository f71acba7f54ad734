import DescentGraph

/// Repeats a step while a condition holds, as one operation of the graph.
///
/// ```swift
/// // The first power of two that is not below 1000.
/// let power = whileLoop(Tensor(1.0), while: { $0 .< 1000 }) { 2 * $0 }          // 1024.0
/// ```
///
/// Both functions are called once; what they do is recorded. Forward mode goes through any loop. Reverse mode must know
/// how many states there can be to go back through, so it needs `maximumIterations`: the loop then is a
/// ``scan(_:count:_:)`` of so many steps, of which those after the end do nothing, and it ends there even if the
/// condition still holds.
///
/// Random numbers drawn inside are drawn once for all steps. Inside ``vmap(_:axis:resultAxis:of:)`` steps go on until the
/// last sample is done; for the others they are computed too, without effect, but what is a mistake there, such as an index
/// out of bounds, counts.
///
/// - Parameters:
///   - initial: The state before the first step: a tensor or a structure of tensors.
///   - maximumIterations: The most steps that are taken; nil for no bound and no gradient in reverse mode.
///   - condition: From a state to a bool scalar: whether to go on.
///   - step: From a state to the next one, of the same shapes and types.
/// - Returns: The first state that does not meet the condition, or the one after `maximumIterations` steps.
public func whileLoop<State: TensorStructure>(
  _ initial: State, maximumIterations: Int? = nil, while condition: (_ state: State) throws -> Tensor,
  do step: (_ state: State) throws -> State
) rethrows -> State {
  if let maximumIterations {
    return try boundedLoop(initial, maximumIterations, while: condition, do: step)
  }
  let state = initial.tensors.map(\.node)
  let failure = state.first(where: \.isInvalid)
  var complaint = failure
  let (bodies, captures) = try Body.trace(state.map(Body.Signature.init), count: 2, hoists: true) { index, nodes in
    let state = initial.replacingTensors(with: nodes.map { Tensor(failure ?? $0) })
    if index == 0 {
      let goesOn = try condition(state).node
      complaint = complaint ?? complaintAboutCondition("whileLoop", goesOn)
      return [goesOn]
    }
    let next = try step(state).tensorsByPath
    complaint = complaint ?? complaintAboutState("whileLoop", "step", before: nodes, after: next)
    return next.map(\.0.node)
  }
  let result =
    complaint
    ?? .whileLoop(carries: state.count, condition: bodies[0], body: bodies[1], state + captures)
  return initial.replacingTensors(with: state.indices.map { Tensor(.part(result, $0)) })
}

/// A loop of so many steps, each of which does nothing once the condition has failed.
private func boundedLoop<State: TensorStructure>(
  _ initial: State, _ maximumIterations: Int, while condition: (State) throws -> Tensor,
  do step: (State) throws -> State
) rethrows -> State {
  let first = try condition(initial)
  if let complaint = complaintAboutCondition("whileLoop", first.node) {
    return initial.replacingTensors(with: initial.tensors.map { _ in Tensor(complaint) })
  }
  return try scan(Bounded(state: initial, goesOn: first), count: maximumIterations) { bounded, _ in
    try conditional(bounded.goesOn) {
      let next = try step(bounded.state)
      return Bounded(state: next, goesOn: try condition(next))
    } else: {
      bounded
    }
  }.state
}

/// A state and whether the loop goes on from it.
private struct Bounded<State: TensorStructure>: TensorStructure {
  var state: State
  var goesOn: Tensor

  mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("state", &state)
    visitor.visit("goesOn", &goesOn)
  }
}

/// The complaint about a condition that is not one truth value.
func complaintAboutCondition(_ operation: String, _ condition: Node) -> Node? {
  if condition.isInvalid { return condition }
  if condition.scalarType == .bool, condition.shape.rank == 0 { return nil }
  return .invalid(
    .invalidArgument, operation,
    "the condition must be a bool scalar, and it is \(condition.scalarType) of shape \(condition.shape); use a "
      + "comparison, with all() or any() for many elements")
}
