import CDescentRuntime
import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// What factors of matrices must satisfy, whatever computed them.
@Suite struct MatrixFactorTests {
  /// Sizes around those of blocks, batches, no rows, no batch.
  static let squares: [Shape] = [
    [1, 1], [2, 2], [3, 3], [31, 31], [33, 33], [70, 70], [4, 5, 5], [2, 3, 2, 2], [0, 0], [3, 0, 0], [0, 4, 4],
  ]
  static let rectangles: [Shape] =
    squares + [[5, 3], [3, 5], [1, 4], [4, 1], [2, 6, 4], [2, 4, 6], [40, 33], [3, 0], [0, 3]]

  private static func everywhere(_ shapes: [Shape], _ body: (Shape, ScalarType) throws -> Void) {
    withEvery("type", in: realTypes) { type in withEvery("shape", in: shapes) { shape in try body(shape, type) } }
  }

  @Test func choleskyFactorsMultiplyToTheMatrix() {
    Self.everywhere(Self.squares) { shape, type in
      let a = positiveMatrices(shape, type)
      let factor = cholesky(a)
      expectSame(matmul(factor, factor.matrixTransposed), a, "L·Lᵀ")
      expectSame(factor.lowerTriangle(), factor, "lower")
      #expect((factor.diagonal() .> 0).all(), "\(Combination.description)")
      // Only the symmetric part counts.
      let skew = randomMatrices(shape, type, seed: 9)
      expectSame(cholesky(a + (skew - skew.matrixTransposed)), factor, "symmetric part")
    }
  }

  @Test func qrFactorsAreOrthonormalAndTriangular() {
    Self.everywhere(Self.rectangles) { shape, type in
      let a = randomMatrices(shape, type)
      let (q, r) = qr(a)
      let count = Swift.min(shape[-2], shape[-1])
      expectSame(matmul(q, r), a, "Q·R")
      expectSame(
        matmul(q.matrixTransposed, q), identities(Shape(shape.dimensions.dropLast(2) + [count, count]), type), "QᵀQ")
      expectSame(r.upperTriangle(), r, "upper")
      #expect((r.diagonal() .> 0).all(), "\(Combination.description)")
    }
  }

  @Test func eigenvectorsAreOrthonormalAndOrdered() {
    Self.everywhere(Self.squares) { shape, type in
      let x = randomMatrices(shape, type)
      let a = x + x.matrixTransposed
      let (values, vectors) = symmetricEigen(a)
      let scaled = vectors * values.reshaped(to: values.shape.dimensions.dropLast() + [1, shape[-1]])
      expectSame(matmul(a, vectors), scaled, "A·V")
      expectSame(matmul(vectors.matrixTransposed, vectors), identities(shape, type), "VᵀV")
      expectSame(values.sorted(), values, "ascending")
      if shape[-1] > 0 {
        expectSame(vectors.max(axes: -2), abs(vectors).max(axes: -2), "largest positive")
      }
      let skew = x - x.matrixTransposed
      expectSame(symmetricEigen(a + skew).values, values, "symmetric part")
    }
  }

  @Test func singularVectorsAreOrthonormalAndOrdered() {
    Self.everywhere(Self.rectangles) { shape, type in
      let a = randomMatrices(shape, type)
      let (u, s, v) = svd(a)
      let count = Swift.min(shape[-2], shape[-1])
      let row: [Int] = s.shape.dimensions.dropLast() + [1, count]
      expectSame(matmul(u * s.reshaped(to: row), v.matrixTransposed), a, "U·S·Vᵀ")
      let identity = identities(Shape(shape.dimensions.dropLast(2) + [count, count]), type)
      expectSame(matmul(u.matrixTransposed, u), identity, "UᵀU")
      expectSame(matmul(v.matrixTransposed, v), identity, "VᵀV")
      expectSame(s.sorted(descending: true), s, "descending")
      #expect((s .>= 0).all(), "\(Combination.description)")
      if count > 0 { expectSame(u.max(axes: -2), abs(u).max(axes: -2), "largest positive") }
      let squares = symmetricEigen(matmul(a, a.matrixTransposed)).values.flipped(axes: -1)
      let spectrum =
        squares.node.isInvalid || count == 0 ? s : squares.split(sizes: [count, shape[-2] - count], axis: -1)[0]
      if count > 0, type == .float64 { expectClose(s.squared().scalars, spectrum.scalars, .relative(1e-12)) }
    }
  }

