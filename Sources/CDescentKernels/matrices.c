// Which linear algebra this machine runs, as the element-wise kernels decide, and how much memory it needs.

#include <string.h>

#include "matrices_tables.h"

descent_matrix_kernel descent_matrix_kernel_for(descent_matrix_function function, descent_type type) {
  size_t column = type == DESCENT_FLOAT64 ? 1 : 0;
#if defined(__x86_64__)
  const char *name = descent_kernels()->name;
  if (strcmp(name, "avx512") == 0) return descent_matrices_avx512[function][column];
  if (strcmp(name, "avx2") == 0) return descent_matrices_avx2[function][column];
#endif
  return descent_matrices_baseline[function][column];
}

size_t descent_matrix_workspace(descent_matrix_function function, const descent_matrix_job *job) {
  size_t m = job->rows, n = job->columns, largest = m > n ? m : n, square = largest * largest;
  size_t matrices = 0;
  switch (function) {
    case DESCENT_CHOLESKY:
    case DESCENT_TRIANGULAR_SOLVE: matrices = 0; break;
    case DESCENT_SOLVE: square = m * m; matrices = 1; break;
    case DESCENT_DETERMINANT:
    case DESCENT_LOG_DETERMINANT: matrices = 1; break;
    case DESCENT_QR: square = m * n; matrices = 6; break;
    case DESCENT_SYMMETRIC_EIGEN: matrices = 5; break;
    case DESCENT_SVD: square = m * n + largest; matrices = 8; break;
    case DESCENT_PSEUDO_INVERSE: square = m * n + largest; matrices = 14; break;
    case DESCENT_COFACTORS: matrices = 6; break;
    // Those of the system that it solves included.
    case DESCENT_EXPONENTIAL: matrices = 9; break;
  }
  // A panel and vectors, then packed operands of a product with as many columns.
  const descent_gemm_table *gemm = descent_gemm_float64();
  size_t packed = 512 * (gemm->block_rows + gemm->tile_rows + gemm->tile_columns + largest);
  return 8 * (matrices * square + 64 * largest + packed) + 4096;
}
