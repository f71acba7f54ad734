import DescentGraph

// Overlap-add: the adjoint of windows. Where windows tile space it is a view, behind a product of matrices it is a
// product, and behind one of elements a sum of a few.

extension Lowering {
  /// Zeros of `result`'s shape with the elements of windows added where they stand.
  mutating func overlap(
    _ x: StridedView, _ shape: Shape, _ windows: Windows, _ result: Shape, _ type: ScalarType
  ) -> StridedView {
    let grid = WindowGrid(windows, over: result)
    if let tiled = tiles(x, shape, windows, result) { return tiled }
    if let sums = sumsOfProducts(x, grid, result, type) { return sums }
    let source = dense(x)
    return add(.overlap(grid), Axes(result).shape, type, [source])
  }

  /// Windows that stand side by side and cover space: each position's axis and its part of the places are one axis.
  private func tiles(_ x: StridedView, _ shape: Shape, _ windows: Windows, _ result: Shape) -> StridedView? {
    let range = windows.axisRange
    let isTiling = zip(windows.axes, range).allSatisfy { axis, place in
      (axis.size == axis.stride && axis.dilation == 1 || axis.size == 1 && axis.stride == 1)
        && shape[place] * Int(axis.size) == result[place]
    }
    guard isTiling else { return nil }
    var dimensions = [[StridedView.Dimension]](repeating: [], count: shape.rank)
    for (place, axis) in Axes(shape).places.enumerated() { dimensions[axis] = x.axes[place] }
    var places = dimensions.remove(at: range.upperBound)
    for (axis, place) in zip(windows.axes, range).reversed() {
      guard let part = StridedView.takeLast(Int(axis.size), of: &places) else { return nil }
      dimensions[place] += part
    }
    guard dimensions.reduce(0, { $0 + $1.count }) <= StridedView.mostDimensions else { return nil }
    return StridedView(root: x.root, offset: x.offset, dropping: dimensions)
  }

  // MARK: The gradient of a convolution

  // Narrower results would leave most of a tile of the product empty.
  private static let leastColumns = 16

  /// A slice of a product's overlap-add, where windows are one step apart: a product with windows of its own.
  ///
  /// What stands at place p of y = overlap(g·Wᵀ) is Σ g[p − a·dilation]·W[a]ᵀ over the places a of a window: the product
  /// of windows over g, with zeros around it, and the kernel in reverse order. It saves the windows' products, which
  /// take as many times the memory of y as a window has places.
  mutating func partOfAdjoint(_ x: StridedView, _ shape: Shape, _ window: Window, _ part: Shape) -> StridedView? {
    let overlap = values[x.root]
    guard case .overlap(let grid) = overlap.kind, x == StridedView(whole: x.root, overlap.shape),
      grid.axes.allSatisfy({ $0.stride == 1 }),
      (0..<shape.rank).allSatisfy({ window.strides[$0] == 1 || part[$0] == 1 }),
      let adjoint = ConvolutionAdjoint(grid, overlap.operands[0], values), adjoint.channels >= Self.leastColumns
    else { return nil }
    // Batch, axes of space and channels, as the grid has them.
    guard let sliced = grid.slice(of: shape, window, part) else { return nil }
    let source = padded(adjoint, sliced)
    let product = adjoint.product(for: sliced)
    guard product.suits(overlap.type) else { return nil }
    return add(.contract(product), Axes(part).shape, overlap.type, [source, adjoint.reversedKernel])
  }

  /// The product's left operand with as many zeros around it as the windows over the slice reach.
  private mutating func padded(_ adjoint: ConvolutionAdjoint, _ slice: [Range<Int>]) -> StridedView {
    let whole = adjoint.paddedShape(for: slice)
    let inner = [adjoint.batch] + adjoint.axes.map(\.count) + [adjoint.filters]
    let strides = StridedView.rowMajor(whole)
    func view(_ root: Int, _ offset: Int, _ shape: [Int], _ strides: [Int]) -> StridedView {
      StridedView(root: root, offset: offset, dropping: zip(shape, strides).map { [.init(size: $0, stride: $1)] })
    }
    let gradient = view(adjoint.gradient.root, adjoint.gradient.offset, inner, StridedView.rowMajor(inner))
    var source = gradient
    if whole != inner {
      let margins = zip(adjoint.axes, slice).map { axis, range in axis.margins(for: range) }
      let first = zip(margins, strides.dropFirst()).reduce(0) { $0 + $1.0.low * $1.1 }
      let place = view(-1, first, inner, strides)
      source = add(
        .assemble(places: [place], fillsGaps: true), whole.filter { $0 != 1 }, values[gradient.root].type, [gradient])
    }
    let starts = zip(adjoint.axes, slice).map { axis, range in axis.start(for: range) }
    source.offset += zip(starts, strides.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    return source
  }
}

extension WindowGrid {
  /// The ranges of a slice along the grid's axes of space; nil if it cuts other axes.
  func slice(of shape: Shape, _ window: Window, _ part: Shape) -> [Range<Int>]? {
    // The grid's axes are neighbours in the shape, some of which the grid has filled up in front.
    let sizes = axes.map(\.extent)
    for first in 0..<shape.rank {
      for count in 1...Windows.mostAxes where first + count <= shape.rank {
        let range = first..<first + count
        guard shape.dimensions[..<first].reduce(1, *) == outer,
          range.map({ shape[$0] }) == Array(sizes.suffix(count)), sizes.dropLast(count).allSatisfy({ $0 == 1 }),
          shape.dimensions[range.upperBound...].reduce(1, *) == inner
        else { continue }
        let others = (0..<shape.rank).filter { !range.contains($0) }
        guard others.allSatisfy({ shape[$0] == part[$0] }) else { return nil }
        let ranges = range.map { Int(window.starts[$0])..<Int(window.starts[$0]) + part[$0] }
        return Array(repeating: 0..<1, count: Windows.mostAxes - count) + ranges
      }
    }
    return nil
  }
}

/// What stands behind an overlap-add: a product g·Wᵀ, as the gradient of a convolution with the kernel W.
private struct ConvolutionAdjoint {
  /// An axis of space: as many positions of windows, and their places.
  struct Axis {
    var count, size, dilation: Int

