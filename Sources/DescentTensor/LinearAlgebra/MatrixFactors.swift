import DescentCalculus
import DescentGraph

// Factors of matrices, which stand along the last two axes; the axes before them are batches. Elements are float32 or
// float64. Derivatives are closed formulas, to any order; see the cards in DescentCalculus.

/// The lower Cholesky factor: L with L·Lᵀ = (a + aᵀ)/2 and a positive diagonal.
///
/// ```swift
/// cholesky([[4, 2], [2, 5]])          // [[2, 0], [1, 2]]
/// ```
///
/// Costs n³/3 multiply-adds. The gradient is symmetric. A matrix that is not positive definite is found when the value
/// is computed, and the message says which one of a batch and which leading minor.
public func cholesky(_ a: Tensor) -> Tensor { Tensor(.matrix(.cholesky, a.node)) }

/// The QR factors: a = q·r with orthonormal columns of q, and r upper triangular with a positive diagonal.
///
/// For m x n matrices q is m x k and r is k x n with k = min(m, n). The positive diagonal makes the factors unique if
/// the first k columns are independent; if they aren't, the values still multiply to a, but the derivative, which needs
/// the inverse of r, fails.
///
/// Costs about 4mn² multiply-adds, in double precision for float32 too. A matrix with NaN gives NaN.
public func qr(_ a: Tensor) -> (q: Tensor, r: Tensor) {
  guard a.rank >= 2, a.shape[-2] < a.shape[-1] else {
    let factors = Node.matrix(.qr, a.node)
    if factors.isInvalid { return (Tensor(factors), Tensor(factors)) }
    let rows = a.shape[-2]
    return (Tensor(factors.rows(0..<rows)), Tensor(factors.rows(rows..<rows + a.shape[-1])))
  }
  // A wide matrix: the factors of its first columns, and what q makes of the others.
  let (rows, columns) = (a.shape[-2], a.shape[-1])
  let turned = a.node.matrixTransposed
  let (q, r) = qr(Tensor(turned.rows(0..<rows).matrixTransposed))
  let rest = matmul(Tensor(q.node.matrixTransposed), Tensor(turned.rows(rows..<columns).matrixTransposed))
  return (q, .concatenate([r, rest], axis: -1))
}

/// The eigenvalues of (a + aᵀ)/2 in ascending order, and unit eigenvectors as columns.
///
/// Each eigenvector has its largest entry (by size) positive; of entries that are equally large, the first.
///
/// ```swift
/// let (values, vectors) = symmetricEigen([[2, 1], [1, 2]])
/// // values [1, 3], vectors [[0.71, 0.71], [-0.71, 0.71]]
/// ```
///
/// Vectors of equal eigenvalues are not unique and have no derivative. The parts of the derivative that would divide by
/// their difference, up to rounding, are taken as 0: so functions of the eigenvalues alone have the right first
/// derivatives. Costs about 9n³ multiply-adds, in double precision for float32 too. A matrix with NaN gives NaN.
public func symmetricEigen(_ a: Tensor) -> (values: Tensor, vectors: Tensor) {
  let factors = Node.matrix(.symmetricEigen, a.node)
  if factors.isInvalid { return (Tensor(factors), Tensor(factors)) }
  return (Tensor(factors.row(0)), Tensor(factors.rows(1..<a.shape[-1] + 1)))
}

/// The singular values s in descending order, and singular vectors as columns of u and v: a = u·diag(s)·vᵀ.
///
/// For m x n matrices u is m x k, s has k elements and v is n x k, with k = min(m, n). Each column of u has its largest
/// entry (by size) positive, which fixes the sign of that of v too.
///
/// Vectors of equal singular values, and of those that are 0, have no derivative, and parts that would divide by 0 are
/// taken as 0, as for ``symmetricEigen(_:)``. Small singular values are as accurate as the matrix lets them be (Jacobi
/// rotations), at the cost of some 30n³ multiply-adds, in double precision for float32 too. A matrix with NaN gives
/// NaN.
public func svd(_ a: Tensor) -> (u: Tensor, s: Tensor, v: Tensor) {
  let factors = Node.matrix(.svd, a.node)
  if factors.isInvalid { return (Tensor(factors), Tensor(factors), Tensor(factors)) }
  let (rows, columns) = (a.shape[-2], a.shape[-1])
  return (
    Tensor(factors.rows(0..<rows)), Tensor(factors.row(rows)), Tensor(factors.rows(rows + 1..<rows + 1 + columns))
  )
}

/// The singular values in descending order.
public func singularValues(_ a: Tensor) -> Tensor { svd(a).s }

/// The number of singular values above a tolerance, as int64.
///
/// - Parameters:
///   - a: m x n matrices.
///   - tolerance: How small a singular value counts as 0, as a part of the largest; the rounding error of the type
///     times max(m, n) unless given.
public func matrixRank(_ a: Tensor, tolerance: Double? = nil) -> Tensor {
  let values = singularValues(a)
  if values.node.isInvalid { return values }
  if values.shape[-1] == 0 { return .zeros(Shape(values.shape.dimensions.dropLast()), type: .int64) }
  let rounding = a.scalarType.ulpOfOne
  let largest = values.max(axes: -1, keepingAxes: true)
  let limit = largest * (tolerance ?? rounding * Double(max(a.shape[-2], a.shape[-1])))
  return (values .> limit).converted(to: .int64).sum(axes: -1)
}

/// Norms of matrices that ``matrixNorm(_:_:)`` knows.
public enum MatrixNorm: Hashable, Sendable {
  /// The square root of the sum of all squares.
  case frobenius
  /// The sum of the singular values.
  case nuclear
  /// The largest singular value: the longest that the matrix makes a unit vector.
  case spectral
}

/// A norm of each matrix, the Frobenius norm unless said otherwise.
///
/// Where the spectral norm is attained by several singular values they share its derivative evenly. Where a singular
/// value is 0 the nuclear norm has the derivative that the singular vectors found there say, one of many.
public func matrixNorm(_ a: Tensor, _ norm: MatrixNorm = .frobenius) -> Tensor {
  if norm == .frobenius {
    if a.node.isInvalid { return a }
    if let complaint = Node.matrixComplaint("matrixNorm", a.node) { return Tensor(complaint) }
    return a.norm(axes: -2, -1)
  }
  let values = singularValues(a)
  if values.node.isInvalid || norm == .nuclear { return values.node.isInvalid ? values : values.sum(axes: -1) }
  return values.shape[-1] == 0
    ? .zeros(Shape(values.shape.dimensions.dropLast()), type: a.scalarType) : values.max(axes: -1)
}
