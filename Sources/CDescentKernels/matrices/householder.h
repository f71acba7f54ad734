// Reflections H = I − β·v·vᵀ, and the QR factors that they make. In double precision.

// Turns x into the v of a reflection that maps x to alpha·e₀. Returns β, 0 if there is nothing to reflect.
static double NAME(reflection)(size_t n, double *x, double *alpha) {
  double tail = n > 1 ? NAME(dot)(n - 1, x + 1, x + 1) : 0, first = x[0];
  *alpha = first;
  if (tail == 0) return 0;
  double length = sqrt(first * first + tail);
  *alpha = first > 0 ? -length : length;
  x[0] = first - *alpha;
  return 1 / (length * (length + fabs(first)));
}

// x ← H·x.
INLINE void NAME(reflect)(size_t n, double beta, const double *v, double *x) {
  if (beta != 0) NAME(subtract)(n, beta * NAME(dot)(n, v, x), v, x);
}

// Replaces the n columns of a matrix, contiguous with m ≥ n elements each, by reflections (from the diagonal on) and R
// (above it). `diagonal` gets that of R.
static void NAME(reflectors)(size_t m, size_t n, double *columns, double *betas, double *diagonal) {
  for (size_t k = 0; k < n; k++) {
    double *v = columns + k * m + k;
    betas[k] = NAME(reflection)(m - k, v, &diagonal[k]);
    for (size_t j = k + 1; j < n; j++) NAME(reflect)(m - k, betas[k], v, columns + j * m + k);
  }
}

// x ← H₀·H₁·…·x with the first `count` reflections.
static void NAME(apply_reflectors)(size_t m, size_t count, const double *columns, const double *betas, double *x) {
  for (size_t k = count; k-- > 0;) NAME(reflect)(m - k, betas[k], columns + k * m + k, x + k);
}

// Copies a matrix times 2^−e, which makes its largest element about 1, so that squares don't overflow; returns e, NaN
// if an element is not finite.
static double NAME(copy_scaled)(size_t count, const double *x, double *y) {
  double largest = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(x[i])) return NAN;
    largest = fmax(largest, fabs(x[i]));
  }
  int exponent = 0;
  frexp(largest, &exponent);
  // 2^−e alone could be out of range.
  for (size_t i = 0; i < count; i++) y[i] = ldexp(x[i], -exponent);
  return exponent;
}

static void NAME(fill_nan)(size_t count, double *y) {
  for (size_t i = 0; i < count; i++) y[i] = NAN;
}

static size_t NAME(qr)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t m = job->rows, n = job->columns;
  double *scaled = take(&workspace, m * n * sizeof(double)), *columns = take(&workspace, m * n * sizeof(double));
  double *betas = take(&workspace, n * sizeof(double)), *diagonal = take(&workspace, n * sizeof(double));
  double *q = result, *r = q + m * n, exponent = NAME(copy_scaled)(m * n, a, scaled);
  if (isnan(exponent)) {
    NAME(fill_nan)((m + n) * n, q);
    return 0;
  }
  NAME(transpose)(m, n, scaled, n, columns, m);
  NAME(reflectors)(m, n, columns, betas, diagonal);
  // The columns of Q are what the reflections make of unit vectors; `scaled` has served its purpose.
  memset(scaled, 0, m * n * sizeof(double));
  for (size_t j = 0; j < n; j++) {
    double *column = scaled + j * m;
    column[j] = diagonal[j] < 0 ? -1 : 1;
    NAME(apply_reflectors)(m, j + 1, columns, betas, column);
  }
  NAME(transpose)(n, m, scaled, m, q, n);
  for (size_t i = 0; i < n; i++) {
    int sign = diagonal[i] < 0 ? -1 : 1;
    for (size_t j = 0; j < n; j++) {
      double element = j < i ? 0 : j == i ? diagonal[i] : columns[j * m + i];
      r[i * n + j] = ldexp(sign * element, (int)exponent);
    }
  }
  return 0;
}
