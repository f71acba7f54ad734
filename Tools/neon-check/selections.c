// Comparisons, and selection by what they give.

#include "check.h"

static bool is_in_order(descent_comparison comparison, bool is_less, bool is_equal, bool is_greater) {
  switch (comparison) {
    case DESCENT_EQUAL: return is_equal;
    case DESCENT_NOT_EQUAL: return !is_equal;
    case DESCENT_LESS: return is_less;
    case DESCENT_LESS_EQUAL: return is_less || is_equal;
    case DESCENT_GREATER: return is_greater;
    case DESCENT_GREATER_EQUAL: return is_greater || is_equal;
  }
}

static bool comparison_reference(descent_comparison comparison, descent_type type, const void *x, const void *y) {
  if (is_floating(type)) {
    long double a = get_real(type, x, 0), b = get_real(type, y, 0);
    return is_in_order(comparison, a < b, a == b, a > b);
  }
  uint64_t a = get_bits(type, x, 0), b = get_bits(type, y, 0);
  bool is_less = is_signed(type) ? (int64_t)a < (int64_t)b : a < b;
  return is_in_order(comparison, is_less, a == b, !is_less && a != b);
}

static const void *element(const void *block, descent_type type, size_t i) {
  return (const char *)block + i * size_of(type);
}

static void check_comparison(const char *name, descent_comparison comparison, descent_type type,
                             descent_binary_kernel kernel) {
  begin(name, type_names[type], 0);
  for (size_t count = 1; count < 140; count++) {
    size_t x_step = count / 2 % 2, y_step = count % 2;
    void *x = guarded(type, count), *y = guarded(type, count);
    uint8_t *z = guarded(DESCENT_BOOL, count);
    fill_samples(type, x, count);
    fill_samples(type, y, count);
    // Equal numbers are rare among random ones.
    for (size_t i = 0; i < count; i += 3) set_bits(type, y, i, get_bits(type, x, i));
    kernel(count, x, x_step, y, y_step, z);
    for (size_t i = 0; i < count; i++) {
      bool exact = comparison_reference(comparison, type, element(x, type, i * x_step), element(y, type, i * y_step));
      note(z[i] == exact ? 0 : INFINITY, "element %zu of %zu, steps %zu and %zu", i, count, x_step, y_step);
    }
    check_guards(x, type, count);
    check_guards(y, type, count);
    check_guards(z, DESCENT_BOOL, count);
  }
}

static void check_selection(descent_type type, descent_select_kernel kernel) {
  begin("select", type_names[type], 0);
  for (size_t count = 1; count < 140; count++) {
    size_t x_step = count / 2 % 2, y_step = count % 2;
    uint8_t *condition = guarded(DESCENT_BOOL, count);
    void *x = guarded(type, count), *y = guarded(type, count), *z = guarded(type, count);
    fill_samples(DESCENT_BOOL, condition, count);
    fill_samples(type, x, count);
    fill_samples(type, y, count);
    kernel(count, condition, x, x_step, y, y_step, z);
    for (size_t i = 0; i < count; i++) {
      uint64_t exact = condition[i] ? get_bits(type, x, i * x_step) : get_bits(type, y, i * y_step);
      note(get_bits(type, z, i) == exact ? 0 : INFINITY, "element %zu of %zu, steps %zu and %zu", i, count, x_step, y_step);
    }
    check_guards(condition, DESCENT_BOOL, count);
    check_guards(x, type, count);
    check_guards(y, type, count);
    check_guards(z, type, count);
  }
}

void check_selections(const descent_kernel_table *table) {
  static const char *const names[DESCENT_COMPARISON_COUNT] = {"==", "!=", "<", "<=", ">", ">="};
  restart_bits(3);
  for (int comparison = 0; comparison < DESCENT_COMPARISON_COUNT; comparison++) {
    for (int type = 0; type < DESCENT_TYPE_COUNT; type++) {
      descent_binary_kernel kernel = table->compare[comparison][type];
      if (kernel) check_comparison(names[comparison], (descent_comparison)comparison, (descent_type)type, kernel);
    }
  }
  for (int type = 0; type < DESCENT_TYPE_COUNT; type++) check_selection((descent_type)type, table->select[type]);
}
