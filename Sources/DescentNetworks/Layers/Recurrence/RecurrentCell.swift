import DescentGraph
import DescentTensor

/// One step of a recurrent network: from an element of a sequence and a state to the next state.
///
/// A cell of your own works in ``Recurrent`` as `LSTMCell` does; give it a `typealias`.
public protocol RecurrentCell: TensorStructure, Sendable {
  /// The name of the recurrent layer, in messages and summaries.
  static var layerName: String { get }
  /// How many tensors of shape [batch, units] the state has; the first is the output.
  static var stateCount: Int { get }

  /// The matrices and the bias.
  var weights: RecurrentWeights { get set }

  /// A cell with fresh parameters.
  ///
  /// - Parameters:
  ///   - units: The size of the state.
  ///   - features: The size of an element; nil if the first input decides.
  ///   - activation: The function of what a step adds.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  init(_ units: Int, features: Int?, activation: Activation, type: ScalarType, using random: RandomGenerator)

  /// The next state.
  ///
  /// - Parameters:
  ///   - input: What the element contributes to all gates: x·W + b, of shape [batch, gates·units].
  ///   - state: The state before.
  func next(_ input: Tensor, after state: [Tensor]) -> [Tensor]
}

/// What all recurrent cells have: the gates' parameters side by side, so that one product of matrices serves them all.
public struct RecurrentWeights: TensorStructure, Sendable {
  /// W, of shape [features, gates·units].
  public var inputKernel: Tensor
  /// U, of shape [units, gates·units].
  public var recurrentKernel: Tensor
  /// b, of shape [gates·units].
  public var bias: Tensor
  private let start: ParameterStart

  /// Fresh parameters: W by Glorot's rule, U orthogonal for each gate, b zero.
  ///
  /// - Parameters:
  ///   - units: The size of the state.
  ///   - gates: How many vectors of this size a step computes.
  ///   - features: The size of an element; nil if the first input decides.
  ///   - type: The scalar type.
  ///   - random: Where the first values are drawn from.
  public init(
    units: Int, gates: Int, features: Int?, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    start = ParameterStart(.glorotUniform, using: random)
    let shape: Shape = [features ?? 0, gates * units]
    inputKernel = features == nil ? .zeros(shape, type: type) : start(shape, type: type)
    let squares = (0..<gates).map { _ in Initializer.orthogonal([units, units], type: type, using: random) }
    recurrentKernel = .concatenate(squares, axis: 1)
    bias = .zeros([gates * units], type: type)
  }

  /// The size of the state.
  public var units: Int { recurrentKernel.shape[0] }

  /// x·W + b for all elements of a sequence at once.
  func projected(_ inputs: Tensor, of layer: some Layer, _ pass: ForwardPass) -> Tensor {
    let kernel = pass.parameter(
      inputKernel, of: layer, shape: [inputs.shape[-1], inputKernel.shape[1]], start)
    return matmul(inputs, kernel) + bias
  }
}

/// h′ = f(x·W + h·U + b) (Elman 1990).
public struct SimpleCell: RecurrentCell {
  /// `SimpleRNN`.
  public static var layerName: String { "SimpleRNN" }
  /// The output.
  public static var stateCount: Int { 1 }

  /// W, U and b.
  public var weights: RecurrentWeights
  private let activation: Activation

  /// A cell with fresh parameters.
  public init(
    _ units: Int, features: Int?, activation: Activation, type: ScalarType, using random: RandomGenerator
  ) {
    weights = RecurrentWeights(units: units, gates: 1, features: features, type: type, using: random)
    self.activation = activation
  }

  /// f(x·W + h·U + b).
  public func next(_ input: Tensor, after state: [Tensor]) -> [Tensor] {
    [activation.value(input + matmul(state[0], weights.recurrentKernel))]
  }

  /// Visits `inputKernel`, `recurrentKernel` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { weights.visitTensors(&visitor) }
}

/// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers and others 2000).
///
/// i, f, o = σ(…), g = f(…), each of x·W + h·U + b; c′ = f·c + i·g, h′ = o·f(c′). The gates stand in the order i, f, g,
/// o, as in PyTorch. The forget gate's bias starts at 1 (Jozefowicz, Zaremba and Sutskever 2015).
public struct LSTMCell: RecurrentCell {
  /// `LSTM`.
  public static var layerName: String { "LSTM" }
  /// The output and the cell.
  public static var stateCount: Int { 2 }

  /// W, U and b.
  public var weights: RecurrentWeights
  private let activation: Activation

  /// A cell with fresh parameters.
  public init(
    _ units: Int, features: Int?, activation: Activation, type: ScalarType, using random: RandomGenerator
  ) {
    weights = RecurrentWeights(units: units, gates: 4, features: features, type: type, using: random)
    weights.bias = .concatenate(
      (0..<4).map { gate in .full([units], gate == 1 ? 1.0 : 0.0, type: type) })
    self.activation = activation
  }

  /// The next output and cell.
  public func next(_ input: Tensor, after state: [Tensor]) -> [Tensor] {
    let sums = (input + matmul(state[0], weights.recurrentKernel)).split(count: 4, axis: -1)
    guard sums.count == 4 else { return state }
    let kept = sigmoid(sums[1]) * state[1]
    let cell = kept + sigmoid(sums[0]) * activation.value(sums[2])
    return [sigmoid(sums[3]) * activation.value(cell), cell]
  }

  /// Visits `inputKernel`, `recurrentKernel` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { weights.visitTensors(&visitor) }
}

/// The gated recurrent unit (Cho and others 2014) in the form that applies the reset gate after the product, as PyTorch and
/// cuDNN do.
///
/// r, z = σ(x·W + h·U + b), n = f(x·W + b + r·(h·U + d)), h′ = (1 − z)·n + z·h. The gates stand in the order r, z, n.
public struct GRUCell: RecurrentCell {
  /// `GRU`.
  public static var layerName: String { "GRU" }
  /// The output.
  public static var stateCount: Int { 1 }

  /// W, U and b.
  public var weights: RecurrentWeights
  /// d, the candidate's bias inside the reset gate, of shape [units].
  public var candidateBias: Tensor
  private let activation: Activation

  /// A cell with fresh parameters.
  public init(
    _ units: Int, features: Int?, activation: Activation, type: ScalarType, using random: RandomGenerator
  ) {
    weights = RecurrentWeights(units: units, gates: 3, features: features, type: type, using: random)
    candidateBias = .zeros([units], type: type)
    self.activation = activation
  }

  /// The next output.
  public func next(_ input: Tensor, after state: [Tensor]) -> [Tensor] {
    let sums = input.split(count: 3, axis: -1)
    let recurrent = matmul(state[0], weights.recurrentKernel).split(count: 3, axis: -1)
    guard sums.count == 3, recurrent.count == 3 else { return state }
    let reset = sigmoid(sums[0] + recurrent[0])
    let update = sigmoid(sums[1] + recurrent[1])
    let candidate = activation.value(sums[2] + reset * (recurrent[2] + candidateBias))
    return [candidate + update * (state[0] - candidate)]
  }

  /// Visits `inputKernel`, `recurrentKernel`, `bias` and `candidateBias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    weights.visitTensors(&visitor)
    visitor.visit("candidateBias", &candidateBias)
  }
}
