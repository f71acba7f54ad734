import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Einstein sums and other products against the definition, a loop over all indices.
@Suite struct EinsumTests {
  struct Sample: Sendable, CustomStringConvertible {
    var equation: String
    /// The same with letters for every axis and an arrow; the equation itself if it is empty.
    var letters = ""
    var shapes: [Shape]

    var description: String { "\(equation) \(shapes)" }
    var operands: [Tensor] { shapes.enumerated().map { distinctNumbers($1, seed: $0) } }
  }

  static let samples: [Sample] = [
    Sample(equation: "ij,jk->ik", shapes: [[2, 3], [3, 4]]),
    Sample(equation: "ij,jk", letters: "ij,jk->ik", shapes: [[2, 3], [3, 4]]),
    Sample(equation: "ba", letters: "ba->ab", shapes: [[2, 3]]),
    Sample(equation: " i j -> j i ", letters: "ij->ji", shapes: [[2, 3]]),
    Sample(equation: "ij->", shapes: [[2, 3]]),
    Sample(equation: "ij->j", shapes: [[2, 3]]),
    Sample(equation: "ii", letters: "ii->", shapes: [[3, 3]]),
    Sample(equation: "ii->i", shapes: [[3, 3]]),
    Sample(equation: "iji->ji", shapes: [[3, 2, 3]]),
    Sample(equation: "iii->i", shapes: [[3, 3, 3]]),
    Sample(equation: "iijj->ij", shapes: [[2, 2, 3, 3]]),
    Sample(equation: "bij,bjk->bik", shapes: [[2, 3, 4], [2, 4, 2]]),
    Sample(equation: "bhtd,bhsd->bhts", shapes: [[2, 2, 3, 2], [2, 2, 4, 2]]),
    Sample(equation: "i,j->ij", shapes: [[2], [3]]),
    Sample(equation: "i,j->ji", shapes: [[2], [3]]),
    Sample(equation: "i,i->i", shapes: [[3], [3]]),
    Sample(equation: "i,i", letters: "i,i->", shapes: [[3], [3]]),
    Sample(equation: "i,->i", shapes: [[3], []]),
    Sample(equation: "ij,k->i", shapes: [[2, 3], [4]]),
    Sample(equation: "i,ij,j->", shapes: [[2], [2, 3], [3]]),
    Sample(equation: "ij,jk,kl->il", shapes: [[2, 5], [5, 3], [3, 4]]),
    Sample(equation: "ia,ib,ic->abc", shapes: [[2, 2], [2, 3], [2, 4]]),
    Sample(equation: "i,j,k,l->lkji", shapes: [[2], [3], [2], [2]]),
    Sample(equation: "ii,ij->j", shapes: [[2, 2], [2, 3]]),
    Sample(equation: "...ij,...jk->...ik", letters: "xyij,yjk->xyik", shapes: [[2, 3, 2, 4], [3, 4, 2]]),
    Sample(equation: "...ij,...jk->...ik", letters: "xij,xjk->xik", shapes: [[1, 2, 4], [3, 4, 2]]),
    Sample(equation: "...i", letters: "xyi->xyi", shapes: [[2, 3, 2]]),
    Sample(equation: "i...,i...", letters: "ixy,iy->xy", shapes: [[2, 3, 2], [2, 2]]),
    Sample(equation: "i...j->j...", letters: "ixyj->jxy", shapes: [[2, 3, 2, 2]]),
    Sample(equation: "...,...", letters: "x,x->x", shapes: [[3], [1]]),
    Sample(equation: "ij,jk->ik", shapes: [[2, 0], [0, 3]]),
  ]

  @Test func theSumIsTheDefinition() throws {
    withEvery("sample", in: EinsumTests.samples) { sample in
      let (shape, numbers) = LoopSum(sample.letters.isEmpty ? sample.equation : sample.letters, sample.operands).result
      let sum = einsum(sample.equation, sample.operands)
      guard sum.shape.dimensions == shape else {
        throw EinsumFault(words: "shape \(sum.shape), expected \(shape)")
      }
      expectClose(sum.scalars, numbers, .relative(1e-14))
    }
  }

