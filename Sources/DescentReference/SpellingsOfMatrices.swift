import DescentTensor

// Operations of the reference cases on matrices.

extension ReferenceSpelling {
  static let linearAlgebra: [String: Function] = [
    "cholesky": one { cholesky($0) }, "solve": two { solve($0, $1) }, "inverse": one { inverse($0) },
    "det": one { determinant($0) }, "logdet": one { logDeterminant($0).logarithm },
    "svd_values": one { singularValues($0) }, "matrix_exp": one { matrixExponential($0) },
    "pinv": one { pseudoInverse($0) },
    "triangular_solve": { x, parameters in
      [
        triangularSolve(
          x[0], x[1], lower: parameters.truth("lower"), transposed: parameters.truth("transpose"),
          unitDiagonal: parameters.truth("unit_diagonal"))
      ]
    },
    "eigh": { x, _ in
      let (values, vectors) = symmetricEigen(x[0])
      return [values, vectors]
    },
    "qr": { x, _ in
      let (q, r) = qr(x[0])
      return [q, r]
    },
    "matrix_power": { x, parameters in [matrixPower(x[0], parameters.integer("exponent") ?? 1)] },
    "gaussian_log_density": two { x, covariance in
      let symmetric = 0.5 * (covariance + covariance.transposed())
      return -0.5 * (dot(x, solve(symmetric, x)) + logDeterminant(symmetric).logarithm)
    },
  ]
}
