import DescentGraph
import DescentTensor

/// A convolution of each channel for itself: output channel c·multiplier + m comes from channel c.
///
/// ```swift
/// let layer = DepthwiseConv2D(kernel: 3, padding: .same)          // [n, h, w, c] to [n, h, w, c]
/// ```
public struct DepthwiseConvolution<Axes: SpatialAxes>: Layer {
  /// The kernel, of shape [sizes…, channels, multiplier], whatever the layout.
  public var kernel: Tensor
  /// The bias, of shape [channels·multiplier], if the layer has one.
  public var bias: Tensor?
  /// How far apart neighbouring windows are.
  public let stride: PerAxis
  /// How many zeros stand around space.
  public let padding: WindowPadding
  /// How far apart the elements are that neighbouring places of the kernel meet.
  public let dilation: PerAxis
  /// The function applied to the result.
  public let activation: Activation
  /// Where the channels stand.
  public let layout: ChannelLayout
  private let start, biasStart: ParameterStart

  /// A layer with fresh parameters.
  ///
  /// - Parameters:
  ///   - kernel: The sizes of the kernel.
  ///   - multiplier: How many output channels each channel gives.
  ///   - channels: The number of input channels; the first input decides unless given.
  ///   - stride: How far apart neighbouring windows are.
  ///   - padding: How many zeros stand around space.
  ///   - dilation: How far apart the elements are that neighbouring places of the kernel meet.
  ///   - activation: The function applied to the result.
  ///   - hasBias: Whether a bias is added.
  ///   - layout: Where the channels stand.
  ///   - initializer: How the kernel starts; unless given by He's rule before relu, and by Glorot's before all else.
  ///   - bias: How the bias starts.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    kernel: PerAxis, multiplier: Int = 1, channels: Int? = nil, stride: PerAxis = 1, padding: WindowPadding = .valid,
    dilation: PerAxis = 1, activation: Activation = .linear, hasBias: Bool = true,
    layout: ChannelLayout = .channelsLast, initializer: Initializer? = nil, bias: Initializer = .zeros,
    type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    let name = "DepthwiseConv\(Axes.count)D"
    Self.require(
      multiplier > 0 && channels ?? 1 > 0, name,
      "\(channels.map { "\($0) channels and " } ?? "")multiplier \(multiplier) must be 1 or more")
    let usual = initializer ?? activation.usualInitializer
    start = ParameterStart(
      Initializer(usual.name) { shape, type, random in
        // An output sees one channel, so that is what the fan-in counts.
        let grouped = Shape(shape.dimensions.dropLast(2) + [1, shape[-2] * shape[-1]])
        return usual(grouped, type: type, using: random).reshaped(to: shape.dimensions)
      }, using: random)
    biasStart = ParameterStart(bias, using: random)
    let shape = Shape(Axes.sizes(kernel, "kernel", name) + [channels ?? 0, max(multiplier, 1)])
    self.kernel = channels == nil ? .zeros(shape, type: type) : start(shape, type: type)
    self.bias = hasBias ? biasStart([shape[-2] * shape[-1]], type: type) : nil
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
    (self.activation, self.layout) = (activation, layout)
  }

  /// `DepthwiseConv1D`, `DepthwiseConv2D` or `DepthwiseConv3D`.
  public var typeName: String { "DepthwiseConv\(Axes.count)D" }

  /// Each channel convolved with its kernels, with the bias, through the activation.
  ///
  /// - Parameter input: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    let expected = kernel.isOpenParameter ? nil : kernel.shape[-2]
    if let complaint = Axes.complaint(about: input, of: self, layout, channels: expected) { return complaint }
    let (channels, multiplier) = (layout.channels(of: input), kernel.shape[-1])
    let kernel = pass.parameter(
      kernel, of: self, shape: kernel.shape.dimensions.dropLast(2) + [channels, multiplier], start)
    let product = depthwiseConvolution(
      input, kernel, stride: stride, padding: padding, dilation: dilation, layout: layout)
    let sum =
      bias.map { bias in
        let bias = pass.parameter(bias, of: self, shape: [channels * multiplier], biasStart)
        return product + layout.placed(bias, rank: input.rank)
      } ?? product
    return pass.noting(activation.value(sum), from: self)
  }

  /// Visits `kernel` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("kernel", &kernel)
    visitor.visit("bias", &bias)
  }
}

/// A depth-wise convolution of signals.
public typealias DepthwiseConv1D = DepthwiseConvolution<OneAxis>
/// A depth-wise convolution of images.
public typealias DepthwiseConv2D = DepthwiseConvolution<TwoAxes>
/// A depth-wise convolution of volumes.
public typealias DepthwiseConv3D = DepthwiseConvolution<ThreeAxes>

/// A convolution in two cheaper ones: each channel over space, then all channels at each place (Chollet 2017).
///
/// ```swift
/// let layer = SeparableConv2D(64, kernel: 3, padding: .same, activation: .relu)
/// ```
public struct SeparableConvolution<Axes: SpatialAxes>: Layer {
  /// The convolution of each channel, without bias.
  public var depthwise: DepthwiseConvolution<Axes>
  /// The mixing of channels, with a kernel of one place.
  public var pointwise: Convolution<Axes>

  /// A layer with fresh parameters.
  ///
  /// - Parameters:
  ///   - filters: The number of output channels.
  ///   - kernel: The sizes of the depth-wise kernel.
  ///   - multiplier: How many channels come between for each input channel.
  ///   - channels: The number of input channels; the first input decides unless given.
  ///   - stride: How far apart neighbouring windows are.
  ///   - padding: How many zeros stand around space.
  ///   - dilation: How far apart the elements are that neighbouring places of the kernel meet.
  ///   - activation: The function applied to the result.
  ///   - hasBias: Whether a bias is added.
  ///   - layout: Where the channels stand.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    _ filters: Int, kernel: PerAxis, multiplier: Int = 1, channels: Int? = nil, stride: PerAxis = 1,
    padding: WindowPadding = .valid, dilation: PerAxis = 1, activation: Activation = .linear, hasBias: Bool = true,
    layout: ChannelLayout = .channelsLast, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    depthwise = DepthwiseConvolution(
      kernel: kernel, multiplier: multiplier, channels: channels, stride: stride, padding: padding,
      dilation: dilation, hasBias: false, layout: layout, type: type, using: random)
    pointwise = Convolution(
      filters, kernel: 1, channels: channels.map { $0 * multiplier }, activation: activation, hasBias: hasBias,
      layout: layout, type: type, using: random)
  }

  /// `SeparableConv1D`, `SeparableConv2D` or `SeparableConv3D`.
  public var typeName: String { "SeparableConv\(Axes.count)D" }

  /// The two convolutions one after the other.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor { pointwise(depthwise(input, pass), pass) }
}

/// A separable convolution of signals.
public typealias SeparableConv1D = SeparableConvolution<OneAxis>
/// A separable convolution of images.
public typealias SeparableConv2D = SeparableConvolution<TwoAxes>
/// A separable convolution of volumes.
public typealias SeparableConv3D = SeparableConvolution<ThreeAxes>
