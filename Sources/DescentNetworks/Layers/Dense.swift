import DescentGraph
import DescentTensor

/// A layer in which every output depends on every input: y = f(x·W + b).
///
/// ```swift
/// let layer = Dense(784, 128, activation: .relu)
/// layer(Tensor.zeros([32, 784])).shape        // [32, 128]
/// let network = Sequential { Dense(128, activation: .relu); Dense(10) }.built(inputShape: [784])
/// ```
///
/// The number of inputs may be left open; then the first input decides it when the model is built.
public struct Dense: Layer {
  /// W, of shape [inputs, outputs].
  public var weight: Tensor
  /// b, of shape [outputs], if the layer has one.
  public var bias: Tensor?
  /// The function f.
  public var activation: Activation

  private let start: ParameterStart?

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
    self.init(
      inputs: inputs, outputs, activation: activation, hasBias: hasBias, weight: weight, bias: bias, type: type,
      using: random)
  }

  /// A layer whose first input decides how many inputs there are.
  ///
  /// - Parameters:
  ///   - outputs: The size of the output's last axis.
  ///   - activation: The function applied to the result.
  ///   - hasBias: Whether a bias is added.
  ///   - weight: How the weight starts; unless given by He's rule before relu, and by Glorot's before all else.
  ///   - bias: How the bias starts.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    _ outputs: Int, activation: Activation = .linear, hasBias: Bool = true, weight: Initializer? = nil,
    bias: Initializer = .zeros, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    self.init(
      inputs: nil, outputs, activation: activation, hasBias: hasBias, weight: weight, bias: bias, type: type,
      using: random)
  }

  /// A layer whose inputs may be counted or not.
  init(
    inputs: Int?, _ outputs: Int, activation: Activation, hasBias: Bool, weight: Initializer?, bias: Initializer,
    type: ScalarType, using random: RandomGenerator
  ) {
    if inputs ?? 1 < 1 || outputs < 1 {
      let sizes = (inputs.map { "\($0) inputs and " } ?? "") + "\(outputs) outputs"
      Failure.stop(.init(.invalidArgument, "Dense", "\(sizes) make no layer; there must be 1 or more"))
    }
    let (inputs, outputs) = (inputs.map { max($0, 1) }, max(outputs, 1))
    let start = ParameterStart(weight ?? activation.usualInitializer, using: random)
    self.weight = inputs.map { start([$0, outputs], type: type) } ?? .zeros([0, outputs], type: type)
    self.bias = hasBias ? bias([outputs], type: type, using: random) : nil
    (self.activation, self.start) = (activation, start)
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
    (self.weight, self.bias, self.activation, start) = (weight, bias, activation, nil)
  }

  /// f(x·W + b).
  ///
  /// - Parameter input: A tensor of rank 1 or more whose last axis has as many elements as the weight has rows.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    let weight = pass.parameter(
      weight, of: self, shape: [input.rank == 0 ? 0 : input.shape[-1], weight.shape[1]], start)
    if weight.node.isInvalid { return weight }
    guard input.rank > 0, input.shape[-1] == weight.shape[0] else { return refuse(input, weight) }
    let product = matmul(input, weight)
    return pass.noting(activation.value(bias.map { product + $0 } ?? product), from: self)
  }

  private func refuse(_ input: Tensor, _ weight: Tensor) -> Tensor {
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
