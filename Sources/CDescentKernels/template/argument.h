// Where a row's extreme element is. T and REDUCTION (maximum or minimum) come from the including file.

#define NAME_2(type, reduction, name) type##_##reduction##_##name
#define NAME_1(type, reduction, name) NAME_2(type, reduction, name)
#define NAME(name) NAME_1(T, REDUCTION, name)
#define JOIN_1(type, name) type##name
#define JOIN(type, name) JOIN_1(type, name)
#define IS_NAN(x) ((x) != (x))

// The first index whose element equals `value`, or is NaN if `value` is.
INLINE size_t NAME(find)(const T *x, size_t count, T value) {
  size_t i = 0;
  for (; i + LANES(T) <= count; i += LANES(T)) {
    JOIN(T, v) v = JOIN(T, _load)(x + i);
    JOIN(T, m) found = IS_NAN(value) ? IS_NAN(v) : v == value;
    if (__builtin_reduce_or(found)) break;
  }
  while (i < count && !(IS_NAN(value) ? IS_NAN(x[i]) : x[i] == value)) i++;
  return i;
}

static void NAME(argument_kernel)(size_t rows, size_t columns, const void *x, int64_t *y) {
  const T *from = x;
  for (size_t r = 0; r < rows; r++) {
    const T *row = from + r * columns;
    y[r] = columns ? (int64_t)NAME(find)(row, columns, NAME(chunks)(row, columns, (rows - r) * columns)) : 0;
  }
}

#undef NAME_2
#undef NAME_1
#undef NAME
#undef JOIN_1
#undef JOIN
#undef IS_NAN
#undef REDUCTION