  @Test func theDerivativesAreThoseOfTheDefinition() throws {
    withEvery("sample", in: EinsumTests.samples) { sample in
      try expectGradients(at: sample.operands) { einsum(sample.equation, $0) }
    }
  }

  @Test func mistakesNameTheEquation() {
    let (a, b) = (Tensor.ones([2, 3]), Tensor.ones([4, 5]))
    expectMistake(
      .shapeMismatch,
      "einsum: \"ij,jk->ik\": index 'j' has size 4 in operand 1 with shape [4, 5], and 3 before"
    ) { einsum("ij,jk->ik", a, b) }
    expectMistake(.shapeMismatch, "index 'i' has size 3 in operand 0 with shape [2, 3], and 2 before") {
      einsum("ii", a)
    }
    expectMistake(.invalidArgument, "the equation has 2 operands, and 1 are given") { einsum("ij,jk", a) }
    expectMistake(.shapeMismatch, "operand 1 has 1 indices, and the tensor with shape [4, 5] has 2 axes") {
      einsum("ij,j", a, b)
    }
    expectMistake(.shapeMismatch, "operand 0 has 3 indices") { einsum("ijk...", a) }
    expectMistake(.shapeMismatch, "axis 0 of operand 1, under the ellipsis, has size 4, and an operand before it has 2")
    { einsum("...i,...j->...ij", a, b) }
    expectMistake(.invalidArgument, "index 'k' of the output is in no operand") { einsum("ij->ik", a) }
    expectMistake(.invalidArgument, "index 'i' stands twice in the output") { einsum("ij->ii", a) }
    expectMistake(.invalidArgument, "the output leaves out the ellipsis") { einsum("...j->j", a) }
    expectMistake(.invalidArgument, "'...j...' has two ellipses") { einsum("...j...", a) }
    expectMistake(.invalidArgument, "'-' in 'i-j' is neither a letter nor part of") { einsum("i-j", a) }
    expectMistake(.scalarTypeMismatch, "operand 1 is int64 and operand 0 is float32; numbers of one type are needed") {
      einsum("ij,ij", a, a.converted(to: .int64))
    }
    expectMistake(.shapeMismatch, "would have 10 axes; a tensor has at most 8") {
      einsum("abcde,fghij->abcdefghij", Tensor.ones([1, 1, 1, 1, 1]), Tensor.ones([1, 1, 1, 1, 1]))
    }
  }
}

private struct EinsumFault: Error, CustomStringConvertible {
  var words: String
  var description: String { words }
}

/// The definition of an Einstein sum with a letter for each axis; axes of size 1 repeat.
private struct LoopSum {
  var inputs: [[Character]]
  var output: [Character]
  var operands: [Tensor]

  init(_ equation: String, _ operands: [Tensor]) {
    let plain = Array(equation.filter { $0 != " " })
    let arrow = plain.firstIndex(of: "-")!
    inputs = plain[..<arrow].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    output = Array(plain[(arrow + 2)...])
    self.operands = operands
  }

  var result: (shape: [Int], numbers: [Double]) {
    var sizes: [Character: Int] = [:]
    for (letters, operand) in zip(inputs, operands) {
      for (letter, size) in zip(letters, operand.shape.dimensions) where (sizes[letter] ?? 1) == 1 {
        sizes[letter] = size
      }
    }
    let shape = output.map { sizes[$0]! }
    var numbers = [Double](repeating: 0, count: shape.reduce(1, *))
    let values = operands.map(\.scalars)
    let letters = Array(sizes.keys)
    for step in 0..<letters.reduce(1, { $0 * sizes[$1]! }) {
      var (at, rest) = ([Character: Int](), step)
      for letter in letters {
        at[letter] = rest % sizes[letter]!
        rest /= sizes[letter]!
      }
      let product = inputs.indices.reduce(1.0) { product, operand in
        product * values[operand][place(inputs[operand], operands[operand].shape.dimensions, at)]
      }
      numbers[place(output, shape, at)] += product
    }
    return (shape, numbers)
  }

  private func place(_ letters: [Character], _ shape: [Int], _ at: [Character: Int]) -> Int {
    zip(letters, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : at[$1.0]!) }
  }
}