  @Test func ranksAreFoundAndRankDeficiencyIsNoObstacle() {
    withEvery("type", in: realTypes) { type in
      let x = randomMatrices([6, 2], type)
      let a = matmul(x, randomMatrices([2, 5], type, seed: 3))
      #expect(matrixRank(a).scalars == [2])
      #expect(matrixRank(a).scalarType == .int64)
      #expect(matrixRank(a, tolerance: 0.999).scalars == [1])
      #expect(matrixRank(Tensor.zeros([2, 3, 3], type: type)).scalars == [0, 0])
      #expect(matrixRank(Tensor.zeros([2, 0, 3], type: type)).scalars == [0, 0])
      let (u, s, v) = svd(a)
      expectSame(matmul(u.matrixTransposed, u), identities([5, 5], type), "UᵀU")
      expectSame(matmul(v.matrixTransposed, v), identities([5, 5], type), "VᵀV")
      expectSame(matmul(u * s, v.matrixTransposed), a, "U·S·Vᵀ")
      let p = pseudoInverse(a)
      expectSame(matmul(matmul(a, p), a), a, "A·P·A")
      expectSame(matmul(matmul(p, a), p), p, "P·A·P")
      expectSame(matmul(a, p), matmul(a, p).matrixTransposed, "A·P symmetric")
      let zero = svd(Tensor.zeros([3, 3], type: type))
      expectSame(matmul(zero.v.matrixTransposed, zero.v), identities([3, 3], type), "VᵀV of zeros")
    }
  }

  @Test func normsAreThoseOfTheSingularValues() {
    let a: Tensor = [[3, 0], [4, 5]]
    expectClose(matrixNorm(a).scalars, [Double(50).squareRoot()], .relative(1e-7))
    expectClose(matrixNorm(a, .spectral).scalars, [Double(45).squareRoot()], .relative(1e-7))
    expectClose(matrixNorm(a, .nuclear).scalars, [Double(45).squareRoot() + Double(5).squareRoot()], .relative(1e-7))
    let none = Tensor.zeros([2, 0, 3])
    for norm in [MatrixNorm.frobenius, .nuclear, .spectral] { #expect(matrixNorm(none, norm).scalars == [0, 0]) }
  }

  /// Values that are not finite give NaN in bounded time, and nothing hangs.
  @Test func nanGivesNaN() {
    withEvery("type", in: realTypes) { type in
      for bad in [Double.nan, .infinity] {
        let a = Tensor(scalars: [1, 2, 3, bad, 5, 6, 7, 8, 9], shape: [3, 3], type: type)
        let results = [
          qr(a).q, qr(a).r, symmetricEigen(a).values, symmetricEigen(a).vectors, svd(a).u, svd(a).s, svd(a).v,
          pseudoInverse(a), matrixExponential(a),
        ]
        for (place, result) in results.enumerated() { #expect((result .!= result).all(), "\(type) \(bad) \(place)") }
      }
    }
  }

  /// Squares of the elements would leave the range of the type.
  @Test(arguments: [1e-200, 1e200]) func extremeScales(scale: Double) {
    let a = randomMatrices([4, 4], .float64)
    expectClose((singularValues(a * scale) / scale).scalars, singularValues(a).scalars, .relative(1e-14))
    expectClose((qr(a * scale).r / scale).scalars, qr(a).r.scalars, .relative(1e-14))
    let symmetric = a + a.matrixTransposed
    expectClose(
      (symmetricEigen(symmetric * scale).values / scale).scalars, symmetricEigen(symmetric).values.scalars,
      .relative(1e-14))
  }

  /// The first of two entries of equal size decides the sign of an eigenvector.
  @Test func tiesOfSigns() {
    let (values, vectors) = symmetricEigen([[2, 1], [1, 2]])
    expectClose(values.scalars, [1, 3], .relative(1e-7))
    expectClose(vectors.scalars, [1, 1, -1, 1].map { $0 * Double(0.5).squareRoot() }, .relative(1e-7))
  }

  @Test func wideQRHasItsDerivative() throws {
    try expectGradients(at: [safeMatrices([2, 2], .float64).padded(low: [0, 0], high: [0, 2], mode: .edge)]) {
      let (q, r) = qr($0[0])
      return .concatenate([q.flattened(), r.flattened()])
    }
  }
}
