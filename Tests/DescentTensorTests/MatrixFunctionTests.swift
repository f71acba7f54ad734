import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Determinants, powers and exponentials of matrices.
@Suite struct MatrixFunctionTests {
  @Test func determinantsAreMultiplicative() {
    withEvery("type", in: realTypes) { type in
      withEvery(
        "shape", in: [[1, 1], [2, 2], [3, 3], [6, 6], [4, 5, 5], [2, 3, 2, 2], [0, 0], [3, 0, 0]] as [Shape]
      ) { shape in
        let (a, b) = (randomMatrices(shape, type), randomMatrices(shape, type, seed: 2))
        expectSame(determinant(matmul(a, b)), determinant(a) * determinant(b), "det A·B")
        let (sign, logarithm) = logDeterminant(a)
        expectSame(sign * exp(logarithm), determinant(a), "sign·exp")
        #expect(determinant(a).shape == Shape(shape.dimensions.dropLast(2)))
      }
    }
    #expect(determinant(Tensor.zeros([0, 0])).scalars == [1])
    #expect(determinant([[1, 2], [3, 4]]).scalars.map { ($0 * 1e5).rounded() } == [-200_000])
  }

  /// Far outside the range of the type the logarithm is still there.
  @Test func logarithmsOfLargeDeterminants() {
    let a = Tensor.eye(300, type: .float32) * 100
    #expect(determinant(a).scalars == [.infinity])
    expectClose(logDeterminant(a).logarithm.scalars, [300 * 4.605170185988092], .relative(1e-6))
    let (sign, logarithm) = logDeterminant([[1, 2], [2, 4]])
    #expect(sign.scalars == [0] && logarithm.scalars == [-.infinity])
  }

  /// The first derivative of the determinant is the cofactors also where there is no inverse, for every rank.
  @Test func determinantsOfSingularMatricesHaveDerivatives() throws {
    let rows: [[Double]] = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 2, 0, 0, 0, 0],
    ]
    try rows.forEach { numbers in
      let a = Tensor(scalars: numbers, shape: [3, 3], type: .float64)
      try expectGradients(at: [a]) { determinant($0[0]) }
    }
    let second = hessian(at: Tensor(scalars: [1, 2, 2, 4], shape: [2, 2], type: .float64)) { determinant($0) }
    #expect(second.flattened().scalars == [0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0])
  }

  @Test func exponentialsMultiply() throws {
    withEvery("type", in: realTypes) { type in
      withEvery("shape", in: [[1, 1], [2, 2], [5, 5], [34, 34], [3, 4, 4], [0, 0], [2, 0, 0]] as [Shape]) { shape in
        withEvery("scale", in: [0.001, 0.1, 0.5, 1, 3]) { scale in
          let a = randomMatrices(shape, type) * (scale / Double(shape[-1] + 1).squareRoot())
          expectSame(matmul(matrixExponential(a), matrixExponential(-a)), identities(shape, type), "exp A·exp −A")
          let trace = a.diagonal().sum(axes: -1)
          expectSame(logDeterminant(matrixExponential(a)).logarithm + 1, trace + 1, "det exp A")
        }
      }
    }
    // A rotation, and a nilpotent matrix.
    let turn = matrixExponential(Tensor(scalars: [0, -1, 1, 0], shape: [2, 2], type: .float64) * 100)
    let (cosine, sine) = (0.8623188722876839, -0.5063656411097588)
    expectClose(turn.scalars, [cosine, -sine, sine, cosine], .relative(1e-12))
    #expect(matrixExponential([[0, 1], [0, 0]]).scalars == [1, 1, 0, 1])
    #expect(matrixExponential(Tensor.zeros([2, 2])).scalars == [1, 0, 0, 1])
  }

  @Test func powersAreRepeatedProducts() throws {
    withEvery("type", in: realTypes) { type in
      withEvery("shape", in: [[1, 1], [3, 3], [2, 3, 3], [0, 0]] as [Shape]) { shape in
        let a = safeMatrices(shape, type) / 3
        var expected = identities(shape, type)
        for exponent in 0...9 {
          expectSame(matrixPower(a, exponent), expected, "power \(exponent)")
          expectSame(matmul(matrixPower(a, -exponent), expected), identities(shape, type), "power −\(exponent)")
          expected = matmul(expected, a)
        }
      }
    }
    #expect(matrixPower(Tensor(rows: [[1, 1], [1, 0]]), 10).scalars == [89, 55, 55, 34])
    #expect(matrixPower(Tensor(rows: [[1, 1], [1, 0]]), 10).scalarType == .int64)
    try [-3, -1, 1, 2, 5].forEach { exponent in
      try expectGradients(at: [safeMatrices([3, 3], .float64)]) { matrixPower($0[0], exponent) }
    }
    let flat = gradient(at: Tensor([[1, 2], [3, 4]])) { matrixPower($0, 0).sum() }
    #expect(flat.scalars == [0, 0, 0, 0])
  }

  // MARK: Derivatives where factors are not unique

  /// Functions of the eigenvalues alone have derivatives where eigenvalues are equal: of Σ λ², 2A; of Σ e^λ, e^A.
  @Test func equalEigenvaluesLeaveTheirFunctionsAlone() {
    for numbers in [[2, 0, 0, 0, 2, 0, 0, 0, 2], [2, 0, 0, 0, 2, 0, 0, 0, 5], [3, 1, 1, 1, 3, 1, 1, 1, 3]] as [[Double]]
    {
      let a = Tensor(scalars: numbers, shape: [3, 3], type: .float64)
      expectSame(gradient(at: a) { symmetricEigen($0).values.squared().sum() }, 2 * a, "2A")
      expectSame(gradient(at: a) { exp(symmetricEigen($0).values).sum() }, matrixExponential(a), "exp A")
      expectSame(gradient(at: a) { singularValues($0).squared().sum() }, 2 * a, "2A of singular values")
      // V·f(Λ)·Vᵀ doesn't depend on the choice of the vectors.
      let slope = gradient(at: a) { a in
        let (values, vectors) = symmetricEigen(a)
        return matmul(vectors * values, vectors.matrixTransposed).sum()
      }
      #expect((slope .== slope).all() && (abs(slope) .< 100).all())
    }
    let zero = gradient(at: Tensor.zeros([2, 3], type: .float64)) { singularValues($0).squared().sum() }
    #expect(zero.scalars == [0, 0, 0, 0, 0, 0])
  }

  /// Golub and Pereyra's formula holds along directions that keep the rank.
  @Test func pseudoInversesOfLowRankHaveDerivatives() throws {
    let (x, y) = (
      randomMatrices([4, 2], .float64) + 2 * Tensor.eye(4, columns: 2, type: .float64),
      randomMatrices([2, 3], .float64, seed: 4) + 2 * Tensor.eye(2, columns: 3, type: .float64)
    )
    try expectGradients(at: [x, y]) { pseudoInverse(matmul($0[0], $0[1])) }
  }

  @Test func gaussianDensities() throws {
    let covariance = positiveMatrices([3, 3], .float64)
    let x = randomMatrices([3], .float64)
    func density(_ x: Tensor, _ covariance: Tensor) -> Tensor {
      let factor = cholesky(covariance)
      return -0.5 * triangularSolve(factor, x).squared().sum() - log(factor.diagonal()).sum()
    }
    let other = -0.5 * (dot(x, solve(covariance, x)) + logDeterminant(covariance).logarithm)
    expectSame(density(x, covariance), other, "by Cholesky and by LU")
    try expectGradients(at: [x, covariance]) { density($0[0], $0[1]) }
  }
}
