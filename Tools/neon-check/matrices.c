// Linear algebra: a result is right if it solves its equation. Residuals are measured in units of the type's precision
// times the size of the matrix.

#include "check.h"

#include <float.h>
#include <stdlib.h>

static descent_type type;
static size_t n;

static double at(const void *matrix, size_t i, size_t j) { return (double)get_real(type, matrix, i * n + j); }

static void *compute(descent_matrix_function function, const void *a, const void *b, size_t columns, size_t results) {
  descent_matrix_job job = {.rows = n, .columns = columns};
  void *result = guarded(type, results);
  size_t bytes = (descent_matrix_workspace(function, &job) + 63) / 64 * 64;
  void *workspace = aligned_alloc(64, bytes + 64);
  if (workspace == NULL) abort();
  size_t failed = descent_matrix_kernel_for(function, type)(&job, a, b, result, workspace);
  note(failed ? INFINITY : 0, "it failed for %zux%zu", n, n);
  free(workspace);
  return result;
}

// The sum of left[i, k]·factor[k]·right[j, k] (or right[k, j]) over k; no factors are ones.
static double sum_of_products(const void *left, const void *factors, const void *right, bool transposed, size_t i,
                              size_t j) {
  double sum = 0;
  for (size_t k = 0; k < n; k++) {
    double factor = factors ? (double)get_real(type, factors, k) : 1;
    sum += at(left, i, k) * factor * (transposed ? at(right, j, k) : at(right, k, j));
  }
  return sum;
}

// Compares a product of factors with the matrix `expected`, or with the identity.
static void compare(const void *left, const void *factors, const void *right, bool transposed, const void *expected) {
  const double unit = (type == DESCENT_FLOAT32 ? FLT_EPSILON : DBL_EPSILON) * (double)n;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < n; j++) {
      double difference = sum_of_products(left, factors, right, transposed, i, j) -
                          (expected ? at(expected, i, j) : i == j ? 1 : 0);
      note(isnan(difference) ? INFINITY : fabs(difference) / unit, "%zux%zu, element %zu, %zu", n, n, i, j);
    }
  }
}

static void *row_after(const void *block, size_t rows) { return (char *)block + rows * n * size_of(type); }

static void check_function(descent_matrix_function function, const void *a, const void *positive, const void *symmetric) {
  void *result;
  size_t results = n * n;
  switch (function) {
    case DESCENT_CHOLESKY:
      result = compute(function, positive, NULL, n, results);
      compare(result, NULL, result, true, positive);
      break;
    case DESCENT_SOLVE:
      result = compute(function, positive, a, n, results);
      compare(positive, NULL, result, false, a);
      break;
    case DESCENT_QR:
      results = 2 * n * n;
      result = compute(function, a, NULL, n, results);
      compare(result, NULL, row_after(result, n), false, a);
      break;
    case DESCENT_SYMMETRIC_EIGEN:
      results = n + n * n;
      result = compute(function, symmetric, NULL, n, results);
      compare(row_after(result, 1), result, row_after(result, 1), true, symmetric);
      break;
    case DESCENT_SVD:
      results = 2 * n * n + n;
      result = compute(function, a, NULL, n, results);
      compare(result, row_after(result, n), row_after(result, n + 1), true, a);
      break;
    case DESCENT_PSEUDO_INVERSE:
      result = compute(function, positive, NULL, n, results);
      compare(positive, NULL, result, false, NULL);
      break;
    default: abort();
  }
  check_guards(result, type, results);
}

void check_matrices(void) {
  static const struct { const char *name; descent_matrix_function function; } functions[] = {
      {"Cholesky", DESCENT_CHOLESKY}, {"solve", DESCENT_SOLVE}, {"QR", DESCENT_QR},
      {"symmetric eigenvalues", DESCENT_SYMMETRIC_EIGEN}, {"SVD", DESCENT_SVD},
      {"pseudo-inverse", DESCENT_PSEUDO_INVERSE}};
  static const size_t sizes[] = {1, 2, 3, 5, 8, 13, 21, 33};
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    for (type = DESCENT_FLOAT32; type <= DESCENT_FLOAT64; type++) {
      begin(functions[k].name, type_names[type], 8);
      restart_bits(9);
      for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        n = sizes[s];
        void *a = guarded(type, n * n), *positive = guarded(type, n * n), *symmetric = guarded(type, n * n);
        for (size_t i = 0; i < n * n; i++) set_real(type, a, i, next_between(-1, 1));
        for (size_t i = 0; i < n * n; i++) {
          size_t other = i % n * n + i / n;
          long double mean = (get_real(type, a, i) + get_real(type, a, other)) / 2;
          set_real(type, symmetric, i, mean);
          // The diagonal outweighs the rest of its row.
          set_real(type, positive, i, mean / (long double)n + (i == other ? 2 : 0));
        }
        check_function(functions[k].function, a, positive, symmetric);
        check_guards(a, type, n * n);
        check_guards(positive, type, n * n);
        check_guards(symmetric, type, n * n);
      }
    }
  }
}
