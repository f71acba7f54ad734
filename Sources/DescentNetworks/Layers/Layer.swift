import DescentTensor

/// A function with parameters: a part of a network, or a whole one.
///
/// A layer is a value: a copy is a snapshot, and training changes the variable that holds it. A struct of layers and
/// tensors becomes a layer by saying how it computes; its stored `var` properties are found by reflection, and the
/// names of its parameters are the paths to them, such as `hidden.weight`.
///
/// ```swift
/// struct Classifier: Layer {
///   var hidden = Dense(784, 128, activation: .relu)
///   var dropout = Dropout(0.2)
///   var output = Dense(128, 10)
///
///   func callAsFunction(_ x: Tensor, _ pass: ForwardPass) -> Tensor {
///     output(dropout(hidden(x, pass), pass), pass)
///   }
/// }
/// ```
public protocol Layer: TensorStructure, Sendable {
  /// Computes the output for a batch of inputs.
  ///
  /// - Parameters:
  ///   - input: The batch; its first axis counts the samples.
  ///   - pass: Whether this is training or inference, and where random numbers come from. Hand it on to inner layers.
  func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor

  /// The name of the layer's type in messages and summaries; that of the Swift type unless given.
  var typeName: String { get }
}

extension Layer {
  /// Computes the output for inference, where dropout and the like do nothing.
  public func callAsFunction(_ input: Tensor) -> Tensor { callAsFunction(input, .inference) }

  /// The number of trainable numbers; those of layers that have not been built yet do not count.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

  /// The name of the Swift type.
  public var typeName: String { "\(Self.self)" }
}
