import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Products and diagonals against Einstein sums, NumPy's results and finite differences.
@Suite struct TensorProductTests {
  static let (a, b) = (distinctNumbers([2, 3, 4]), distinctNumbers([4, 5, 3], seed: 1))

  @Test func tensordotIsAnEinsteinSum() throws {
    let (a, b) = (Self.a, Self.b)
    let samples: [(Tensor, Tensor)] = [
      (tensordot(a, b, axes: ([1, 2], [2, 0])), einsum("ijk,klj->il", a, b)),
      (tensordot(a, b, axes: ([-1], [0])), einsum("ijk,klm->ijlm", a, b)),
      (tensordot(a, b, axes: 1), einsum("ijk,klm->ijlm", a, b)),
      (tensordot(a, b, axes: 0), einsum("ijk,lmn->ijklmn", a, b)),
    ]
    withEvery("sample", in: samples.indices) { index in
      #expect(samples[index].0.shape == samples[index].1.shape, "\(index)")
      expectClose(samples[index].0.scalars, samples[index].1.scalars, .relative(1e-14))
    }
    try expectGradients(at: [a, b]) { tensordot($0[0], $0[1], axes: ([1, 2], [2, 0])) }
  }

  @Test func kronIsMadeOfBlocks() throws {
    #expect(kron([1, 10], [1, 2, 3]).scalars == [1, 2, 3, 10, 20, 30])
    let product = kron([[1, 2], [3, 4]], [[0, 5], [6, 7]])
    #expect(product.shape == [4, 4])
    #expect(product.scalars == [0, 5, 0, 10, 6, 7, 12, 14, 0, 15, 0, 20, 18, 21, 24, 28])
    #expect(kron([[1], [2]], [1, 10]).scalars == [1, 10, 2, 20])
    #expect(kron(Tensor(2.0), [1, 10]).scalars == [2, 20])
    try expectGradients(at: [distinctNumbers([2, 3]), distinctNumbers([3, 2], seed: 1)]) { kron($0[0], $0[1]) }
  }

  @Test func crossIsPerpendicular() throws {
    #expect(cross([1, 0, 0], [0, 1, 0]).scalars == [0, 0, 1])
    #expect(cross([1, 2, 3], [4, 5, 6]).scalars == [-3, 6, -3])
    #expect(cross([[1, 2, 3], [0, 0, 1]], [4, 5, 6]).scalars == [-3, 6, -3, -5, 4, 0])
    try expectGradients(at: [distinctNumbers([2, 3]), distinctNumbers([3], seed: 1)]) { cross($0[0], $0[1]) }
  }

  @Test func diagonalsAndTrianglesStandWhereNumPyPutsThem() throws {
    let m = Tensor([[1, 2, 3], [4, 5, 6]])
    withEvery("offset", in: [-3, -2, -1, 0, 1, 2, 3, 4, Int.min, Int.max]) { offset in
      /// Column minus row minus offset, in numbers that don't overflow.
      func height(_ place: Int) -> Double { Double(place % 3) - Double(place / 3) - Double(offset) }
      func chosen(_ test: (Double) -> Bool) -> [Double] { (0..<6).map { test(height($0)) ? Double($0 + 1) : 0 } }
      expectClose(m.diagonal(offset: offset).scalars, chosen { $0 == 0 }.filter { $0 != 0 }, .exact)
      expectClose(m.lowerTriangle(offset: offset).scalars, chosen { $0 <= 0 }, .exact)
      expectClose(m.upperTriangle(offset: offset).scalars, chosen { $0 >= 0 }, .exact)
    }
    let stack = Self.a.diagonal(offset: 1)
    #expect(stack.shape == [2, 3])
    #expect(stack[1].scalars == (0..<3).map { Self.a[1, $0, $0 + 1].scalar })
    #expect(Self.a.trace().scalars == Self.a.diagonal().sum(axes: -1).scalars)
    #expect(Tensor([[true, true], [true, true]]).lowerTriangle().scalars == [1, 0, 1, 1])
    for offset in [-1, 0, 2] {
      try expectGradients(at: [Self.a]) { $0[0].diagonal(offset: offset) }
      try expectGradients(at: [Self.a]) { $0[0].lowerTriangle(offset: offset) }
      try expectGradients(at: [Self.a]) { $0[0].upperTriangle(offset: offset) }
    }
    try expectGradients(at: [Self.a]) { $0[0].trace() }
  }

  @Test func aDiagonalMatrixHasTheDiagonalItWasMadeOf() throws {
    let v = Tensor([[1, 2], [3, 4]])
    withEvery("offset", in: [-2, -1, 0, 1, 3]) { offset in
      let m = Tensor.diagonalMatrix(from: v, offset: offset)
      #expect(m.shape == [2, 2 + abs(offset), 2 + abs(offset)])
      #expect(m.diagonal(offset: offset).scalars == [1, 2, 3, 4])
      #expect(m.sum().scalar == 10)
    }
    #expect(Tensor.diagonalMatrix(from: [1, 2]).scalars == [1, 0, 0, 2])
    try expectGradients(at: [distinctNumbers([3])]) { .diagonalMatrix(from: $0[0], offset: 1) }
  }

  @Test func mistakes() {
    let (a, b) = (Self.a, Self.b)
    expectMistake(.shapeMismatch, "axis 1 of the left shape [2, 3, 4] has 3, axis 0 of the right shape [4, 5, 3] has 4")
    {
      tensordot(a, b, axes: ([1], [0]))
    }
    expectMistake(.invalidAxis, "axes [1, 2] of the left and [0] of the right make no pairs") {
      tensordot(a, b, axes: ([1, 2], [0]))
    }
    expectMistake(.invalidAxis, "don't both have 4 axes") { tensordot(a, b, axes: 4) }
    expectMistake(.invalidAxis, "axis 3 does not exist") { tensordot(a, b, axes: ([3], [0])) }
    expectMistake(.shapeMismatch, "kron: takes at most 4 axes") { kron(Tensor.ones([1, 1, 1, 1, 1]), a) }
    expectMistake(.shapeMismatch, "cross: needs 3 components along the last axes") { cross(a, b) }
    expectMistake(.shapeMismatch, "trace: needs a matrix, and the tensor has shape [3]") { Tensor([1, 2, 3]).trace() }
    expectMistake(.shapeMismatch, "diagonal: needs a matrix") { Tensor([1, 2, 3]).diagonal() }
    expectMistake(.shapeMismatch, "lowerTriangle: needs a matrix") { Tensor(1.0).lowerTriangle() }
    for offset in [Int.min, Int.max, 1 << 31, 50_000] {
      expectMistake(.shapeMismatch, "no matrix has the tensor with shape [1] on diagonal \(offset)") {
        .diagonalMatrix(from: [1], offset: offset)
      }
    }
  }
}
