// Scans along one axis, several lines side by side: the steps of one line wait for each other, those of others don't.

#include "scan.h"

#define INLINE static inline __attribute__((always_inline))

// Neighbouring lines, whose elements lie side by side: vectors.
#define WIDE_LANES ((size_t)128)
// Lines one behind the other: several hide the latency of a step. Rows that lie a power of two apart share their places
// in the cache, and too many would drive each other out: with eight rows of 4 KiB in three arrays a step took 29 ns,
// with two it takes 1.
#define ROW_LANES(has_one_factor) ((size_t)((has_one_factor) ? 4 : 2))

// Defines a scan of T whose running value s is a STATE: it begins as the first term, and NEXT makes the next value
// from it, the factor a and the term b at the place.
#define DEFINE_SCAN(name, T, STATE, NEXT)                                                                     \
  /* `lanes` lines that begin `lane` elements apart, each of `extent` elements `step` apart. */               \
  INLINE void name##_lines(                                                                                   \
      size_t extent, size_t lanes, size_t lane, ptrdiff_t step, ptrdiff_t a_step, size_t a_lane, const T *factors, \
      const T *terms, T *restrict y) {                                                                        \
    STATE states[WIDE_LANES];                                                                                 \
    for (size_t l = 0; l < lanes; l++) states[l] = y[l * lane] = terms[l * lane];                             \
    for (size_t i = 1; i < extent; i++) {                                                                     \
      factors += a_step;                                                                                      \
      terms += step;                                                                                          \
      y += step;                                                                                              \
      for (size_t l = 0; l < lanes; l++) {                                                                    \
        STATE a = (STATE)factors[l * a_lane], b = (STATE)terms[l * lane], s = states[l];                           \
        (void)a;                                                                                              \
        s = (NEXT);                                                                                           \
        states[l] = s;                                                                                        \
        y[l * lane] = (T)s;                                                                                   \
      }                                                                                                       \
    }                                                                                                         \
  }                                                                                                           \
                                                                                                              \
  INLINE void name##_part(                                                                                    \
      const descent_scanned_axis *axis, descent_scanned_part part, bool one, const T *a, const T *b, T *y) {  \
    size_t extent = axis->extent, inner = axis->inner, line = extent * inner;                                 \
    ptrdiff_t step = axis->is_reversed ? -(ptrdiff_t)inner : (ptrdiff_t)inner, a_step = one ? 0 : step;       \
    size_t start = axis->is_reversed ? (extent - 1) * inner : 0;                                              \
    if (inner == 1) {                                                                                         \
      size_t o = part.first_outer;                                                                            \
      for (; o + ROW_LANES(one) <= part.end_outer; o += ROW_LANES(one)) {                                     \
        size_t at = o * line + start;                                                                         \
        name##_lines(                                                                                         \
            extent, ROW_LANES(one), line, step, a_step, one ? 0 : line, one ? a : a + at, b + at, y + at);    \
      }                                                                                                       \
      for (; o < part.end_outer; o++) {                                                                       \
        size_t at = o * line + start;                                                                         \
        name##_lines(extent, 1, line, step, a_step, 0, one ? a : a + at, b + at, y + at);                     \
      }                                                                                                       \
      return;                                                                                                 \
    }                                                                                                         \
    for (size_t o = part.first_outer; o < part.end_outer; o++) {                                              \
      for (size_t j = part.first_inner; j < part.end_inner; j += WIDE_LANES) {                                \
        size_t rest = part.end_inner - j, lanes = rest < WIDE_LANES ? rest : WIDE_LANES;                      \
        size_t at = o * line + start + j;                                                                     \
        name##_lines(extent, lanes, 1, step, a_step, one ? 0 : 1, one ? a : a + at, b + at, y + at);          \
      }                                                                                                       \
    }                                                                                                         \
  }

#define RECURRENCE(name, T, STATE) DEFINE_SCAN(name, T, STATE, a * s + b)
RECURRENCE(recurrence_float32, float, double)
RECURRENCE(recurrence_float64, double, double)
// Unsigned, since signed integers must not overflow.
RECURRENCE(recurrence_int32, uint32_t, uint32_t)
RECURRENCE(recurrence_int64, uint64_t, uint64_t)

// Whether one factor serves all places is settled outside the loops.
#define RUN_RECURRENCE(name)                                 \
  if (is_one_factor) name##_part(axis, part, true, a, b, y); \
  else name##_part(axis, part, false, a, b, y);              \
  break;

void descent_recurrence(
    const descent_scanned_axis *axis, descent_scanned_part part, descent_type type, bool is_one_factor, const void *a,
    const void *b, void *y) {
  switch (type) {
    case DESCENT_FLOAT32: RUN_RECURRENCE(recurrence_float32)
    case DESCENT_FLOAT64: RUN_RECURRENCE(recurrence_float64)
    case DESCENT_INT32: RUN_RECURRENCE(recurrence_int32)
    case DESCENT_INT64: RUN_RECURRENCE(recurrence_int64)
    case DESCENT_UINT64: RUN_RECURRENCE(recurrence_int64)
    case DESCENT_BOOL: break;
    DESCENT_STORAGE_CASES break;
  }
}

// A NaN wins and stays.
#define MAXIMUM(name, T) DEFINE_SCAN(name, T, T, ((s > b) | (s != s)) ? s : b)
#define MINIMUM(name, T) DEFINE_SCAN(name, T, T, ((s < b) | (s != s)) ? s : b)
MAXIMUM(maximum_float32, float)
MAXIMUM(maximum_float64, double)
MAXIMUM(maximum_int32, int32_t)
MAXIMUM(maximum_int64, int64_t)
MAXIMUM(maximum_uint64, uint64_t)
MAXIMUM(maximum_bool, uint8_t)
MINIMUM(minimum_float32, float)
MINIMUM(minimum_float64, double)
MINIMUM(minimum_int32, int32_t)
MINIMUM(minimum_int64, int64_t)
MINIMUM(minimum_uint64, uint64_t)
MINIMUM(minimum_bool, uint8_t)

// There are no factors: the elements stand in for one, unread.
#define DEFINE_CUMULATIVE(name)                                                                            \
  void descent_cumulative_##name(                                                                          \
      const descent_scanned_axis *axis, descent_scanned_part part, descent_type type, const void *x, void *y) { \
    switch (type) {                                                                                        \
      case DESCENT_FLOAT32: name##_float32_part(axis, part, true, x, x, y); break;                         \
      case DESCENT_FLOAT64: name##_float64_part(axis, part, true, x, x, y); break;                         \
      case DESCENT_INT32: name##_int32_part(axis, part, true, x, x, y); break;                             \
      case DESCENT_INT64: name##_int64_part(axis, part, true, x, x, y); break;                             \
      case DESCENT_UINT64: name##_uint64_part(axis, part, true, x, x, y); break;                           \
      case DESCENT_BOOL: name##_bool_part(axis, part, true, x, x, y); break;                               \
      DESCENT_STORAGE_CASES break;                                                                         \
    }                                                                                                      \
  }
DEFINE_CUMULATIVE(maximum)
DEFINE_CUMULATIVE(minimum)
