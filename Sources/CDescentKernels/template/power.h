// x to the power of y. float32 works in float64 vectors, where 2^(y·log2 |x|) has bits to spare; float64 asks the C
// library lane by lane; integers square and multiply, wrapping.

// log2 a for positive normal a, relative error 2^-45: a = 2^e·m, s = (m - 1)/(m + 1), log2 m = s·P(s²), degree 5.
INLINE float64v power_log2(float64v a) {
  const uint64 lowest = 0x3fe6a09e667f3bcd, mantissa = 0x000fffffffffffff, one = 0x3ff0000000000000;
  uint64v bits = (uint64v)a + (one - lowest);
  float64v m = (float64v)((bits & mantissa) + lowest);
  float64v e = (float64v)((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023);
  float64v s = (m - 1) / (m + 1);
  float64v z = s * s;
  float64v p = MULTIPLY_ADD(z, (float64v)0x1.21b0ea4c810c8p-2, (float64v)0x1.4795563bdfbc8p-2);
  p = MULTIPLY_ADD(p, z, (float64v)0x1.a61a2ec982f6dp-2);
  p = MULTIPLY_ADD(p, z, (float64v)0x1.2776c2933f17cp-1);
  p = MULTIPLY_ADD(p, z, (float64v)0x1.ec709dc53c663p-1);
  p = MULTIPLY_ADD(p, z, (float64v)0x1.71547652b8251p+1);
  return MULTIPLY_ADD(s, p, e);
}

// 2^t, relative error 2^-34.5 (degree 7); t is first brought into ±200, beyond which float32 has only 0 and infinity.
INLINE float64v power_exp2(float64v t) {
  t = t > 200 ? (float64v)200.0 : t;
  t = t < -200 ? (float64v)-200.0 : t;
  float64v rounded = t + 0x1.8p52;
  float64v r = t - (rounded - 0x1.8p52);
  float64v p = MULTIPLY_ADD(r, (float64v)0x1.fe17a28cb3837p-17, (float64v)0x1.446a204d76d2fp-13);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.5d8a7069cb0d1p-10);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.3b29dc402bc8bp-7);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.c6b08aaf5247ap-5);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.ebfbe0a4bf822p-3);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.62e42ff11614fp-1);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.ffffffffabbb4p-1);
  return p * (float64v)(((uint64v)rounded << 52) + 0x3ff0000000000000);
}

// C's pow with all of its special cases, for operands and a result that are float32 values.
INLINE float64v power_lanes(float64v x, float64v y) {
  const uint64 sign_bit = 0x8000000000000000;
  float64v a = float64_absolute(x);
  float64v log = power_log2(a);
  log = a == 0 ? (float64v)-INFINITY : log;
  log = a < INFINITY ? log : a;
  float64v z = power_exp2(y * log);
  // An odd y is below 2^24, so the rounding trick tells the parity; larger ones are even.
  float64v size = float64_absolute(y);
  float64v rounded = size + 0x1p52;
  int64v whole = (rounded - 0x1p52 == size) | (size >= 0x1p24);
  uint64v odd = (uint64v)whole & (uint64v)(size < 0x1p24) & ((uint64v)rounded << 63);
  z = ((x < 0) & (x > -INFINITY) & ~whole) ? (float64v)NAN : z;
  z = (float64v)((uint64v)z ^ ((uint64v)x & odd & sign_bit));
  return ((y == 0) | (x == 1) | ((a == 1) & (size == INFINITY))) ? (float64v)1.0 : z;
}

DEFINE_WIDE_BINARY(power, power_lanes)

// A negative exponent means 1/x^|y| rounded toward zero, and 0 for x = 0, as integer division has it.
#define DEFINE_INTEGER_POWER(T, UNSIGNED)                                  \
  static T T##_power(T x, T y) {                                           \
    if (y < 0 && x != 1 && x != -1) return 0;                              \
    UNSIGNED result = 1, base = (UNSIGNED)x;                               \
    UNSIGNED exponent = y < 0 ? 0 - (UNSIGNED)y : (UNSIGNED)y;             \
    for (; exponent; exponent >>= 1, base *= base) {                       \
      if (exponent & 1) result *= base;                                    \
    }                                                                      \
    return (T)result;                                                      \
  }
DEFINE_INTEGER_POWER(int32, uint32)
DEFINE_INTEGER_POWER(int64, uint64)
#undef DEFINE_INTEGER_POWER

DEFINE_LANE_BINARY(float64, power, pow)
DEFINE_LANE_BINARY(int32, power, int32_power)
DEFINE_LANE_BINARY(int64, power, int64_power)
