import CDescentRuntime
import DescentGraph
import DescentTensor
import TestSupport
import Testing

/// Systems of equations: solutions satisfy them, in every combination of shapes, and mistakes are told.
@Suite struct LinearSystemTests {
  private static let systems: [(a: Shape, b: Shape, x: Shape)] = [
    ([1, 1], [1], [1]), ([3, 3], [3], [3]), ([3, 3], [3, 2], [3, 2]), ([34, 34], [34, 3], [34, 3]),
    ([70, 70], [70, 70], [70, 70]), ([5, 3, 3], [3], [5, 3]), ([5, 3, 3], [5, 3, 2], [5, 3, 2]),
    ([3, 3], [5, 3, 2], [5, 3, 2]), ([5, 3, 3], [3, 2], [5, 3, 2]), ([2, 1, 3, 3], [4, 3, 1], [2, 4, 3, 1]),
    ([0, 0], [0], [0]), ([0, 0], [0, 2], [0, 2]), ([2, 2], [2, 0], [2, 0]), ([0, 2, 2], [2], [0, 2]),
    ([3, 3], [0, 3, 2], [0, 3, 2]), ([4, 0, 0], [0], [4, 0]), ([0, 0], [3, 0, 2], [3, 0, 2]),
  ]

  private func everywhere(_ body: (Tensor, Tensor, Shape) -> Void) {
    withEvery("type", in: realTypes) { type in
      withEvery("system", in: Self.systems) { system in
        body(safeMatrices(system.a, type), randomMatrices(system.b, type, seed: 5), system.x)
      }
    }
  }

  /// a·x, where x holds vectors if b was one.
  private func product(_ a: Tensor, _ x: Tensor, isVector: Bool) -> Tensor {
    if !isVector { return matmul(a, x) }
    return matmul(a, x.reshaped(to: x.shape.dimensions + [1])).squeezed(axes: -1)
  }

  @Test func solutionsSatisfyTheirEquations() {
    everywhere { a, b, shape in
      let x = solve(a, b)
      #expect(x.shape == shape, "\(Combination.description)")
      let expected = product(a, x, isVector: b.rank == 1)
      expectSame(expected, b.broadcast(to: expected.shape), "A·x")
    }
  }

  @Test func trianglesSatisfyTheirEquations() {
    everywhere { a, b, shape in
      for lower in [true, false] {
        for transposed in [true, false] {
          for unitDiagonal in [true, false] {
            // Small beside the diagonal, which has either sign.
            let signs =
              Tensor.eye(a.shape[-1], type: a.scalarType)
              * (1 - 2 * (a.diagonal() .> 0).converted(to: a.scalarType)).reshaped(
                to: a.shape.dimensions.dropLast() + [1])
            let matrix = a / Double(4 * (a.shape[-1] + 1)) + signs
            let x = triangularSolve(matrix, b, lower: lower, transposed: transposed, unitDiagonal: unitDiagonal)
            #expect(x.shape == shape, "\(Combination.description)")
            var triangle = lower ? matrix.lowerTriangle() : matrix.upperTriangle()
            if unitDiagonal {
              triangle =
                (lower ? matrix.lowerTriangle(offset: -1) : matrix.upperTriangle(offset: 1))
                + Tensor.eye(a.shape[-1], type: a.scalarType)
            }
            let expected = product(transposed ? triangle.matrixTransposed : triangle, x, isVector: b.rank == 1)
            expectSame(expected, b.broadcast(to: expected.shape), "T·x \(lower) \(transposed) \(unitDiagonal)")
          }
        }
      }
    }
  }

  /// NaN in the part that is not read does no harm, to the value or to the gradient.
  @Test func theOtherTriangleIsNotRead() {
    let a = Tensor(scalars: [2, .nan, .nan, 1, 4, .nan, 1, 1, 8], shape: [3, 3], type: .float64)
    let b: Tensor = Tensor(scalars: [2, 5, 10], type: .float64)
    #expect(triangularSolve(a, b).scalars == [1, 1, 1])
    let slope = gradient(at: a) { triangularSolve($0, b).sum() }
    #expect(slope.upperTriangle(offset: 1).scalars == [Double](repeating: 0, count: 9))
    #expect((slope .== slope).all())
    let unit = Tensor(scalars: [.nan, .nan, 1, .nan], shape: [2, 2], type: .float64)
    #expect(triangularSolve(unit, Tensor(scalars: [1, 3], type: .float64), unitDiagonal: true).scalars == [1, 2])
  }

  @Test func inversesMultiplyToTheIdentity() {
    withEvery("type", in: realTypes) { type in
      withEvery("shape", in: MatrixFactorTests.squares) { shape in
        let a = safeMatrices(shape, type)
        expectSame(matmul(a, inverse(a)), identities(shape, type), "A·A⁻¹")
        expectSame(pseudoInverse(a), inverse(a), "A⁺")
      }
    }
  }

  @Test func leastSquaresIsOrthogonalToTheColumns() throws {
    withEvery("type", in: realTypes) { type in
      withEvery("shape", in: [[5, 3], [3, 5], [3, 3], [2, 4, 2], [2, 2, 4], [4, 1], [1, 4], [3, 0]] as [Shape]) {
        shape in
        let (a, b) = (randomMatrices(shape, type), randomMatrices([shape[-2], 2], type, seed: 7))
        let x = leastSquares(a, b)
        expectSame(x, matmul(pseudoInverse(a), b), "A⁺·b")
        let vector = leastSquares(a, randomMatrices([shape[-2]], type, seed: 7))
        #expect(vector.shape == Shape(shape.dimensions.dropLast(2) + [shape[-1]]))
      }
    }
    for shape in [[4, 2], [2, 4]] as [Shape] {
      try expectGradients(at: [randomMatrices(shape, .float64), randomMatrices([shape[0]], .float64, seed: 2)]) {
        leastSquares($0[0], $0[1])
      }
    }
  }

  /// One matrix for a batch is factored once, and what vmap makes of it agrees with a loop.
  @Test func batchesOfRightHandSides() {
    let (a, b) = (safeMatrices([3, 3], .float64), randomMatrices([4, 3], .float64))
    let mapped = vmap(b) { b in solve(a, b) }
    expectSame(mapped, Tensor.stack((0..<4).map { solve(a, b[$0]) }), "vmap")
    expectSame(jacobian(at: b[0]) { solve(a, $0) }, inverse(a), "jacobian")
    let matrices = safeMatrices([4, 3, 3], .float64)
    expectSame(
      vmap(matrices, b) { a, b in solve(a, b) }, Tensor.stack((0..<4).map { solve(matrices[$0], b[$0]) }),
      "vmap of both")
  }

  /// The same bits on any number of threads.
  @Test func threadsDoNotMatter() {
    defer { descent_pool_set_thread_count(0) }
    let (a, b) = (safeMatrices([64, 12, 12], .float32), randomMatrices([64, 12, 12], .float32))
    let programs: [() -> Tensor] = [
      { solve(a, b) }, { cholesky(positiveMatrices([64, 12, 12], .float32)) }, { qr(b).q }, { svd(b).u },
      { symmetricEigen(b).vectors }, { matrixExponential(b) }, { determinant(b) },
    ]
    for (index, program) in programs.enumerated() {
      descent_pool_set_thread_count(1)
      let expected = program().scalars
      for count in [2, 3, 5] {
        descent_pool_set_thread_count(count)
        #expect(program().scalars == expected, "program \(index) on \(count) threads")
      }
    }
  }
}
