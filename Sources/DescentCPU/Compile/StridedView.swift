/// The elements of a value as something else sees them: what reshape, transpose, slice, broadcast and windows compile to.
///
/// Element (i₀, i₁, …) of the view is element `offset + Σ oₖ(iₖ)` of the contiguous value `root`, where oₖ is linear if
/// one stride serves the axis. An axis may also have several *dimensions*, which its index numbers in row-major order:
/// the places of a window, or axes that a reshape joined though they don't follow each other in memory. No axis has one
/// element only: those carry no information and are left out everywhere behind this door.
struct StridedView: Hashable {
  /// Elements that one stride serves.
  struct Dimension: Hashable {
    var size: Int
    var stride: Int
  }

  var root: Int
  var offset = 0
  /// The dimensions of each axis, outermost first, as few as possible; never none.
  private(set) var axes: [[Dimension]]

  init(root: Int, offset: Int = 0, axes: [[Dimension]]) {
    (self.root, self.offset) = (root, offset)
    self.axes = axes.map { axis in
      let merged = StridedView.merged(axis)
      return merged.isEmpty ? [.init(size: 1, stride: 0)] : merged
    }
  }

  init(root: Int, offset: Int = 0, shape: [Int], strides: [Int]) {
    self.init(root: root, offset: offset, axes: zip(shape, strides).map { [Dimension(size: $0, stride: $1)] })
  }

  /// A view from axes of which some have one element only, and are left out.
  init(root: Int, offset: Int = 0, dropping axes: [[Dimension]]) {
    self.init(root: root, offset: offset, axes: axes.filter { $0.contains { $0.size != 1 } })
  }

  /// All of a value, in its own order.
  init(whole root: Int, _ shape: [Int]) {
    self.init(root: root, shape: shape, strides: StridedView.rowMajor(shape))
  }

  /// The strides of a contiguous array; meaningless, but no mistake, if it has no elements.
  static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] &* shape[axis + 1] }
    return strides
  }

  var shape: [Int] { axes.map { $0.reduce(1) { $0 &* $1.size } } }

  private var isEmpty: Bool { axes.contains { $0.contains { $0.size == 0 } } }

  var count: Int { isEmpty ? 0 : shape.reduce(1, *) }

  /// Whether the elements follow each other in memory.
  var isContiguous: Bool {
    let dimensions = dimensions
    return isEmpty || dimensions.isEmpty || dimensions.count == 1 && dimensions[0].stride == 1
  }

  /// Whether every element is the same one.
  var isConstant: Bool { axes.allSatisfy { $0.allSatisfy { $0.stride == 0 } } }

  /// The stride of each axis; nil if one has several.
  var strides: [Int]? {
    let strides = axes.compactMap { $0.count == 1 ? $0[0].stride : nil }
    return strides.count == axes.count ? strides : nil
  }

  /// How far element `index` of an axis lies from its first one.
  func offset(of index: Int, along axis: Int) -> Int {
    var (rest, offset) = (index, 0)
    for dimension in axes[axis].reversed() {
      offset += rest % dimension.size * dimension.stride
      rest /= dimension.size
    }
    return offset
  }

  // MARK: Movement

  /// Axis k of the result is axis `list[k]`.
  func transposed(_ list: [Int]) -> StridedView {
    StridedView(root: root, offset: offset, axes: list.map { axes[$0] })
  }

  /// The view of `shape` that repeats along `repeated` axes of it.
  func broadcast(to shape: [Int], along repeated: [Int]) -> StridedView {
    var result = shape.map { [Dimension(size: $0, stride: 0)] }
    for (place, axis) in shape.indices.filter({ !repeated.contains($0) }).enumerated() { result[axis] = axes[place] }
    return StridedView(root: root, offset: offset, axes: result)
  }

  /// The most dimensions that a reshape may leave: as many as kernels walk.
  static let mostDimensions = 8

  /// The same elements in row-major order under another shape; nil where a boundary between two axes cuts a dimension
  /// at a place that strides can't express.
  func reshaped(to shape: [Int]) -> StridedView? {
    var rest = dimensions
    var result: [[Dimension]] = []
    for size in shape.reversed() {
      guard let axis = Self.takeLast(size, of: &rest) else { return nil }
      result.insert(axis, at: 0)
    }
    guard result.reduce(0, { $0 + $1.count }) <= Self.mostDimensions else { return nil }
    return StridedView(root: root, offset: offset, axes: result)
  }

  /// Takes the innermost `count` elements off some dimensions, as dimensions of their own.
  static func takeLast(_ count: Int, of dimensions: inout [Dimension]) -> [Dimension]? {
    var (inner, rest) = ([Dimension](), count)
    while rest > 1 {
      guard let last = dimensions.popLast() else { return nil }
      if rest % last.size == 0 {
        inner.insert(last, at: 0)
        rest /= last.size
      } else {
        guard last.size % rest == 0 else { return nil }
        inner.insert(Dimension(size: rest, stride: last.stride), at: 0)
        dimensions.append(Dimension(size: last.size / rest, stride: last.stride * rest))
        rest = 1
      }
    }
    return inner
  }

  // MARK: Walking

  /// The dimensions of all axes, outermost first, neighbours merged where one stride serves both.
  var dimensions: [Dimension] { StridedView.merged(axes.flatMap(\.self)) }

  /// Of an array without elements the others' sizes may be any, so products wrap here.
  static func merged(_ dimensions: [Dimension]) -> [Dimension] {
    var result: [Dimension] = []
    for dimension in dimensions where dimension.size != 1 {
      if let last = result.last, last.stride == dimension.stride &* dimension.size {
        result[result.count - 1] = Dimension(size: last.size &* dimension.size, stride: dimension.stride)
      } else {
        result.append(dimension)
      }
    }
    return result
  }

  /// The dimensions that number rows, and those that number the `columns` elements of each; nil where the boundary
  /// cuts an axis at a place that strides can't express.
  func split(columns: Int) -> (rows: [Dimension], columns: [Dimension])? {
    var rows = dimensions
    guard let inner = Self.takeLast(columns, of: &rows) else { return nil }
    return (rows, inner)
  }
}
