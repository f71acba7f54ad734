import DescentGraph

// The gradient of a depth-wise convolution: overlap-add of products without sums.

extension Lowering {
  // Shorter rows are collected almost element by element, and more classes are better added up where they stand.
  private static let leastChannels = 8
  private static let mostClasses = 8

  /// The overlap-add of g·w, where g is the same for all places of a window and w for all windows.
  ///
  /// With windows s apart, element s·q + r of space stands at place r + s·t of window q − t, so that
  /// y[s·q + r] = Σₜ g[q − t]·w[r + s·t]: for each remainder r a sum of a few products, with zeros around g. It saves
  /// the windows' products, which take as many times the memory of y as a window has places. Remainders take turns in y.
  mutating func sumsOfProducts(
    _ x: StridedView, _ grid: WindowGrid, _ result: Shape, _ type: ScalarType
  ) -> StridedView? {
    guard let adjoint = DepthwiseAdjoint(grid, x, values), grid.inner >= Self.leastChannels,
      grid.axes.allSatisfy({ $0.dilation == 1 && $0.stride <= Self.mostClasses }),
      grid.axes.reduce(1, { $0 * $1.size }) <= Self.mostTerms,
      grid.axes.reduce(1, { $0 * $1.stride }) <= Self.mostClasses
    else { return nil }
    let source = adjoint.placed(in: adjoint.margins)
    let cotangent = assemble(
      [adjoint.cotangent], [source], adjoint.paddedShape.filter { $0 != 1 }, type, fillsGaps: true)
    let classes = grid.axes.reduce([[Int]()]) { classes, axis in
      classes.flatMap { first in (0..<min(axis.stride, axis.extent)).map { first + [$0] } }
    }
    let sums = classes.map { sum($0, adjoint, cotangent, type) }
    if classes.count == 1, let sum = sums[0] { return sum.reshaped(to: Axes(result).shape) }
    let kept = zip(classes, sums).filter { $0.1 != nil }
    return assemble(
      kept.compactMap(\.1), kept.map { adjoint.place(of: $0.0) }, Axes(result).shape, type,
      fillsGaps: kept.count < classes.count)
  }

  // So many products are added up one by one.
  private static let mostTerms = 32

  /// The elements with some remainders along the axes; nil where no window reaches them.
  private mutating func sum(
    _ remainders: [Int], _ adjoint: DepthwiseAdjoint, _ cotangent: StridedView, _ type: ScalarType
  ) -> StridedView? {
    let products = adjoint.terms(remainders, cotangent).map { element(.binary(.multiply), type, $0) }
    guard let first = products.first else { return nil }
    return products.dropFirst().reduce(first) { element(.binary(.add), type, [$0, $1]) }
  }
}

/// What stands behind an overlap-add: products of a cotangent and a kernel, as a depth-wise convolution's gradient.
private struct DepthwiseAdjoint {
  let grid: WindowGrid
  /// g: [batch, positions…, channels].
  let cotangent: StridedView
  /// Where the kernel's first element lies, and the dimensions of its axes and of its channels.
  private let kernel: StridedView
  private let places: [[StridedView.Dimension]]
  private let channels: [StridedView.Dimension]

  init?(_ grid: WindowGrid, _ x: StridedView, _ values: [Value]) {
    let product = values[x.root]
    guard case .element(.binary(.multiply)) = product.kind, x == StridedView(whole: x.root, product.shape) else {
      return nil
    }
    let sizes = [grid.outer] + grid.axes.map(\.count) + grid.axes.map(\.size) + [grid.inner]
    let parts = product.operands.compactMap { $0.split(into: sizes) }
    guard parts.count == 2 else { return nil }
    func repeats(_ part: [[StridedView.Dimension]], _ axes: Range<Int>) -> Bool {
      part[axes].allSatisfy { $0.allSatisfy { $0.stride == 0 } }
    }
    let axisCount = grid.axes.count
    let (positions, window) = (0..<axisCount + 1, axisCount + 1..<2 * axisCount + 1)
    guard let first = (0..<2).first(where: { repeats(parts[$0], window) && repeats(parts[1 - $0], positions) }) else {
      return nil
    }
    let (left, right) = (product.operands[first], product.operands[1 - first])
    self.grid = grid
    cotangent = StridedView(
      root: left.root, offset: left.offset, dropping: Array(parts[first][positions]) + [parts[first][sizes.count - 1]])
    (kernel, places, channels) = (right, Array(parts[1 - first][window]), parts[1 - first][sizes.count - 1])
  }

