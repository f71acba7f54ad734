import DescentGraph

/// The axes of a shape that have another size than 1: the only ones the compiler goes on with.
struct Axes {
  /// The axes kept, by their number in the graph.
  let places: [Int]
  /// Their sizes.
  let shape: [Int]

  init(_ shape: Shape) {
    places = (0..<shape.rank).filter { shape[$0] != 1 }
    self.shape = places.map { shape[$0] }
  }

  /// The new numbers of some axes, in their order, without those that are not kept.
  func kept(_ axes: [Int]) -> [Int] { axes.compactMap { places.firstIndex(of: $0) } }

  /// A view from strides for all axes of the graph's shape.
  func view(_ root: Int, _ offset: Int, _ strides: [Int]) -> StridedView {
    StridedView(root: root, offset: offset, shape: shape, strides: places.map { strides[$0] })
  }
}

extension IndexedAxis {
  init(_ shape: Shape, _ axis: Int) {
    let sizes = shape.dimensions
    self.init(
      axis: axis, outer: sizes[..<axis].reduce(1, *), extent: sizes[axis], inner: sizes[(axis + 1)...].reduce(1, *))
  }
}

extension Binary {
  /// The function that does the same to elements of `type` and has a kernel: for bool, maximum is or, minimum is and.
  func onBits(_ type: ScalarType) -> Binary {
    guard type == .bool else { return self }
    return switch self {
    case .maximum: .or
    case .minimum: .and
    case .add, .subtract, .multiply, .divide, .power, .hypot, .and, .or, .xor, .remainder, .truncatedRemainder, .atan2,
      .logaddexp, .xlogy, .copysign, .shiftLeft, .shiftRight, .polygamma:
      self
    }
  }
}

extension Reduction {
  /// What no elements combine to.
  func identity(_ type: ScalarType) -> ScalarBits {
    switch self {
    case .sum: ScalarBits(0, as: type)
    case .product: ScalarBits(1, as: type)
    // Integers saturate; for bool, infinity would be true.
    case .max: ScalarBits(type == .bool ? 0 : -.infinity, as: type)
    case .min: ScalarBits(.infinity, as: type)
    }
  }
}

/// A contraction as products of matrices: one stride for each side of each matrix, any number of batch axes.
struct ContractionShape: Hashable {
  struct Batch: Hashable {
    var size: Int
    var left: Int
    var right: Int
  }

  var batch: [Batch]
  var rows: StridedView.Dimension
  var columns: StridedView.Dimension
  var depth: Int
  var leftDepth: Int
  var rightDepth: Int

  var batchCount: Int { batch.reduce(1) { $0 * $1.size } }
}

/// The axes of a contraction's operands, by what they are for.
struct ContractionSides {
  var leftBatch, leftFree, leftContracting: [Int]
  var rightBatch, rightFree, rightContracting: [Int]

  init(_ axes: Contraction, _ left: Axes, _ right: Axes) {
    leftBatch = left.kept(axes.leftBatch.array)
    leftContracting = left.kept(axes.leftContracting.array)
    rightBatch = right.kept(axes.rightBatch.array)
    rightContracting = right.kept(axes.rightContracting.array)
    let (leftUsed, rightUsed) = (leftBatch + leftContracting, rightBatch + rightContracting)
    leftFree = left.shape.indices.filter { !leftUsed.contains($0) }
    rightFree = right.shape.indices.filter { !rightUsed.contains($0) }
  }

  /// The order of axes that needs no further thought: batch, free, contracting and batch, contracting, free.
  var leftOrder: [Int] { leftBatch + leftFree + leftContracting }
  var rightOrder: [Int] { rightBatch + rightContracting + rightFree }

  /// The same contraction of operands that have been brought into that order.
  var ordered: ContractionSides {
    var result = self
    let (batch, depth) = (leftBatch.count, leftContracting.count)
    result.leftBatch = Array(0..<batch)
    result.leftFree = Array(batch..<batch + leftFree.count)
    result.leftContracting = Array(batch + leftFree.count..<leftOrder.count)
    result.rightBatch = Array(0..<batch)
    result.rightContracting = Array(batch..<batch + depth)
    result.rightFree = Array(batch + depth..<rightOrder.count)
    return result
  }

  /// The matrices, if one stride serves each of their sides.
  func product(_ left: StridedView, _ right: StridedView) -> ContractionShape? {
    func side(_ view: StridedView, _ axes: [Int]) -> StridedView.Dimension? {
      let merged = StridedView.merged(axes.map { .init(size: view.shape[$0], stride: view.strides[$0]) })
      return merged.count > 1 ? nil : merged.first ?? .init(size: 1, stride: 0)
    }
    func pairs(_ leftAxes: [Int], _ rightAxes: [Int]) -> [ContractionShape.Batch] {
      var result: [ContractionShape.Batch] = []
      for (l, r) in zip(leftAxes, rightAxes) {
        let next = ContractionShape.Batch(size: left.shape[l], left: left.strides[l], right: right.strides[r])
        if let last = result.last, last.left == next.left * next.size, last.right == next.right * next.size {
          result[result.count - 1] = .init(size: last.size * next.size, left: next.left, right: next.right)
        } else {
          result.append(next)
        }
      }
      return result
    }
    // The order of the terms is free: descending strides merge best.
    let order = leftContracting.indices.sorted {
      left.strides[leftContracting[$0]] > left.strides[leftContracting[$1]]
    }
    let depth = pairs(order.map { leftContracting[$0] }, order.map { rightContracting[$0] })
    guard let rows = side(left, leftFree), let columns = side(right, rightFree), depth.count <= 1 else { return nil }
    return ContractionShape(
      batch: pairs(leftBatch, rightBatch), rows: rows, columns: columns, depth: depth.first?.size ?? 1,
      leftDepth: depth.first?.left ?? 0, rightDepth: depth.first?.right ?? 0)
  }
}
