import DescentGraph

// What convolution, pooling and resizing are told about the axes of space.

/// A number for each axis of space, or one number for all of them.
///
/// ```swift
/// let stride: PerAxis = 2             // 2 along every axis
/// let window: PerAxis = [3, 1]        // 3 along the first axis of space, 1 along the second
/// ```
public struct PerAxis: Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  package let numbers: [Int]
  private let isForAll: Bool

  /// One number for all axes of space.
  public init(_ number: Int) { (numbers, isForAll) = ([number], true) }

  /// A number for each axis of space.
  public init(_ numbers: [Int]) { (self.numbers, isForAll) = (numbers, false) }

  /// One number for all axes of space.
  public init(integerLiteral number: Int) { self.init(number) }

  /// A number for each axis of space.
  public init(arrayLiteral numbers: Int...) { self.init(numbers) }

  /// The numbers for so many axes, nil if there are others.
  package func numbers(forAxes count: Int) -> [Int]? {
    isForAll ? Array(repeating: numbers[0], count: count) : numbers.count == count ? numbers : nil
  }
}

extension PerAxis: CustomStringConvertible {
  /// The number, or the numbers in brackets.
  public var description: String { isForAll ? "\(numbers[0])" : "\(numbers)" }
}

/// How many elements stand around space before windows are laid over it.
public enum WindowPadding: Hashable, Sendable {
  /// None: windows lie inside.
  case valid
  /// As many as make ⌈size / stride⌉ windows, half of them on each side; an odd one comes after, as in TensorFlow and
  /// JAX.
  case same
  /// So many before and after, for each axis.
  case explicit(low: PerAxis, high: PerAxis)
}

/// Where the channels stand in a tensor of signals, images or volumes; the batch comes first.
public enum ChannelLayout: Hashable, Sendable, CaseIterable {
  /// [batch, space…, channels], the layout of TensorFlow and JAX.
  case channelsLast
  /// [batch, channels, space…], the layout of PyTorch.
  case channelsFirst
}

extension ChannelLayout {
  /// The first axis of space.
  var firstSpatialAxis: Int { self == .channelsLast ? 1 : 2 }

  package var axesDescription: String {
    self == .channelsLast ? "[batch, space…, channels]" : "[batch, channels, space…]"
  }

  /// The number of channels of a tensor with this layout.
  package func channels(of x: Tensor) -> Int { x.shape[self == .channelsLast ? -1 : 1] }

  /// The sizes of space of a tensor with this layout.
  func space(of x: Tensor) -> [Int] { Array(x.shape.dimensions[firstSpatialAxis...].prefix(x.rank - 2)) }

  /// Whether a tensor has a batch, one to three axes of space, and channels; complains if not.
  func fits(_ x: Tensor, _ operation: String) -> Bool {
    if (3...5).contains(x.rank) { return true }
    Failure.stop(
      .init(
        .shapeMismatch, operation,
        "\(x.node.label) with shape \(x.shape) needs 3, 4 or 5 axes: \(axesDescription) with 1, 2 or 3 axes of space; "
          + "add one with .expanded(axes:)"))
    return false
  }
}
