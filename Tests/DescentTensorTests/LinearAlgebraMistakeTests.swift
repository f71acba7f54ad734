import DescentGraph
import DescentTensor
import Testing

/// The words in which mistakes in linear algebra are told: those of shapes at once, those of values by the step.
@Suite struct LinearAlgebraMistakeTests {
  private let a = Tensor([[1, 2, 3], [4, 5, 6]]).named("a")
  private let singular: Tensor = [[1, 2], [2, 4]]

  @Test func shapesAndTypes() {
    let (square, vector) = (Tensor.eye(2).named("s"), Tensor([1, 2, 3]).named("b"))
    let rows: [(TensorError.Kind, String, () -> Tensor)] = [
      (
        .shapeMismatch, "cholesky: needs square matrices along the last two axes, and 'a' has shape [2, 3]",
        { cholesky(a) }
      ),
      (.shapeMismatch, "symmetricEigen: needs square matrices", { symmetricEigen(a).vectors }),
      (.shapeMismatch, "determinant: needs square matrices", { determinant(a) }),
      (.shapeMismatch, "logDeterminant: needs square matrices", { logDeterminant(a).sign }),
      (.shapeMismatch, "matrixExponential: needs square matrices", { matrixExponential(a) }),
      (.shapeMismatch, "matrixPower: needs square matrices", { matrixPower(a, 2) }),
      (.shapeMismatch, "inverse: needs square matrices", { inverse(a) }),
      (
        .shapeMismatch, "solve: needs square matrices along the last two axes, and 'a' has shape [2, 3]",
        { solve(a, vector) }
      ),
      (.shapeMismatch, "qr: needs a matrix, and 'b' has shape [3]", { qr(vector).q }),
      (.shapeMismatch, "svd: needs a matrix", { singularValues(vector) }),
      (.shapeMismatch, "svd: needs a matrix", { matrixRank(vector) }),
      (.shapeMismatch, "pseudoInverse: needs a matrix", { pseudoInverse(vector) }),
      (.shapeMismatch, "matrixNorm: needs a matrix, and 'b' has shape [3]", { matrixNorm(vector) }),
      (.shapeMismatch, "leastSquares: needs a matrix", { leastSquares(vector, vector) }),
      (
        .shapeMismatch, "solve: the right-hand side does not fit: 's' has shape [2, 2], 'b' has [3]",
        { solve(square, vector) }
      ),
      (.shapeMismatch, "triangularSolve: the right-hand side does not fit", { triangularSolve(square, Tensor(1.0)) }),
      (
        .shapeMismatch, "leastSquares: the right-hand side does not fit: 'a' has shape [2, 3], 'b' has [3]",
        { leastSquares(a, vector) }
      ),
      (
        .shapeMismatch, "solve: batch axes do not broadcast: the tensor has shape [3, 2, 2], the tensor has [2, 2, 1]",
        { solve(Tensor.zeros([3, 2, 2]), Tensor.zeros([2, 2, 1])) }
      ),
      (
        .scalarTypeMismatch, "solve: scalar types differ: 's' is float32, the tensor is float64",
        { solve(square, Tensor.ones([2, 1], type: .float64)) }
      ),
      (
        .scalarTypeMismatch, "inverse: needs floating-point elements, and the tensor has int64; convert it first",
        { inverse(Tensor(rows: [[1, 2], [3, 5]])) }
      ),
      (
        .scalarTypeMismatch, "matrixPower: needs floating-point", { matrixPower(Tensor(rows: [[1, 2], [3, 5]]), -1) }
      ),
      (.scalarTypeMismatch, "matrixPower: needs number elements", { matrixPower(square .> 0, 2) }),
    ]
    for (kind, words, program) in rows { expectMistake(kind, words, program) }
  }

  @Test func values() {
    let batch = Tensor.stack([Tensor.eye(2), singular, Tensor.eye(2)])
    let indefinite: Tensor = [[1, 0, 0], [0, 1, 2], [0, 2, 1]]
    let rows: [(TensorError.Kind, String, () -> Tensor)] = [
      (
        .singularMatrix,
        "solve: the matrix is singular: pivot 1 is 0; use pseudoInverse, or add a multiple of the identity",
        { solve(singular, [1, 1]) }
      ),
      (.singularMatrix, "solve: matrix 1 of 3 is singular: pivot 1 is 0", { inverse(batch) }),
      (.singularMatrix, "solve: the matrix is singular", { matrixPower(singular, -2) }),
      (
        .singularMatrix, "triangularSolve: the matrix is singular: element 0 of its diagonal is 0",
        { triangularSolve([[0, 1], [1, 1]], [1, 1]) }
      ),
      (
        .notPositiveDefinite,
        "cholesky: the matrix is not positive definite: its leading minor of size 3 is not positive and finite; add a "
          + "multiple of the identity, or use symmetricEigen or qr", { cholesky(indefinite) }
      ),
      (.notPositiveDefinite, "cholesky: matrix 1 of 2", { cholesky(Tensor.stack([Tensor.eye(3), indefinite])) }),
      (.notPositiveDefinite, "minor of size 1", { cholesky(Tensor.full([1, 1], Double.nan)) }),
      (.singularMatrix, "singular", { gradient(at: singular) { logDeterminant($0).logarithm } }),
      (.singularMatrix, "singular", { leastSquares(Tensor.zeros([3, 2]), [1, 1, 1]) }),
    ]
    for (kind, words, program) in rows { expectMistake(kind, words, program) }
  }
}
