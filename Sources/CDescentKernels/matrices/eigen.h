// Eigenvalues and eigenvectors of symmetric matrices: reflections to tridiagonal form, then implicit QR steps with
// Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3). In double precision.

// Reduces a symmetric matrix to the tridiagonal T = Qᵀ·A·Q with diagonal d and neighbours e. Row k of `a` keeps the
// reflection k right of the diagonal.
static void NAME(tridiagonalise)(size_t n, double *a, double *d, double *e, double *betas, double *w) {
  for (size_t k = 0; k + 1 < n; k++) {
    size_t rest = n - k - 1;
    double *v = a + k * n + k + 1;
    betas[k] = NAME(reflection)(rest, v, &e[k]);
    if (betas[k] == 0) continue;
    for (size_t i = 0; i < rest; i++) w[i] = betas[k] * NAME(dot)(rest, a + (k + 1 + i) * n + k + 1, v);
    NAME(subtract)(rest, 0.5 * betas[k] * NAME(dot)(rest, w, v), v, w);
    for (size_t i = 0; i < rest; i++) {
      double *row = a + (k + 1 + i) * n + k + 1;
      NAME(subtract)(rest, v[i], w, row);
      NAME(subtract)(rest, w[i], v, row);
    }
  }
  for (size_t i = 0; i < n; i++) d[i] = a[i * n + i];
}

// z = Qᵀ from the reflections in the rows of `a`.
static void NAME(form_rows)(size_t n, const double *a, const double *betas, double *z) {
  memset(z, 0, n * n * sizeof(double));
  for (size_t i = 0; i < n; i++) z[i * n + i] = 1;
  for (size_t k = n > 1 ? n - 1 : 0; k-- > 0;) {
    for (size_t i = k + 1; i < n; i++) {
      NAME(reflect)(n - k - 1, betas[k], a + k * n + k + 1, z + i * n + k + 1);
    }
  }
}

// One QR step on the rows and columns first … last of T, applied to the rows of z too.
static void NAME(qr_step)(size_t n, size_t first, size_t last, double *d, double *e, double *z) {
  double half = (d[last - 1] - d[last]) / 2, edge = e[last - 1];
  double shift = d[last] - edge * edge / (half + copysign(hypot(half, edge), half));
  double x = d[first] - shift, y = e[first];
  for (size_t k = first; k < last; k++) {
    double r = hypot(x, y), c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : y / r;
    if (k > first) e[k - 1] = r;
    double p = d[k], q = d[k + 1], m = e[k];
    d[k] = c * c * p + 2 * c * s * m + s * s * q;
    d[k + 1] = s * s * p - 2 * c * s * m + c * c * q;
    e[k] = c * s * (q - p) + (c * c - s * s) * m;
    if (k + 1 < last) {
      x = e[k];
      y = s * e[k + 1];
      e[k + 1] *= c;
    }
    NAME(rotate)(n, c, s, z + k * n, z + (k + 1) * n);
  }
}

// Diagonalises T. Returns 1 if that takes more than 40 steps for each eigenvalue, else 0.
static size_t NAME(diagonalise)(size_t n, double *d, double *e, double *z) {
  size_t steps = 0;
  for (size_t last = n > 0 ? n - 1 : 0; last > 0;) {
    for (size_t k = 0; k < last; k++) {
      if (fabs(e[k]) <= 0x1p-53 * (fabs(d[k]) + fabs(d[k + 1]))) e[k] = 0;
    }
    if (e[last - 1] == 0) {
      last--;
      continue;
    }
    if (steps++ == 40 * n) return 1;
    size_t first = last - 1;
    while (first > 0 && e[first - 1] != 0) first--;
    NAME(qr_step)(n, first, last, d, e, z);
  }
  return 0;
}

// The sign that makes the largest entry positive, the first of those that are as large up to rounding.
static double NAME(sign_of_largest)(size_t n, const double *x) {
  double largest = 0;
  for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(x[i]));
  for (size_t i = 0; i < n; i++) {
    if (fabs(x[i]) >= largest * (1 - 1e-10)) return x[i] < 0 ? -1 : 1;
  }
  return 1;
}

// order[0], order[1], …: the places of the elements, ascending.
static void NAME(sort_places)(size_t n, const double *x, size_t *order) {
  for (size_t i = 0; i < n; i++) {
    size_t place = i;
    for (; place > 0 && x[order[place - 1]] > x[i]; place--) order[place] = order[place - 1];
    order[place] = i;
  }
}

static size_t NAME(symmetric_eigen)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t n = job->rows;
  double *x = take(&workspace, n * n * sizeof(double)), *z = take(&workspace, n * n * sizeof(double));
  double *d = take(&workspace, n * sizeof(double)), *e = take(&workspace, n * sizeof(double));
  double *betas = take(&workspace, n * sizeof(double)), *w = take(&workspace, n * sizeof(double));
  size_t *order = take(&workspace, n * sizeof(size_t));
  double *values = result, *vectors = values + n, exponent = NAME(copy_scaled)(n * n, a, x);
  if (isnan(exponent)) {
    NAME(fill_nan)((n + 1) * n, values);
    return 0;
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++) x[i * n + j] = x[j * n + i] = 0.5 * (x[i * n + j] + x[j * n + i]);
  }
  NAME(tridiagonalise)(n, x, d, e, betas, w);
  NAME(form_rows)(n, x, betas, z);
  if (NAME(diagonalise)(n, d, e, z) != 0) return 1;
  NAME(sort_places)(n, d, order);
  for (size_t j = 0; j < n; j++) {
    double *row = z + order[j] * n;
    values[j] = ldexp(d[order[j]], (int)exponent);
    NAME(scale)(n, NAME(sign_of_largest)(n, row), row);
    memcpy(x + j * n, row, n * sizeof(double));
  }
  NAME(transpose)(n, n, x, n, vectors, n);
  return 0;
}
