// The functions beyond those of elementary.h: float32 in float64 vectors (wide.h) where that is simple, erf and erfc in
// float32 vectors (error_functions.h), since gelu needs them; else and for float64 the C library or
// special_functions.h, one element at a time.

#define DEFINE_LIBRARY_UNARY(NAME)          \
  DEFINE_WIDE_UNARY(NAME, wide_##NAME)      \
  DEFINE_LANE_UNARY(float64, NAME, NAME)
DEFINE_LIBRARY_UNARY(cbrt)
DEFINE_LIBRARY_UNARY(exp2)
DEFINE_LIBRARY_UNARY(expm1)
DEFINE_LIBRARY_UNARY(log2)
DEFINE_LIBRARY_UNARY(log10)
DEFINE_LIBRARY_UNARY(log1p)
DEFINE_LIBRARY_UNARY(tan)
DEFINE_LIBRARY_UNARY(asin)
DEFINE_LIBRARY_UNARY(acos)
DEFINE_LIBRARY_UNARY(atan)
DEFINE_LIBRARY_UNARY(sinh)
DEFINE_LIBRARY_UNARY(cosh)
DEFINE_LIBRARY_UNARY(asinh)
DEFINE_LIBRARY_UNARY(acosh)
DEFINE_LIBRARY_UNARY(atanh)
#undef DEFINE_LIBRARY_UNARY

DEFINE_UNARY(float32, erf, float32, float32_erf)
DEFINE_LANE_UNARY(float64, erf, erf)
DEFINE_UNARY(float32, erfc, float32, float32_erfc)
DEFINE_LANE_UNARY(float64, erfc, erfc)
#undef DEFINE_UNARY

DEFINE_WIDE_UNARY(erfinv, wide_erfinv)
DEFINE_LANE_UNARY(float64, erfinv, descent_erfinv)
DEFINE_LANE_UNARY(float32, lgamma, descent_lgamma)
DEFINE_LANE_UNARY(float64, lgamma, descent_lgamma)

DEFINE_WIDE_BINARY(atan2, wide_atan2)
DEFINE_LANE_BINARY(float64, atan2, atan2)
DEFINE_WIDE_BINARY(logaddexp, wide_logaddexp)
DEFINE_LANE_BINARY(float64, logaddexp, descent_logaddexp)
DEFINE_WIDE_BINARY(xlogy, wide_xlogy)
DEFINE_LANE_BINARY(float64, xlogy, descent_xlogy)

// Remainders of float32 numbers are float32 numbers too, so that double precision changes nothing.
#define DEFINE_FLOATING_LANES(T)                                                 \
  DEFINE_LANE_BINARY(T, remainder, descent_floored_remainder)                    \
  DEFINE_LANE_BINARY(T, truncated_remainder, fmod)                               \
  DEFINE_LANE_BINARY(T, polygamma, descent_polygamma)
DEFINE_FLOATING_LANES(float32)
DEFINE_FLOATING_LANES(float64)
#undef DEFINE_FLOATING_LANES

// Remainders by 0 and -1 are kept from the machine's instruction, which would trap. Bits that are shifted out of the
// number are lost, however far; a negative count shifts the other way.
#define DEFINE_INTEGER_LANES(T, U)                                                               \
  static T T##_truncated_remainder(T x, T y) { return y == 0 || y == -1 ? 0 : x % y; }           \
  static T T##_floored_remainder(T x, T y) {                                                     \
    T remainder = T##_truncated_remainder(x, y);                                                 \
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;             \
  }                                                                                              \
  static T T##_shift(T x, T left) {                                                              \
    const T bits = 8 * sizeof(T);                                                                \
    if (left >= 0) return left < bits ? (T)((U)x << left) : 0;                                   \
    return x >> (left > -bits ? -left : bits - 1);                                               \
  }                                                                                              \
  static T T##_shift_back(T x, T right) {                                                        \
    const T bits = 8 * sizeof(T);                                                                \
    return T##_shift(x, right > -bits ? -right : bits);                                          \
  }                                                                                              \
  DEFINE_LANE_BINARY(T, remainder, T##_floored_remainder)                                        \
  DEFINE_LANE_BINARY(T, truncated_remainder, T##_truncated_remainder)                            \
  DEFINE_LANE_BINARY(T, shift_left, T##_shift)                                                   \
  DEFINE_LANE_BINARY(T, shift_right, T##_shift_back)
DEFINE_INTEGER_LANES(int32, uint32)
DEFINE_INTEGER_LANES(int64, uint64)
#undef DEFINE_INTEGER_LANES

#define UNSIGNED_REMAINDER(x, y) ((y) == 0 ? 0 : (x) % (y))
#define UNSIGNED_SHIFT_LEFT(x, count) ((count) < 64 ? (x) << (count) : 0)
#define UNSIGNED_SHIFT_RIGHT(x, count) ((count) < 64 ? (x) >> (count) : 0)
DEFINE_LANE_BINARY(uint64, remainder, UNSIGNED_REMAINDER)
DEFINE_LANE_BINARY(uint64, shift_left, UNSIGNED_SHIFT_LEFT)
DEFINE_LANE_BINARY(uint64, shift_right, UNSIGNED_SHIFT_RIGHT)
#undef UNSIGNED_REMAINDER
#undef UNSIGNED_SHIFT_LEFT
#undef UNSIGNED_SHIFT_RIGHT
