/// The elements of a value as something else sees them: what reshape, transpose, slice and broadcast compile to.
///
/// Element (i₀, i₁, …) of the view is element `offset + Σ iₖ·strides[k]` of the contiguous value `root`. No axis has
/// one element only: those carry no information and are left out everywhere behind this door.
struct StridedView: Hashable {
  var root: Int
  var offset = 0
  var shape: [Int]
  var strides: [Int]

  init(root: Int, offset: Int = 0, shape: [Int], strides: [Int]) {
    (self.root, self.offset, self.shape, self.strides) = (root, offset, shape, strides)
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

  var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }

  /// Whether the elements follow each other in memory.
  var isContiguous: Bool { strides == StridedView.rowMajor(shape) }

  /// Whether every element is the same one.
  var isConstant: Bool { strides.allSatisfy { $0 == 0 } }

  // MARK: Movement

  /// Axis k of the result is axis `axes[k]`.
  func transposed(_ axes: [Int]) -> StridedView {
    StridedView(root: root, offset: offset, shape: axes.map { shape[$0] }, strides: axes.map { strides[$0] })
  }

  /// The view of `shape` that repeats along `axes` of it.
  func broadcast(to shape: [Int], along axes: [Int]) -> StridedView {
    var result = [Int](repeating: 0, count: shape.count)
    for (place, axis) in shape.indices.filter({ !axes.contains($0) }).enumerated() { result[axis] = strides[place] }
    return StridedView(root: root, offset: offset, shape: shape, strides: result)
  }

  /// The same elements in row-major order under another shape, if strides can say that.
  func reshaped(to newShape: [Int]) -> StridedView? {
    let dimensions = self.dimensions
    var (strides, axis) = ([Int](repeating: 0, count: newShape.count), newShape.count - 1)
    for dimension in dimensions.reversed() {
      var covered = 1
      while covered < dimension.size {
        guard axis >= 0, dimension.size % (covered * newShape[axis]) == 0 else { return nil }
        strides[axis] = dimension.stride * covered
        covered *= newShape[axis]
        axis -= 1
      }
    }
    return StridedView(root: root, offset: offset, shape: newShape, strides: strides)
  }

  // MARK: Walking

  /// Neighbouring axes that one stride serves.
  struct Dimension: Hashable {
    var size: Int
    var stride: Int
  }

  /// The axes, outermost first, neighbours merged where one stride serves both.
  var dimensions: [Dimension] {
    StridedView.merged(zip(shape, strides).map { Dimension(size: $0, stride: $1) })
  }

  static func merged(_ dimensions: [Dimension]) -> [Dimension] {
    var result: [Dimension] = []
    for dimension in dimensions where dimension.size != 1 {
      if let last = result.last, last.stride == dimension.stride * dimension.size {
        result[result.count - 1] = Dimension(size: last.size * dimension.size, stride: dimension.stride)
      } else {
        result.append(dimension)
      }
    }
    return result
  }

  /// The dimensions that number rows, and those that number the `columns` elements of each; nil where the boundary
  /// cuts an axis at a place that strides can't express.
  func split(columns: Int) -> (rows: [Dimension], columns: [Dimension])? {
    var (rows, inner, rest) = (dimensions, [Dimension](), columns)
    while rest > 1 {
      guard let last = rows.popLast() else { return nil }
      if rest % last.size == 0 {
        inner.insert(last, at: 0)
        rest /= last.size
      } else {
        guard last.size % rest == 0 else { return nil }
        inner.insert(Dimension(size: rest, stride: last.stride), at: 0)
        rows.append(Dimension(size: last.size / rest, stride: last.stride * rest))
        rest = 1
      }
    }
    return (rows, inner)
  }
}
