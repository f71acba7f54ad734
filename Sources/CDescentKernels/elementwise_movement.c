// Moving elements without computing: gathering, scattering, transposing and repeating them.

#include <string.h>

#include "elementwise.h"

typedef uint8_t element_1;
typedef uint16_t element_2;
typedef uint32_t element_4;
typedef uint64_t element_8;

// Runs FUNCTION for the type that has `size` bytes.
#define FOR_SIZE(FUNCTION, ...)                     \
  switch (size) {                                   \
    case 1: FUNCTION##_1(__VA_ARGS__); break;       \
    case 2: FUNCTION##_2(__VA_ARGS__); break;       \
    case 4: FUNCTION##_4(__VA_ARGS__); break;       \
    case 8: FUNCTION##_8(__VA_ARGS__); break;       \
  }

// Elements are copied by memcpy of a known size: strides may leave them unaligned.
#define DEFINE_MOVEMENT(BYTES)                                                                            \
  static void fill_##BYTES(size_t count, const char *x, element_##BYTES *y) {                             \
    if (!count) return;                                                                                   \
    element_##BYTES value;                                                                                \
    memcpy(&value, x, BYTES);                                                                             \
    for (size_t i = 0; i < count; i++) y[i] = value;                                                      \
  }                                                                                                       \
  static void gather_##BYTES(size_t count, const char *x, ptrdiff_t stride, char *y) {                    \
    for (size_t i = 0; i < count; i++) memcpy(y + i * BYTES, x + (ptrdiff_t)i * stride, BYTES);           \
  }                                                                                                       \
  static void scatter_##BYTES(size_t count, const char *x, char *y, ptrdiff_t stride) {                   \
    for (size_t i = 0; i < count; i++) memcpy(y + (ptrdiff_t)i * stride, x + i * BYTES, BYTES);           \
  }                                                                                                       \
  static void expand_rows_##BYTES(size_t rows, size_t columns, const char *x, element_##BYTES *y) {       \
    for (size_t r = 0; r < rows; r++) fill_##BYTES(columns, x + r * BYTES, y + r * columns);              \
  }                                                                                                       \
  static void gather_tile_##BYTES(size_t rows, size_t columns, const char *x, ptrdiff_t row_stride,       \
                                  ptrdiff_t column_stride, char *y, size_t y_row_bytes) {                 \
    for (size_t r = 0; r < rows; r++) {                                                                   \
      gather_##BYTES(columns, x + (ptrdiff_t)r * row_stride, column_stride, y + r * y_row_bytes);         \
    }                                                                                                     \
  }
DEFINE_MOVEMENT(1)
DEFINE_MOVEMENT(2)
DEFINE_MOVEMENT(4)
DEFINE_MOVEMENT(8)
#undef DEFINE_MOVEMENT

void descent_load_strided(size_t count, size_t size, const void *x, ptrdiff_t stride, void *y) {
  if (stride == (ptrdiff_t)size) {
    memcpy(y, x, count * size);
  } else if (stride == 0) {
    FOR_SIZE(fill, count, x, y)
  } else {
    FOR_SIZE(gather, count, x, stride, y)
  }
}

void descent_store_strided(size_t count, size_t size, const void *x, void *y, ptrdiff_t stride) {
  if (stride == (ptrdiff_t)size) {
    memcpy(y, x, count * size);
  } else {
    FOR_SIZE(scatter, count, x, y, stride)
  }
}

// MARK: - Planes

// A tile's rows fill whole cache lines of y, and its columns whole lines of a transposed x.
enum { TILE = 16 };

typedef element_4 four_elements __attribute__((ext_vector_type(4)));

// Transposes a tile of 4-byte elements whose columns are contiguous, in squares of 4 x 4 that fit in registers.
static void transpose_tile_4(const char *x, ptrdiff_t column_stride, char *y, size_t y_row_bytes) {
  four_elements tile[TILE][TILE / 4];
  for (size_t c = 0; c < TILE; c += 4) {
    for (size_t r = 0; r < TILE; r += 4) {
      four_elements v[4];
      for (size_t i = 0; i < 4; i++) memcpy(&v[i], x + (ptrdiff_t)(c + i) * column_stride + r * 4, sizeof v[i]);
      four_elements low01 = __builtin_shufflevector(v[0], v[1], 0, 4, 1, 5);
      four_elements low23 = __builtin_shufflevector(v[2], v[3], 0, 4, 1, 5);
      four_elements high01 = __builtin_shufflevector(v[0], v[1], 2, 6, 3, 7);
      four_elements high23 = __builtin_shufflevector(v[2], v[3], 2, 6, 3, 7);
      tile[r][c / 4] = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
      tile[r + 1][c / 4] = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
      tile[r + 2][c / 4] = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
      tile[r + 3][c / 4] = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
    }
  }
  for (size_t r = 0; r < TILE; r++) memcpy(y + r * y_row_bytes, tile[r], sizeof tile[r]);
}

static void load_tiles(size_t rows, size_t columns, size_t size, const char *x, ptrdiff_t row_stride,
                       ptrdiff_t column_stride, char *y) {
  for (size_t r = 0; r < rows; r += TILE) {
    size_t tile_rows = rows - r < TILE ? rows - r : TILE;
    for (size_t c = 0; c < columns; c += TILE) {
      size_t tile_columns = columns - c < TILE ? columns - c : TILE;
      const char *from = x + (ptrdiff_t)r * row_stride + (ptrdiff_t)c * column_stride;
      char *to = y + (r * columns + c) * size;
      if (size == 4 && row_stride == 4 && tile_rows == TILE && tile_columns == TILE) {
        transpose_tile_4(from, column_stride, to, columns * size);
      } else {
        FOR_SIZE(gather_tile, tile_rows, tile_columns, from, row_stride, column_stride, to, columns * size)
      }
    }
  }
}

