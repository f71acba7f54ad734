import DescentGraph
import DescentTensor

/// The transpose of a convolution, which enlarges space by its stride: decoders and generators.
///
/// Each element of the input adds a multiple of the kernel to the output, `stride` apart. It is the adjoint of
/// ``Convolution`` with the same settings (Dumoulin and Visin 2016): along an axis of n elements there come out
/// (n − 1)·stride + (size − 1)·dilation + 1 − low − high + outputPadding, and n·stride with `.same`.
///
/// ```swift
/// let up = TransposedConv2D(16, kernel: 4, stride: 2, padding: .same)         // [n, 14, 14, c] to [n, 28, 28, 16]
/// ```
public struct TransposedConvolution<Axes: SpatialAxes>: Layer {
  /// The kernel, of shape [sizes…, filters / groups, channels], whatever the layout.
  public var kernel: Tensor
  /// The bias, of shape [filters], if the layer has one.
  public var bias: Tensor?
  /// How far apart neighbouring elements of the input come to stand.
  public let stride: PerAxis
  /// What the convolution pads, and so the result leaves out.
  public let padding: WindowPadding
  /// How many elements more the result has at its high end.
  public let outputPadding: PerAxis
  /// How far apart neighbouring places of the kernel come to stand.
  public let dilation: PerAxis
  /// Into how many parts the channels and the filters fall; each part sees its own only.
  public let groups: Int
  /// The function applied to the result.
  public let activation: Activation
  /// Where the channels stand.
  public let layout: ChannelLayout
  private let start: ParameterStart

  /// A layer with fresh parameters.
  ///
  /// - Parameters:
  ///   - filters: The number of output channels.
  ///   - kernel: The sizes of the kernel.
  ///   - channels: The number of input channels; the first input decides unless given.
  ///   - stride: How far apart neighbouring elements of the input come to stand.
  ///   - padding: What the convolution pads, and so the result leaves out.
  ///   - outputPadding: How many elements more the result has at its high end.
  ///   - dilation: How far apart neighbouring places of the kernel come to stand.
  ///   - groups: Into how many equal parts channels and filters fall.
  ///   - activation: The function applied to the result.
  ///   - hasBias: Whether a bias is added.
  ///   - layout: Where the channels stand.
  ///   - initializer: How the kernel starts; unless given by He's rule before relu, and by Glorot's before all else.
  ///   - bias: How the bias starts.
  ///   - type: The scalar type of parameters and inputs.
  ///   - random: Where the first values are drawn from.
  public init(
    _ filters: Int, kernel: PerAxis, channels: Int? = nil, stride: PerAxis = 1, padding: WindowPadding = .valid,
    outputPadding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1, activation: Activation = .linear,
    hasBias: Bool = true, layout: ChannelLayout = .channelsLast, initializer: Initializer? = nil,
    bias: Initializer = .zeros, type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    let name = "TransposedConv\(Axes.count)D"
    Self.require(
      filters > 0 && groups > 0 && filters.isMultiple(of: max(groups, 1)), name,
      "\(filters) filters in \(groups) groups can't be; give 1 or more that fall into equal groups")
    Self.require(channels ?? 1 > 0, name, "\(channels ?? 0) channels can't be; give 1 or more")
    let usual = initializer ?? activation.usualInitializer
    start = ParameterStart(
      Initializer(usual.name) { shape, type, random in
        // The fans are those of the forward map: from the last axis to the one before it.
        var forward = shape
        (forward[-2], forward[-1]) = (shape[-1], shape[-2])
        return usual(forward, type: type, using: random).swappingAxes(-1, -2)
      }, using: random)
    let shape = Shape(Axes.sizes(kernel, "kernel", name) + [max(filters / max(groups, 1), 1), channels ?? 0])
    self.kernel = channels == nil ? .zeros(shape, type: type) : start(shape, type: type)
    self.bias = hasBias ? bias([max(filters, 1)], type: type, using: random) : nil
    (self.stride, self.padding, self.outputPadding, self.dilation) = (stride, padding, outputPadding, dilation)
    (self.groups, self.activation, self.layout) = (max(groups, 1), activation, layout)
  }

  /// `TransposedConv1D`, `TransposedConv2D` or `TransposedConv3D`.
  public var typeName: String { "TransposedConv\(Axes.count)D" }

  /// The input spread by the kernel, with the bias, through the activation.
  ///
  /// - Parameter input: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    let expected = kernel.isOpenParameter ? nil : kernel.shape[-1]
    if let complaint = Axes.complaint(about: input, of: self, layout, channels: expected) { return complaint }
    let kernel = pass.parameter(
      kernel, of: self, shape: kernel.shape.dimensions.dropLast() + [layout.channels(of: input)], start)
    let product = transposedConvolution(
      input, kernel, stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
      groups: groups, layout: layout)
    let sum = bias.map { product + layout.placed($0, rank: input.rank) } ?? product
    return pass.noting(activation.value(sum), from: self)
  }

  /// Visits `kernel` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("kernel", &kernel)
    visitor.visit("bias", &bias)
  }
}

/// The transpose of a convolution of signals.
public typealias TransposedConv1D = TransposedConvolution<OneAxis>
/// The transpose of a convolution of images.
public typealias TransposedConv2D = TransposedConvolution<TwoAxes>
/// The transpose of a convolution of volumes.
public typealias TransposedConv3D = TransposedConvolution<ThreeAxes>
