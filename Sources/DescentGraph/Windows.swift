/// Windows that slide over one to three neighbouring axes.
///
/// Along each axis, place a of the window at position p stands at element p·stride + a·dilation.
package struct Windows: Hashable, Sendable {
  /// How windows lie along one axis.
  package struct Axis: Hashable, Sendable {
    package var size, stride, dilation: Int32

    package init(size: Int32, stride: Int32 = 1, dilation: Int32 = 1) {
      (self.size, self.stride, self.dilation) = (size, stride, dilation)
    }

    /// The distance from a window's first element to behind its last.
    package var span: Int { (Int(size) - 1) * Int(dilation) + 1 }

    /// How many windows fit into so many elements.
    package func count(in extent: Int) -> Int { extent < span ? 0 : (extent - span) / Int(stride) + 1 }

    fileprivate var isValid: Bool { size > 0 && stride > 0 && dilation > 0 }
  }

  package static let mostAxes = 3

  package var firstAxis: UInt8
  private var axisCount: UInt8
  private var first, second, third: Axis

  /// Windows over the axes from `firstAxis` on, at most three of them.
  package init(firstAxis: Int, _ axes: [Axis]) {
    let none = Axis(size: 1)
    self.firstAxis = UInt8(firstAxis)
    axisCount = UInt8(Swift.min(axes.count, Windows.mostAxes))
    first = axes.count > 0 ? axes[0] : none
    second = axes.count > 1 ? axes[1] : none
    third = axes.count > 2 ? axes[2] : none
  }

  /// How windows lie along each axis, outermost first.
  package var axes: [Axis] { Array([first, second, third].prefix(Int(axisCount))) }

  /// The numbers of the axes.
  package var axisRange: Range<Int> { Int(firstAxis)..<Int(firstAxis) + Int(axisCount) }

  /// The number of a window's places.
  package var placeCount: Int { Shape(axes.map { Int($0.size) }).elementCount }

  /// The shape of the windows over a tensor, nil if they do not fit into it.
  package func shape(over shape: Shape) -> Shape? {
    let axes = axes
    guard !axes.isEmpty, axes.allSatisfy(\.isValid), axisRange.upperBound <= shape.rank,
      shape.rank < Shape.maximumRank, placeCount <= Int(Int32.max)
    else { return nil }
    let counts = zip(axes, axisRange).map { axis, place in axis.count(in: shape[place]) }
    guard counts.allSatisfy({ $0 > 0 }) else { return nil }
    let sizes = shape.dimensions
    return Shape(sizes[..<axisRange.lowerBound] + counts + [placeCount] + sizes[axisRange.upperBound...])
  }

  /// The same windows behind one more leading axis.
  package var afterBatch: Windows { Windows(firstAxis: Int(firstAxis) + 1, axes) }

  /// For windows of one place each, which make up `part`, the elements that they are as a slice.
  fileprivate func slice(of part: Shape) -> Window {
    var window = Window(rank: part.rank)
    // The stride of a single window does not matter, and may be far longer than the axis.
    for (axis, place) in zip(axes, axisRange) where part[place] > 1 { window.strides[place] = axis.stride }
    return window
  }

  /// Words that differ between different windows.
  func folded(into hash: UInt64, by mix: (UInt64, UInt64) -> UInt64) -> UInt64 {
    func folded(_ hash: UInt64, _ axis: Axis) -> UInt64 {
      let sizes = UInt64(UInt32(bitPattern: axis.size)) << 32 | UInt64(UInt32(bitPattern: axis.stride))
      return mix(mix(hash &* 31, sizes) &* 31, UInt64(UInt32(bitPattern: axis.dilation)))
    }
    let start = mix(hash, UInt64(firstAxis) << 8 | UInt64(axisCount))
    return folded(folded(folded(start, first), second), third)
  }
}

extension Node {
  /// The windows over some neighbouring axes of `x`.
  ///
  /// In place of these axes stand the positions of the windows and then one axis with all places of a window in
  /// row-major order: windows of 3 by 3 over axes 1 and 2 make [N, H − 2, W − 2, 9, C] of [N, H, W, C].
  package static func windows(_ x: Node, _ windows: Windows) -> Node {
    if x.isInvalid { return x }
    guard let shape = windows.shape(over: x.shape) else {
      return .invalid(.shapeMismatch, "windows", "\(windows) do not fit \(x.label) with shape \(x.shape)")
    }
    if windows.placeCount == 1 {
      let part = shape.removing(AxisSet([windows.axisRange.upperBound]))
      return .reshape(.slice(x, windows.slice(of: part), to: part), to: shape)
    }
    if case .fill(let value) = x.operation { return fill(value, shape, x.scalarType) }
    return Node(.windows(windows), shape, x.scalarType, x)
  }

  /// Zeros of `shape`, with every element of the windows `x` added where it stands: the adjoint of `windows`.
  package static func overlap(_ x: Node, _ windows: Windows, in shape: Shape) -> Node {
    if x.isInvalid { return x }
    guard x.scalarType != .bool else {
      return .invalid(.scalarTypeMismatch, "overlap", "is not defined for bool elements; convert \(x.label) first")
    }
    guard let expected = windows.shape(over: shape), x.shape == expected else {
      return .invalid(
        .shapeMismatch, "overlap", "\(x.label) with shape \(x.shape) is not what \(windows) over \(shape) are")
    }
    if windows.placeCount == 1 {
      let part = expected.removing(AxisSet([windows.axisRange.upperBound]))
      return .place(.reshape(x, to: part), windows.slice(of: part), in: shape)
    }
    return Node(.overlap(windows), shape, x.scalarType, x)
  }
}

extension Windows: CustomStringConvertible {
  /// The sizes along each axis, for example `windows of [3, 3], strides [2, 2], dilations [1, 1] from axis 1`.
  package var description: String {
    "windows of \(axes.map(\.size)), strides \(axes.map(\.stride)), dilations \(axes.map(\.dilation)) from axis "
      + "\(firstAxis)"
  }
}
