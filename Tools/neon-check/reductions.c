// Reductions of rows and of columns, and where a row's extreme element is.

#include "check.h"

#include <float.h>
#include <string.h>

static const char *const names[DESCENT_REDUCTION_COUNT] = {"sum", "product", "maximum", "minimum"};

static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130, 1000, 5003};
enum { length_count = sizeof lengths / sizeof *lengths };

// The exact result so far, as a number and as bits, and the sum of the absolute terms.
typedef struct {
  long double real, size;
  uint64_t bits;
} total;

static long double extreme(bool largest, long double x, long double y) {
  if (isnan(x) || isnan(y)) return NAN;
  return largest == (x > y) ? x : y;
}

static bool is_larger(descent_type type, uint64_t x, uint64_t y) {
  return is_signed(type) ? (int64_t)x > (int64_t)y : x > y;
}

static total identity(descent_reduction reduction, descent_type type) {
  const unsigned width = 8 * (unsigned)size_of(type);
  uint64_t lowest = is_signed(type) ? (uint64_t)INT64_MIN >> (64 - width) : 0;
  uint64_t highest = type == DESCENT_BOOL ? 1 : is_signed(type) ? INT64_MAX >> (64 - width) : UINT64_MAX;
  if (is_signed(type) && width == 32) lowest = (uint64_t)INT32_MIN;
  switch (reduction) {
    case DESCENT_SUM: return (total){0, 0, 0};
    case DESCENT_PRODUCT: return (total){1, 1, 1};
    case DESCENT_MAX: return (total){-INFINITY, 0, lowest};
    case DESCENT_MIN: return (total){INFINITY, 0, highest};
  }
}

static total combine(descent_reduction reduction, descent_type type, total t, const void *x, size_t i) {
  long double real = is_floating(type) ? get_real(type, x, i) : 0;
  uint64_t bits = get_bits(type, x, i);
  switch (reduction) {
    case DESCENT_SUM: return (total){t.real + real, t.size + fabsl(real), t.bits + bits};
    case DESCENT_PRODUCT: return (total){t.real * real, t.size + 1, t.bits * bits};
    case DESCENT_MAX: return (total){extreme(true, t.real, real), 0, is_larger(type, bits, t.bits) ? bits : t.bits};
    case DESCENT_MIN: return (total){extreme(false, t.real, real), 0, is_larger(type, t.bits, bits) ? bits : t.bits};
  }
}

static void compare(descent_reduction reduction, descent_type type, const void *y, size_t i, total exact, size_t length) {
  if (!is_floating(type)) {
    char wrapped[8];
    set_bits(type, wrapped, 0, exact.bits);
    note(get_bits(type, wrapped, 0) == get_bits(type, y, i) ? 0 : INFINITY, "%zu elements", length);
    return;
  }
  long double value = get_real(type, y, i);
  double error = ulps(type, y, i, exact.real);
  const long double unit = type == DESCENT_FLOAT32 ? FLT_EPSILON : DBL_EPSILON;
  // Terms of both signs cancel: the error of a sum is measured by their sizes, that of a product by their number.
  if (reduction == DESCENT_SUM && length > 0) error = (double)(fabsl(value - exact.real) / (unit * exact.size));
  if (reduction == DESCENT_PRODUCT && length > 0) error /= (double)length;
  if (error != 0 && value == exact.real) error = 0;
  note(error, "%zu elements give %.9Lg, exact %.9Lg", length, value, exact.real);
}

// Numbers for sums and products of floating-point types are ordinary: the former don't overflow, the latter stay near 1.
static void fill(descent_reduction reduction, descent_type type, void *x, size_t count) {
  bool is_ordinary = is_floating(type) && (reduction == DESCENT_SUM || reduction == DESCENT_PRODUCT);
  if (!is_ordinary) {
    fill_samples(type, x, count);
    // A NaN in every row would hide everything else.
    for (size_t i = 0; is_floating(type) && i < count; i++) {
      if (isnan(get_real(type, x, i)) && next_bits() % 40 != 0) set_real(type, x, i, next_between(-5, 5));
    }
    return;
  }
  for (size_t i = 0; i < count; i++) {
    set_real(type, x, i, reduction == DESCENT_SUM ? next_between(-10, 10) : next_between(0.9, 1.1));
  }
}

static double bound_of(descent_reduction reduction, descent_type type) {
  if (!is_floating(type)) return 0;
  return reduction == DESCENT_SUM ? 8 : reduction == DESCENT_PRODUCT ? 1 : 0;
}

