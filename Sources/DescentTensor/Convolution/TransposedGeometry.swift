import DescentGraph

/// Where the windows of a transposed convolution come to stand, and which part of that is the result; checked.
struct TransposedGeometry {
  private let axes: [Windows.Axis]
  /// The sizes of space that the windows span, where the result begins in it, and its sizes.
  private let spanned, starts, result: [Int]

  /// Nil after a complaint.
  init?(
    _ operation: String, _ x: Tensor, _ layout: ChannelLayout, kernel: PerAxis, stride: PerAxis,
    padding: WindowPadding, outputPadding: PerAxis, dilation: PerAxis
  ) {
    let space = layout.space(of: x)
    func numbers(_ name: String, _ parameter: PerAxis, from least: Int) -> [Int]? {
      WindowGeometry.numbers(operation, x, name, parameter, axes: space.count, from: least)
    }
    guard let sizes = numbers("a kernel of", kernel, from: 1), let strides = numbers("stride", stride, from: 1),
      let dilations = numbers("dilation", dilation, from: 1),
      let more = numbers("outputPadding", outputPadding, from: 0)
    else { return nil }
    let axes: [Windows.Axis] = space.indices.map {
      .init(size: Int32(sizes[$0]), stride: Int32(strides[$0]), dilation: Int32(dilations[$0]))
    }
    let spanned = zip(axes, space).map { ($1 - 1) * Int($0.stride) + $0.span }
    var (low, high) = (space.map { _ in 0 }, space.map { _ in 0 })
    switch padding {
    case .valid: break
    case .same:
      // May be negative at the high end: windows with gaps between them do not reach the end of n·stride elements.
      let totals = axes.map { $0.span - Int($0.stride) }
      low = totals.map { max($0, 0) / 2 }
      high = zip(totals, low).map { $0 - $1 }
    case .explicit(let before, let after):
      guard let before = numbers("low padding", before, from: 0), let after = numbers("high padding", after, from: 0)
      else { return nil }
      (low, high) = (before, after)
    }
    result = space.indices.map { spanned[$0] - low[$0] - high[$0] + more[$0] }
    (self.axes, self.spanned, starts) = (axes, spanned, zip(low, spanned).map { min($0, $1) })
    if let complaint = complaint(about: x, space, more) {
      Failure.stop(.init(.shapeMismatch, operation, complaint))
      return nil
    }
  }

  private func complaint(about x: Tensor, _ space: [Int], _ more: [Int]) -> String? {
    let limit = Int(Int32.max)
    let described = "\(x.node.label) with shape \(x.shape)"
    if space.contains(0) { return "\(described) has no elements along an axis of space" }
    if zip(more, axes).contains(where: { $0 >= max($1.stride, $1.dilation) }) {
      return "outputPadding \(more) must be less than the stride \(axes.map(\.stride)) or the dilation "
        + "\(axes.map(\.dilation)) along each axis"
    }
    if result.contains(where: { $0 < 1 }) {
      return "the padding leaves \(result) of the \(spanned) elements that \(described) spreads to; pad less"
    }
    let isTooLarge = (result + spanned).contains { $0 > limit } || Shape(axes.map { Int($0.size) }).elementCount > limit
    return isTooLarge ? "\(described) would spread to \(spanned) elements of space, too many for an axis" : nil
  }

  /// The windows added up where they stand, and cut to the result.
  func overlap(_ windows: Node, from axis: Int) -> Node {
    if windows.isInvalid { return windows }
    var whole = windows.shape.removing(AxisSet([axis + axes.count]))
    var (part, full) = (whole, whole)
    var window = Window(rank: whole.rank)
    for place in axes.indices {
      whole[axis + place] = spanned[place]
      window.starts[axis + place] = Int32(starts[place])
      part[axis + place] = min(spanned[place] - starts[place], result[place])
      full[axis + place] = result[place]
    }
    let sum = Node.overlap(windows, Windows(firstAxis: axis, axes), in: whole)
    return .place(.slice(sum, window, to: part), Window(rank: whole.rank), in: full)
  }
}
