// Matrix products: packing and the micro-kernels beneath them. Blocking and threads are decided in Swift.

#ifndef CDESCENT_GEMM_H
#define CDESCENT_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#pragma clang assume_nonnull begin

/// The parts of a packed matrix product C = A·B for one type and instruction set. Strides count elements.
typedef struct descent_gemm_table {
  /// "avx512", "avx2", "neon" or "portable".
  const char *name;
  /// The tile of C that the micro-kernel keeps in registers.
  size_t tile_rows, tile_columns;
  /// Block sizes that suit the caches: rows of A, columns of B, and the depth both share.
  size_t block_rows, block_columns, block_depth;
  /// Packs a rows x depth block of A into panels of tile_rows rows, the last one padded with zeros.
  void (*pack_left)(size_t rows, size_t depth, const void *a, ptrdiff_t row_stride, ptrdiff_t depth_stride, void *packed);
  /// Packs a depth x columns block of B into panels of tile_columns columns, the last one padded with zeros.
  void (*pack_right)(
      size_t depth, size_t columns, const void *b, ptrdiff_t depth_stride, ptrdiff_t column_stride, void *packed);
  /// The same for elements that lie anywhere: element (i, k) of A, or (k, j) of B, is at the sum of two offsets.
  void (*pack_left_gathered)(
      size_t rows, size_t depth, const void *a, const ptrdiff_t *row_offsets, const ptrdiff_t *depth_offsets,
      void *packed);
  void (*pack_right_gathered)(
      size_t depth, size_t columns, const void *b, const ptrdiff_t *depth_offsets, const ptrdiff_t *column_offsets,
      void *packed);
  /// C = packed A · packed B, or C += where accumulate. C is rows x columns, row-major with the given row stride.
  void (*multiply)(
      size_t rows, size_t columns, size_t depth, const void *packed_a, const void *packed_b, void *c,
      size_t c_row_stride, bool accumulate);
  /// The same for a block of A that is read where it lies, element (i, k) at the sum of two offsets.
  void (*multiply_gathered)(
      size_t rows, size_t columns, size_t depth, const void *a, const ptrdiff_t *row_offsets,
      const ptrdiff_t *depth_offsets, const void *packed_b, void *c, size_t c_row_stride, bool accumulate);
  /// y[r] = Σ_c a[r, c]·x[c] for a matrix with contiguous rows: the matrix-vector product.
  void (*multiply_vector)(size_t rows, size_t columns, const void *a, size_t row_stride, const void *x, void *y);
  /// y[c] = Σ_r x[r]·a[r, c] for a matrix with contiguous rows: the vector-matrix product.
  void (*vector_multiply)(size_t rows, size_t columns, const void *x, const void *a, size_t row_stride, void *y);
  /// C = A·B for small or oddly strided operands, without packing. C is row-major and contiguous.
  void (*multiply_small)(
      size_t rows, size_t columns, size_t depth, const void *a, ptrdiff_t a_row_stride, ptrdiff_t a_depth_stride,
      const void *b, ptrdiff_t b_depth_stride, ptrdiff_t b_column_stride, void *c);
} descent_gemm_table;

/// The best table for this machine, float32. Obeys DESCENT_KERNELS like descent_kernels().
const descent_gemm_table *descent_gemm_float32(void);

/// The best table for this machine, float64.
const descent_gemm_table *descent_gemm_float64(void);

/// Every float32 table (double_precision false) or float64 table that this machine can run, best first; at most 4.
size_t descent_available_gemm(bool double_precision, const descent_gemm_table *_Nonnull tables[_Nonnull 4]);

/// C = A·B for 4-byte or 8-byte integers, wrapping. C is row-major and contiguous; strides count elements.
void descent_multiply_integers(
    size_t size, size_t rows, size_t columns, size_t depth, const void *a, ptrdiff_t a_row_stride,
    ptrdiff_t a_depth_stride, const void *b, ptrdiff_t b_depth_stride, ptrdiff_t b_column_stride, void *c);

#pragma clang assume_nonnull end

#endif
