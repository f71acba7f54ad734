// All kernels for one instruction set. The file that includes this sets the compiler's target and defines TABLE.

#include <math.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define PANEL ((size_t)32)
#define STRIP ((size_t)112)
#define UPDATE_DEPTH ((size_t)256)

INLINE size_t least(size_t x, size_t y) { return x < y ? x : y; }

// The next `bytes` of a workspace, aligned to 64.
INLINE void *take(void **workspace, size_t bytes) {
  void *part = *workspace;
  *workspace = (char *)part + (bytes + 63) / 64 * 64;
  return part;
}

#define REAL float
#define NAME(x) x##_float32
#define GEMM descent_gemm_float32
#define ABSOLUTE fabsf
#include "rows.h"
#include "systems.h"
#include "cholesky.h"
#undef REAL
#undef NAME
#undef GEMM
#undef ABSOLUTE

#define REAL double
#define NAME(x) x##_float64
#define GEMM descent_gemm_float64
#define ABSOLUTE fabs
#include "rows.h"
#include "systems.h"
#include "cholesky.h"
#include "householder.h"
#include "eigen.h"
#include "svd.h"
#include "functions.h"

// float32 by way of double precision; ELEMENTS is the size of the result of an m x n matrix.
#define DEFINE_WIDENED(FUNCTION, ELEMENTS)                                                            \
  static size_t FUNCTION##_float32(                                                                  \
      const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {  \
    size_t m = job->rows, n = job->columns, count = ELEMENTS;                                        \
    double *x = take(&workspace, m * n * sizeof(double)), *y = take(&workspace, count * sizeof(double)); \
    for (size_t i = 0; i < m * n; i++) x[i] = ((const float *)a)[i];                                 \
    size_t failed = FUNCTION##_float64(job, x, b, y, workspace);                                     \
    for (size_t i = 0; i < count && failed == 0; i++) ((float *)result)[i] = (float)y[i];            \
    return failed;                                                                                   \
  }
DEFINE_WIDENED(qr, (m + n) * n)
DEFINE_WIDENED(symmetric_eigen, (n + 1) * n)
DEFINE_WIDENED(svd, (m + n + 1) * least(m, n))
DEFINE_WIDENED(exponential, n * n)
DEFINE_WIDENED(pseudo_inverse, m * n)
DEFINE_WIDENED(cofactors, n * n)

#define ROW(FUNCTION) {FUNCTION##_float32, FUNCTION##_float64}
const descent_matrix_kernel TABLE[DESCENT_MATRIX_FUNCTION_COUNT][2] = {
    [DESCENT_CHOLESKY] = ROW(cholesky),
    [DESCENT_SOLVE] = ROW(solve),
    [DESCENT_TRIANGULAR_SOLVE] = ROW(triangular_solve),
    [DESCENT_DETERMINANT] = ROW(determinant),
    [DESCENT_LOG_DETERMINANT] = ROW(log_determinant),
    [DESCENT_COFACTORS] = ROW(cofactors),
    [DESCENT_QR] = ROW(qr),
    [DESCENT_SYMMETRIC_EIGEN] = ROW(symmetric_eigen),
    [DESCENT_SVD] = ROW(svd),
    [DESCENT_EXPONENTIAL] = ROW(exponential),
    [DESCENT_PSEUDO_INVERSE] = ROW(pseudo_inverse),
};
