import DescentGraph
import DescentTensor

/// A convolution over signals, images or volumes: y = f(x ∗ K + b).
///
/// Output o at position p is f(Σ x[p·stride + a·dilation, c]·K[a, c, o] + b[o]) over the places a of the kernel and the
/// channels c, a cross-correlation as in other libraries (LeCun and others 1998).
///
/// ```swift
/// let network = Sequential {
///   Conv2D(32, kernel: 3, activation: .relu)          // [n, 28, 28, 1] to [n, 26, 26, 32]
///   MaxPool2D(window: 2)                              // [n, 13, 13, 32]
///   Flatten()
///   Dense(10)
/// }
/// ```
///
/// `padding: .explicit(low: 2, high: 0)` with a kernel of 3 makes a causal convolution of signals.
public struct Convolution<Axes: SpatialAxes>: Layer {
  /// K, of shape [sizes…, channels / groups, filters], whatever the layout.
  public var kernel: Tensor
  /// b, of shape [filters], if the layer has one.
  public var bias: Tensor?
  /// How far apart neighbouring windows are.
  public let stride: PerAxis
  /// How many zeros stand around space.
  public let padding: WindowPadding
  /// How far apart the elements are that neighbouring places of the kernel meet.
  public let dilation: PerAxis
  /// Into how many parts the channels and the filters fall; each part sees its own only.
  public let groups: Int
  /// The function f.
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
  ///   - stride: How far apart neighbouring windows are.
  ///   - padding: How many zeros stand around space.
  ///   - dilation: How far apart the elements are that neighbouring places of the kernel meet.
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
    dilation: PerAxis = 1, groups: Int = 1, activation: Activation = .linear, hasBias: Bool = true,
    layout: ChannelLayout = .channelsLast, initializer: Initializer? = nil, bias: Initializer = .zeros,
    type: ScalarType = .float32, using random: RandomGenerator = .current
  ) {
    let name = "Conv\(Axes.count)D"
    Self.require(
      filters > 0 && groups > 0 && filters.isMultiple(of: max(groups, 1)), name,
      "\(filters) filters in \(groups) groups can't be; give 1 or more that fall into equal groups")
    Self.require(
      (channels ?? groups) > 0 && (channels ?? groups).isMultiple(of: max(groups, 1)), name,
      "\(channels ?? 0) channels do not fall into \(groups) equal groups")
    start = ParameterStart(initializer ?? activation.usualInitializer, using: random)
    let sizes = Axes.sizes(kernel, "kernel", name)
    let shape = Shape(sizes + [(channels ?? 0) / max(groups, 1), max(filters, 1)])
    self.kernel = channels == nil ? .zeros(shape, type: type) : start(shape, type: type)
    self.bias = hasBias ? bias([max(filters, 1)], type: type, using: random) : nil
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, max(groups, 1))
    (self.activation, self.layout) = (activation, layout)
  }

  /// `Conv1D`, `Conv2D` or `Conv3D`.
  public var typeName: String { "Conv\(Axes.count)D" }

  /// f(x ∗ K + b).
  ///
  /// - Parameter input: [batch, space…, channels], or [batch, channels, space…] if the layout says so.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    let expected = kernel.isOpenParameter ? nil : kernel.shape[-2] * groups
    if let complaint = Axes.complaint(about: input, of: self, layout, channels: expected) { return complaint }
    let channels = layout.channels(of: input)
    if !channels.isMultiple(of: groups) {
      return Tensor(
        Node.invalid(
          .shapeMismatch, typeName,
          "the input has shape \(input.shape), whose \(channels) channels do not fall into \(groups) equal groups"))
    }
    let kernel = pass.parameter(
      kernel, of: self, shape: kernel.shape.dimensions.dropLast(2) + [channels / groups, kernel.shape[-1]], start)
    let product = convolution(
      input, kernel, stride: stride, padding: padding, dilation: dilation, groups: groups, layout: layout)
    let sum = bias.map { product + layout.placed($0, rank: input.rank) } ?? product
    return pass.noting(activation.value(sum), from: self)
  }

  /// Visits `kernel` and `bias`.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {
    visitor.visit("kernel", &kernel)
    visitor.visit("bias", &bias)
  }
}

/// A convolution of signals, [batch, length, channels].
public typealias Conv1D = Convolution<OneAxis>
/// A convolution of images, [batch, height, width, channels].
public typealias Conv2D = Convolution<TwoAxes>
/// A convolution of volumes, [batch, depth, height, width, channels].
public typealias Conv3D = Convolution<ThreeAxes>
