// Scans along an axis: recurrences and running extremes.

#include "check.h"

static const descent_scanned_axis axes[] = {
    {1, 1, 1, false}, {3, 17, 1, false}, {2, 9, 5, true}, {1, 40, 33, false}, {4, 1, 7, true}, {2, 100, 1, true}};

static size_t place(const descent_scanned_axis *axis, size_t outer, size_t step, size_t inner) {
  size_t i = axis->is_reversed ? axis->extent - 1 - step : step;
  return (outer * axis->extent + i) * axis->inner + inner;
}

// float32 keeps the running value in double precision, so that each result is rounded once.
static void check_recurrence(descent_type type) {
  begin("recurrence", type_names[type], is_floating(type) ? (type == DESCENT_FLOAT32 ? 0.501 : 8) : 0);
  for (size_t k = 0; k < sizeof axes / sizeof *axes; k++) {
    const descent_scanned_axis *axis = &axes[k];
    size_t count = axis->outer * axis->extent * axis->inner;
    void *a = guarded(type, count), *b = guarded(type, count), *y = guarded(type, count);
    for (size_t i = 0; i < count; i++) {
      // Positive terms do not cancel.
      if (is_floating(type)) {
        set_real(type, a, i, next_between(0.5, 0.9));
        set_real(type, b, i, next_between(0.1, 1));
      } else {
        set_bits(type, a, i, next_bits());
        set_bits(type, b, i, next_bits());
      }
    }
    descent_scanned_part whole = {0, axis->outer, 0, axis->inner};
    descent_recurrence(axis, whole, type, false, a, b, y);
    for (size_t outer = 0; outer < axis->outer; outer++) {
      for (size_t inner = 0; inner < axis->inner; inner++) {
        long double real = 0;
        uint64_t bits = 0;
        for (size_t step = 0; step < axis->extent; step++) {
          size_t i = place(axis, outer, step, inner);
          if (is_floating(type)) {
            real = get_real(type, a, i) * real + get_real(type, b, i);
            note(ulps(type, y, i, real), "step %zu of %zu", step, axis->extent);
          } else {
            bits = get_bits(type, a, i) * bits + get_bits(type, b, i);
            char exact[8];
            set_bits(type, exact, 0, bits);
            note(get_bits(type, exact, 0) == get_bits(type, y, i) ? 0 : INFINITY, "step %zu", step);
          }
        }
      }
    }
    check_guards(a, type, count);
    check_guards(b, type, count);
    check_guards(y, type, count);
  }
}

static bool is_beyond(descent_type type, bool largest, const void *x, size_t i, size_t j) {
  if (is_floating(type)) {
    long double a = get_real(type, x, i), b = get_real(type, x, j);
    return !isnan(b) && (isnan(a) || (largest ? a > b : a < b));
  }
  uint64_t a = get_bits(type, x, i), b = get_bits(type, x, j);
  if (is_signed(type)) return largest ? (int64_t)a > (int64_t)b : (int64_t)a < (int64_t)b;
  return largest ? a > b : a < b;
}

static void check_extremes(descent_type type, bool largest) {
  begin(largest ? "running maximum" : "running minimum", type_names[type], 0);
  for (size_t k = 0; k < sizeof axes / sizeof *axes; k++) {
    const descent_scanned_axis *axis = &axes[k];
    size_t count = axis->outer * axis->extent * axis->inner;
    void *x = guarded(type, count), *y = guarded(type, count);
    fill_samples(type, x, count);
    descent_scanned_part whole = {0, axis->outer, 0, axis->inner};
    (largest ? descent_cumulative_maximum : descent_cumulative_minimum)(axis, whole, type, x, y);
    for (size_t outer = 0; outer < axis->outer; outer++) {
      for (size_t inner = 0; inner < axis->inner; inner++) {
        size_t best = place(axis, outer, 0, inner);
        for (size_t step = 0; step < axis->extent; step++) {
          size_t i = place(axis, outer, step, inner);
          if (is_beyond(type, largest, x, i, best)) best = i;
          bool same = is_floating(type) ? get_real(type, y, i) == get_real(type, x, best) ||
                                              (isnan(get_real(type, y, i)) && isnan(get_real(type, x, best)))
                                        : get_bits(type, y, i) == get_bits(type, x, best);
          note(same ? 0 : INFINITY, "step %zu of %zu", step, axis->extent);
        }
      }
    }
    check_guards(x, type, count);
    check_guards(y, type, count);
  }
}

void check_scans(void) {
  restart_bits(8);
  const descent_type types[] = {DESCENT_FLOAT32, DESCENT_FLOAT64, DESCENT_INT32, DESCENT_INT64, DESCENT_UINT64,
                                DESCENT_BOOL};
  for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
    if (types[k] != DESCENT_BOOL) check_recurrence(types[k]);
    check_extremes(types[k], true);
    check_extremes(types[k], false);
  }
}