    /// How far windows over a range of the result reach beyond g.
    func margins(for range: Range<Int>) -> (low: Int, high: Int) {
      (max(0, (size - 1) * dilation - range.lowerBound), max(0, range.upperBound - count))
    }

    /// Where the first window begins in g with its margins.
    func start(for range: Range<Int>) -> Int { max(0, range.lowerBound - (size - 1) * dilation) }
  }

  let axes: [Axis]
  let batch, filters, channels: Int
  /// g, contiguous: [batch, positions…, filters].
  let gradient: StridedView
  /// W with the places of a window in reverse order, and its channels.
  let reversedKernel: StridedView
  private let places, channelDimensions: [StridedView.Dimension]
  private let filterStride: Int

  init?(_ grid: WindowGrid, _ windows: StridedView, _ values: [Value]) {
    guard case .contract(let product) = values[windows.root].kind, windows.isContiguous, windows.offset == 0,
      product.batch.isEmpty, product.depth.count == 1, product.depth[0].left == 1
    else { return nil }
    let (left, right) = (values[windows.root].operands[0], values[windows.root].operands[1])
    axes = grid.axes.map { Axis(count: $0.count, size: $0.size, dilation: $0.dilation) }
    (batch, filters, channels) = (grid.outer, product.depthCount, grid.inner)
    let rows = axes.reduce(batch) { $0 * $1.count }
    guard product.rowCount == rows, left.isContiguous, left.count == rows * filters,
      product.rows == StridedView.merged([.init(size: rows, stride: filters)])
    else { return nil }
    gradient = left
    filterStride = product.depth[0].right
    var dimensions = product.columns
    guard let inner = StridedView.takeLast(channels, of: &dimensions) else { return nil }
    var reversed: [StridedView.Dimension] = []
    var last = right.offset
    for axis in axes.reversed() {
      guard let part = StridedView.takeLast(axis.size, of: &dimensions) else { return nil }
      reversed.insert(contentsOf: part.map { .init(size: $0.size, stride: -$0.stride) }, at: 0)
      last += part.reduce(0) { $0 + ($1.size - 1) * $1.stride }
    }
    guard dimensions.isEmpty else { return nil }
    (places, channelDimensions) = (reversed, inner)
    reversedKernel = StridedView(
      root: right.root, offset: last, axes: [reversed, [.init(size: filters, stride: filterStride)], inner])
  }

  /// The product of windows over g with its margins, and the reversed kernel.
  func product(for slice: [Range<Int>]) -> ContractionShape {
    let strides = StridedView.rowMajor(paddedShape(for: slice))
    let positions = zip(slice, strides.dropFirst()).map { StridedView.Dimension(size: $0.count, stride: $1) }
    let windows = zip(axes, strides.dropFirst()).map {
      StridedView.Dimension(size: $0.size, stride: $1 * $0.dilation)
    }
    let depth =
      (ContractionSides.pairs(StridedView.merged(windows), places) ?? [])
      + [.init(size: filters, left: 1, right: filterStride)]
    return ContractionShape(
      batch: [], rows: StridedView.merged([.init(size: batch, stride: strides[0])] + positions),
      columns: channelDimensions, depth: ContractionSides.merged(depth))
  }

  /// [batch, space…, filters] of g with the margins that windows over the slice reach.
  func paddedShape(for slice: [Range<Int>]) -> [Int] {
    let sizes = zip(axes, slice).map { axis, range in
      axis.count + axis.margins(for: range).low + axis.margins(for: range).high
    }
    return [batch] + sizes + [filters]
  }
}
