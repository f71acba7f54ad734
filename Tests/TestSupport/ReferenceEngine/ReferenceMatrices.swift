import DescentGraph

// Linear algebra matrix by matrix.

extension Graph.Instruction {
  /// A function of each matrix along the last two axes.
  func matrix(_ function: MatrixFunction, _ x: ReferenceTensor) throws(TensorError) -> ReferenceTensor {
    var results: [Double] = []
    for matrix in x.matrices { results += try apply(function, matrix) }
    return ReferenceTensor(results, shape, scalarType)
  }

  private func apply(_ function: MatrixFunction, _ a: ReferenceMatrix) throws(TensorError) -> [Double] {
    switch function {
    case .cholesky:
      guard let factor = a.symmetricPart.cholesky else {
        throw TensorError(.notPositiveDefinite, "cholesky", "the matrix is not positive definite")
      }
      return factor.elements
    case .determinant: return [a.determinant]
    case .logDeterminant:
      let determinant = a.determinant
      return [determinant == 0 ? 0 : determinant < 0 ? -1 : 1, Unary.log.apply(.real(abs(determinant))).double]
    case .cofactors: return a.cofactors.elements
    case .qr: return a.qr.q.elements + a.qr.r.elements
    case .symmetricEigen:
      let eigen = a.symmetricPart.eigen
      return eigen.values + eigen.vectors.elements
    case .svd:
      let svd = a.svd
      return svd.u.elements + svd.values + svd.v.elements
    case .matrixExponential: return a.exponential.elements
    case .pseudoInverse:
      guard let inverse = a.pseudoInverse else {
        throw TensorError(.singularMatrix, "pseudoInverse", "the matrix does not have full rank")
      }
      return inverse.elements
    }
  }

  /// The x with a·x = b, or with the part of a that counts.
  func solve(_ matrix: SystemMatrix, _ a: ReferenceTensor, _ b: ReferenceTensor) throws(TensorError)
    -> ReferenceTensor
  {
    var results: [Double] = []
    for (a, b) in zip(a.matrices, b.matrices) {
      guard let x = matrix.read(a).eliminated(b).x else {
        throw TensorError(.singularMatrix, operation.name, "the matrix is singular")
      }
      results += x.elements
    }
    return ReferenceTensor(results, shape, scalarType)
  }
}

extension SystemMatrix {
  /// The matrix of the system.
  fileprivate func read(_ a: ReferenceMatrix) -> ReferenceMatrix {
    guard case .triangular(let isLower, let isTransposed, let hasUnitDiagonal) = self else { return a }
    let part = ReferenceMatrix(a.rowCount, a.rowCount) { row, column in
      if row == column { return hasUnitDiagonal ? 1 : a[row, row] }
      return (row > column) == isLower ? a[row, column] : 0
    }
    return isTransposed ? part.transposed : part
  }
}

extension ReferenceTensor {
  /// The matrices along the last two axes, in row-major order of the others.
  fileprivate var matrices: [ReferenceMatrix] {
    let (rows, columns) = (shape[-2], shape[-1])
    let count = shape.dimensions.dropLast(2).reduce(1, *)
    return (0..<count).map { index in
      ReferenceMatrix(rows, columns) { elements[(index * rows + $0) * columns + $1].double }
    }
  }
}
