import DescentCalculus
import DescentGraph

// Numbers and matrices that are functions of a square matrix. Matrices stand along the last two axes; the axes before
// them are batches.

/// The determinant of square matrices; 1 for a matrix without rows.
///
/// By LU factors, n³/3 multiply-adds. The derivative is the matrix of cofactors, which is right for singular matrices
/// too; second derivatives there are NaN for three rows or more. Determinants of large matrices leave the range of the
/// type: use ``logDeterminant(_:)``.
public func determinant(_ a: Tensor) -> Tensor { Tensor(.matrix(.determinant, a.node)) }

/// The sign (−1, 0 or 1) of the determinant of square matrices, and the logarithm of its size.
///
/// The logarithm's derivative is a⁻ᵀ; the sign is a step. A singular matrix gives (0, −∞), and its derivative fails.
public func logDeterminant(_ a: Tensor) -> (sign: Tensor, logarithm: Tensor) {
  let both = Node.matrix(.logDeterminant, a.node)
  return (Tensor(both.entry(0)), Tensor(both.entry(1)))
}

/// The product of `exponent` copies of square matrices: by squaring, about log₂ of the exponent products.
///
/// A negative exponent multiplies inverses; exponent 0 gives identity matrices.
public func matrixPower(_ a: Tensor, _ exponent: Int) -> Tensor {
  if a.node.isInvalid { return a }
  // Only inverses need floating-point elements.
  if let complaint = Node.matrixComplaint("matrixPower", a.node, needsSquare: true, needsReal: exponent < 0) {
    return Tensor(complaint)
  }
  var square = exponent < 0 ? inverse(a) : a
  var result: Tensor?
  var rest = exponent.magnitude
  while rest > 0 {
    if rest % 2 == 1 { result = result.map { matmul($0, square) } ?? square }
    rest /= 2
    if rest > 0 { square = matmul(square, square) }
  }
  return result ?? Tensor.eye(a.shape[-1], type: a.scalarType).broadcast(to: a.shape)
}

/// The exponential Σ aᵏ/k! of square matrices.
///
/// By scaling and squaring with Padé approximants (Higham 2005), about 8n³ multiply-adds and n³ for each halving, in
/// double precision for float32 too. The derivative is a block of the exponential of a matrix twice as large (Van Loan
/// 1978), so each order of derivatives costs eight times the one before. A matrix with NaN gives NaN.
public func matrixExponential(_ a: Tensor) -> Tensor { Tensor(.matrix(.matrixExponential, a.node)) }
