import DescentGraph
import DescentTensor

/// The largest element of each window over space, for each channel.
///
/// ```swift
/// MaxPool2D(window: 2)                                // [n, 28, 28, c] to [n, 14, 14, c]
/// MaxPool1D(window: 3, stride: 1, padding: .same)     // [n, t, c] to [n, t, c]
/// ```
///
/// Elements that tie share the derivative evenly; padding never wins.
public struct MaxPool<Axes: SpatialAxes>: Layer {
  /// The sizes of a window.
  public let window: PerAxis
  /// How far apart neighbouring windows are; side by side if nil.
  public let stride: PerAxis?
  /// How far windows may reach beyond space.
  public let padding: WindowPadding
  /// Where the channels stand.
  public let layout: ChannelLayout

  /// A layer without parameters; windows stand side by side unless a stride is given.
  public init(
    window: PerAxis, stride: PerAxis? = nil, padding: WindowPadding = .valid, layout: ChannelLayout = .channelsLast
  ) {
    _ = Axes.sizes(window, "window", "MaxPool\(Axes.count)D")
    (self.window, self.stride, self.padding, self.layout) = (window, stride, padding, layout)
  }

  /// `MaxPool1D`, `MaxPool2D` or `MaxPool3D`.
  public var typeName: String { "MaxPool\(Axes.count)D" }

  /// The largest elements.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = Axes.complaint(about: input, of: self, layout) { return complaint }
    let pooled = input.maxPooled(window: window, stride: stride, padding: padding, layout: layout)
    return pass.noting(pooled, from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// The mean of each window over space, for each channel.
///
/// ```swift
/// AveragePool2D(window: 2)                            // [n, 28, 28, c] to [n, 14, 14, c]
/// ```
public struct AveragePool<Axes: SpatialAxes>: Layer {
  /// The sizes of a window.
  public let window: PerAxis
  /// How far apart neighbouring windows are; side by side if nil.
  public let stride: PerAxis?
  /// How far windows may reach beyond space.
  public let padding: WindowPadding
  /// Whether padding counts, as zeros.
  public let countsPadding: Bool
  /// Where the channels stand.
  public let layout: ChannelLayout

  /// A layer without parameters; windows stand side by side unless a stride is given.
  ///
  /// Padding counts as zeros as in PyTorch; Keras leaves it out, as `countsPadding: false` does.
  public init(
    window: PerAxis, stride: PerAxis? = nil, padding: WindowPadding = .valid, countsPadding: Bool = true,
    layout: ChannelLayout = .channelsLast
  ) {
    _ = Axes.sizes(window, "window", "AveragePool\(Axes.count)D")
    (self.window, self.stride, self.padding) = (window, stride, padding)
    (self.countsPadding, self.layout) = (countsPadding, layout)
  }

  /// `AveragePool1D`, `AveragePool2D` or `AveragePool3D`.
  public var typeName: String { "AveragePool\(Axes.count)D" }

  /// The means.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if let complaint = Axes.complaint(about: input, of: self, layout) { return complaint }
    let pooled = input.averagePooled(
      window: window, stride: stride, padding: padding, countsPadding: countsPadding, layout: layout)
    return pass.noting(pooled, from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}

/// The largest element of each window of signals.
public typealias MaxPool1D = MaxPool<OneAxis>
/// The largest element of each window of images.
public typealias MaxPool2D = MaxPool<TwoAxes>
/// The largest element of each window of volumes.
public typealias MaxPool3D = MaxPool<ThreeAxes>
/// The mean of each window of signals.
public typealias AveragePool1D = AveragePool<OneAxis>
/// The mean of each window of images.
public typealias AveragePool2D = AveragePool<TwoAxes>
/// The mean of each window of volumes.
public typealias AveragePool3D = AveragePool<ThreeAxes>

/// The mean or the largest element over all of space, for each channel: [batch, space…, channels] to [batch, channels].
///
/// ```swift
/// Sequential { Conv2D(64, kernel: 3); GlobalPool.average(); Dense(10) }
/// ```
public struct GlobalPool: Layer {
  private enum Kind: String { case average, max }

  private let kind: Kind
  /// Where the channels stand.
  public let layout: ChannelLayout

  /// The mean over signals, images or volumes.
  public static func average(layout: ChannelLayout = .channelsLast) -> GlobalPool { .init(kind: .average, layout) }

  /// The largest element of signals, images or volumes; ties share the derivative evenly.
  public static func max(layout: ChannelLayout = .channelsLast) -> GlobalPool { .init(kind: .max, layout) }

  private init(kind: Kind, _ layout: ChannelLayout) { (self.kind, self.layout) = (kind, layout) }

  /// `GlobalPool.average` or `GlobalPool.max`.
  public var typeName: String { "GlobalPool.\(kind.rawValue)" }

  /// One number for each channel.
  public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) -> Tensor {
    if input.node.isInvalid { return input }
    guard input.rank > 2 else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, typeName,
          "the input has shape \(input.shape); the layer needs \(layout.axesDescription) with 1 or more axes of space"))
    }
    let first = layout == .channelsLast ? 1 : 2
    let space = Array(first..<first + input.rank - 2)
    return pass.noting(kind == .average ? input.mean(axes: space) : input.max(axes: space), from: self)
  }

  /// There are no parameters to visit.
  public mutating func visitTensors(_ visitor: inout TensorVisitor) {}
}