void descent_load_plane(
    size_t rows, size_t columns, size_t size, const void *x, ptrdiff_t row_stride, ptrdiff_t column_stride, void *y) {
  const char *from = x;
  char *to = y;
  size_t row_bytes = columns * size;
  if (column_stride != (ptrdiff_t)size && column_stride != 0) {
    load_tiles(rows, columns, size, from, row_stride, column_stride, to);
  } else {
    for (size_t r = 0; r < rows; r++) {
      descent_load_strided(columns, size, from + (ptrdiff_t)r * row_stride, column_stride, to + r * row_bytes);
    }
  }
}

// MARK: - Runs

// A place among the elements of several dimensions, which walks on without dividing.
typedef struct {
  size_t last;  // the number of the innermost dimension
  ptrdiff_t index[8];
  ptrdiff_t offset;
} walk;

static walk start_walk(const descent_dimensions *dimensions, size_t place) {
  walk result = {.last = dimensions->count - 1};
  for (size_t d = dimensions->count; d-- > 0;) {
    result.index[d] = (ptrdiff_t)place % dimensions->sizes[d];
    place /= (size_t)dimensions->sizes[d];
    result.offset += result.index[d] * dimensions->strides[d];
  }
  return result;
}

// Walks on by no more elements than the innermost dimension has left.
static inline void advance(walk *walk, const descent_dimensions *dimensions, ptrdiff_t step) {
  size_t d = walk->last;
  walk->index[d] += step;
  walk->offset += step * dimensions->strides[d];
  while (walk->index[d] == dimensions->sizes[d] && d > 0) {
    walk->offset -= walk->index[d] * dimensions->strides[d];
    walk->index[d] = 0;
    d--;
    walk->index[d]++;
    walk->offset += dimensions->strides[d];
  }
}

typedef struct {
  uint64_t words[4];
} run_piece;

// Most runs are some channels or a window's width: too short for the call that a memcpy of unknown length is.
static inline void copy_run(char *y, const char *x, size_t bytes) {
  if (bytes > 1024) {
    memcpy(y, x, bytes);
    return;
  }
  size_t i = 0;
  for (; i + sizeof(run_piece) <= bytes; i += sizeof(run_piece)) memcpy(y + i, x + i, sizeof(run_piece));
  for (; i + 8 <= bytes; i += 8) memcpy(y + i, x + i, 8);
  for (; i < bytes; i++) y[i] = x[i];
}

// Rows of one run each: places of the innermost dimension are walked by adding its stride.
static void load_single_runs(
    size_t rows, size_t bytes, const char *x, const descent_dimensions *dimensions, size_t first_row, char *y) {
  walk row = start_walk(dimensions, first_row);
  const ptrdiff_t stride = dimensions->strides[row.last];
  while (rows > 0) {
    size_t count = (size_t)(dimensions->sizes[row.last] - row.index[row.last]);
    if (count > rows) count = rows;
    const char *from = x + row.offset;
    for (size_t r = 0; r < count; r++, from += stride, y += bytes) {
      copy_run(y, from, bytes);
    }
    advance(&row, dimensions, (ptrdiff_t)count);
    rows -= count;
  }
}

void descent_load_runs(
    size_t rows, size_t columns, size_t size, const void *x, const descent_dimensions *row_dimensions,
    size_t first_row, const descent_dimensions *column_dimensions, size_t first_column, void *y) {
  char *to = y;
  const walk start = start_walk(column_dimensions, first_column);
  if (start.last == 0) {
    load_single_runs(
        rows, columns * size, (const char *)x + start.offset, row_dimensions, first_row, to);
    return;
  }
  walk row = start_walk(row_dimensions, first_row);
  for (size_t r = 0; r < rows; r++) {
    const char *line = (const char *)x + row.offset;
    walk column = start;
    for (size_t rest = columns; rest > 0;) {
      size_t run = (size_t)(column_dimensions->sizes[column.last] - column.index[column.last]);
      if (run > rest) run = rest;
      copy_run(to, line + column.offset, run * size);
      to += run * size;
      rest -= run;
      advance(&column, column_dimensions, (ptrdiff_t)run);
    }
    advance(&row, row_dimensions, 1);
  }
}

// MARK: - Repetition

void descent_expand_rows(size_t rows, size_t columns, size_t size, const void *x, void *y) {
  FOR_SIZE(expand_rows, rows, columns, x, y)
}

void descent_expand_columns(size_t rows, size_t columns, size_t size, const void *x, void *y) {
  const size_t enough = 16384;
  char *to = y;
  size_t total = rows * columns * size, piece = columns * size;
  if (total == 0) return;
  memcpy(to, x, piece);
  // What is filled already is copied behind itself, so that short rows go in long pieces too.
  for (size_t filled = piece; filled < total;) {
    size_t next = total - filled < piece ? total - filled : piece;
    memcpy(to + filled, to, next);
    filled += next;
    if (piece < enough) piece = filled;
  }
}
