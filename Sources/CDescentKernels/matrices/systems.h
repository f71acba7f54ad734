// LU factors with partial pivoting, triangular systems, systems of equations and determinants.
//
// Factors are computed in panels of PANEL columns. A panel is worked on transposed, so that its columns are contiguous
// and rows that lie a power of two apart don't share their places in the cache; what is to its right follows by one
// product.

// Factors the transposed panel (width rows of `height`), whose top is row `top` of the matrix with rows of n elements:
// swaps rows of the whole matrix. Returns the number of the first pivot that is 0, or 0.
static size_t NAME(factor_panel)(
    size_t n, size_t top, size_t width, REAL *a, REAL *panel, size_t *order, bool *is_odd) {
  size_t height = n - top, failed = 0;
  for (size_t c = 0; c < width; c++) {
    REAL *column = panel + c * height;
    size_t pivot = c;
    for (size_t r = c + 1; r < height; r++) {
      if (ABSOLUTE(column[r]) > ABSOLUTE(column[pivot])) pivot = r;
    }
    if (pivot != c) {
      for (size_t p = 0; p < width; p++) {
        REAL *line = panel + p * height, element = line[c];
        line[c] = line[pivot];
        line[pivot] = element;
      }
      NAME(swap)(n, a + (top + c) * n, a + (top + pivot) * n);
      size_t row = order[top + c];
      order[top + c] = order[top + pivot];
      order[top + pivot] = row;
      *is_odd = !*is_odd;
    }
    if (column[c] == 0) {
      if (failed == 0) failed = top + c + 1;
      continue;
    }
    for (size_t r = c + 1; r < height; r++) column[r] /= column[c];
    for (size_t p = c + 1; p < width; p++) {
      REAL *line = panel + p * height;
      NAME(subtract)(height - c - 1, line[c], column + c + 1, line + c + 1);
    }
  }
  return failed;
}

// Replaces A by its factors: rows of P·A = L·U, where row i of P·A is row order[i] of A.
//
// Returns the number of the first pivot that is 0, or 0; the factors are complete in any case.
static size_t NAME(factor)(size_t n, REAL *a, size_t *order, bool *is_odd, void *workspace) {
  REAL *panel = take(&workspace, n * PANEL * sizeof(REAL));
  size_t failed = 0;
  *is_odd = false;
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t top = 0; top < n; top += PANEL) {
    size_t width = least(n - top, PANEL), height = n - top, rest = height - width;
    REAL *corner = a + top * n + top;
    NAME(transpose)(height, width, corner, n, panel, height);
    size_t zero = NAME(factor_panel)(n, top, width, a, panel, order, is_odd);
    if (failed == 0) failed = zero;
    NAME(transpose)(width, height, panel, height, corner, n);
    // To the right, the first rows of U, in pieces that stay in the cache, and then the product.
    for (size_t j = 0; j < rest; j += 128) {
      REAL *piece = corner + width + j;
      for (size_t i = 1; i < width; i++) {
        NAME(subtract_rows)(least(rest - j, 128), i, panel + i, (ptrdiff_t)height, piece, n, piece + i * n);
      }
    }
    NAME(update)(
        rest, rest, width, panel + width, 1, (ptrdiff_t)height, corner + width, n, corner + width * n + width, n,
        workspace);
  }
  return failed;
}

// X ← T⁻¹·X for a triangle T with any strides and X of n rows of `columns`.
static void NAME(substitute)(
    size_t n, size_t columns, const REAL *t, ptrdiff_t row, ptrdiff_t column, bool is_lower, bool has_unit_diagonal,
    REAL *x, void *workspace) {
  size_t blocks = (n + PANEL - 1) / PANEL;
  for (size_t index = 0; index < blocks; index++) {
    size_t first = (is_lower ? index : blocks - 1 - index) * PANEL, end = least(first + PANEL, n);
    for (size_t step = first; step < end; step++) {
      size_t i = is_lower ? step : first + end - 1 - step;
      const REAL *line = t + (ptrdiff_t)i * row;
      size_t from = is_lower ? first : i + 1, to = is_lower ? i : end;
      NAME(subtract_rows)(
          columns, to - from, line + (ptrdiff_t)from * column, column, x + from * columns, columns, x + i * columns);
      if (has_unit_diagonal) continue;
      REAL diagonal = line[(ptrdiff_t)i * column];
      for (size_t j = 0; j < columns; j++) x[i * columns + j] /= diagonal;
    }
    size_t start = is_lower ? end : 0, count = is_lower ? n - end : first;
    NAME(update)(
        count, columns, end - first, t + (ptrdiff_t)start * row + (ptrdiff_t)first * column, row, column,
        x + first * columns, columns, x + start * columns, columns, workspace);
  }
}

static size_t NAME(triangular_solve)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  const REAL *t = a;
  for (size_t i = 0; i < n && !job->has_unit_diagonal; i++) {
    if (t[i * n + i] == 0) return i + 1;
  }
  memcpy(result, b, n * job->columns * sizeof(REAL));
  ptrdiff_t row = job->is_transposed ? 1 : (ptrdiff_t)n, column = job->is_transposed ? (ptrdiff_t)n : 1;
  bool is_lower = job->is_lower != job->is_transposed;
  NAME(substitute)(n, job->columns, t, row, column, is_lower, job->has_unit_diagonal, result, workspace);
  return 0;
}

// The factors of a matrix, the order of its rows, and whether that order is an odd permutation.
typedef struct {
  REAL *factors;
  size_t *order;
  bool is_odd;
} NAME(lu);

// The factors of a copy of A, in the workspace. Returns what `factor` returns.
static size_t NAME(factor_copy)(size_t n, const REAL *a, NAME(lu) *lu, void **workspace) {
  lu->factors = take(workspace, n * n * sizeof(REAL));
  lu->order = take(workspace, n * sizeof(size_t));
  memcpy(lu->factors, a, n * n * sizeof(REAL));
  return NAME(factor)(n, lu->factors, lu->order, &lu->is_odd, *workspace);
}

static size_t NAME(solve)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows, columns = job->columns;
  REAL *x = result;
  NAME(lu) lu;
  size_t failed = NAME(factor_copy)(n, a, &lu, &workspace);
  if (failed != 0) return failed;
  for (size_t i = 0; i < n; i++) {
    memcpy(x + i * columns, (const REAL *)b + lu.order[i] * columns, columns * sizeof(REAL));
  }
  NAME(substitute)(n, columns, lu.factors, (ptrdiff_t)n, 1, true, true, x, workspace);
  NAME(substitute)(n, columns, lu.factors, (ptrdiff_t)n, 1, false, false, x, workspace);
  return 0;
}

static size_t NAME(determinant)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  NAME(lu) lu;
  NAME(factor_copy)(n, a, &lu, &workspace);
  double product = lu.is_odd ? -1 : 1;
  for (size_t i = 0; i < n; i++) product *= (double)lu.factors[i * n + i];
  *(REAL *)result = (REAL)product;
  return 0;
}

static size_t NAME(log_determinant)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  NAME(lu) lu;
  NAME(factor_copy)(n, a, &lu, &workspace);
  double sign = lu.is_odd ? -1 : 1, sum = 0;
  for (size_t i = 0; i < n; i++) {
    double pivot = (double)lu.factors[i * n + i];
    sign *= pivot > 0 ? 1 : pivot < 0 ? -1 : pivot;
    sum += log(fabs(pivot));
  }
  ((REAL *)result)[0] = (REAL)sign;
  ((REAL *)result)[1] = (REAL)sum;
  return 0;
}
