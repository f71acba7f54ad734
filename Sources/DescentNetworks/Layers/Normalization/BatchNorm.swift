import DescentGraph
import DescentTensor

/// Normalises each channel over the batch and space, then scales and shifts it (Ioffe and Szegedy 2015).
///
/// While training y = γ·(x − μ)/√(σ² + ε) + β with the mean μ and the variance σ² of the channel in this batch. In
/// inference with running means of them: r ← m·r + (1 − m)·batch, where the batch's variance is the unbiased one
/// (algorithm 2 of the paper, and PyTorch's; Keras takes the biased one).
///
/// The running statistics are state, not parameters: they get no gradients. `fit` updates them after each step; in a
/// loop of your own call ``DescentTensor/TensorStructure/adoptState(from:)`` after the optimiser.
///
/// ```swift
/// let network = Sequential { Conv2D(32, kernel: 3, hasBias: false); BatchNorm(); Activation.relu }
/// ```
public struct BatchNorm: Layer {
  /// The running means and variances, of shape [channels].
  public var runningMean, runningVariance: Tensor
  /// How much of the running statistics a step keeps: 0.9 is what PyTorch calls 0.1.
  public let momentum: Double
  /// Keeps the quotient finite.
  public let epsilon: Double
  /// Where the channels stand.
  public let layout: ChannelLayout
  private var affine: ScaleAndShift

  /// γ, of shape [channels], if the layer scales.
  public var scale: Tensor? {
    get { affine.scale }
    set { affine.scale = newValue }
  }

  /// β, of shape [channels], if the layer shifts.
  public var shift: Tensor? {
    get { affine.shift }
    set { affine.shift = newValue }
  }

  /// A layer that starts with γ = 1, β = 0, running means of 0 and variances of 1.
  ///
  /// - Parameters:
  ///   - channels: The number of channels; the first input decides unless given.
  ///   - momentum: How much of the running statistics a step keeps, from 0 to 1.
  ///   - epsilon: Keeps the quotient finite.
  ///   - hasScale: Whether there is a γ.
  ///   - hasShift: Whether there is a β.
  ///   - layout: Where the channels stand; matrices [batch, channels] are the same in both.
  ///   - type: The scalar type of parameters and inputs.
  public init(
    channels: Int? = nil, momentum: Double = 0.9, epsilon: Double = 1e-5, hasScale: Bool = true,
    hasShift: Bool = true, layout: ChannelLayout = .channelsLast, type: ScalarType = .float32
  ) {
    Self.require(channels ?? 1 > 0, "BatchNorm", "\(channels ?? 0) channels can't be; give 1 or more")
    Self.require((0...1).contains(momentum), "BatchNorm", "the momentum must be from 0 to 1, and \(momentum) isn't")
    let shape = Shape([max(channels ?? 0, 0)])
    affine = ScaleAndShift(shape: shape, hasScale: hasScale, hasShift: hasShift, type: type)
    (runningMean, runningVariance) = (.zeros(shape, type: type), .ones(shape, type: type))
    (self.momentum, self.epsilon, self.layout) = (momentum, epsilon, layout)
  }

  /// The input, normalised: [batch, …, channels], or [batch, channels, …] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    let axis = layout.channelAxis(rank: input.rank)
    guard input.rank > 1, runningMean.isOpenParameter || runningMean.elementCount == input.shape[axis] else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, "BatchNorm",
          "the input has shape \(input.shape); the layer needs \(layout.axesDescription) with "
            + "\(runningMean.elementCount) channels"))
    }
    let shape = [input.shape[axis]]
    let mean = pass.parameter(runningMean, of: self, shape: shape, .zeros).widened
    let variance = pass.parameter(runningVariance, of: self, shape: shape, .ones).widened
    func placed(_ vector: Tensor) -> Tensor { layout.placed(vector, rank: input.rank) }
    let normal =
      pass.isTraining
      ? standardizedByBatch(input.widened, axis, pass)
      : (input.widened - placed(mean)) * placed(rsqrt(variance + epsilon))
    let scaled = affine(normal, of: self, pass, shape: shape, placed: placed)
    return pass.noting(scaled.converted(to: input.scalarType), from: self)
  }

  /// The batch normalised by its own statistics, which the pass learns in the type of the running ones.
  private func standardizedByBatch(_ input: Tensor, _ axis: Int, _ pass: ForwardPass) -> Tensor {
    let axes = (0..<input.rank).filter { $0 != axis }
    let (mean, variance) = input.meanAndVariance(axes: axes)
    let count = Double(input.elementCount) / Double(max(input.shape[axis], 1))
    let unbiased = count / max(count - 1, 1)
    func note(_ running: Tensor, _ batch: Tensor, _ factor: Double) {
      let next = momentum * pass.state(running) + ((1 - momentum) * factor) * batch.converted(to: running.scalarType)
      pass.setState(running, to: next, from: [batch])
    }
    note(runningMean, mean, 1)
    note(runningVariance, variance, unbiased)
    func placed(_ vector: Tensor) -> Tensor { layout.placed(vector, rank: input.rank) }
    return (input - placed(mean)) * placed(rsqrt(variance + epsilon))
  }

  /// Visits `scale` and `shift`, and as held `runningMean` and `runningVariance`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    affine.visitTensors(&visitor)
    visitor.visitHeld("runningMean", &runningMean)
    visitor.visitHeld("runningVariance", &runningVariance)
  }
}
