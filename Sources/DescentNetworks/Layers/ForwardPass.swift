import DescentGraph
import DescentTensor

/// What layers need to know about the computation they take part in, and what they tell about it.
///
/// ```swift
/// let pass = ForwardPass(trainingWith: RandomGenerator(seed: 1))
/// let (loss, gradient) = valueWithGradient(at: network) { softmaxCrossEntropy($0(images, pass), labels) }
/// optimizer.update(&network, along: gradient)
/// network.adoptState(from: pass)              // the running statistics, if there are any
/// ```
public final class ForwardPass: Sendable {
  /// What the output is wanted for.
  public enum Mode: Sendable {
    /// To use it: layers are plain functions.
    case inference
    /// To learn from it: dropout drops, and statistics are those of the batch.
    case training
  }

  /// What the output is wanted for.
  public let mode: Mode
  /// Where layers draw random numbers while training.
  public let random: RandomGenerator
  let trace: LayerTrace?
  let construction: Construction?
  let stateChanges = StateChanges()
  /// Where layers add to the loss, if anybody asks for it.
  let penalties: Penalties?
  /// In how many programs being traced states may be set: one if a step is traced whole, none otherwise.
  let placeholderDepth: Int
  /// The narrow type in which parameters and activations are computed, if there is one; see ``MixedPrecision``.
  let computeType: ScalarType?

  /// The pass of `network(x)`.
  public static let inference = ForwardPass(.inference)

  /// A training pass.
  ///
  /// - Parameter random: Where layers draw random numbers. One generator serves a whole training; each draw differs.
  public convenience init(trainingWith random: RandomGenerator = .current) {
    self.init(.training, random, penalties: Penalties())
  }

  /// A training pass that computes in a narrow type, and may note what each layer puts out.
  convenience init(
    trainingWith random: RandomGenerator, computingIn type: ScalarType?, tracing trace: LayerTrace? = nil,
    placeholderDepth: Int = 0
  ) {
    self.init(
      .training, random, trace: trace, penalties: Penalties(), computeType: type, placeholderDepth: placeholderDepth)
  }

  /// A pass in inference whose loss is wanted.
  static func judging() -> ForwardPass { ForwardPass(.inference, penalties: Penalties()) }

  /// A dry run that notes what each layer puts out, or makes the parameters whose sizes were left open.
  convenience init(tracing trace: LayerTrace? = nil, constructing construction: Construction? = nil) {
    self.init(.inference, trace: trace, construction: construction)
  }

  private init(
    _ mode: Mode, _ random: RandomGenerator = RandomGenerator(seed: 0), trace: LayerTrace? = nil,
    construction: Construction? = nil, penalties: Penalties? = nil, computeType: ScalarType? = nil,
    placeholderDepth: Int = 0
  ) {
    (self.mode, self.random, self.trace, self.construction) = (mode, random, trace, construction)
    (self.penalties, self.computeType, self.placeholderDepth) = (penalties, computeType, placeholderDepth)
  }

  /// Whether this is training.
  public var isTraining: Bool { mode == .training }

  /// The same pass for layers that are to compute as in inference whatever the others do.
  public var inInference: ForwardPass {
    guard isTraining else { return self }
    return ForwardPass(
      .inference, random, trace: trace, construction: construction, penalties: penalties, computeType: computeType)
  }

  /// Tells the pass what a layer puts out, and returns it.
  ///
  /// Layers that contain no others call it at their end, so that ``Layer/summary(inputShape:type:)`` knows the shape.
  ///
  /// <!-- snippet: skip -->
  /// ```swift
  /// return pass.noting(x * scale, from: self)
  /// ```
  public func noting(_ output: Tensor, from layer: some Layer) -> Tensor {
    trace?.note(output, from: layer) ?? output
  }

  /// Computes the output of a layer that speaks for the layers inside it: it has one row in a summary, and they none.
  ///
  /// <!-- snippet: skip -->
  /// ```swift
  /// pass.noting(from: self) { output(scaledDotProductAttention(query(x, pass), key(x, pass), value(x, pass)), pass) }
  /// ```
  public func noting(from layer: some Layer, _ body: () -> Tensor) -> Tensor {
    guard let trace else { return body() }
    let mark = trace.mark
    return trace.note(body(), from: layer, since: mark)
  }
}
