import DescentGraph
import DescentTensor

/// A layer in which every output depends on every input: y = f(x·W + b).
///
/// ```swift
/// let layer = Dense(784, 128, activation: .relu)
/// layer(Tensor.zeros([32, 784])).shape        // [32, 128]
/// ```
public struct Dense: Layer {
  /// W, of shape [inputs, outputs].
  public var weight: Tensor
  /// b, of shape [outputs], if the layer has one.
  public var bias: Tensor?
  /// f
  public var activation: Activation

  /// A layer with fresh parameters.
  ///
  /// - Parameters:
  ///   - inputs: The size of the input's last axis.
  ///   - outputs: The size of the output's last axis.
  ///   - activation: The function applied to the result.
  ///   - hasBias: Whether a bias is added.
  ///   - weight: How the weight starts; unless given by He's rule before relu, and by Glorot's before all else.
  ///   - bias: How the bias starts.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    _ inputs: Int, _ outputs: Int, activation: Activation = .linear, hasBias: Bool = true, weight: Initializer? = nil,
    bias: Initializer = .zeros, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    if inputs < 1 || outputs < 1 {
      Failure.stop(
        .init(.invalidArgument, "Dense", "\(inputs) inputs and \(outputs) outputs make no layer; both must be 1 or more"))
    }
    let (inputs, outputs) = (max(inputs, 1), max(outputs, 1))
    self.init(
      weight: (weight ?? activation.usualInitializer)([inputs, outputs], type: type, using: random),
      bias: hasBias ? bias([outputs], type: type, using: random) : nil, activation: activation)
  }

  /// A layer with given parameters: a weight of shape [inputs, outputs] and a bias of shape [outputs].
  public init(weight: Tensor, bias: Tensor? = nil, activation: Activation = .linear) {
    let isSound = weight.rank == 2 && (bias.map { $0.shape == [weight.shape[1]] } ?? true)
    if !isSound, !weight.node.isInvalid {
      Failure.stop(
        .init(
          .shapeMismatch, "Dense",
          "a weight of shape \(weight.shape)" + (bias.map { " and a bias of shape \($0.shape)" } ?? "")
            + " don't fit; they need shapes [inputs, outputs] and [outputs]"))
    }
    (self.weight, self.bias, self.activation) = (weight, bias, activation)
  }

  /// f(x·W + b).
  ///
  /// - Parameter input: A tensor of rank 1 or more whose last axis has as many elements as the weight has rows.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    guard input.rank > 0, input.shape[-1] == weight.shape[0] else { return refuse(input) }
    let product = matmul(input, weight)
    return pass.noting(activation.value(bias.map { product + $0 } ?? product), from: self)
  }

  private func refuse(_ input: Tensor) -> Tensor {
    if input.node.isInvalid || weight.node.isInvalid { return input.node.isInvalid ? input : weight }
    let sizes = "\(weight.shape[0]), \(weight.shape[1])"
    let found = input.rank == 0 ? "is a scalar" : "has shape \(input.shape), whose last axis has \(input.shape[-1])"
    let product = input.shape.dimensions.dropFirst().reduce(1, *)
    let remedy = input.rank > 2 && product == weight.shape[0] ? "; put Flatten() before the layer" : ""
    return Tensor(
      Node.invalid(
        .shapeMismatch, "Dense(\(sizes))",
        "the input \(found); the layer needs \(weight.shape[0]) elements there\(remedy)"))
  }

  /// Visits `weight` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
  }
}
