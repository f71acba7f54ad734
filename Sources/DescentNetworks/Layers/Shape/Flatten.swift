import DescentGraph
import DescentTensor

/// Joins all axes but the first, which counts the samples: [n, 28, 28] becomes [n, 784].
public struct Flatten: Layer {
  /// A layer without parameters.
  public init() {}

  /// The elements of each sample in one row; a scalar is refused.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.rank > 0 else {
      return Tensor(
        Node.invalid(.shapeMismatch, "Flatten", "the input is a scalar; its first axis must count the samples"))
    }
    let size = input.shape.dimensions.dropFirst().reduce(1, *)
    return pass.noting(input.reshaped(to: [input.shape[0], size]), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
