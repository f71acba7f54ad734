// Loops over contiguous rows, the innermost of all that follows, and the product that updates a matrix.

// Sums may be taken in any order: that lets the compiler use vectors, and the order is the same in every call.
INLINE REAL NAME(dot)(size_t n, const REAL *x, const REAL *y) {
#pragma clang fp reassociate(on) contract(fast)
  REAL sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

// y −= c·x.
INLINE void NAME(subtract)(size_t n, REAL c, const REAL *restrict x, REAL *restrict y) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < n; i++) y[i] -= c * x[i];
}

INLINE void NAME(scale)(size_t n, REAL c, REAL *x) {
  for (size_t i = 0; i < n; i++) x[i] *= c;
}

INLINE void NAME(swap)(size_t n, REAL *restrict x, REAL *restrict y) {
  for (size_t i = 0; i < n; i++) {
    REAL z = x[i];
    x[i] = y[i];
    y[i] = z;
  }
}

// (x, y) ← (c·x + s·y, c·y − s·x).
INLINE void NAME(rotate)(size_t n, REAL c, REAL s, REAL *restrict x, REAL *restrict y) {
#pragma clang fp contract(fast)
  for (size_t i = 0; i < n; i++) {
    REAL a = x[i], b = y[i];
    x[i] = c * a + s * b;
    y[i] = c * b - s * a;
  }
}

// y −= Σ cₚ·(row p of x) for `count` rows, several at a time so that y is read and written less often.
INLINE void NAME(subtract_rows)(
    size_t n, size_t count, const REAL *c, ptrdiff_t c_step, const REAL *restrict x, size_t x_stride, REAL *restrict y) {
#pragma clang fp contract(fast)
  for (; count >= 4; count -= 4, c += 4 * c_step, x += 4 * x_stride) {
    REAL c0 = c[0], c1 = c[c_step], c2 = c[2 * c_step], c3 = c[3 * c_step];
    const REAL *x1 = x + x_stride, *x2 = x1 + x_stride, *x3 = x2 + x_stride;
    for (size_t i = 0; i < n; i++) y[i] -= c0 * x[i] + c1 * x1[i] + c2 * x2[i] + c3 * x3[i];
  }
  for (; count > 0; count--, c += c_step, x += x_stride) NAME(subtract)(n, *c, x, y);
}

// Below so many multiply-adds packing costs more than it saves.
#define SMALL_UPDATE 16384


// C −= A·B: C is rows x columns, each row of C and of B contiguous; A has any strides.
static void NAME(update)(
    size_t rows, size_t columns, size_t depth, const REAL *a, ptrdiff_t a_row, ptrdiff_t a_depth, const REAL *b,
    size_t b_row, REAL *c, size_t c_row, void *workspace) {
  if (rows * columns * depth <= SMALL_UPDATE) {
    for (size_t i = 0; i < rows; i++) {
      NAME(subtract_rows)(columns, depth, a + (ptrdiff_t)i * a_row, a_depth, b, b_row, c + i * c_row);
    }
    return;
  }
  const descent_gemm_table *gemm = GEMM();
  REAL *left = take(&workspace, (gemm->block_rows + gemm->tile_rows) * UPDATE_DEPTH * sizeof(REAL)), *right = workspace;
  for (size_t k = 0; k < depth; k += UPDATE_DEPTH) {
    size_t part = least(depth - k, UPDATE_DEPTH);
    gemm->pack_right(part, columns, b + k * b_row, (ptrdiff_t)b_row, 1, right);
    for (size_t i = 0; i < rows; i += gemm->block_rows) {
      size_t height = least(rows - i, gemm->block_rows);
      gemm->pack_left(height, part, a + (ptrdiff_t)i * a_row + (ptrdiff_t)k * a_depth, a_row, a_depth, left);
      size_t padded = (height + gemm->tile_rows - 1) / gemm->tile_rows * gemm->tile_rows;
      NAME(scale)(padded * part, -1, left);
      gemm->multiply(height, columns, part, left, right, c + i * c_row, c_row, true);
    }
  }
}

// The transpose of a rows x columns matrix, in squares that keep to a few lines of the cache.
static void NAME(transpose)(
    size_t rows, size_t columns, const REAL *restrict x, size_t x_row, REAL *restrict y, size_t y_row) {
  for (size_t i = 0; i < rows; i += 16) {
    for (size_t j = 0; j < columns; j += 16) {
      size_t end = least(i + 16, rows), stop = least(j + 16, columns);
      for (size_t c = j; c < stop; c++) {
        for (size_t r = i; r < end; r++) y[c * y_row + r] = x[r * x_row + c];
      }
    }
  }
}
