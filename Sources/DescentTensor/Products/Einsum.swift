import DescentGraph

/// The sum of products that an equation describes, by Einstein's convention.
///
/// Each operand has a list of letters, one for each of its axes. Equal letters run together; a letter that the output
/// does not have is summed over. A letter that stands twice in one operand takes its diagonal, `...` stands for any
/// number of axes, which broadcast, and spaces are ignored. Without an arrow the output has the letters that occur
/// once, in alphabetical order.
///
/// ```swift
/// einsum("bij,bjk->bik", a, b)        // a product of matrices for each b
/// einsum("ii", a)                     // the trace
/// einsum("i,ij,j->", x, a, y)         // a bilinear form
/// ```
///
/// Several operands are contracted pair by pair, the pair first whose product adds the fewest elements.
public func einsum(_ equation: String, _ operands: Tensor...) -> Tensor { einsum(equation, operands) }

/// The sum of products that an equation describes, by Einstein's convention.
public func einsum(_ equation: String, _ operands: [Tensor]) -> Tensor {
  if let failed = operands.first(where: \.node.isInvalid) { return failed }
  do throws(EinsumComplaint) {
    var sum = try EinsumSum(EinsumEquation(equation), operands)
    return try sum.result()
  } catch {
    return Tensor(Node.invalid(error.kind, "einsum", "\"\(equation)\": \(error.message)"))
  }
}

/// An operand, or the product of several, with the index of each axis.
private struct EinsumTerm {
  var tensor: Tensor
  var indices: [EinsumIndex]
}

/// The terms still to be multiplied.
private struct EinsumSum {
  private var terms: [EinsumTerm] = []
  private var output: [EinsumIndex]
  private var sizes: [EinsumIndex: Int] = [:]

  init(_ equation: EinsumEquation, _ tensors: [Tensor]) throws(EinsumComplaint) {
    guard equation.operands.count == tensors.count else {
      throw EinsumComplaint("the equation has \(equation.operands.count) operands, and \(tensors.count) are given")
    }
    output = []
    var widest = 0
    for (place, labels) in equation.operands.enumerated() {
      let tensor = tensors[place]
      let letters = labels.count { $0 != nil }
      guard tensor.rank == letters || (tensor.rank > letters && labels.contains(nil)) else {
        throw EinsumComplaint(
          "operand \(place) has \(letters) indices, and \(tensor.node.label) with shape \(tensor.shape) has "
            + "\(tensor.rank) axes", kind: .shapeMismatch)
      }
      guard tensor.scalarType == tensors[0].scalarType, tensor.scalarType != .bool else {
        throw EinsumComplaint(
          "operand \(place) is \(tensor.scalarType) and operand 0 is \(tensors[0].scalarType); numbers of one type are "
            + "needed, convert one with .converted(to:)", kind: .scalarTypeMismatch)
      }
      widest = max(widest, tensor.rank - letters)
      let indices = EinsumEquation.indices(labels, ellipsisCount: tensor.rank - letters)
      terms.append(EinsumTerm(tensor: tensor, indices: indices))
    }
    output = EinsumEquation.indices(equation.outputLabels, ellipsisCount: widest)
    guard output.count <= Shape.maximumRank else { throw EinsumSum.tooManyAxes(output.count) }
    try noteSizes()
    terms = terms.map(prepared)
  }

  private static func tooManyAxes(_ count: Int) -> EinsumComplaint {
    EinsumComplaint(
      "a product would have \(count) axes; a tensor has at most \(Shape.maximumRank)", kind: .shapeMismatch)
  }

  /// Finds the size of each index; axes of an ellipsis may have size 1 and repeat.
  private mutating func noteSizes() throws(EinsumComplaint) {
    for (place, term) in terms.enumerated() {
      for (axis, index) in term.indices.enumerated() {
        let size = term.tensor.shape[axis]
        guard let known = sizes[index], known != size else {
          sizes[index] = size
          continue
        }
        switch index {
        case .ellipsis where size == 1: break
        case .ellipsis where known == 1: sizes[index] = size
        case .ellipsis:
          throw EinsumComplaint(
            "axis \(axis) of operand \(place), under the ellipsis, has size \(size), and an operand before it has "
              + "\(known)", kind: .shapeMismatch)
        case .letter(let letter):
          throw EinsumComplaint(
            "index '\(letter)' has size \(size) in operand \(place) with shape \(term.tensor.shape), and \(known) "
              + "before", kind: .shapeMismatch)
        }
      }
    }
  }

