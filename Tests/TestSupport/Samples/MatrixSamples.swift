import DescentGraph

// Rows of linear algebra.

extension Domain {
  /// The elements of matrices that are drawn together, nil for other domains.
  ///
  /// Diagonals rise in steps of 0.8, and what is beside them is small: singular values and eigenvalues are well apart.
  func matrices(_ shape: Shape, _ generator: inout SplitMix64) -> [Double]? {
    guard self == .dominant || self == .positiveDefinite else { return nil }
    return shape.indices.map { index in
      let (row, column) = (index[shape.rank - 2], index[shape.rank - 1])
      let small = Double.random(in: -0.25..<0.25, using: &generator)
      guard row == column else { return small }
      let sign = self == .dominant && Bool.random(using: &generator) ? -1.0 : 1
      return sign * (1.5 + 0.8 * Double(row)) + 0.4 * small
    }
  }
}

extension MatrixFunction {
  var samples: [Sample] {
    shapes.map { shape in
      let batch = shape.dimensions.dropLast(2)
      let result = Shape(batch + resultSizes(shape[-2], shape[-1]))
      return Sample("\(self) \(shape)", [Sample.Input(shape, domain)], .floats, result) { [self] x in
        .matrix(self, x[0])
      }
    }
  }

  private var domain: Domain {
    switch self {
    case .cholesky: .positiveDefinite
    case .determinant, .logDeterminant, .cofactors, .qr, .symmetricEigen, .svd, .pseudoInverse: .dominant
    case .matrixExponential: .inside
    }
  }

  private var shapes: [Shape] {
    switch self {
    case .cholesky, .symmetricEigen: [[3, 3], [1, 1], [2, 2, 2], [0, 0]]
    case .determinant, .cofactors: [[3, 3], [4, 4], [1, 1], [2, 2, 2], [0, 0]]
    case .logDeterminant: [[3, 3], [1, 1], [2, 2, 2], [0, 0], [0, 2, 2]]
    case .matrixExponential: [[3, 3], [1, 1], [2, 2, 2], [0, 0]]
    case .qr: [[3, 3], [4, 2], [2, 3, 2], [1, 1], [2, 0]]
    case .svd, .pseudoInverse: [[3, 3], [4, 2], [2, 4], [2, 3, 2], [1, 1], [0, 2]]
    }
  }

  /// The sizes of the axes that take the place of the matrix, stated apart from the builder's.
  private func resultSizes(_ rows: Int, _ columns: Int) -> [Int] {
    switch self {
    case .cholesky, .cofactors, .matrixExponential: [rows, columns]
    case .determinant: []
    case .logDeterminant: [2]
    case .qr: [rows + columns, columns]
    case .symmetricEigen: [rows + 1, columns]
    case .svd: [rows + columns + 1, min(rows, columns)]
    case .pseudoInverse: [columns, rows]
    }
  }
}

extension Sample {
  static let systems: [Sample] =
    SystemMatrix.allCases.map { system("\($0)", [3, 3], [3, 2], $0) } + [
      system("one equation", [1, 1], [1, 1], .general),
      system("in batches", [2, 2, 2], [2, 2, 1], .general),
      system("triangular in batches", [2, 2, 2], [2, 2, 1], .triangular(isLower: false)),
      system("without equations", [0, 0], [0, 2], .general),
      system("without right-hand sides", [2, 2], [2, 0], .general),
      Sample("solve with itself", [Input([3, 3], .dominant)], .floats, [3, 3]) { x in
        .solve(.triangular(isLower: true), x[0], x[0])
      },
    ]

  private static func system(
    _ description: String, _ a: Shape, _ b: Shape, _ matrix: SystemMatrix
  ) -> Sample {
    Sample("solve \(description) \(a) \(b)", [Input(a, .dominant), Input(b)], .floats, b) { x in
      .solve(matrix, x[0], x[1])
    }
  }
}
