import DescentCalculus
import DescentGraph

// Systems of equations. Matrices stand along the last two axes; the axes before them are batches, which broadcast. A
// right-hand side of one axis is one vector for all matrices.

/// The x with a·x = b, for square matrices a.
///
/// ```swift
/// solve([[2, 1], [1, 3]], [3, 5])         // [0.8, 1.4]
/// ```
///
/// By LU factors with partial pivoting, n³/3 multiply-adds and n² for each column of b; one matrix with a batch of
/// right-hand sides is factored once. The derivative is Ẋ = a⁻¹(Ḃ − Ȧ·X) (Giles 2008). A matrix whose factors have a 0
/// on the diagonal is found singular when the value is computed.
///
/// - Parameters:
///   - a: Matrices n x n.
///   - b: A vector of n elements, or matrices with n rows.
public func solve(_ a: Tensor, _ b: Tensor) -> Tensor { solution(.general, a, b) }

/// The x with T·x = b or Tᵀ·x = b, where T is a triangle of a; the other one is not read.
///
/// n²/2 multiply-adds for each column of b. The derivative is 0 in the part of a that is not read. A diagonal with a 0
/// is found when the value is computed.
///
/// - Parameters:
///   - a: Matrices n x n.
///   - b: A vector of n elements, or matrices with n rows.
///   - lower: Whether T is the lower triangle of a, or the upper one.
///   - transposed: Whether Tᵀ stands on the left instead of T.
///   - unitDiagonal: Whether the diagonal of T is taken to be 1, and not read.
public func triangularSolve(
  _ a: Tensor, _ b: Tensor, lower: Bool = true, transposed: Bool = false, unitDiagonal: Bool = false
) -> Tensor {
  solution(.triangular(isLower: lower, isTransposed: transposed, hasUnitDiagonal: unitDiagonal), a, b)
}

/// The inverse of square matrices; ``solve(_:_:)`` is faster and more accurate where it is only to be multiplied by.
public func inverse(_ a: Tensor) -> Tensor {
  if a.node.isInvalid { return a }
  if let complaint = Node.matrixComplaint("inverse", a.node, needsSquare: true) { return Tensor(complaint) }
  return solution(.general, a, Tensor.eye(a.shape[-1], type: a.scalarType).broadcast(to: a.shape))
}

/// Checks a system of equations, makes its batches equal and solves it.
private func solution(_ matrix: SystemMatrix, _ a: Tensor, _ b: Tensor) -> Tensor {
  if a.node.isInvalid || b.node.isInvalid { return a.node.isInvalid ? a : b }
  let rows = b.rank == 0 ? -1 : b.rank == 1 ? b.shape[0] : b.shape[-2]
  guard a.rank >= 2, a.shape[-1] == rows, a.shape[-2] == rows else {
    return Tensor(Node.solve(matrix, a.node, b.node))
  }
  if b.rank == 1 { return solution(matrix, a, b.reshaped(to: [b.shape[0], 1])).squeezed(axes: -1) }
  // One matrix for a batch of right-hand sides: their columns side by side.
  if a.rank == 2, b.rank > 2 {
    let first = b.movingAxis(from: -2, to: 0)
    let x = Tensor(.solve(matrix, a.node, first.reshaped(to: [rows, first.elementCount / max(rows, 1)]).node))
    return x.reshaped(to: first.shape.dimensions).movingAxis(from: 0, to: -2)
  }
  guard let batch = Broadcasting.shape(a.shape.batch, b.shape.batch) else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, Operation.solve(matrix).name,
        "batch axes do not broadcast: \(a.node.label) has shape \(a.shape), \(b.node.label) has \(b.shape)"))
  }
  func aligned(_ tensor: Tensor) -> Node {
    Broadcasting.broadcast(tensor.node, to: Shape(batch.dimensions + tensor.shape.dimensions.suffix(2)))
  }
  return Tensor(.solve(matrix, aligned(a), aligned(b)))
}

extension Shape {
  /// The axes before the last two.
  fileprivate var batch: Shape { Shape(dimensions.dropLast(2)) }
}

/// The x that minimises ‖a·x − b‖, for matrices a of full rank; if several do, the shortest.
///
/// By QR factors: for tall matrices x = R⁻¹·Qᵀ·b; for wide ones, where a·x = b, x = Q·R⁻ᵀ·b with the factors of aᵀ. If
/// the rank may be lower, use ``pseudoInverse(_:)`` times b.
///
/// - Parameters:
///   - a: Matrices m x n.
///   - b: A vector of m elements, or matrices with m rows.
public func leastSquares(_ a: Tensor, _ b: Tensor) -> Tensor {
  if a.node.isInvalid || b.node.isInvalid { return a.node.isInvalid ? a : b }
  if let complaint = Node.matrixComplaint("leastSquares", a.node) { return Tensor(complaint) }
  guard b.rank >= 1, a.shape[-2] == b.shape[b.rank == 1 ? 0 : -2] else {
    return Tensor(
      Node.invalid(
        .shapeMismatch, "leastSquares",
        "the right-hand side does not fit: \(a.node.label) has shape \(a.shape), \(b.node.label) has \(b.shape)"))
  }
  if b.rank == 1 { return leastSquares(a, b.reshaped(to: [b.shape[0], 1])).squeezed(axes: -1) }
  if a.shape[-2] >= a.shape[-1] {
    let (q, r) = qr(a)
    return triangularSolve(r, matmul(Tensor(q.node.matrixTransposed), b), lower: false)
  }
  let (q, r) = qr(Tensor(a.node.matrixTransposed))
  return matmul(q, triangularSolve(r, b, lower: false, transposed: true))
}

/// The pseudo-inverse of Moore and Penrose: n x m for m x n matrices, also without full rank.
///
/// By singular values, of which those up to ε·max(m, n) times the largest count as 0 (ε: the rounding error of the
/// type). The derivative is that of Golub and Pereyra (1973), right as long as the rank doesn't change.
public func pseudoInverse(_ a: Tensor) -> Tensor { Tensor(.matrix(.pseudoInverse, a.node)) }
