import DescentGraph

extension Contraction {
  /// C = Σ A·B is linear in A and in B.
  ///
  /// Each cotangent is again a contraction: of C's cotangent with the other operand over the other's free axes, its
  /// axes then put in the operand's order. For matrices: Ā = C̄·Bᵀ, B̄ = Aᵀ·C̄.
  var rule: Rule {
    .bilinear { application, cotangent, operand in
      operand == 0
        ? leftCotangent(cotangent, application.x, application.y)
        : rightCotangent(cotangent, application.x, application.y)
    }
  }

  private func leftCotangent(_ cotangent: Node, _ left: Node, _ right: Node) -> Node {
    let batch = leftBatch.count
    let leftFree = leftFree(rank: left.shape.rank), rightFree = rightFree(rank: right.shape.rank)
    let rightFreeOfResult = AxisList(batch + leftFree.count..<cotangent.shape.rank)
    let product = Node.contract(
      cotangent, right,
      Contraction(
        leftBatch: AxisList(0..<batch), rightBatch: rightBatch, leftContracting: rightFreeOfResult,
        rightContracting: rightFree))
    return product.arranged(as: leftBatch, leftFree, partners(of: rightContracting, in: leftContracting))
  }

  private func rightCotangent(_ cotangent: Node, _ left: Node, _ right: Node) -> Node {
    let batch = leftBatch.count
    let leftFree = leftFree(rank: left.shape.rank), rightFree = rightFree(rank: right.shape.rank)
    let product = Node.contract(
      left, cotangent,
      Contraction(
        leftBatch: leftBatch, rightBatch: AxisList(0..<batch), leftContracting: leftFree,
        rightContracting: AxisList(batch..<batch + leftFree.count)))
    return product.arranged(as: rightBatch, partners(of: leftContracting, in: rightContracting), rightFree)
  }

  /// The axes that `others` pairs with `axes`, in ascending order of `axes`: the order in which they come out of the
  /// contraction as free axes.
  private func partners(of axes: AxisList, in others: AxisList) -> AxisList {
    var result = AxisList()
    for axis in 0..<Shape.maximumRank { if let pair = axes.firstIndex(of: axis) { result.append(others[pair]) } }
    return result
  }
}

extension Node {
  /// The node with its axes moved to the places listed one after the other.
  fileprivate func arranged(as first: AxisList, _ second: AxisList, _ third: AxisList) -> Node {
    var places = first
    for axis in second { places.append(axis) }
    for axis in third { places.append(axis) }
    return .transpose(self, places.inverse)
  }
}
