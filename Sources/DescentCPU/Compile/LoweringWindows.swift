import DescentGraph

/// Windows over three axes of an array of `outer` x the axes x `inner` elements; axes that aren't there have one
/// element.
struct WindowGrid: Hashable {
  struct Axis: Hashable {
    var extent, count, size, stride, dilation: Int
  }

  var outer: Int
  var axes: [Axis]
  var inner: Int

  init(_ windows: Windows, over shape: Shape) {
    let (sizes, range) = (shape.dimensions, windows.axisRange)
    outer = sizes[..<range.lowerBound].reduce(1, *)
    inner = sizes[range.upperBound...].reduce(1, *)
    axes = zip(windows.axes, range).map { axis, place in
      Axis(
        extent: sizes[place], count: axis.count(in: sizes[place]), size: Int(axis.size), stride: Int(axis.stride),
        dilation: Int(axis.dilation))
    }
    let single = Axis(extent: 1, count: 1, size: 1, stride: 1, dilation: 1)
    axes.insert(contentsOf: Array(repeating: single, count: Windows.mostAxes - axes.count), at: 0)
  }
}

/// A view in which the places of windows have axes of their own, before a copy joins them.
struct WindowView {
  var view: StridedView
  var placeAxes: Range<Int>

  /// The sizes with one axis for all places.
  var joinedShape: [Int] {
    var shape = view.shape
    shape.replaceSubrange(placeAxes, with: [shape[placeAxes].reduce(1, *)])
    return shape
  }
}

extension Lowering {
  /// Windows are a view in which positions and places are axes of their own; strides can say that at no cost.
  ///
  /// Only where the places don't lie evenly is there a copy, of a view whose innermost axes are mostly contiguous.
  mutating func windows(_ x: StridedView, _ windows: Windows, _ shape: Shape, _ result: Shape) -> StridedView {
    let places = Axes(shape).places
    var strides = [Int](repeating: 0, count: shape.rank)
    for (place, axis) in places.enumerated() { strides[axis] = x.strides[place] }
    let (sizes, range) = (shape.dimensions, windows.axisRange)
    var view: [StridedView.Dimension] = (0..<range.lowerBound).map { .init(size: sizes[$0], stride: strides[$0]) }
    // Only the stride of an axis of one element, which is dropped, may be too large for an Int.
    view += zip(windows.axes, range).map { axis, place in
      .init(size: axis.count(in: sizes[place]), stride: strides[place] &* Int(axis.stride))
    }
    let first = view.count { $0.size != 1 }
    view += zip(windows.axes, range).map { axis, place in
      .init(size: Int(axis.size), stride: strides[place] &* Int(axis.dilation))
    }
    let end = view.count { $0.size != 1 }
    view += (range.upperBound..<shape.rank).map { .init(size: sizes[$0], stride: strides[$0]) }
    view.removeAll { $0.size == 1 }
    let separate = StridedView(root: x.root, offset: x.offset, shape: view.map(\.size), strides: view.map(\.stride))
    let joined = reshape(separate, to: Axes(result).shape)
    if joined.root != x.root { windowViews[joined.root] = WindowView(view: separate, placeAxes: first..<end) }
    return joined
  }

  mutating func overlap(
    _ x: StridedView, _ windows: Windows, _ shape: [Int], _ result: Shape, _ type: ScalarType
  ) -> StridedView {
    add(.overlap(WindowGrid(windows, over: result)), shape, type, [dense(x)])
  }

  // MARK: Short reductions

  // So many elements at most are combined one by one.
  private static let mostParts = 32
  // Shorter rows are better brought to the end.
  private static let leastRow = 8

  /// For a reduction of windows over their places, the view of each place: then nobody needs the windows' copy.
  func places(ofWindows x: StridedView, along axes: [Int]) -> [StridedView]? {
    guard let windows = windowViews[x.root], axes == [windows.placeAxes.lowerBound],
      x == StridedView(whole: x.root, windows.joinedShape)
    else { return nil }
    return parts(windows.view, along: Array(windows.placeAxes))
  }

  /// For a reduction along one short axis in the middle, the view of each of its elements, whose rows lie as they are.
  func shortParts(_ x: StridedView, along axes: [Int]) -> [StridedView]? {
    guard axes.count == 1, x.shape[(axes[0] + 1)...].reduce(1, *) >= Self.leastRow else { return nil }
    return parts(x, along: axes)
  }

  /// The views at each index of some axes, nil if there are too many.
  private func parts(_ x: StridedView, along axes: [Int]) -> [StridedView]? {
    guard axes.reduce(1, { $0 * x.shape[$1] }) <= Self.mostParts else { return nil }
    let rest = x.shape.indices.filter { !axes.contains($0) }
    let offsets = axes.reduce([x.offset]) { offsets, axis in
      offsets.flatMap { offset in (0..<x.shape[axis]).map { offset + $0 * x.strides[axis] } }
    }
    return offsets.map {
      StridedView(root: x.root, offset: $0, shape: rest.map { x.shape[$0] }, strides: rest.map { x.strides[$0] })
    }
  }

  /// The parts combined element by element, in order.
  mutating func combined(_ parts: [StridedView], _ reduction: Reduction, _ type: ScalarType) -> StridedView {
    let function = ElementFunction.binary(reduction.ofTwo.onBits(type))
    return parts.dropFirst().reduce(parts[0]) { element(function, type, [$0, $1]) }
  }
}

extension Reduction {
  /// What combines two elements.
  fileprivate var ofTwo: Binary {
    switch self {
    case .sum: .add
    case .max: .maximum
    case .min: .minimum
    case .product: .multiply
    }
  }
}
