import DescentTensor

/// One case computed by other programs: an operation, its inputs, and what its values and derivatives must be.
package struct ReferenceCase: Sendable, CustomStringConvertible {
  package var name, operation: String
  package var parameters: ReferenceParameters
  package var inputs: [Tensor]
  /// What the inputs are called, for messages.
  package var roles: [String]
  /// Which inputs have derivatives.
  package var isDifferentiable: [Bool]
  package var outputs: [Tensor]
  /// One for each output, nil for integers.
  package var cotangents: [Tensor?]
  /// One for each input, nil where there is none.
  package var gradients: [Tensor?]
  /// As the gradients: derivatives of the sum of squares of all gradients.
  package var secondGradients: [Tensor?]?
  /// One for each input, nil for integers; `outputTangents` are what they become.
  package var tangents, outputTangents: [Tensor?]?
  /// For each output and each input.
  package var jacobians: [[Tensor?]]?
  /// For each pair of differentiable inputs.
  package var hessians: [[Tensor?]]?
  package var tolerance: Double
  /// Whether float32 can be expected to agree as well.
  package var holdsInFloat32: Bool

  package var description: String { name }
}
