// The exponential of a matrix and the matrix of cofactors. In double precision.

// C = A·B for square matrices.
static void NAME(product)(size_t n, const double *a, const double *b, double *c, void *workspace) {
  memset(c, 0, n * n * sizeof(double));
  NAME(update)(n, n, n, a, (ptrdiff_t)n, 1, b, n, c, n, workspace);
  NAME(scale)(n * n, -1, c);
}

// The largest sum of sizes in a column.
static double NAME(norm_one)(size_t n, const double *a, double *sums) {
  memset(sums, 0, n * sizeof(double));
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) sums[j] += fabs(a[i * n + j]);
  }
  for (size_t j = 0; j < n; j++) largest = sums[j] <= largest ? largest : sums[j];
  return largest;
}

// y += c·p.
INLINE void NAME(add_multiple)(size_t count, double c, const double *p, double *y) {
  for (size_t i = 0; i < count; i++) y[i] += c * p[i];
}

// Scaling and squaring with Padé approximants of degree 3, 5, 7, 9 or 13 (Higham 2005): r(A) = (V − U)⁻¹·(V + U), where
// U has the odd powers and V the even ones. The coefficients follow from cⱼ = cⱼ₋₁·(q − j + 1)/(j·(2q − j + 1)).
static size_t NAME(exponential)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  static const struct { int degree; double limit; } choices[] = {
      {3, 1.495585217958292e-2}, {5, 2.539398330063230e-1}, {7, 9.504178996162932e-1}, {9, 2.097847961257068},
      {13, 5.371920351148152},
  };
  size_t n = job->rows, count = n * n, bytes = count * sizeof(double);
  double *x = take(&workspace, bytes), *square = take(&workspace, bytes), *power = take(&workspace, bytes);
  double *odd = take(&workspace, bytes), *even = take(&workspace, bytes), *y = result;
  double *next = take(&workspace, bytes), *sums = take(&workspace, n * sizeof(double));
  double norm = NAME(norm_one)(n, a, sums);
  if (!isfinite(norm)) {
    NAME(fill_nan)(count, y);
    return 0;
  }
  int choice = 0, halvings = 0;
  while (choice < 4 && norm > choices[choice].limit) choice++;
  if (norm > choices[4].limit) frexp(norm / choices[4].limit, &halvings);
  for (size_t i = 0; i < count; i++) x[i] = ldexp(((const double *)a)[i], -halvings);
  NAME(product)(n, x, x, square, workspace);
  int q = choices[choice].degree;
  double c = 1;
  memset(power, 0, bytes);
  for (size_t i = 0; i < n; i++) power[i * n + i] = 1;
  memset(odd, 0, bytes);
  memset(even, 0, bytes);
  for (int j = 0; j <= q; j++) {
    if (j > 0) c *= (double)(q - j + 1) / ((double)j * (2 * q - j + 1));
    NAME(add_multiple)(count, c, power, j % 2 == 0 ? even : odd);
    if (j % 2 == 0 || j == q) continue;
    NAME(product)(n, power, square, next, workspace);
    double *swap = power;
    power = next;
    next = swap;
  }
  NAME(product)(n, x, odd, next, workspace);
  for (size_t i = 0; i < count; i++) {
    x[i] = even[i] - next[i];
    even[i] += next[i];
  }
  descent_matrix_job system = {.rows = n, .columns = n};
  if (NAME(solve)(&system, x, even, y, workspace) != 0) NAME(fill_nan)(count, y);
  for (int i = 0; i < halvings; i++) {
    NAME(product)(n, y, y, next, workspace);
    memcpy(y, next, bytes);
  }
  return 0;
}

// Factors with complete pivoting: row i and column j of L·U are those numbered rows[i] and columns[j] of A. Returns the
// sign of both permutations together.
static double NAME(factor_completely)(size_t n, double *a, size_t *rows, size_t *columns) {
  double sign = 1;
  for (size_t i = 0; i < n; i++) rows[i] = columns[i] = i;
  for (size_t k = 0; k < n; k++) {
    size_t row = k, column = k;
    for (size_t i = k; i < n; i++) {
      for (size_t j = k; j < n; j++) {
        if (fabs(a[i * n + j]) > fabs(a[row * n + column])) row = i, column = j;
      }
    }
    if (row != k) NAME(swap)(n, a + row * n, a + k * n), sign = -sign;
    for (size_t i = 0; i < n && column != k; i++) {
      double element = a[i * n + k];
      a[i * n + k] = a[i * n + column];
      a[i * n + column] = element;
    }
    if (column != k) sign = -sign;
    size_t place = rows[k];
    rows[k] = rows[row], rows[row] = place;
    place = columns[k];
    columns[k] = columns[column], columns[column] = place;
    if (a[k * n + k] == 0) return sign;
    for (size_t i = k + 1; i < n; i++) {
      a[i * n + k] /= a[k * n + k];
      NAME(subtract)(n - k - 1, a[i * n + k], a + k * n + k + 1, a + i * n + k + 1);
    }
  }
  return sign;
}

// cof(X·Y) = cof X·cof Y, and A = Pᵀ·L·U·Qᵀ: cof A = ±Pᵀ·L⁻ᵀ·cof U·Qᵀ. With U = [U₁ w; 0 u] and d the determinant of
// U₁, cof Uᵀ = d·[u·U₁⁻¹ −U₁⁻¹·w; 0 1]: nothing is divided by the last pivot, which alone is 0 where the rank is n − 1.
// For smaller ranks U₁ is singular, and all cofactors are 0.
static size_t NAME(cofactors)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  double *factors = take(&workspace, n * n * sizeof(double)), *x = take(&workspace, n * n * sizeof(double));
  double *y = take(&workspace, n * n * sizeof(double)), *upper = take(&workspace, n * n * sizeof(double));
  size_t *rows = take(&workspace, n * sizeof(size_t)), *columns = take(&workspace, n * sizeof(size_t));
  memcpy(factors, a, n * n * sizeof(double));
  double product = NAME(factor_completely)(n, factors, rows, columns);
  memset(result, 0, n * n * sizeof(double));
  if (n == 0) return 0;
  size_t last = n - 1;
  for (size_t i = 0; i < last; i++) product *= factors[i * n + i];
  if (product == 0) return 0;
  memset(x, 0, n * n * sizeof(double));
  for (size_t i = 0; i < last; i++) {
    x[i * n + i] = factors[last * n + last];
    x[i * n + last] = -factors[i * n + last];
    memcpy(upper + i * last, factors + i * n, last * sizeof(double));
  }
  x[last * n + last] = 1;
  NAME(substitute)(last, n, upper, (ptrdiff_t)last, 1, false, false, x, workspace);
  NAME(transpose)(n, n, x, n, y, n);
  NAME(substitute)(n, n, factors, 1, (ptrdiff_t)n, false, true, y, workspace);
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) ((double *)result)[rows[i] * n + columns[j]] = product * y[i * n + j];
  }
  return 0;
}
