import DescentGraph
import DescentTensor

/// A function that bends what lies between linear layers; it is also a layer without parameters.
///
/// ```swift
/// let hidden = Dense(784, 128, activation: .relu)
/// let network = Sequential { Dense(2, 8); Activation.tanh; Dense(8, 1) }
/// print(Activation.softplus(x))
/// ```
public enum Activation: String, Sendable, CaseIterable {
  /// x
  case linear
  /// max(x, 0), with derivative 0 at 0.
  case relu
  /// x for positive x, x/100 otherwise (Maas, Hannun and Ng 2013).
  case leakyRelu
  /// x for positive x, eˣ − 1 otherwise (Clevert, Unterthiner and Hochreiter 2016).
  case elu
  /// 1.0507·x for positive x, 1.7581·(eˣ − 1) otherwise, which keeps mean 0 and variance 1 (Klambauer and others 2017).
  case selu
  /// x limited to [0, 6].
  case relu6
  /// x·Φ(x) by the tanh formula of Hendrycks and Gimpel 2016, within 0.0005 of the exact function.
  case gelu
  /// x·Φ(x) with the normal distribution function Φ, which is what PyTorch and Keras call gelu.
  case exactGelu
  /// x·σ(x), also called swish.
  case silu
  /// x·tanh(ln(1 + eˣ)) (Misra 2019).
  case mish
  /// x·hardSigmoid(x) (Howard and others 2019).
  case hardSwish
  /// ln(1 + eˣ), stable for large x.
  case softplus
  /// 1/(1 + e⁻ˣ)
  case sigmoid
  /// ln of the sigmoid, stable for large negative x.
  case logSigmoid
  /// (x + 3)/6 limited to [0, 1].
  case hardSigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x limited to [−1, 1].
  case hardTanh
  /// x/(1 + |x|)
  case softsign
  /// eˣ/Σeˣ along the last axis.
  case softmax
  /// ln of the softmax along the last axis.
  case logSoftmax

  /// The function's value, element by element, or along the last axis for the softmax.
  func value(_ x: Tensor) -> Tensor {
    switch self {
    case .linear: x
    case .relu: DescentTensor.relu(x)
    case .leakyRelu: DescentTensor.leakyRelu(x)
    case .elu: DescentTensor.elu(x)
    case .selu: DescentTensor.selu(x)
    case .relu6: DescentTensor.relu6(x)
    case .gelu: geluTanh(x)
    case .exactGelu: DescentTensor.gelu(x)
    case .silu: DescentTensor.silu(x)
    case .mish: DescentTensor.mish(x)
    case .hardSwish: DescentTensor.hardSwish(x)
    case .softplus: DescentTensor.softplus(x)
    case .sigmoid: DescentTensor.sigmoid(x)
    case .logSigmoid: DescentTensor.logSigmoid(x)
    case .hardSigmoid: DescentTensor.hardSigmoid(x)
    case .tanh: DescentTensor.tanh(x)
    case .hardTanh: DescentTensor.hardTanh(x)
    case .softsign: DescentTensor.softsign(x)
    case .softmax: x.softmax()
    case .logSoftmax: x.logSoftmax()
    }
  }

  /// How weights before this function start: He's scale makes up for the half that relu cuts off, and selu keeps its
  /// variance with LeCun's.
  var usualInitializer: Initializer {
    switch self {
    case .relu, .leakyRelu, .relu6: .heUniform
    case .selu: .lecunNormal
    case .linear, .elu, .gelu, .exactGelu, .silu, .mish, .hardSwish, .softplus, .sigmoid, .logSigmoid, .hardSigmoid,
      .tanh, .hardTanh, .softsign, .softmax, .logSoftmax:
      .glorotUniform
    }
  }
}

extension Activation: Layer {
  /// The name of the function, such as `relu`.
  public var typeName: String { "\(self)" }

  /// The function's value.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { pass.noting(value(input), from: self) }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// max(x, 0) + slope·min(x, 0) with a slope for each feature that is learned (He, Zhang, Ren and Sun 2015).
///
/// ```swift
/// Sequential { Dense(64); PReLU(); Dense(10) }
/// ```
public struct PReLU: Layer {
  /// The slopes, of shape [features].
  public var slope: Tensor
  private let start: ParameterStart

  /// A layer whose slopes all start at one number.
  ///
  /// - Parameters:
  ///   - features: The size of the last axis; the first input decides unless given.
  ///   - slope: The first value.
  ///   - type: The scalar type.
  public init(features: Int? = nil, slope: Double = 0.25, type: ScalarType = .float32) {
    Self.require(features ?? 1 > 0, "PReLU", "\(features ?? 0) features can't be; give 1 or more")
    start = ParameterStart(.constant(slope), using: RandomGenerator(seed: 0))
    self.slope = features.map { .full([max($0, 1)], slope, type: type) } ?? .zeros([0], type: type)
  }

  /// The function's value; slopes belong to the last axis.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.rank > 0, slope.isOpenParameter || slope.elementCount == input.shape[-1] else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "PReLU",
          "the input has shape \(input.shape); the layer has slopes for \(slope.elementCount) features"))
    }
    let slope = pass.parameter(slope, of: self, shape: [input.shape[-1]], start)
    return pass.noting(select(input .> 0, input, slope * input), from: self)
  }

  /// Visits `slope`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { visitor.visit("slope", &slope) }
}
