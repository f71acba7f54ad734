// Constructors of the nodes of linear algebra: matrices stand along the last two axes, batches of them along the
// others.

extension Node {
  /// A function of each matrix along the last two axes.
  package static func matrix(_ function: MatrixFunction, _ x: Node) -> Node {
    if x.isInvalid { return x }
    if let complaint = matrixComplaint("\(function)", x, needsSquare: function.needsSquare) { return complaint }
    let (rows, columns) = (x.shape[-2], x.shape[-1])
    if function == .qr, rows < columns {
      return .invalid(
        .shapeMismatch, "qr", "needs at least as many rows as columns, and \(x.label) has shape \(x.shape)")
    }
    let batch = x.shape.dimensions.dropLast(2)
    return Node(.matrix(function), Shape(batch + function.resultSizes(rows, columns)), x.scalarType, x)
  }

  /// The x with a·x = b for each pair of matrices along the last two axes.
  package static func solve(_ matrix: SystemMatrix, _ a: Node, _ b: Node) -> Node {
    if a.isInvalid { return a }
    if b.isInvalid { return b }
    let spelling = Operation.solve(matrix).name
    if let complaint = matrixComplaint(spelling, a, needsSquare: true) { return complaint }
    guard a.scalarType == b.scalarType else {
      return .invalid(
        .scalarTypeMismatch, spelling,
        "scalar types differ: \(a.label) is \(a.scalarType), \(b.label) is \(b.scalarType); convert one with "
          + ".converted(to: .\(a.scalarType.advised(beside: b.scalarType)))")
    }
    guard a.shape.rank == b.shape.rank, a.shape[-1] == b.shape[-2],
      a.shape.dimensions.dropLast(2) == b.shape.dimensions.dropLast(2)
    else {
      return .invalid(
        .shapeMismatch, spelling,
        "the right-hand side does not fit: \(a.label) has shape \(a.shape), \(b.label) has \(b.shape)")
    }
    return Node(.solve(matrix), b.shape, b.scalarType, a, b)
  }

  /// The complaint about a tensor that holds no matrices of the kind an operation needs, nil if it does.
  package static func matrixComplaint(
    _ spelling: String, _ x: Node, needsSquare: Bool = false, needsReal: Bool = true
  ) -> Node? {
    guard x.scalarType.isFloatingPoint || !(needsReal || x.scalarType == .bool) else {
      return .invalid(
        .scalarTypeMismatch, spelling,
        "needs \(needsReal ? "floating-point" : "number") elements, and \(x.label) has \(x.scalarType); convert it first, "
          + "for example .converted(to: .float32)")
    }
    guard x.shape.rank >= 2 else {
      return .invalid(.shapeMismatch, spelling, "needs a matrix, and \(x.label) has shape \(x.shape)")
    }
    if needsSquare, x.shape[-2] != x.shape[-1] {
      return .invalid(
        .shapeMismatch, spelling,
        "needs square matrices along the last two axes, and \(x.label) has shape \(x.shape)")
    }
    return nil
  }
}

extension MatrixFunction {
  /// Whether the function is for square matrices only.
  var needsSquare: Bool {
    switch self {
    case .cholesky, .determinant, .logDeterminant, .cofactors, .symmetricEigen, .matrixExponential: true
    case .qr, .svd, .pseudoInverse: false
    }
  }

  /// The sizes of the axes that take the place of the matrix.
  func resultSizes(_ rows: Int, _ columns: Int) -> [Int] {
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
