// Overlap-add in gather form: a part of a line of the result collects what stands there from all windows.

#include "windows.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// The window whose place `place` stands at element `index`; `count` if there is none.
static inline size_t window_at(const descent_window_axis *axis, size_t index, size_t place) {
  size_t shift = place * axis->dilation;
  if (index < shift || (index - shift) % axis->stride != 0) return axis->count;
  return smaller((index - shift) / axis->stride, axis->count);
}

// The windows along an axis that may have places in first..<end, in half-open form.
static inline size_t first_window(const descent_window_axis *axis, size_t first) {
  size_t reach = (axis->size - 1) * axis->dilation;
  return first <= reach ? 0 : (first - reach + axis->stride - 1) / axis->stride;
}
static inline size_t end_window(const descent_window_axis *axis, size_t end) {
  return smaller((end + axis->stride - 1) / axis->stride, axis->count);
}

// `add_row_` adds one row of places of the windows along a line, which begin `window` elements apart.
#define DEFINE_OVERLAP(name, T)                                                                               \
  INLINE void add_row_##name(                                                                                 \
      const descent_window_axis *axis, size_t inner, size_t window, size_t first, size_t end, const T *x,     \
      T *restrict y) {                                                                                        \
    size_t last = end_window(axis, end);                                                                      \
    for (size_t p = first_window(axis, first); p < last; p++) {                                               \
      const T *from = x + p * window;                                                                         \
      size_t start = p * axis->stride;                                                                        \
      if (axis->dilation == 1) {                                                                              \
        /* All places in the part lie side by side. */                                                        \
        size_t skipped = first > start ? first - start : 0, taken = smaller(axis->size, end - start);         \
        const T *terms = from + skipped * inner;                                                              \
        T *sums = y + (start + skipped) * inner;                                                              \
        size_t count = (taken - skipped) * inner;                                                             \
        for (size_t i = 0; i < count; i++) sums[i] += terms[i];                                               \
        continue;                                                                                             \
      }                                                                                                       \
      for (size_t a = 0; a < axis->size; a++) {                                                               \
        size_t place = start + a * axis->dilation;                                                            \
        if (place >= end) break;                                                                              \
        if (place < first) continue;                                                                          \
        for (size_t i = 0; i < inner; i++) y[place * inner + i] += from[a * inner + i];                       \
      }                                                                                                       \
    }                                                                                                         \
  }                                                                                                           \
                                                                                                              \
  static void overlap_##name(                                                                                 \
      const descent_window_grid *grid, size_t line, size_t first, size_t end, const T *x, T *y) {             \
    const descent_window_axis *deep = &grid->axes[0], *tall = &grid->axes[1], *wide = &grid->axes[2];         \
    size_t inner = grid->inner, row = wide->size * inner, window = deep->size * tall->size * row;             \
    size_t i = line / tall->extent % deep->extent, j = line % tall->extent;                                   \
    size_t outer = line / tall->extent / deep->extent;                                                        \
    T *sums = y + line * wide->extent * inner;                                                                \
    memset(sums + first * inner, 0, (end - first) * inner * sizeof(T));                                       \
    for (size_t a = 0; a < deep->size; a++) {                                                                 \
      size_t p = window_at(deep, i, a);                                                                       \
      if (p == deep->count) continue;                                                                         \
      for (size_t b = 0; b < tall->size; b++) {                                                               \
        size_t q = window_at(tall, j, b);                                                                     \
        if (q == tall->count) continue;                                                                       \
        size_t number = ((outer * deep->count + p) * tall->count + q) * wide->count;                          \
        const T *terms = x + number * window + (a * tall->size + b) * row;                                    \
        if (inner == 1) add_row_##name(wide, 1, window, first, end, terms, sums);                             \
        else add_row_##name(wide, inner, window, first, end, terms, sums);                                    \
      }                                                                                                       \
    }                                                                                                         \
  }

DEFINE_OVERLAP(float32, float)
DEFINE_OVERLAP(float64, double)
// Unsigned, since signed integers must not overflow.
DEFINE_OVERLAP(int32, uint32_t)
DEFINE_OVERLAP(int64, uint64_t)

void descent_overlap(
    const descent_window_grid *grid, descent_type type, size_t line, size_t first, size_t end, const void *x, void *y) {
  switch (type) {
    case DESCENT_FLOAT32: overlap_float32(grid, line, first, end, x, y); break;
    case DESCENT_FLOAT64: overlap_float64(grid, line, first, end, x, y); break;
    case DESCENT_INT32: overlap_int32(grid, line, first, end, x, y); break;
    case DESCENT_INT64: overlap_int64(grid, line, first, end, x, y); break;
    case DESCENT_UINT64: overlap_int64(grid, line, first, end, x, y); break;
    case DESCENT_BOOL: break;
    DESCENT_STORAGE_CASES break;
  }
}