  /// The zeros around g that windows over all of space reach.
  var margins: [(low: Int, high: Int)] {
    grid.axes.map { axis in
      let reach = (axis.size + axis.stride - 1) / axis.stride
      return (reach - 1, max(0, (axis.extent + axis.stride - 1) / axis.stride - axis.count))
    }
  }

  /// [batch, positions…, channels] with these zeros.
  var paddedShape: [Int] {
    [grid.outer] + zip(grid.axes, margins).map { $0.count + $1.low + $1.high } + [grid.inner]
  }

  /// Where g stands among the zeros.
  func placed(in margins: [(low: Int, high: Int)]) -> StridedView {
    let strides = StridedView.rowMajor(paddedShape)
    let offset = zip(margins, strides.dropFirst()).reduce(0) { $0 + $1.0.low * $1.1 }
    return view(-1, offset, [grid.outer] + grid.axes.map(\.count) + [grid.inner], strides)
  }

  /// Where the elements with some remainders stand in the result.
  func place(of remainders: [Int]) -> StridedView {
    let strides = StridedView.rowMajor([grid.outer] + grid.axes.map(\.extent) + [grid.inner])
    let offset = zip(remainders, strides.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let steps = zip(grid.axes, strides.dropFirst()).map { $0.stride * $1 }
    return view(-1, offset, counts(remainders), [strides[0]] + steps + [1])
  }

  /// The factors of the products whose sum are the elements with some remainders.
  func terms(_ remainders: [Int], _ padded: StridedView) -> [[StridedView]] {
    let shape = counts(remainders)
    let strides = StridedView.rowMajor(paddedShape)
    let steps = zip(grid.axes, remainders).reduce([[Int]()]) { steps, axis in
      let count = max(0, (axis.0.size - axis.1 + axis.0.stride - 1) / axis.0.stride)
      return steps.flatMap { first in (0..<count).map { first + [$0] } }
    }
    return steps.map { steps in
      let first = zip(zip(margins, steps), strides.dropFirst()).reduce(0) { $0 + ($1.0.0.low - $1.0.1) * $1.1 }
      let cotangent = view(padded.root, padded.offset + first, shape, strides)
      let offset = grid.axes.indices.reduce(kernel.offset) { offset, axis in
        let place = remainders[axis] + grid.axes[axis].stride * steps[axis]
        return offset + StridedView(root: 0, axes: [places[axis]]).offset(of: place, along: 0)
      }
      let repeated = shape.dropLast().map { [StridedView.Dimension(size: $0, stride: 0)] }
      return [cotangent, StridedView(root: kernel.root, offset: offset, dropping: repeated + [channels])]
    }
  }

  /// How many elements have some remainders: [batch, space…, channels].
  private func counts(_ remainders: [Int]) -> [Int] {
    let space = zip(grid.axes, remainders).map { ($0.extent - $1 + $0.stride - 1) / $0.stride }
    return [grid.outer] + space + [grid.inner]
  }

  private func view(_ root: Int, _ offset: Int, _ shape: [Int], _ strides: [Int]) -> StridedView {
    StridedView(root: root, offset: offset, dropping: zip(shape, strides).map { [.init(size: $0, stride: $1)] })
  }
}

extension StridedView {
  /// The dimensions of the same elements as an array of some sizes, of which some may be 1; nil where strides can't say
  /// it.
  fileprivate func split(into sizes: [Int]) -> [[Dimension]]? {
    var rest = dimensions
    var parts: [[Dimension]] = []
    for size in sizes.reversed() {
      guard let part = Self.takeLast(size, of: &rest) else { return nil }
      parts.insert(part, at: 0)
    }
    return parts
  }
}
