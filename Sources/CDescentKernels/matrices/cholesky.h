// Cholesky factors, in panels like those of systems.h.

// Factors the transposed panel of `width` columns and `height` rows. Returns the number of the column whose pivot is
// not positive and finite, or 0.
static size_t NAME(cholesky_panel)(size_t width, size_t height, REAL *panel) {
  for (size_t c = 0; c < width; c++) {
    REAL *column = panel + c * height;
    if (!(column[c] > 0 && column[c] < (REAL)INFINITY)) return c + 1;
    REAL root = (REAL)sqrt((double)column[c]);
    for (size_t r = c; r < height; r++) column[r] /= root;
    column[c] = root;
    for (size_t p = c + 1; p < width; p++) {
      NAME(subtract)(height - p, column[p], column + p, panel + p * height + p);
    }
  }
  return 0;
}

// The lower triangle of (A + Aᵀ)/2, zeros above.
static void NAME(lower_mean)(size_t n, const REAL *restrict a, REAL *restrict y) {
  memset(y, 0, n * n * sizeof(REAL));
  for (size_t i = 0; i < n; i += 16) {
    for (size_t j = 0; j <= i; j += 16) {
      for (size_t r = i; r < least(i + 16, n); r++) {
        for (size_t c = j; c < least(j + 16, r + 1); c++) {
          y[r * n + c] = (REAL)0.5 * a[r * n + c] + (REAL)0.5 * a[c * n + r];
        }
      }
    }
  }
}

static size_t NAME(cholesky)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  REAL *factor = result, *panel = take(&workspace, n * PANEL * sizeof(REAL));
  NAME(lower_mean)(n, a, factor);
  for (size_t top = 0; top < n; top += PANEL) {
    size_t width = least(n - top, PANEL), height = n - top, rest = height - width;
    REAL *corner = factor + top * n + top;
    NAME(transpose)(height, width, corner, n, panel, height);
    size_t failed = NAME(cholesky_panel)(width, height, panel);
    if (failed != 0) return top + failed;
    for (size_t c = 1; c < width; c++) memset(panel + c * height, 0, c * sizeof(REAL));
    NAME(transpose)(width, height, panel, height, corner, n);
    // What is left of the matrix, in strips that end at the diagonal.
    const REAL *below = panel + width;
    for (size_t i = 0; i < rest; i += STRIP) {
      size_t end = least(i + STRIP, rest);
      REAL *strip = corner + (width + i) * n + width;
      NAME(update)(end - i, end, width, below + i, 1, (ptrdiff_t)height, below, height, strip, n, workspace);
    }
    // The strips went beyond the diagonal.
    for (size_t i = 0; i < rest; i++) {
      size_t end = least(i / STRIP * STRIP + STRIP, rest);
      memset(corner + (width + i) * n + width + i + 1, 0, (end - i - 1) * sizeof(REAL));
    }
  }
  return 0;
}
