import DescentGraph
import DescentTensor

/// Adds what layers make of the input to the input: y = x + f(x) (He, Zhang, Ren and Sun 2016).
///
/// ```swift
/// let block = Residual {
///   Conv2D(64, kernel: 3, padding: .same); BatchNorm(); Activation.relu
///   Conv2D(64, kernel: 3, padding: .same); BatchNorm()
/// }
/// let wider = Residual(shortcut: Conv2D(128, kernel: 1, stride: 2)) {
///   Conv2D(128, kernel: 3, stride: 2, padding: .same)
/// }      // y = shortcut(x) + f(x)
/// ```
public struct Residual: Layer {
  /// f.
  public var layers: Sequential
  /// What the input goes through before it is added, if its shape has to change.
  public var shortcut: (any Layer)?

  /// A residual connection around layers.
  public init(shortcut: (any Layer)? = nil, @LayerBuilder _ layers: () -> [any Layer]) {
    (self.shortcut, self.layers) = (shortcut, Sequential(layers()))
  }

  /// x + f(x).
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    let output = layers(input, pass)
    let direct = shortcut?(input, pass) ?? input
    if output.node.isInvalid || direct.node.isInvalid { return output.node.isInvalid ? output : direct }
    guard output.shape == direct.shape else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "Residual",
          "the layers make \(output.shape) of the input, and \(shortcut == nil ? "it has" : "the shortcut") shape "
            + "\(direct.shape); give a shortcut that makes the same"))
    }
    return direct + output
  }

  /// Visits `layers` and `shortcut`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("layers", &layers)
    guard var layer = shortcut else { return }
    visitor.visit("shortcut", &layer)
    shortcut = layer
  }
}

/// A function as a layer without parameters.
///
/// ```swift
/// Sequential { Dense(8); Lambda("square") { x in x * x }; Dense(1) }
/// ```
public struct Lambda: Layer {
  private let name: String
  private let function: @Sendable (Tensor) -> Tensor

  /// A layer from a function of a batch; its name stands in summaries.
  public init(_ name: String = "Lambda", _ function: @escaping @Sendable (_ input: Tensor) -> Tensor) {
    (self.name, self.function) = (name, function)
  }

  /// The name given.
  public var typeName: String { name }

  /// The function's value.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    pass.noting(function(input), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
