import DescentGraph

/// Windows over three axes of an array of `outer` x the axes x `inner` elements; axes that aren't there have one element.
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
  /// Windows are a view in which positions and places are axes of their own; strides can say that at no cost.
  ///
  /// Only where the places don't lie evenly is there a copy, of a view whose innermost axes are mostly contiguous.
  mutating func windows(_ x: StridedView, _ windows: Windows, _ shape: Shape, _ result: Shape) -> StridedView {
    let places = Axes(shape).places
    var strides = [Int](repeating: 0, count: shape.rank)
    for (place, axis) in places.enumerated() { strides[axis] = x.strides[place] }
    let (sizes, range) = (shape.dimensions, windows.axisRange)
    var view: [StridedView.Dimension] = (0..<range.lowerBound).map { .init(size: sizes[$0], stride: strides[$0]) }
    view += zip(windows.axes, range).map { axis, place in
      .init(size: axis.count(in: sizes[place]), stride: strides[place] * Int(axis.stride))
    }
    view += zip(windows.axes, range).map { axis, place in
      .init(size: Int(axis.size), stride: strides[place] * Int(axis.dilation))
    }
    view += (range.upperBound..<shape.rank).map { .init(size: sizes[$0], stride: strides[$0]) }
    view.removeAll { $0.size == 1 }
    let separate = StridedView(root: x.root, offset: x.offset, shape: view.map(\.size), strides: view.map(\.stride))
    return reshape(separate, to: Axes(result).shape)
  }

  mutating func overlap(
    _ x: StridedView, _ windows: Windows, _ shape: [Int], _ result: Shape, _ type: ScalarType
  ) -> StridedView {
    add(.overlap(WindowGrid(windows, over: result)), shape, type, [dense(x)])
  }
}
