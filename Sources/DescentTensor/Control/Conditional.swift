import DescentGraph

/// Computes one of two branches, as the condition says, as one operation of the graph.
///
/// ```swift
/// let step = conditional(norm .> 1) { slope / norm } else: { slope }
/// ```
///
/// Both functions are called, so that it is known what they do, but only the branch that is taken is computed, and its
/// derivative is that of the conditional. Where the condition differs from element to element, ``select(_:_:_:)``
/// chooses among values that are both computed; so does a conditional inside ``vmap(_:axis:resultAxis:of:)`` whose
/// condition depends on the sample, and a mistake in either branch counts there, such as an index out of bounds.
///
/// - Parameters:
///   - condition: A bool scalar.
///   - then: The branch for true: makes a tensor or a structure of tensors of what it captures.
///   - otherwise: The branch for false, with a result of the same shapes and types.
public func conditional<Result: TensorStructure>(
  _ condition: Tensor, then: () throws -> Result, else otherwise: () throws -> Result
) rethrows -> Result {
  var complaint = complaintAboutCondition("conditional", condition.node)
  var results: [(structure: Result, tensors: [(Tensor, path: String)])] = []
  let (bodies, captures) = try Body.trace([], count: 2, hoists: false) { index, _ in
    let result = try index == 0 ? then() : otherwise()
    results.append((result, result.tensorsByPath))
    return results[index].tensors.map(\.0.node)
  }
  complaint = complaint ?? complaintAboutBranches(results[0].tensors, results[1].tensors)
  let result = complaint ?? .conditional(condition.node, bodies, captures)
  let structure = results[0].structure
  return structure.replacingTensors(with: results[0].tensors.indices.map { Tensor(.part(result, $0)) })
}

private func complaintAboutBranches(
  _ first: [(Tensor, path: String)], _ second: [(Tensor, path: String)]
) -> Node? {
  if let failed = (first + second).first(where: \.0.node.isInvalid) { return failed.0.node }
  guard first.count == second.count else {
    return .invalid(
      .shapeMismatch, "conditional", "one branch returns \(first.count) tensors, the other \(second.count)")
  }
  for (one, other) in zip(first, second) where Body.Signature(one.0.node) != Body.Signature(other.0.node) {
    let name = one.path.isEmpty ? "the result" : "'\(one.path)' of the result"
    return .invalid(
      .shapeMismatch, "conditional",
      "\(name) is \(one.0.scalarType) of shape \(one.0.shape) in one branch, \(other.0.scalarType) of shape "
        + "\(other.0.shape) in the other; both branches must give the same")
  }
  return nil
}
