import DescentTensor

// Products of tensors, and functions of matrices.

extension ProgramFunction {
  /// A function of the parameters' tensors, in their order.
  private static func of(
    _ signature: String, aliases: [String] = [], _ summary: String,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) -> ProgramFunction {
    ProgramFunction(.product, signature, aliases: aliases, summary) { arguments in
      function(try arguments.function.parameters.map { try arguments.tensor($0.name) })
    }
  }

  static let products: [ProgramFunction] = [
    of("matmul(x, y)", "the product of matrices, also x @ y") { matmul($0[0], $0[1]) },
    of("dot(x, y)", aliases: ["inner"], "Σ xᵢyᵢ of two vectors; of matrices their product") {
      $0[0].rank == 1 && $0[1].rank == 1 ? dot($0[0], $0[1]) : matmul($0[0], $0[1])
    },
    of("outer(x, y)", "xᵢyⱼ for all pairs of elements") { outer($0[0].flattened(), $0[1].flattened()) },
    of("cross(x, y)", "the cross product of vectors with three components") { cross($0[0], $0[1]) },
    of("kron(x, y)", "the Kronecker product") { kron($0[0], $0[1]) },
    ProgramFunction(.product, "tensordot(x, y, axes=2)", "the sum of products over neighbouring axes") {
      tensordot(try $0.tensor("x"), try $0.tensor("y"), axes: try $0.integer("axes", default: 2))
    },
    ProgramFunction(.product, "einsum(equation, *operands)", "the sum of products that \"ij,jk->ik\" describes") {
      guard let equation = $0.text("equation") else {
        throw $0.fault($0.place(of: "equation"), "needs a text such as \"ij,jk->ik\" as its first argument")
      }
      return einsum(equation, try $0.variadicTensors())
    },
  ]

  static let matrices: [ProgramFunction] = [
    of("inv(a)", aliases: ["inverse"], "the inverse of square matrices") { inverse($0[0]) },
    of("det(a)", aliases: ["determinant"], "the determinant of square matrices") { determinant($0[0]) },
    of("logdet(a)", "ln |det a|") { logDeterminant($0[0]).logarithm },
    of("trace(a)", "the sum of the main diagonal") { $0[0].trace() },
    of("solve(a, b)", "the x with a @ x = b") { solve($0[0], $0[1]) },
    of("lstsq(a, b)", "the x that minimises ‖a @ x − b‖") { leastSquares($0[0], $0[1]) },
    of("cholesky(a)", "the lower Cholesky factor of a positive definite matrix") { cholesky($0[0]) },
    of("pinv(a)", "the pseudo-inverse of Moore and Penrose") { pseudoInverse($0[0]) },
    of("eigvalsh(a)", "the eigenvalues of a symmetric matrix, ascending") { symmetricEigen($0[0]).values },
    of("svdvals(a)", "the singular values, descending") { singularValues($0[0]) },
    of("expm(a)", "the exponential of square matrices") { matrixExponential($0[0]) },
    ProgramFunction(.product, "matrix_power(a, n)", "the product of n copies of square matrices") {
      matrixPower(try $0.tensor("a"), try $0.integer("n"))
    },
  ]
}
