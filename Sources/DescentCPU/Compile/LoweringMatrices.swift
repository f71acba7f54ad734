import DescentGraph

// Linear algebra: matrices along the last two axes, where they lie one after the other in memory.

extension Lowering {
  /// Matrices are worked on where they lie, one after the other.
  mutating func matrices(
    _ work: MatrixWork, _ operands: [StridedView], _ shapes: [Shape], _ shape: [Int], _ type: ScalarType
  ) -> StridedView {
    let last = shapes[shapes.count - 1]
    let batch = last.dimensions.dropLast(2).reduce(1, *)
    let task = MatrixTask(work: work, count: batch, rows: last[-2], columns: last[-1])
    return add(.matrices(task), shape, type, operands.map { dense($0) })
  }
}
