import DescentGraph
import DescentTensor

/// How many axes of space a layer works over.
public protocol SpatialAxes: Sendable {
  /// The number of axes.
  static var count: Int { get }
}

/// Signals: [batch, length, channels].
public enum OneAxis: SpatialAxes {
  /// One.
  public static var count: Int { 1 }
}

/// Images: [batch, height, width, channels].
public enum TwoAxes: SpatialAxes {
  /// Two.
  public static var count: Int { 2 }
}

/// Volumes: [batch, depth, height, width, channels].
public enum ThreeAxes: SpatialAxes {
  /// Three.
  public static var count: Int { 3 }
}

extension SpatialAxes {
  /// The complaint about an input with another number of axes or of channels, nil if it fits.
  static func complaint(
    about input: Tensor, of layer: some Layer, _ layout: ChannelLayout, channels: Int? = nil
  ) -> Tensor? {
    if input.node.isInvalid { return input }
    guard input.rank == count + 2 else {
      return Tensor(
        Node.invalid(
          .shapeMismatch, layer.typeName,
          "the input has shape \(input.shape); the layer needs \(count + 2) axes, \(layout.axesDescription) with "
            + "\(count) of space"))
    }
    guard let channels, layout.channels(of: input) != channels else { return nil }
    return Tensor(
      Node.invalid(
        .shapeMismatch, layer.typeName,
        "the input has shape \(input.shape), \(layout.axesDescription), with \(layout.channels(of: input)) channels; "
          + "the layer is for \(channels)"))
  }

  /// The sizes of a kernel or window, one for each axis of space; the complaint stops the program.
  static func sizes(_ sizes: PerAxis, _ what: String, _ layer: String) -> [Int] {
    if let numbers = sizes.numbers(forAxes: count), numbers.allSatisfy({ $0 > 0 }) { return numbers }
    Failure.stop(
      .init(
        .invalidArgument, layer,
        "\(what) \(sizes) must be one number of 1 or more for all \(count) axes of space, or one for each"))
    return Array(repeating: 1, count: count)
  }
}

extension ChannelLayout {
  /// A number for each channel, so that it broadcasts over a tensor of this layout.
  func placed(_ vector: Tensor, rank: Int) -> Tensor {
    if self == .channelsLast || vector.node.isInvalid { return vector }
    return vector.reshaped(to: [vector.elementCount] + Array(repeating: 1, count: max(rank - 2, 0)))
  }

  /// The axis of the channels of a tensor with so many axes.
  func channelAxis(rank: Int) -> Int { self == .channelsLast ? rank - 1 : 1 }
}

extension Layer {
  /// Stops the program for a setting that can't be.
  static func require(_ isSound: Bool, _ name: String, _ words: @autoclosure () -> String) {
    if !isSound { Failure.stop(.init(.invalidArgument, name, words())) }
  }
}
