// Linear algebra on single matrices: factors, systems of equations, functions of a matrix.

#ifndef CDESCENT_MATRICES_H
#define CDESCENT_MATRICES_H

#include "elementwise.h"

#pragma clang assume_nonnull begin

/// What is computed from a row-major, contiguous matrix A of rows x columns (n x n unless said otherwise).
///
/// CHOLESKY: the lower factor L of (A + Aᵀ)/2. Fails at the first leading minor that is not positive and finite.
/// SOLVE: X with A·X = B, where B is n x columns. Fails at the first pivot that is 0.
/// TRIANGULAR_SOLVE: X with T·X = B or Tᵀ·X = B. Fails at the first 0 on the diagonal.
/// DETERMINANT: one number. LOG_DETERMINANT: the sign and ln |det A|, which are 0 and −∞ where A is singular.
/// COFACTORS: the matrix of cofactors, det A·A⁻ᵀ where that exists; right for singular matrices too.
/// QR: A is m x n, m ≥ n; Q (m x n) above R (n x n), whose diagonal is not negative.
/// SYMMETRIC_EIGEN: of (A + Aᵀ)/2; a row of ascending eigenvalues above V, whose columns are unit eigenvectors with
/// their largest entry positive.
/// SVD: A is m x n, k = min(m, n); U (m x k) above a row of descending singular values above V (n x k). The largest
/// entry of each column of U is positive.
/// EXPONENTIAL: e to the power of A.
/// PSEUDO_INVERSE: A is m x n, the result n x m; singular values up to `tolerance` times the largest count as 0.
///
/// QR, SYMMETRIC_EIGEN, SVD, EXPONENTIAL and PSEUDO_INVERSE give NaN everywhere if an element is not finite. These and
/// COFACTORS are computed in double precision for float32 too.
typedef DESCENT_CLOSED_ENUM(descent_matrix_function){
    DESCENT_CHOLESKY, DESCENT_SOLVE, DESCENT_TRIANGULAR_SOLVE, DESCENT_DETERMINANT, DESCENT_LOG_DETERMINANT,
    DESCENT_COFACTORS, DESCENT_QR, DESCENT_SYMMETRIC_EIGEN, DESCENT_SVD, DESCENT_EXPONENTIAL,
    DESCENT_PSEUDO_INVERSE,
} descent_matrix_function;
enum { DESCENT_MATRIX_FUNCTION_COUNT = 11 };

/// The sizes of a matrix, which triangle of it a triangular system is made of, and what counts as 0.
typedef struct descent_matrix_job {
  size_t rows, columns;
  bool is_lower, is_transposed, has_unit_diagonal;
  double tolerance;
} descent_matrix_job;

/// Computes one result; `b` is read by the systems of equations only. The result overlaps nothing.
///
/// Returns 0, or the number (from 1 on) of the minor, pivot or diagonal element where it failed; SYMMETRIC_EIGEN,
/// SVD and PSEUDO_INVERSE return 1 if the iteration did not converge. After a failure the result is undefined.
typedef size_t (*descent_matrix_kernel)(
    const descent_matrix_job *job, const void *a, const void *_Nullable b, void *result, void *workspace);

/// The kernel of this machine; `type` is float32 or float64.
descent_matrix_kernel descent_matrix_kernel_for(descent_matrix_function function, descent_type type);

/// The bytes of workspace, aligned to 64, that a call of the kernel needs.
size_t descent_matrix_workspace(descent_matrix_function function, const descent_matrix_job *job);

#pragma clang assume_nonnull end

#endif
