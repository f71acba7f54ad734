import DescentGraph

/// A contraction as products of matrices: where the elements of their sides lie, and any number of batch axes.
struct ContractionShape: Hashable {
  /// Elements that one stride serves in each operand.
  struct Pair: Hashable {
    var size: Int
    var left: Int
    var right: Int
  }

  var batch: [Pair]
  /// The dimensions of the left operand that the rows of the result number, outermost first.
  var rows: [StridedView.Dimension]
  /// The dimensions of the right operand that its columns number.
  var columns: [StridedView.Dimension]
  /// What is summed over.
  var depth: [Pair]
  /// The operand that is given in panels, if one is.
  var packed: PanelShape.Side?

  var batchCount: Int { batch.reduce(1) { $0 * $1.size } }
  var rowCount: Int { rows.reduce(1) { $0 * $1.size } }
  var columnCount: Int { columns.reduce(1) { $0 * $1.size } }
  var depthCount: Int { depth.reduce(1) { $0 * $1.size } }

  var leftDepth: [StridedView.Dimension] { StridedView.merged(depth.map { .init(size: $0.size, stride: $0.left) }) }
  var rightDepth: [StridedView.Dimension] { StridedView.merged(depth.map { .init(size: $0.size, stride: $0.right) }) }

  /// Whether one stride serves each side of each matrix.
  var isSimple: Bool { [rows, columns, leftDepth, rightDepth].allSatisfy { $0.count <= 1 } }

  /// Whether the product can read its operands where they lie: packing follows any dimensions, but products that
  /// nothing is packed for need one stride on each side.
  func suits(_ type: ScalarType) -> Bool {
    isSimple || MatrixProduct.packs(type, rows: rowCount, columns: columnCount, depth: depthCount)
  }
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

  /// The matrices; nil where the dimensions of axes that belong together can't be cut into equal pieces.
  func product(_ left: StridedView, _ right: StridedView) -> ContractionShape? {
    func side(_ view: StridedView, _ axes: [Int]) -> [StridedView.Dimension] {
      StridedView.merged(axes.flatMap { view.axes[$0] })
    }
    let pairs = zip(leftContracting, rightContracting).map { Self.pairs(left.axes[$0], right.axes[$1]) }
    let batch = zip(leftBatch, rightBatch).map { Self.pairs(left.axes[$0], right.axes[$1]) }
    guard pairs.allSatisfy({ $0 != nil }), batch.allSatisfy({ $0 != nil }) else { return nil }
    // The order of the terms is free: descending strides merge best.
    let depth = pairs.compactMap(\.self).sorted { ($0.first?.left ?? 0) > ($1.first?.left ?? 0) }
    return ContractionShape(
      batch: Self.merged(batch.compactMap(\.self).flatMap(\.self)), rows: side(left, leftFree),
      columns: side(right, rightFree), depth: Self.merged(depth.flatMap(\.self)))
  }

  /// The dimensions of two axes that are walked together, cut into pieces that one stride serves in both.
  static func pairs(
    _ left: [StridedView.Dimension], _ right: [StridedView.Dimension]
  ) -> [ContractionShape.Pair]? {
    var (left, right, result) = (left, right, [ContractionShape.Pair]())
    while let a = left.popLast(), let b = right.popLast() {
      let size = min(a.size, b.size)
      guard size > 0, a.size % size == 0, b.size % size == 0 else { return nil }
      result.insert(.init(size: size, left: a.stride, right: b.stride), at: 0)
      if a.size > size { left.append(.init(size: a.size / size, stride: a.stride * size)) }
      if b.size > size { right.append(.init(size: b.size / size, stride: b.stride * size)) }
    }
    return result
  }

  static func merged(_ pairs: [ContractionShape.Pair]) -> [ContractionShape.Pair] {
    var result: [ContractionShape.Pair] = []
    for next in pairs where next.size != 1 {
      if let last = result.last, last.left == next.left * next.size, last.right == next.right * next.size {
        result[result.count - 1] = .init(size: last.size * next.size, left: next.left, right: next.right)
      } else {
        result.append(next)
      }
    }
    return result
  }
}
