import DescentGraph

// Systems of equations over a batch: leading axes are a batch already, and get one more.

extension BatchApplication {
  /// A·x = b: one matrix for the whole batch is factored once, with the batch among the right-hand sides' columns.
  func batchedSolve(_ matrix: SystemMatrix) -> Node {
    if x.isBatched { return .solve(matrix, x.node, y.expanded) }
    let right = y.node.movingAxis(0, to: y.node.shape.rank - 1)
    if right.isInvalid { return right }
    let rows = right.shape.dimensions.dropLast(2)
    let columns = Shape(rows + [right.shape[-2] * size])
    let solved = Node.solve(matrix, x.node, .reshape(right, to: columns))
    return Node.reshape(solved, to: right.shape).movingAxis(right.shape.rank - 1, to: 0)
  }
}
