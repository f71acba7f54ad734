// Loops and simple functions of one operand.

#define DEFINE_UNARY(T, NAME, V, FUNCTION)                                                       \
  static void T##_##NAME##_kernel(size_t count, const void *x, void *y) {                        \
    const V *from = x;                                                                           \
    V *to = y;                                                                                   \
    size_t whole = count - count % LANES(V);                                                     \
    for (size_t i = 0; i < whole; i += LANES(V)) V##_store(to + i, FUNCTION(V##_load(from + i))); \
    if (whole < count) {                                                                         \
      V##v result = FUNCTION(V##_load_partial(from + whole, count - whole));                     \
      V##_store_partial(to + whole, result, count - whole);                                      \
    }                                                                                            \
  }

#define DEFINE_FLOATING_UNARY(T)                                                                         \
  INLINE T##v T##_negate(T##v x) { return -x; }                                                          \
  INLINE T##v T##_sign(T##v x) { return x > 0 ? (T##v)(T)1 : (x < 0 ? (T##v)(T)-1 : x); }                \
  INLINE T##v T##_square(T##v x) { return x * x; }                                                       \
  INLINE T##v T##_sqrt(T##v x) { return __builtin_elementwise_sqrt(x); }                                 \
  INLINE T##v T##_reciprocal(T##v x) { return 1 / x; }                                                   \
  INLINE T##v T##_relu(T##v x) { return 0 > x ? (T##v)(T)0 : x; }                                        \
  /* Adding and subtracting 2^MANTISSA_BITS rounds to even; larger numbers are whole already. */         \
  INLINE T##v T##_round(T##v x) {                                                                        \
    const T limit = sizeof(T) == 4 ? (T)0x1p23 : (T)0x1p52;                                              \
    T##v a = T##_absolute(x);                                                                            \
    return a < limit ? T##_with_sign((a + limit) - limit, x) : x;                                        \
  }                                                                                                      \
  INLINE T##v T##_floor(T##v x) {                                                                        \
    T##v y = T##_round(x);                                                                               \
    return y > x ? y - 1 : y;                                                                            \
  }                                                                                                      \
  INLINE T##v T##_ceil(T##v x) { return -T##_floor(-x); }                                                \
  INLINE T##v T##_truncate(T##v x) { return T##_with_sign(T##_floor(T##_absolute(x)), x); }              \
  INLINE T##v T##_rsqrt(T##v x) { return 1 / T##_sqrt(x); }                                              \
  DEFINE_UNARY(T, negate, T, T##_negate)                                                                 \
  DEFINE_UNARY(T, absolute, T, T##_absolute)                                                             \
  DEFINE_UNARY(T, sign, T, T##_sign)                                                                     \
  DEFINE_UNARY(T, square, T, T##_square)                                                                 \
  DEFINE_UNARY(T, sqrt, T, T##_sqrt)                                                                     \
  DEFINE_UNARY(T, reciprocal, T, T##_reciprocal)                                                         \
  DEFINE_UNARY(T, exp, T, T##_exp)                                                                       \
  DEFINE_UNARY(T, log, T, T##_log)                                                                       \
  DEFINE_UNARY(T, tanh, T, T##_tanh)                                                                     \
  DEFINE_UNARY(T, sigmoid, T, T##_sigmoid)                                                               \
  DEFINE_UNARY(T, relu, T, T##_relu)                                                                     \
  DEFINE_UNARY(T, sin, T, T##_sin)                                                                       \
  DEFINE_UNARY(T, cos, T, T##_cos)                                                                       \
  DEFINE_UNARY(T, floor, T, T##_floor)                                                                   \
  DEFINE_UNARY(T, ceil, T, T##_ceil)                                                                     \
  DEFINE_UNARY(T, round, T, T##_round)                                                                   \
  DEFINE_UNARY(T, truncate, T, T##_truncate)                                                             \
  DEFINE_UNARY(T, rsqrt, T, T##_rsqrt)
DEFINE_FLOATING_UNARY(float32)
DEFINE_FLOATING_UNARY(float64)
#undef DEFINE_FLOATING_UNARY

// Integers wrap, so they are computed as unsigned ones.
#define DEFINE_INTEGER_UNARY(T, U)                                                              \
  INLINE U##v T##_negative(U##v x) { return (U##v)((T##v)x < 0); }                              \
  INLINE U##v T##_negate(U##v x) { return 0 - x; }                                              \
  INLINE U##v T##_absolute(U##v x) { return (x ^ T##_negative(x)) - T##_negative(x); }          \
  INLINE U##v T##_sign(U##v x) { return T##_negative(x) - (U##v)((T##v)x > 0); }                \
  INLINE U##v T##_square(U##v x) { return x * x; }                                              \
  INLINE U##v T##_relu(U##v x) { return x & ~T##_negative(x); }                                 \
  DEFINE_UNARY(T, negate, U, T##_negate)                                                        \
  DEFINE_UNARY(T, absolute, U, T##_absolute)                                                    \
  DEFINE_UNARY(T, sign, U, T##_sign)                                                            \
  DEFINE_UNARY(T, square, U, T##_square)                                                        \
  DEFINE_UNARY(T, relu, U, T##_relu)
DEFINE_INTEGER_UNARY(int32, uint32)
DEFINE_INTEGER_UNARY(int64, uint64)
#undef DEFINE_INTEGER_UNARY

// Of unsigned integers every one is its own absolute value and relu.
INLINE uint64v uint64_sign(uint64v x) { return (uint64v)(x != 0) & 1; }
DEFINE_UNARY(uint64, sign, uint64, uint64_sign)

INLINE booleanv boolean_not(booleanv x) { return (booleanv)(x == 0) & 1; }
DEFINE_UNARY(boolean, not, boolean, boolean_not)
