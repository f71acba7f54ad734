// Singular values: QR factors, then one-sided Jacobi rotations of the rows of R (Demmel and Veselić 1992; Drmač and
// Veselić 2008). G·R = Σ·Vᵀ for a product G of rotations, so that A = (Q·Gᵀ)·Σ·Vᵀ. In double precision.

// Rotates rows p and q of R, and of G, to be orthogonal. Returns whether they were not.
static bool NAME(orthogonalise)(size_t k, size_t p, size_t q, double *r, double *g, double *squares) {
  double *x = r + p * k, *y = r + q * k, product = NAME(dot)(k, x, y);
  double limit = 0x1p-52 * fmax(4, sqrt((double)k));
  if (!(fabs(product) > limit * sqrt(squares[p]) * sqrt(squares[q]))) return false;
  double ratio = (squares[q] - squares[p]) / (2 * product);
  double t = copysign(1, ratio) / (fabs(ratio) + hypot(1, ratio)), c = 1 / hypot(1, t);
  NAME(rotate)(k, c, -c * t, x, y);
  NAME(rotate)(k, c, -c * t, g + p * k, g + q * k);
  // Each sweep computes the squares afresh, so their rounding errors don't add up.
  squares[p] -= t * product;
  squares[q] = fmax(0, squares[q] + t * product);
  return true;
}

// One sweep over all pairs, the longest row first. Returns whether any pair was not orthogonal.
static bool NAME(sweep)(size_t k, double *r, double *g, double *squares) {
  bool has_changed = false;
  for (size_t i = 0; i < k; i++) squares[i] = NAME(dot)(k, r + i * k, r + i * k);
  for (size_t p = 0; p + 1 < k; p++) {
    size_t longest = p;
    for (size_t q = p + 1; q < k; q++) {
      if (squares[q] > squares[longest]) longest = q;
    }
    if (longest != p) {
      NAME(swap)(k, r + p * k, r + longest * k);
      NAME(swap)(k, g + p * k, g + longest * k);
      double square = squares[p];
      squares[p] = squares[longest];
      squares[longest] = square;
    }
    for (size_t q = p + 1; q < k; q++) {
      if (NAME(orthogonalise)(k, p, q, r, g, squares)) has_changed = true;
    }
  }
  return has_changed;
}

// Makes a row of zeros a unit vector orthogonal to `count` other rows: what is left of some axis.
static void NAME(complete)(size_t k, double *rows, const size_t *others, size_t count, double *row) {
  for (size_t axis = 0; axis < k; axis++) {
    memset(row, 0, k * sizeof(double));
    row[axis] = 1;
    for (size_t pass = 0; pass < 2; pass++) {
      for (size_t i = 0; i < count; i++) {
        const double *other = rows + others[i] * k;
        NAME(subtract)(k, NAME(dot)(k, other, row), other, row);
      }
    }
    double length = sqrt(NAME(dot)(k, row, row));
    if (length * length * (double)k < 0.5) continue;
    NAME(scale)(k, 1 / length, row);
    return;
  }
}

// Splits the rows of R into lengths (descending, by `order`) and unit vectors.
static void NAME(normalise)(size_t k, double *r, double *lengths, size_t *order) {
  for (size_t i = 0; i < k; i++) lengths[i] = -sqrt(NAME(dot)(k, r + i * k, r + i * k));
  NAME(sort_places)(k, lengths, order);
  for (size_t j = 0; j < k; j++) {
    double *row = r + order[j] * k, length = lengths[order[j]] *= -1;
    if (length > 0x1p-500) {
      for (size_t i = 0; i < k; i++) row[i] /= length;
    } else {
      lengths[order[j]] = 0;
      NAME(complete)(k, r, order, j, row);
    }
  }
}

static size_t NAME(svd)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t m = job->rows, n = job->columns, k = least(m, n), length = m > n ? m : n;
  double *columns = take(&workspace, m * n * sizeof(double)), *u = take(&workspace, m * n * sizeof(double));
  double *r = take(&workspace, k * k * sizeof(double)), *g = take(&workspace, k * k * sizeof(double));
  double *betas = take(&workspace, k * sizeof(double)), *lengths = take(&workspace, k * sizeof(double));
  size_t *order = take(&workspace, k * sizeof(size_t));
  double *left = result, *values = left + m * k, *right = values + k;
  double exponent = NAME(copy_scaled)(m * n, a, u);
  if (isnan(exponent)) {
    NAME(fill_nan)((m + n + 1) * k, left);
    return 0;
  }
  // A wide matrix is taken as the transpose of a tall one.
  if (m < n) memcpy(columns, u, m * n * sizeof(double));
  else NAME(transpose)(m, n, u, n, columns, m);
  NAME(reflectors)(length, k, columns, betas, lengths);
  memset(g, 0, k * k * sizeof(double));
  for (size_t i = 0; i < k; i++) {
    g[i * k + i] = 1;
    for (size_t j = 0; j < k; j++) r[i * k + j] = j < i ? 0 : j == i ? lengths[i] : columns[j * length + i];
  }
  size_t sweeps = 0;
  while (NAME(sweep)(k, r, g, lengths)) {
    if (++sweeps == 60) return 1;
  }
  NAME(normalise)(k, r, lengths, order);
  for (size_t j = 0; j < k; j++) {
    double *tall = u + j * length, *wide = r + order[j] * k;
    memset(tall, 0, length * sizeof(double));
    memcpy(tall, g + order[j] * k, k * sizeof(double));
    NAME(apply_reflectors)(length, k, columns, betas, tall);
    double sign = m < n ? NAME(sign_of_largest)(k, wide) : NAME(sign_of_largest)(length, tall);
    values[j] = ldexp(lengths[order[j]], (int)exponent);
    for (size_t i = 0; i < length; i++) (m < n ? right : left)[i * k + j] = sign * tall[i];
    for (size_t i = 0; i < k; i++) (m < n ? left : right)[i * k + j] = sign * wide[i];
  }
  return 0;
}

// A⁺ = V·Σ⁺·Uᵀ.
static size_t NAME(pseudo_inverse)(
    const descent_matrix_job *job, const void *a, const void *b, void *result, void *workspace) {
  size_t m = job->rows, n = job->columns, k = least(m, n), rank = 0;
  double *u = take(&workspace, (m + n + 1) * k * sizeof(double)), *values = u + m * k, *v = values + k;
  double *rows = take(&workspace, m * k * sizeof(double));
  if (NAME(svd)(job, a, b, u, workspace) != 0) return 1;
  if (isnan(values[0])) {
    NAME(fill_nan)(m * n, result);
    return 0;
  }
  NAME(transpose)(m, k, u, k, rows, m);
  while (rank < k && values[rank] > job->tolerance * values[0]) rank++;
  for (size_t j = 0; j < rank; j++) NAME(scale)(m, -1 / values[j], rows + j * m);
  memset(result, 0, m * n * sizeof(double));
  NAME(update)(n, m, rank, v, (ptrdiff_t)k, 1, rows, m, result, m, workspace);
  return 0;
}
