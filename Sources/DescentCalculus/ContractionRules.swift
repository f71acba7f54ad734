import DescentGraph

extension Contraction {
  /// C = Σ A·B is linear in A and in B. Each cotangent is again a contraction: of C's cotangent with the other operand
  /// over the other's free axes, its axes then put in the operand's order. For matrices: Ā = C̄·Bᵀ, B̄ = Aᵀ·C̄.
  var rule: Rule {
    .bilinear { application, cotangent, operand in
      operand == 0
        ? leftCotangent(cotangent, application.x, application.y)
        : rightCotangent(cotangent, application.x, application.y)
    }
  }

  private func leftCotangent(_ cotangent: Node, _ left: Node, _ right: Node) -> Node {
    let batch = leftBatch.count
    let leftFree = leftFree(rank: left.shape.rank)
    let rightFree = rightFree(rank: right.shape.rank)
    let product = Node.contract(
      cotangent, right,
      Contraction(
        leftBatch: Array(0..<batch), rightBatch: rightBatch.array,
        leftContracting: rightFree.indices.map { batch + leftFree.count + $0 }, rightContracting: rightFree))
    let partners = rightContracting.array.sorted().map { leftContracting[rightContracting.array.firstIndex(of: $0)!] }
    return product.arranged(as: leftBatch.array + leftFree + partners)
  }

  private func rightCotangent(_ cotangent: Node, _ left: Node, _ right: Node) -> Node {
    let batch = leftBatch.count
    let leftFree = leftFree(rank: left.shape.rank)
    let rightFree = rightFree(rank: right.shape.rank)
    let product = Node.contract(
      left, cotangent,
      Contraction(
        leftBatch: leftBatch.array, rightBatch: Array(0..<batch), leftContracting: leftFree,
        rightContracting: leftFree.indices.map { batch + $0 }))
    let partners = leftContracting.array.sorted().map { rightContracting[leftContracting.array.firstIndex(of: $0)!] }
    return product.arranged(as: rightBatch.array + partners + rightFree)
  }
}

extension Node {
  /// The node with its axes moved so that axis i stands at `places[i]`.
  fileprivate func arranged(as places: [Int]) -> Node { .transpose(self, AxisList(places).inverse) }
}