static void check_rows(descent_reduction reduction, descent_type type, descent_reduce_rows_kernel kernel) {
  char name[40] = "rows, ";
  begin(strcat(name, names[reduction]), type_names[type], bound_of(reduction, type));
  for (size_t k = 0; k < length_count; k++) {
    size_t columns = lengths[k], rows = columns > 200 ? 2 : 5;
    void *x = guarded(type, rows * columns), *y = guarded(type, rows);
    fill(reduction, type, x, rows * columns);
    kernel(rows, columns, x, y);
    for (size_t r = 0; r < rows; r++) {
      total exact = identity(reduction, type);
      for (size_t c = 0; c < columns; c++) exact = combine(reduction, type, exact, x, r * columns + c);
      compare(reduction, type, y, r, exact, columns);
    }
    check_guards(x, type, rows * columns);
    check_guards(y, type, rows);
  }
}

static void check_columns(descent_reduction reduction, descent_type type, descent_reduce_columns_kernel kernel) {
  char name[40] = "columns, ";
  begin(strcat(name, names[reduction]), type_names[type], bound_of(reduction, type));
  for (size_t k = 0; k < length_count; k++) {
    size_t columns = lengths[k] > 200 ? 203 : lengths[k], rows = 1 + k;
    // y is the first operand, so it is filled like another row.
    void *x = guarded(type, rows * columns), *y = guarded(type, columns), *before = guarded(type, columns);
    fill(reduction, type, x, rows * columns);
    fill(reduction, type, before, columns);
    memcpy(y, before, columns * size_of(type));
    kernel(rows, columns, x, y);
    for (size_t c = 0; c < columns; c++) {
      total exact = combine(reduction, type, identity(reduction, type), before, c);
      for (size_t r = 0; r < rows; r++) exact = combine(reduction, type, exact, x, r * columns + c);
      compare(reduction, type, y, c, exact, rows + 1);
    }
    check_guards(x, type, rows * columns);
    check_guards(before, type, columns);
    check_guards(y, type, columns);
  }
}

// The first of equal ones; the first NaN counts as both largest and smallest.
static size_t argument_reference(bool largest, descent_type type, const void *x, size_t start, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; i++) {
    if (is_floating(type)) {
      long double a = get_real(type, x, start + i), b = get_real(type, x, start + best);
      if (!isnan(b) && (isnan(a) || (largest ? a > b : a < b))) best = i;
    } else {
      uint64_t a = get_bits(type, x, start + i), b = get_bits(type, x, start + best);
      if (largest ? is_larger(type, a, b) : is_larger(type, b, a)) best = i;
    }
  }
  return best;
}

static void check_arguments(bool largest, descent_type type, descent_argument_kernel kernel) {
  begin(largest ? "argument of the maximum" : "argument of the minimum", type_names[type], 0);
  for (size_t k = 0; k < length_count; k++) {
    size_t columns = lengths[k], rows = 4;
    void *x = guarded(type, rows * columns);
    int64_t *y = guarded(DESCENT_INT64, rows);
    fill(DESCENT_MAX, type, x, rows * columns);
    kernel(rows, columns, x, y);
    for (size_t r = 0; r < rows; r++) {
      size_t exact = argument_reference(largest, type, x, r * columns, columns);
      note((size_t)y[r] == exact ? 0 : INFINITY, "%zu elements give %lld, exact %zu", columns, (long long)y[r], exact);
    }
    check_guards(x, type, rows * columns);
    check_guards(y, DESCENT_INT64, rows);
  }
}

void check_reductions(const descent_kernel_table *table) {
  restart_bits(5);
  for (int type = 0; type < DESCENT_TYPE_COUNT; type++) {
    for (int reduction = 0; reduction < DESCENT_REDUCTION_COUNT; reduction++) {
      descent_reduce_rows_kernel rows = table->reduce_rows[reduction][type];
      descent_reduce_columns_kernel columns = table->reduce_columns[reduction][type];
      if (rows) check_rows((descent_reduction)reduction, (descent_type)type, rows);
      if (columns) check_columns((descent_reduction)reduction, (descent_type)type, columns);
    }
    if (table->argument_max[type]) check_arguments(true, (descent_type)type, table->argument_max[type]);
    if (table->argument_min[type]) check_arguments(false, (descent_type)type, table->argument_min[type]);
  }
}
