import DescentGraph

/// How windows lie over the axes of space of a tensor, checked.
struct WindowGeometry {
  /// The sizes of space, and the numbers of elements around it.
  let space, low, high: [Int]
  let axes: [Windows.Axis]

  private static let limit = Int(Int32.max)

  /// The sizes of space with what stands around it.
  var padded: [Int] { space.indices.map { low[$0] + space[$0] + high[$0] } }

  /// Nil after a complaint.
  init?(
    _ operation: String, _ x: Tensor, _ layout: ChannelLayout, window: PerAxis, stride: PerAxis,
    dilation: PerAxis = 1, padding: WindowPadding, windowName: String = "window"
  ) {
    let space = layout.space(of: x)
    func numbers(_ name: String, _ parameter: PerAxis, from least: Int) -> [Int]? {
      WindowGeometry.numbers(operation, x, name, parameter, axes: space.count, from: least)
    }
    guard let sizes = numbers(windowName, window, from: 1), let strides = numbers("stride", stride, from: 1),
      let dilations = numbers("dilation", dilation, from: 1)
    else { return nil }
    axes = space.indices.map {
      .init(size: Int32(sizes[$0]), stride: Int32(strides[$0]), dilation: Int32(dilations[$0]))
    }
    switch padding {
    case .valid: (low, high) = (space.map { _ in 0 }, space.map { _ in 0 })
    case .same:
      let totals = zip(axes, space).map { WindowGeometry.samePadding($0, $1) }
      (low, high) = (totals.map { $0 / 2 }, totals.map { $0 - $0 / 2 })
    case .explicit(let before, let after):
      guard let before = numbers("low padding", before, from: 0), let after = numbers("high padding", after, from: 0)
      else { return nil }
      (low, high) = (before, after)
    }
    self.space = space
    if let complaint = complaint(about: x, windowName, dilations) {
      Failure.stop(.init(.shapeMismatch, operation, complaint))
      return nil
    }
  }

  /// A parameter's numbers for each axis of space, nil after a complaint.
  static func numbers(
    _ operation: String, _ x: Tensor, _ name: String, _ parameter: PerAxis, axes: Int, from least: Int
  ) -> [Int]? {
    guard let numbers = parameter.numbers(forAxes: axes) else {
      Failure.stop(
        .init(
          .invalidArgument, operation,
          "\(name) \(parameter) has \(parameter.numbers.count) numbers, and \(x.node.label) with shape \(x.shape) has "
            + "\(axes) axes of space; give one number for all of them or one for each"))
      return nil
    }
    guard numbers.allSatisfy({ (least...limit).contains($0) }) else {
      Failure.stop(
        .init(.invalidArgument, operation, "\(name) \(parameter) is outside its domain, \(least) to \(limit)"))
      return nil
    }
    return numbers
  }

  /// What is missing for ⌈size / stride⌉ windows.
  private static func samePadding(_ axis: Windows.Axis, _ size: Int) -> Int {
    let count = (size + Int(axis.stride) - 1) / Int(axis.stride)
    return max((count - 1) * Int(axis.stride) + axis.span - size, 0)
  }

  private func complaint(about x: Tensor, _ windowName: String, _ dilations: [Int]) -> String? {
    let sizes = axes.map { Int($0.size) }
    let described = "\(windowName) \(sizes)" + (dilations.allSatisfy { $0 == 1 } ? "" : " with dilation \(dilations)")
    if padded.contains(where: { $0 > WindowGeometry.limit }) {
      return
        "\(described) needs padding of \(x.node.label) with shape \(x.shape) to \(padded), and an axis has at most "
        + "\(WindowGeometry.limit) elements"
    }
    if zip(axes, padded).contains(where: { $0.span > $1 }) {
      return
        "\(described) spans \(axes.map(\.span)) elements, more than the \(padded) of space in \(x.node.label) with "
        + "shape \(x.shape)\(low + high == low.map { _ in 0 } + high.map { _ in 0 } ? "" : " and its padding"); use a "
        + "smaller one or pad more"
    }
    return Shape(sizes).elementCount > WindowGeometry.limit ? "\(described) has too many elements" : nil
  }

  // MARK: Nodes

  /// `x` with zeros around space, which begins at an axis.
  func padding(_ x: Node, from axis: Int) -> Node {
    x.isInvalid ? x : .place(x, window(x, from: axis), in: paddedShape(x, from: axis))
  }

  /// `x` with `value` around space, which begins at an axis.
  func padding(_ x: Node, with value: Double, from axis: Int) -> Node {
    if x.isInvalid || padded == space { return x }
    let isInside = padding(.fill(1, x.shape, .bool), from: axis)
    let placed = padding(x, from: axis)
    return .select(isInside, placed, .fill(value, placed.shape, x.scalarType))
  }

  /// The windows over `x`, which has been padded; their places stand behind the axes of space.
  func windows(_ x: Node, from axis: Int) -> Node { .windows(x, Windows(firstAxis: axis, axes)) }

  private func window(_ x: Node, from axis: Int) -> Window {
    var window = Window(rank: x.shape.rank)
    for (place, size) in low.enumerated() { window.starts[axis + place] = Int32(size) }
    return window
  }

  private func paddedShape(_ x: Node, from axis: Int) -> Shape {
    var shape = x.shape
    for (place, size) in padded.enumerated() { shape[axis + place] = size }
    return shape
  }
}
