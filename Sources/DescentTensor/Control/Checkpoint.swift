import DescentGraph

/// Computes a part of a program again in the backward pass instead of keeping its intermediate results.
///
/// The gradient of a deep network needs what every layer computed on the way. Inside a checkpoint only what it captures
/// and returns is kept; the rest is made anew when the gradient gets there. That costs one more forward pass through
/// the checkpoint and saves the memory of everything inside it.
///
/// ```swift
/// var x = input
/// for block in blocks { x = checkpoint { block(x) } }
/// ```
///
/// Values, gradients and tangents are the same as without, to the bit; derivatives of higher order may add up in another
/// order.
///
/// - Parameter body: The part of the program: makes a tensor or a structure of tensors of what it captures.
public func checkpoint<Result: TensorStructure>(_ body: () throws -> Result) rethrows -> Result {
  var structure: Result?
  let (traced, captures) = try Body.trace([], hoists: false) { _ in
    let result = try body()
    structure = result
    return result.tensors.map(\.node)
  }
  guard let structure else { preconditionFailure("the body was not called") }
  let result = structure.tensors.first(where: \.node.isInvalid)?.node ?? .call(traced, captures)
  return structure.replacingTensors(with: structure.tensors.indices.map { Tensor(.part(result, $0)) })
}
