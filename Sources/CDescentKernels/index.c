// Gathering, scattering, and looking for zeros.

#include "index.h"

#include <string.h>

int64_t descent_index_at(const descent_indexed_axis *axis, size_t place) {
  return axis->is_wide ? ((const int64_t *)axis->indices)[place] : ((const int32_t *)axis->indices)[place];
}

// The index at a place, counted from the start of the axis.
static inline size_t position(const descent_indexed_axis *axis, size_t place) {
  int64_t index = descent_index_at(axis, place);
  return (size_t)(index < 0 ? index + (int64_t)axis->extent : index);
}

ptrdiff_t descent_find_bad_index(const descent_indexed_axis *axis) {
  int64_t extent = (int64_t)axis->extent;
  for (size_t i = 0; i < axis->count; i++) {
    int64_t index = descent_index_at(axis, i);
    if (index < -extent || index >= extent) return (ptrdiff_t)i;
  }
  return -1;
}

// A slice of known size is copied by plain moves.
#define GATHER(bytes)                                                                          \
  for (size_t slice = first; slice < end; slice++) {                                           \
    size_t outer = slice / axis->count, place = slice % axis->count;                           \
    const char *source = (const char *)x + (outer * axis->extent + position(axis, place)) * (bytes); \
    memcpy((char *)y + slice * (bytes), source, (bytes));                                      \
  }

void descent_gather(
    const descent_indexed_axis *axis, size_t size, size_t first, size_t end, const void *x, void *y) {
  size_t bytes = axis->inner * size;
  switch (bytes) {
    case 1: GATHER((size_t)1) break;
    case 2: GATHER((size_t)2) break;
    case 4: GATHER((size_t)4) break;
    case 8: GATHER((size_t)8) break;
    default: GATHER(bytes) break;
  }
}

#define SCATTER(type, combine)                                                                       \
  for (size_t outer = first_outer; outer < end_outer; outer++) {                                     \
    for (size_t place = 0; place < axis->count; place++) {                                           \
      const type *source = (const type *)x + (outer * axis->count + place) * axis->inner;            \
      type *target = (type *)y + (outer * axis->extent + position(axis, place)) * axis->inner;       \
      for (size_t i = first_inner; i < end_inner; i++) target[i] = (type)(target[i] combine source[i]); \
    }                                                                                                \
  }

void descent_scatter_add(
    const descent_indexed_axis *axis, descent_type type, size_t first_outer, size_t end_outer, size_t first_inner,
    size_t end_inner, const void *x, void *y) {
  switch (type) {
    case DESCENT_FLOAT32: SCATTER(float, +) break;
    case DESCENT_FLOAT64: SCATTER(double, +) break;
    case DESCENT_INT32: SCATTER(uint32_t, +) break;
    case DESCENT_INT64: SCATTER(uint64_t, +) break;
    case DESCENT_UINT64: SCATTER(uint64_t, +) break;
    case DESCENT_BOOL: SCATTER(uint8_t, |) break;
    DESCENT_STORAGE_CASES break;
  }
}

bool descent_contains_zero(size_t count, size_t size, const void *x) {
  size_t zeros = 0;
  if (size == 8) {
    for (size_t i = 0; i < count; i++) zeros += ((const int64_t *)x)[i] == 0;
  } else {
    for (size_t i = 0; i < count; i++) zeros += ((const int32_t *)x)[i] == 0;
  }
  return zeros != 0;
}
