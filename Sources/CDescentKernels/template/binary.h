// Functions of two operands, comparisons and selection. Which operands advance is decided once per call: the loops
// are inlined with constants in place of the steps, so that scalars are spread over a vector outside of the loop.

#define DEFINE_STEPS(NAME, V, RESULT)                                                          \
  static void NAME##_kernel(                                                                   \
      size_t count, const void *x, size_t x_step, const void *y, size_t y_step, void *z) {     \
    const V *left = x, *right = y;                                                             \
    RESULT *to = z;                                                                            \
    if (!count) return;                                                                        \
    if (x_step && y_step) return NAME##_loop(count, left, true, right, true, to);              \
    if (x_step) return NAME##_loop(count, left, true, right, false, to);                       \
    if (y_step) return NAME##_loop(count, left, false, right, true, to);                       \
    return NAME##_loop(count, left, false, right, false, to);                                  \
  }

#define DEFINE_BINARY(T, NAME, V, EXPRESSION)                                                               \
  INLINE V##v T##_##NAME(V##v a, V##v b) { return EXPRESSION; }                                             \
  INLINE void T##_##NAME##_loop(size_t count, const V *x, bool x_moves, const V *y, bool y_moves, V *z) {   \
    V##v a = (V##v)*x, b = (V##v)*y;                                                                        \
    size_t whole = count - count % LANES(V);                                                                \
    for (size_t i = 0; i < whole; i += LANES(V)) {                                                          \
      if (x_moves) a = V##_load(x + i);                                                                     \
      if (y_moves) b = V##_load(y + i);                                                                     \
      V##_store(z + i, T##_##NAME(a, b));                                                                   \
    }                                                                                                       \
    if (whole == count) return;                                                                             \
    if (x_moves) a = V##_load_partial(x + whole, count - whole);                                            \
    if (y_moves) b = V##_load_partial(y + whole, count - whole);                                            \
    V##_store_partial(z + whole, T##_##NAME(a, b), count - whole);                                          \
  }                                                                                                         \
  DEFINE_STEPS(T##_##NAME, V, V)

#define DEFINE_FLOATING_BINARY(T)                                         \
  DEFINE_BINARY(T, add, T, a + b)                                         \
  DEFINE_BINARY(T, subtract, T, a - b)                                    \
  DEFINE_BINARY(T, multiply, T, a * b)                                     \
  DEFINE_BINARY(T, divide, T, a / b)                                      \
  DEFINE_BINARY(T, maximum, T, ((a > b) | (a != a)) ? a : b)                \
  DEFINE_BINARY(T, minimum, T, ((a < b) | (a != a)) ? a : b)                \
  DEFINE_BINARY(T, copysign, T, T##_with_sign(T##_absolute(a), b))
DEFINE_FLOATING_BINARY(float32)
DEFINE_FLOATING_BINARY(float64)
#undef DEFINE_FLOATING_BINARY

// Division by 0 and by -1 is kept from the machine's instruction, which would trap on 0 and on overflow.
#define DEFINE_INTEGER_BINARY(T, U)                                                   \
  INLINE T##v T##_quotient(T##v a, T##v b) {                                          \
    T##v quotient = a / (((b == 0) | (b == -1)) ? (T##v)(T)1 : b);                      \
    quotient = b == -1 ? (T##v)(0 - (U##v)a) : quotient;                              \
    return b == 0 ? (T##v)(T)0 : quotient;                                            \
  }                                                                                   \
  DEFINE_BINARY(T, add, U, a + b)                                                     \
  DEFINE_BINARY(T, subtract, U, a - b)                                                \
  DEFINE_BINARY(T, multiply, U, a * b)                                                 \
  DEFINE_BINARY(T, divide, T, T##_quotient(a, b))                                     \
  DEFINE_BINARY(T, maximum, T, a > b ? a : b)                                         \
  DEFINE_BINARY(T, minimum, T, a < b ? a : b)                                         \
  DEFINE_BINARY(T, and, U, a & b)                                                      \
  DEFINE_BINARY(T, or, U, a | b)                                                      \
  DEFINE_BINARY(T, xor, U, a ^ b)
DEFINE_INTEGER_BINARY(int32, uint32)
DEFINE_INTEGER_BINARY(int64, uint64)
#undef DEFINE_INTEGER_BINARY

// Where the sign makes a difference.
INLINE uint64v uint64_quotient(uint64v a, uint64v b) {
  return b == 0 ? (uint64v)(uint64)0 : a / (b == 0 ? (uint64v)(uint64)1 : b);
}
DEFINE_BINARY(uint64, divide, uint64, uint64_quotient(a, b))
DEFINE_BINARY(uint64, maximum, uint64, a > b ? a : b)
DEFINE_BINARY(uint64, minimum, uint64, a < b ? a : b)

DEFINE_BINARY(boolean, and, boolean, a & b)
DEFINE_BINARY(boolean, or, boolean, a | b)
DEFINE_BINARY(boolean, xor, boolean, a ^ b)
#undef DEFINE_BINARY

// MARK: - Comparisons: a vector of elements gives as many bytes.

#define DEFINE_COMPARISON(T, NAME, OPERATOR)                                                                      \
  INLINE T##_flags T##_##NAME(T##v a, T##v b) { return __builtin_convertvector(a OPERATOR b, T##_flags) & 1; }    \
  INLINE void T##_##NAME##_loop(                                                                                  \
      size_t count, const T *x, bool x_moves, const T *y, bool y_moves, boolean *z) {                             \
    T##v a = (T##v)*x, b = (T##v)*y;                                                                              \
    size_t whole = count - count % LANES(T);                                                                      \
    for (size_t i = 0; i < whole; i += LANES(T)) {                                                                \
      if (x_moves) a = T##_load(x + i);                                                                           \
      if (y_moves) b = T##_load(y + i);                                                                           \
      T##_flags flags = T##_##NAME(a, b);                                                                         \
      memcpy(z + i, &flags, LANES(T));                                                                            \
    }                                                                                                             \
    if (whole == count) return;                                                                                   \
    if (x_moves) a = T##_load_partial(x + whole, count - whole);                                                  \
    if (y_moves) b = T##_load_partial(y + whole, count - whole);                                                  \
    T##_flags flags = T##_##NAME(a, b);                                                                           \
    memcpy(z + whole, &flags, count - whole);                                                                     \
  }                                                                                                               \
  DEFINE_STEPS(T##_##NAME, T, boolean)

#define DEFINE_COMPARISONS(T)                                   \
  typedef VECTOR_OF(boolean, VECTOR_BYTES / sizeof(T)) T##_flags; \
  DEFINE_COMPARISON(T, equal, ==)                               \
  DEFINE_COMPARISON(T, not_equal, !=)                           \
  DEFINE_COMPARISON(T, less, <)                                 \
  DEFINE_COMPARISON(T, less_equal, <=)                          \
  DEFINE_COMPARISON(T, greater, >)                              \
  DEFINE_COMPARISON(T, greater_equal, >=)
DEFINE_COMPARISONS(float32)
DEFINE_COMPARISONS(float64)
DEFINE_COMPARISONS(int32)
DEFINE_COMPARISONS(int64)
DEFINE_COMPARISONS(uint64)
DEFINE_COMPARISONS(boolean)
#undef DEFINE_COMPARISONS
#undef DEFINE_COMPARISON
#undef DEFINE_STEPS

// MARK: - Selection, one kernel for each element size

#define DEFINE_SELECT(T)                                                                                   \
  INLINE T##v T##_selected(T##_flags flags, T##v a, T##v b) {                                              \
    return __builtin_convertvector(flags, T##v) != 0 ? a : b;                                              \
  }                                                                                                        \
  INLINE void T##_select_loop(                                                                             \
      size_t count, const boolean *condition, const T *x, bool x_moves, const T *y, bool y_moves, T *z) {  \
    T##v a = (T##v)*x, b = (T##v)*y;                                                                       \
    T##_flags flags;                                                                                       \
    size_t whole = count - count % LANES(T);                                                               \
    for (size_t i = 0; i < whole; i += LANES(T)) {                                                         \
      memcpy(&flags, condition + i, LANES(T));                                                             \
      if (x_moves) a = T##_load(x + i);                                                                    \
      if (y_moves) b = T##_load(y + i);                                                                    \
      T##_store(z + i, T##_selected(flags, a, b));                                                         \
    }                                                                                                      \
    if (whole == count) return;                                                                            \
    flags = (T##_flags)(boolean)0;                                                                         \
    memcpy(&flags, condition + whole, count - whole);                                                      \
    if (x_moves) a = T##_load_partial(x + whole, count - whole);                                           \
    if (y_moves) b = T##_load_partial(y + whole, count - whole);                                           \
    T##_store_partial(z + whole, T##_selected(flags, a, b), count - whole);                                \
  }                                                                                                        \
  static void T##_select_kernel(size_t count, const uint8_t *condition, const void *x, size_t x_step,      \
                                const void *y, size_t y_step, void *z) {                                   \
    if (!count) return;                                                                                    \
    if (x_step && y_step) return T##_select_loop(count, condition, x, true, y, true, z);                   \
    if (x_step) return T##_select_loop(count, condition, x, true, y, false, z);                            \
    if (y_step) return T##_select_loop(count, condition, x, false, y, true, z);                            \
    return T##_select_loop(count, condition, x, false, y, false, z);                                       \
  }
typedef VECTOR_OF(boolean, VECTOR_BYTES / sizeof(int16)) int16_flags;
DEFINE_SELECT(int16)
DEFINE_SELECT(int32)
DEFINE_SELECT(int64)
DEFINE_SELECT(boolean)
#undef DEFINE_SELECT
