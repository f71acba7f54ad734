// Products of integer matrices. Unsigned arithmetic wraps, and has the same bits as signed.

#include "gemm.h"

#include <stdint.h>
#include <string.h>

// C[i, :] = Σ_k a[i, k]·B[k, :], so that the innermost loop runs along contiguous rows of C, and mostly of B.
#define MULTIPLY(UNSIGNED) \
  static void multiply_##UNSIGNED( \
      size_t rows, size_t columns, size_t depth, const UNSIGNED *a, ptrdiff_t a_row_stride, ptrdiff_t a_depth_stride, \
      const UNSIGNED *b, ptrdiff_t b_depth_stride, ptrdiff_t b_column_stride, UNSIGNED *c) { \
    for (size_t i = 0; i < rows; i++, c += columns) { \
      memset(c, 0, columns * sizeof *c); \
      for (size_t k = 0; k < depth; k++) { \
        UNSIGNED x = a[(ptrdiff_t)i * a_row_stride + (ptrdiff_t)k * a_depth_stride]; \
        const UNSIGNED *row = b + (ptrdiff_t)k * b_depth_stride; \
        if (b_column_stride == 1) { \
          for (size_t j = 0; j < columns; j++) c[j] += x * row[j]; \
        } else { \
          for (size_t j = 0; j < columns; j++) c[j] += x * row[(ptrdiff_t)j * b_column_stride]; \
        } \
      } \
    } \
  }

MULTIPLY(uint32_t)
MULTIPLY(uint64_t)

void descent_multiply_integers(
    size_t size, size_t rows, size_t columns, size_t depth, const void *a, ptrdiff_t a_row_stride,
    ptrdiff_t a_depth_stride, const void *b, ptrdiff_t b_depth_stride, ptrdiff_t b_column_stride, void *c) {
  if (size == sizeof(uint32_t)) {
    multiply_uint32_t(
        rows, columns, depth, a, a_row_stride, a_depth_stride, b, b_depth_stride, b_column_stride, c);
  } else {
    multiply_uint64_t(
        rows, columns, depth, a, a_row_stride, a_depth_stride, b, b_depth_stride, b_column_stride, c);
  }
}
