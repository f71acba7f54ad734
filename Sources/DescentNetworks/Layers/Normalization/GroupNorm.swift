import DescentGraph
import DescentTensor

/// Normalises groups of channels of each sample over space, then scales and shifts each channel (Wu and He 2018).
///
/// ```swift
/// GroupNorm(groups: 8)                    // [n, h, w, 32]: four channels and all of space together
/// ```
public struct GroupNorm: Layer {
  /// The number of groups, which divides the number of channels.
  public let groups: Int
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

  /// A layer that starts with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - groups: The number of groups, which divides the number of channels.
  ///   - channels: The number of channels; the first input decides unless given.
  ///   - epsilon: Keeps the quotient finite.
  ///   - hasScale: Whether there is a γ.
  ///   - hasShift: Whether there is a β.
  ///   - layout: Where the channels stand.
  ///   - type: The scalar type of parameters and inputs.
  public init(
    groups: Int, channels: Int? = nil, epsilon: Double = 1e-5, hasScale: Bool = true, hasShift: Bool = true,
    layout: ChannelLayout = .channelsLast, type: ScalarType = .float32
  ) {
    let isSound = groups > 0 && (channels ?? groups) > 0 && (channels ?? groups).isMultiple(of: max(groups, 1))
    Self.require(
      isSound, "GroupNorm",
      "\(channels.map { "\($0)" } ?? "the") channels do not fall into \(groups) equal groups")
    (self.groups, self.epsilon, self.layout) = (max(groups, 1), epsilon, layout)
    affine = ScaleAndShift(
      shape: channels.map { [max($0, 1)] }, hasScale: hasScale, hasShift: hasShift, type: type)
  }

  /// The input, normalised: [batch, …, channels], or [batch, channels, …] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaint(about: input, layout, affine, groups: groups) { return complaint }
    let channels = input.shape[layout.channelAxis(rank: input.rank)]
    let (batch, part) = (input.shape[0], channels / groups)
    let rest = input.elementCount / max(batch * channels, 1)
    let isLast = layout == .channelsLast
    let grouped = input.reshaped(to: isLast ? [batch, rest, groups, part] : [batch, groups, part * rest])
    let normal = standardized(grouped, axes: isLast ? [1, 3] : [2], epsilon: epsilon).reshaped(like: input)
    let scaled = affine(normal, of: self, pass, shape: [channels]) { layout.placed($0, rank: input.rank) }
    return pass.noting(scaled.converted(to: input.scalarType), from: self)
  }

  /// Visits `scale` and `shift`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { affine.visitTensors(&visitor) }
}

/// Normalises each channel of each sample over space, then scales and shifts it (Ulyanov, Vedaldi and Lempitsky 2016).
///
/// ```swift
/// InstanceNorm()                          // [n, h, w, c]
/// ```
public struct InstanceNorm: Layer {
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

  /// A layer that starts with γ = 1 and β = 0.
  ///
  /// - Parameters:
  ///   - channels: The number of channels; the first input decides unless given.
  ///   - epsilon: Keeps the quotient finite.
  ///   - hasScale: Whether there is a γ.
  ///   - hasShift: Whether there is a β.
  ///   - layout: Where the channels stand.
  ///   - type: The scalar type of parameters and inputs.
  public init(
    channels: Int? = nil, epsilon: Double = 1e-5, hasScale: Bool = true, hasShift: Bool = true,
    layout: ChannelLayout = .channelsLast, type: ScalarType = .float32
  ) {
    Self.require(channels ?? 1 > 0, "InstanceNorm", "\(channels ?? 0) channels can't be; give 1 or more")
    (self.epsilon, self.layout) = (epsilon, layout)
    affine = ScaleAndShift(
      shape: channels.map { [max($0, 1)] }, hasScale: hasScale, hasShift: hasShift, type: type)
  }

  /// The input, normalised: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = complaint(about: input, layout, affine) { return complaint }
    let axis = layout.channelAxis(rank: input.rank)
    let normal = standardized(input, axes: (1..<input.rank).filter { $0 != axis }, epsilon: epsilon)
    let scaled = affine(normal, of: self, pass, shape: [input.shape[axis]]) { layout.placed($0, rank: input.rank) }
    return pass.noting(scaled.converted(to: input.scalarType), from: self)
  }

  /// Visits `scale` and `shift`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) { affine.visitTensors(&visitor) }
}

extension Layer {
  /// The complaint about an input without space, or with channels that do not fit, nil if all is well.
  fileprivate func complaint(
    about input: Tensor, _ layout: ChannelLayout, _ affine: ScaleAndShift, groups: Int? = nil
  ) -> Tensor? {
    if input.node.isInvalid { return input }
    func failure(_ words: String) -> Tensor {
      Tensor(Node.invalid(.shapeMismatch, typeName, "the input has shape \(input.shape); \(words)"))
    }
    // Groups may hold several channels, so that there is something to normalise over without space.
    let least = groups == nil ? 3 : 2
    guard input.rank >= least else { return failure("the layer needs \(layout.axesDescription)") }
    let channels = input.shape[layout.channelAxis(rank: input.rank)]
    guard affine.fits([channels]) else {
      return failure("the layer is for \(affine.shape[0]) channels, \(layout.axesDescription)")
    }
    if let groups, !channels.isMultiple(of: groups) {
      return failure("its \(channels) channels do not fall into \(groups) equal groups")
    }
    return nil
  }
}
