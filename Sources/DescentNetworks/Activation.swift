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
  /// x·Φ(x) by the tanh formula of Hendrycks and Gimpel 2016, within 0.0005 of the exact function.
  case gelu
  /// x·σ(x), also called swish.
  case silu
  /// ln(1 + eˣ), stable for large x.
  case softplus
  /// 1/(1 + e⁻ˣ)
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
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
    case .gelu: geluTanh(x)
    case .silu: DescentTensor.silu(x)
    case .softplus: DescentTensor.softplus(x)
    case .sigmoid: DescentTensor.sigmoid(x)
    case .tanh: DescentTensor.tanh(x)
    case .softmax: x.softmax()
    case .logSoftmax: x.logSoftmax()
    }
  }

  /// How weights before this function start: He's scale makes up for the half that relu cuts off.
  var usualInitializer: Initializer {
    switch self {
    case .relu, .leakyRelu: .heUniform
    case .linear, .elu, .gelu, .silu, .softplus, .sigmoid, .tanh, .softmax, .logSoftmax: .glorotUniform
    }
  }
}

extension Activation: Layer {
  /// The function's value.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { pass.noting(value(input), from: self) }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
