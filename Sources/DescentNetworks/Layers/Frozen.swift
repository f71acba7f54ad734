import DescentTensor

/// A layer that is not trained: its parameters get no gradients and no updates, and it computes as in inference.
///
/// ```swift
/// var network = Sequential { pretrained.frozen(); Dense(10) }
/// try network.fit(train, epochs: 5, optimizer: Adam(), loss: .softmaxCrossEntropy)     // trains the last layer only
/// ```
///
/// Dropout inside does nothing, and normalisations use their running statistics. An optimiser remembers something for
/// each trainable parameter, so freezing or thawing takes a new one.
public struct Frozen<Content: Layer>: Layer {
  /// The layer.
  public var layer: Content
  /// Whether it is frozen at present.
  public var isFrozen: Bool

  /// A frozen layer.
  public init(_ layer: Content, isFrozen: Bool = true) { (self.layer, self.isFrozen) = (layer, isFrozen) }

  /// Applies the layer.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    guard isFrozen else { return layer(input, pass) }
    guard let type = pass.computeType else { return layer(input, pass.inInference) }
    // Nobody else narrows the parameters: seen from outside they are none.
    return layer.convertingParameters(to: type)(input, pass.inInference)
  }

  /// Visits the layer under the name `layer`, as held while it is frozen.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    if isFrozen { visitor.visitHeld("layer", &layer) } else { visitor.visit("layer", &layer) }
  }
}

extension Layer {
  /// The layer with its parameters kept as they are; see ``Frozen``.
  public func frozen() -> Frozen<Self> { Frozen(self) }
}

/// A layer that may be frozen, whatever it contains.
protocol Freezing {
  var isFrozen: Bool { get }
}

extension Frozen: Freezing {}
