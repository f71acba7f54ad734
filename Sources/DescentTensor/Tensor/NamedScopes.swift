import DescentGraph

/// Runs a part of a program under a name, so that explanations can show it as one step.
///
/// It computes the same numbers in the same time. Derivations show the part closed, as `attention(q, k)`, or opened.
///
/// ```swift
/// let scores = namedScope("scores", q, k) { x in matmul(x[0], x[1].transposed()) / 8 }
/// ```
///
/// - Parameters:
///   - name: What the part is called.
///   - inputs: The tensors that it computes from.
///   - body: Computes the result from the inputs that it is handed, in their order.
public func namedScope(_ name: String, _ inputs: Tensor..., body: ([Tensor]) throws -> Tensor) rethrows -> Tensor {
  Tensor(try NamedScope.run(name, inputs.map(\.node)) { try body($0.map { Tensor($0) }).node })
}