  /// The operand without axes that repeat, with diagonals for letters that stand twice, summed where nobody else asks.
  private func prepared(_ term: EinsumTerm) -> EinsumTerm {
    var term = term
    let repeating = term.indices.indices.filter { term.tensor.shape[$0] != sizes[term.indices[$0]] }
    if !repeating.isEmpty { term.tensor = term.tensor.squeezed(axes: repeating) }
    for axis in repeating.reversed() { term.indices.remove(at: axis) }
    while let second = term.indices.indices.first(where: { term.indices[..<$0].contains(term.indices[$0]) }),
      let first = term.indices.firstIndex(of: term.indices[second])
    {
      term.tensor = term.tensor.movingAxis(from: second, to: -1).movingAxis(from: first, to: -1).diagonal()
      let index = term.indices.remove(at: second)
      term.indices.remove(at: first)
      term.indices.append(index)
    }
    let lonely = term.indices.indices.filter { axis in
      !output.contains(term.indices[axis]) && terms.count { $0.indices.contains(term.indices[axis]) } == 1
    }
    if !lonely.isEmpty { term.tensor = term.tensor.sum(axes: lonely) }
    for axis in lonely.reversed() { term.indices.remove(at: axis) }
    return term
  }

  /// Multiplies everything and brings the axes into the output's order.
  mutating func result() throws(EinsumComplaint) -> Tensor {
    while terms.count > 1 {
      let (first, second) = cheapestPair()
      let (right, left) = (terms.remove(at: second), terms.remove(at: first))
      terms.append(try product(left, right))
    }
    return terms[0].tensor.transposed(output.map { terms[0].indices.firstIndex(of: $0)! })
  }

  /// The pair whose product is smallest in comparison to its factors.
  private func cheapestPair() -> (Int, Int) {
    var (best, pair) = (Double.infinity, (0, 1))
    for second in terms.indices {
      for first in 0..<second {
        let others = terms.indices.filter { $0 != first && $0 != second }.map { terms[$0] }
        let indices = indicesOfProduct(terms[first], terms[second], others)
        let growth = volume(indices) - volume(terms[first].indices) - volume(terms[second].indices)
        if growth < best, indices.count <= Shape.maximumRank { (best, pair) = (growth, (first, second)) }
      }
    }
    return pair
  }

  private func volume(_ indices: [EinsumIndex]) -> Double { indices.reduce(1) { $0 * Double(sizes[$1] ?? 1) } }

  /// Indices that both have and the output or others need, then the left term's own, then the right one's.
  private func indicesOfProduct(_ left: EinsumTerm, _ right: EinsumTerm, _ others: [EinsumTerm]) -> [EinsumIndex] {
    let shared = left.indices.filter { right.indices.contains($0) }
    let kept = shared.filter { index in output.contains(index) || others.contains { $0.indices.contains(index) } }
    return kept + left.indices.filter { !shared.contains($0) } + right.indices.filter { !shared.contains($0) }
  }

  private func product(_ left: EinsumTerm, _ right: EinsumTerm) throws(EinsumComplaint) -> EinsumTerm {
    let indices = indicesOfProduct(left, right, terms)
    guard indices.count <= Shape.maximumRank else { throw EinsumSum.tooManyAxes(indices.count) }
    let shared = left.indices.filter { right.indices.contains($0) }
    let (batch, summed) = (shared.filter { indices.contains($0) }, shared.filter { !indices.contains($0) })
    if summed.isEmpty {
      return EinsumTerm(tensor: aligned(left, to: indices) * aligned(right, to: indices), indices: indices)
    }
    func axes(_ chosen: [EinsumIndex], _ term: EinsumTerm) -> AxisList {
      AxisList(chosen.map { term.indices.firstIndex(of: $0)! })
    }
    let contraction = Contraction(
      leftBatch: axes(batch, left), rightBatch: axes(batch, right), leftContracting: axes(summed, left),
      rightContracting: axes(summed, right))
    return EinsumTerm(tensor: Tensor(.contract(left.tensor.node, right.tensor.node, contraction)), indices: indices)
  }

  /// The term's axes in the order of `indices`, with size 1 for those it does not have.
  private func aligned(_ term: EinsumTerm, to indices: [EinsumIndex]) -> Tensor {
    let own = indices.filter { term.indices.contains($0) }
    let ordered = term.tensor.transposed(own.map { term.indices.firstIndex(of: $0)! })
    return ordered.reshaped(to: indices.map { own.contains($0) ? sizes[$0] ?? 1 : 1 })
  }
}
