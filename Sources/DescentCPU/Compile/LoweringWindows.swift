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

extension Lowering {
  /// Windows are a view: an axis of positions for each axis of space, and one axis with the places of a window, whose
  /// dimensions are the axes of space again.
  mutating func windows(_ x: StridedView, _ windows: Windows, _ shape: Shape, _ result: Shape) -> StridedView {
    var dimensions = [[StridedView.Dimension]](repeating: [.init(size: 1, stride: 0)], count: shape.rank)
    for (place, axis) in Axes(shape).places.enumerated() { dimensions[axis] = x.axes[place] }
    let range = windows.axisRange
    // The windows' steps are strides only where the elements have one.
    guard range.allSatisfy({ dimensions[$0].count == 1 }) else { return self.windows(copy(x), windows, shape, result) }
    let positions = zip(windows.axes, range).map { axis, place in
      // Only the stride of an axis of one element, which is dropped, may be too large for an Int.
      [
        StridedView.Dimension(
          size: axis.count(in: shape[place]), stride: dimensions[place][0].stride &* Int(axis.stride))
      ]
    }
    let places = zip(windows.axes, range).map { axis, place in
      StridedView.Dimension(size: Int(axis.size), stride: dimensions[place][0].stride &* Int(axis.dilation))
    }
    let axes = dimensions[..<range.lowerBound] + positions + [places] + dimensions[range.upperBound...]
    return StridedView(root: x.root, offset: x.offset, dropping: Array(axes))
  }

  // MARK: Short reductions

  // So many elements at most are combined one by one.
  private static let mostParts = 32
  // Shorter rows are better brought to the end.
  private static let leastRow = 8

  /// For a reduction along one short axis, the view of each of its elements, whose rows lie as they are.
  ///
  /// The places of a window are always read that way: they have no order of their own in memory.
  mutating func shortParts(_ x: StridedView, along axes: [Int]) -> [StridedView]? {
    guard axes.count == 1, x.shape[axes[0]] <= Self.mostParts else { return nil }
    let isPlaces = x.axes[axes[0]].count > 1
    guard isPlaces || x.shape[(axes[0] + 1)...].reduce(1, *) >= Self.leastRow else { return nil }
    return parts(x, along: axes[0])
  }

  /// The views at each index of an axis.
  private mutating func parts(_ x: StridedView, along axis: Int) -> [StridedView] {
    let indices = 0..<x.shape[axis]
    let depth = indices.count * Self.deepestPart <= Self.mostParts ? Self.deepestPart : 1
    return indices.map { part(of: x, at: $0, along: axis, depth: depth) }
  }

  // So many functions one after the other are taken apart with what they are applied to.
  private static let deepestPart = 3

  /// The elements at one index of an axis; of a cheap function's value, what it makes of its operands' elements there,
  /// so that the value itself need not be stored.
  private mutating func part(of x: StridedView, at index: Int, along axis: Int, depth: Int) -> StridedView {
    let value = values[x.root]
    if depth > 0, case .element(let function) = value.kind, function.cost < 0.1, function != .copy,
      x == StridedView(whole: x.root, value.shape)
    {
      let operands = value.operands.map { part(of: $0, at: index, along: axis, depth: depth - 1) }
      return element(function, value.type, operands)
    }
    var rest = x.axes
    rest.remove(at: axis)
    return StridedView(root: x.root, offset: x.offset + x.offset(of: index, along: axis), axes: rest)
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
