// One reduction of one element type. The including file defines T, T_BYTES, REDUCTION (its name), COMBINE(a, b) for
// vectors and scalars alike, and IDENTITY; the last three are undefined here.

#define NAME_2(type, reduction, name) type##_##reduction##_##name
#define NAME_1(type, reduction, name) NAME_2(type, reduction, name)
#define NAME(name) NAME_1(T, REDUCTION, name)
#define JOIN_1(type, name) type##name
#define JOIN(type, name) JOIN_1(type, name)
#define VECTOR JOIN(T, v)
#define LOAD JOIN(T, _load)
#define LOAD_PARTIAL JOIN(T, _load_partial)

// Combines the lanes of a vector: both halves with each other, down to one lane.
#define DEFINE_FOLD(LANE_COUNT, HALF)                                    \
  INLINE T NAME(fold_##LANE_COUNT)(VECTOR_OF(T, LANE_COUNT) v) {         \
    return NAME(fold_##HALF)(COMBINE(v.lo, v.hi));                       \
  }
INLINE T NAME(fold_2)(VECTOR_OF(T, 2) v) { return COMBINE(v.x, v.y); }
DEFINE_FOLD(4, 2)
DEFINE_FOLD(8, 4)
DEFINE_FOLD(16, 8)
DEFINE_FOLD(32, 16)
DEFINE_FOLD(64, 32)
#undef DEFINE_FOLD
#if VECTOR_BYTES / T_BYTES == 2
#define FOLD NAME(fold_2)
#elif VECTOR_BYTES / T_BYTES == 4
#define FOLD NAME(fold_4)
#elif VECTOR_BYTES / T_BYTES == 8
#define FOLD NAME(fold_8)
#elif VECTOR_BYTES / T_BYTES == 16
#define FOLD NAME(fold_16)
#elif VECTOR_BYTES / T_BYTES == 32
#define FOLD NAME(fold_32)
#else
#define FOLD NAME(fold_64)
#endif

// The first `count` lanes of x, the others IDENTITY. Reading a whole vector is quicker, where x has that many.
INLINE VECTOR NAME(load_leading)(const T *x, size_t count, size_t readable) {
  VECTOR v = readable >= LANES(T) ? LOAD(x) : LOAD_PARTIAL(x, count);
  return JOIN(T, _leading)(count) ? v : (VECTOR)(T)IDENTITY;
}

// Four accumulators hide the latency of COMBINE. The order depends on `count` only.
INLINE T NAME(chunk)(const T *x, size_t count, size_t readable) {
  if (count < LANES(T)) return FOLD(NAME(load_leading)(x, count, readable));
  VECTOR sum = LOAD(x);
  size_t i = LANES(T);
  if (count >= 8 * LANES(T)) {
    VECTOR second = LOAD(x + i), third = LOAD(x + i + LANES(T)), fourth = LOAD(x + i + 2 * LANES(T));
    for (i += 3 * LANES(T); i + 4 * LANES(T) <= count; i += 4 * LANES(T)) {
      VECTOR a = LOAD(x + i), b = LOAD(x + i + LANES(T));
      VECTOR c = LOAD(x + i + 2 * LANES(T)), d = LOAD(x + i + 3 * LANES(T));
      sum = COMBINE(sum, a);
      second = COMBINE(second, b);
      third = COMBINE(third, c);
      fourth = COMBINE(fourth, d);
    }
    sum = COMBINE(sum, second);
    third = COMBINE(third, fourth);
    sum = COMBINE(sum, third);
  }
  for (; i + LANES(T) <= count; i += LANES(T)) {
    VECTOR a = LOAD(x + i);
    sum = COMBINE(sum, a);
  }
  if (i < count) {
    VECTOR a = NAME(load_leading)(x + i, count - i, readable - i);
    sum = COMBINE(sum, a);
  }
  return FOLD(sum);
}

// Chunks are combined in pairs, so that the error of a long sum grows with the logarithm of its length.
static T NAME(chunks)(const T *x, size_t count, size_t readable) {
  if (count <= REDUCTION_CHUNK) return NAME(chunk)(x, count, readable);
  size_t half = (count / 2 + REDUCTION_CHUNK - 1) / REDUCTION_CHUNK * REDUCTION_CHUNK;
  T first = NAME(chunks)(x, half, readable), second = NAME(chunks)(x + half, count - half, readable - half);
  return COMBINE(first, second);
}

static void NAME(rows_kernel)(size_t rows, size_t columns, const void *x, void *y) {
  const T *from = x;
  T *to = y;
  for (size_t r = 0; r < rows; r++) {
    const T *row = from + r * columns;
    size_t readable = (rows - r) * columns;
    to[r] = columns <= REDUCTION_CHUNK ? NAME(chunk)(row, columns, readable) : NAME(chunks)(row, columns, readable);
  }
}

// y and `rows` rows of x, one vector of columns after another; `rows` is a constant where it is inlined.
INLINE void NAME(add_rows)(size_t rows, size_t columns, const T *x, size_t readable, T *y) {
  size_t c = 0;
  for (; c + LANES(T) <= columns; c += LANES(T)) {
    VECTOR sum = LOAD(y + c);
    for (size_t r = 0; r < rows; r++) {
      VECTOR a = LOAD(x + r * columns + c);
      sum = COMBINE(sum, a);
    }
    JOIN(T, _store)(y + c, sum);
  }
  if (c == columns) return;
  VECTOR sum = LOAD_PARTIAL(y + c, columns - c);
  for (size_t r = 0; r < rows; r++) {
    size_t at = r * columns + c;
    VECTOR a = readable - at >= LANES(T) ? LOAD(x + at) : LOAD_PARTIAL(x + at, columns - c);
    sum = COMBINE(sum, a);
  }
  JOIN(T, _store_partial)(y + c, sum, columns - c);
}

static void NAME(columns_kernel)(size_t rows, size_t columns, const void *x, void *y) {
  const T *from = x;
  size_t r = 0;
  for (; r + 8 <= rows; r += 8) NAME(add_rows)(8, columns, from + r * columns, (rows - r) * columns, y);
  for (; r < rows; r++) NAME(add_rows)(1, columns, from + r * columns, (rows - r) * columns, y);
}

#undef NAME_2
#undef NAME_1
#undef NAME
#undef JOIN_1
#undef JOIN
#undef VECTOR
#undef LOAD
#undef LOAD_PARTIAL
#undef FOLD
#undef REDUCTION
#undef COMBINE
#undef IDENTITY
