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
}

extension Layer {
  /// Computes the output for inference, where dropout and the like do nothing.
  public func callAsFunction(_ input: Tensor) -> Tensor { callAsFunction(input, .inference) }

  /// The number of trainable numbers.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

  /// The name of the layer's type, for messages.
  var typeName: String { "\(Self.self)" }
}

/// What layers need to know about the computation they take part in.
///
/// ```swift
/// let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
/// let (loss, gradient) = valueWithGradient(at: network) { softmaxCrossEntropy($0(images, pass), labels) }
/// ```
public final class ForwardPass: Sendable {
  /// What the output is wanted for.
  public enum Mode: Sendable {
    /// To use it: layers are plain functions.
    case inference
    /// To learn from it: dropout drops.
    case training
  }

  /// What the output is wanted for.
  public let mode: Mode
  /// Where layers draw random numbers while training.
  public let random: RandomGenerator
  let trace: LayerTrace?

  /// The pass of `network(x)`.
  public static let inference = ForwardPass(.inference, RandomGenerator(seed: 0), nil)

  /// A training pass.
  ///
  /// - Parameter random: Where layers draw random numbers. One generator serves a whole training; each draw differs.
  public convenience init(trainingWith random: RandomGenerator = .current) { self.init(.training, random, nil) }

  /// An inference pass that notes what each layer puts out.
  convenience init(tracing trace: LayerTrace) { self.init(.inference, RandomGenerator(seed: 0), trace) }

  private init(_ mode: Mode, _ random: RandomGenerator, _ trace: LayerTrace?) {
    (self.mode, self.random, self.trace) = (mode, random, trace)
  }

  /// Whether this is training.
  public var isTraining: Bool { mode == .training }

  /// Tells the pass what a layer puts out, and returns it. Layers that contain no others call it at their end, so that
  /// ``Layer/summary(inputShape:type:)`` knows their output's shape.
  ///
  /// ```swift
  /// return pass.noting(x * scale, from: self)
  /// ```
  public func noting(_ output: Tensor, from layer: some Layer) -> Tensor {
    trace?.note(output, from: layer)
    return output
  }
}
