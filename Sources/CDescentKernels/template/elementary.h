// exp, log, tanh, sigmoid, sin, cos for one floating-point type, from the constants and polynomials that the
// including file defines. Every function works on whole vectors and is within 2 ULP of the exact value.
//
// ROUNDER = 1.5·2^MANTISSA_BITS: adding it rounds a small number to an integer, which then stands in the low bits.

#define NAME_2(type, name) type##_##name
#define NAME_1(type, name) NAME_2(type, name)
#define NAME(name) NAME_1(REAL, name)
#define V_2(type) type##v
#define V_1(type) V_2(type)
#define VECTOR V_1(REAL)
#define UNSIGNED_VECTOR V_1(UNSIGNED)
#define BITS(value) ((UNSIGNED_VECTOR)(value))
#define SIGN_BIT ((UNSIGNED)1 << (8 * sizeof(UNSIGNED) - 1))
#define ONE_BITS ((UNSIGNED)EXPONENT_BIAS << MANTISSA_BITS)
#define SPLAT(value) ((VECTOR)(REAL)(value))

INLINE VECTOR NAME(absolute)(VECTOR x) { return (VECTOR)(BITS(x) & ~SIGN_BIT); }
INLINE VECTOR NAME(with_sign)(VECTOR x, VECTOR sign) { return (VECTOR)(BITS(x) | (BITS(sign) & SIGN_BIT)); }

// x = n·log 2 + r with |r| <= (log 2)/2; returns e^r - 1 and, in `rounded`, ROUNDER + n. That difference is below ½, so
// its rounding errors are small beside e^r.
INLINE VECTOR NAME(exp_reduced)(VECTOR x, VECTOR *rounded) {
  *rounded = MULTIPLY_ADD(x, SPLAT(LOG2_E), SPLAT(ROUNDER));
  VECTOR n = *rounded - ROUNDER;
  VECTOR r = MULTIPLY_ADD(n, SPLAT(-LN2_LOW), MULTIPLY_ADD(n, SPLAT(-LN2_HIGH), x));
  return MULTIPLY_ADD(r * r, NAME(exp_polynomial)(r), r);
}

// e^r and, in `rounded`, ROUNDER + n. In float64, where 1 ULP shows in what people print, what rounding takes from r and
// from 1 + r is added back with the small terms, so that e^r is within 0.6 ULP.
INLINE VECTOR NAME(exp_of_reduced)(VECTOR x, VECTOR *rounded) {
  if (sizeof(REAL) == 4) return NAME(exp_reduced)(x, rounded) + 1;
  *rounded = MULTIPLY_ADD(x, SPLAT(LOG2_E), SPLAT(ROUNDER));
  VECTOR n = *rounded - ROUNDER;
  VECTOR high = MULTIPLY_ADD(n, SPLAT(-LN2_HIGH), x);
  VECTOR low = n * LN2_LOW;
  VECTOR r = high - low;
  VECTOR tail = MULTIPLY_ADD(r * r, NAME(exp_polynomial)(r), (high - r) - low);
  VECTOR sum = r + 1;
  return sum + ((r - (sum - 1)) + tail);
}

// Any number: 2^n is applied as two factors, so that results up to the largest and down to the smallest subnormal
// round once.
INLINE VECTOR NAME(exp_everywhere)(VECTOR x) {
  x = x > EXP_HIGHEST ? SPLAT(EXP_HIGHEST) : x;
  x = x < EXP_LOWEST ? SPLAT(EXP_LOWEST) : x;
  VECTOR rounded;
  VECTOR y = NAME(exp_of_reduced)(x, &rounded);
  UNSIGNED_VECTOR exponent = BITS(rounded) - (BITS(SPLAT(ROUNDER)) - 2 * EXPONENT_BIAS);
  UNSIGNED_VECTOR half = exponent >> 1;
  return y * (VECTOR)(half << MANTISSA_BITS) * (VECTOR)((exponent - half) << MANTISSA_BITS);
}

// Where all results are normal, n is simply added to the exponents, which gives the same bits.
INLINE VECTOR NAME(exp)(VECTOR x) {
  if (__builtin_expect(__builtin_reduce_or(~(NAME(absolute)(x) < EXP_NORMAL)) != 0, 0)) {
    return NAME(exp_everywhere)(x);
  }
  VECTOR rounded;
  VECTOR y = NAME(exp_of_reduced)(x, &rounded);
  return (VECTOR)(BITS(y) + (BITS(rounded) << MANTISSA_BITS));
}

// A polynomial for |x| < 0.625, beyond it tanh |x| = 1 - 2/(e^(2|x|) + 1), whose rounding errors shrink with 1 - tanh.
INLINE VECTOR NAME(tanh)(VECTOR x) {
  VECTOR a = NAME(absolute)(x);
  VECTOR square = a * a;
  VECTOR near = MULTIPLY_ADD(a, square * NAME(tanh_polynomial)(square), a);
  VECTOR limited = a > TANH_HIGHEST ? SPLAT(TANH_HIGHEST) : a;
  VECTOR rounded;
  VECTOR y = NAME(exp_of_reduced)(limited * 2, &rounded);
  VECTOR power = (VECTOR)((BITS(rounded) << MANTISSA_BITS) + ONE_BITS);
  VECTOR far = 1 - 2 / MULTIPLY_ADD(power, y, SPLAT(1));
  return NAME(with_sign)(a < (REAL)0.625 ? near : far, x);
}

// With e^-x = 2^-n·(1 + s) it is 2^n/(2^n + 1 + s). What rounding takes from 2^n + 1 goes to s, so that only the last
// sum has a rounding error of that size. 2^n comes as a scaled number, which is normal for every n.
INLINE VECTOR NAME(sigmoid)(VECTOR x) {
  const UNSIGNED scale = EXPONENT_BIAS / 2;
  const VECTOR unscale = (VECTOR)((UNSIGNED_VECTOR)(UNSIGNED)0 + ((UNSIGNED)(EXPONENT_BIAS - scale) << MANTISSA_BITS));
  x = x > SIGMOID_HIGHEST ? SPLAT(SIGMOID_HIGHEST) : x;
  x = x < EXP_LOWEST ? SPLAT(EXP_LOWEST) : x;
  VECTOR rounded;
  VECTOR s = NAME(exp_reduced)(-x, &rounded);
  VECTOR scaled = (VECTOR)(((UNSIGNED)(EXPONENT_BIAS + scale) << MANTISSA_BITS) - (BITS(rounded) << MANTISSA_BITS));
  VECTOR power = scaled * unscale;
  VECTOR whole = power + 1;
  VECTOR sum = whole + (s + (power - (whole - 1)));
  return scaled / sum * unscale;
}

// x = 2^e·m with m from LOG_LOWEST to twice that; log x = e·log 2 + log(1 + f), f = m - 1.
INLINE VECTOR NAME(log_positive)(VECTOR x, VECTOR bias) {
  UNSIGNED_VECTOR lowest = BITS(SPLAT(LOG_LOWEST));
  UNSIGNED_VECTOR bits = BITS(x) + (ONE_BITS - lowest);
  VECTOR f = (VECTOR)((bits & (((UNSIGNED)1 << MANTISSA_BITS) - 1)) + lowest) - 1;
  VECTOR e = (VECTOR)((bits >> MANTISSA_BITS) | BITS(SPLAT(INTEGER_ONE))) - bias;
  return NAME(log_sum)(e, f);
}

// Any number: subnormal ones are scaled first.
INLINE VECTOR NAME(log_everywhere)(VECTOR x) {
  VECTOR normal = x < SMALLEST_NORMAL ? x * SUBNORMAL_SCALE : x;
  VECTOR bias = x < SMALLEST_NORMAL ? SPLAT(INTEGER_ONE + EXPONENT_BIAS + MANTISSA_BITS)
                                    : SPLAT(INTEGER_ONE + EXPONENT_BIAS);
  VECTOR y = NAME(log_positive)(normal, bias);
  VECTOR special = x > 0 ? x : (x == 0 ? SPLAT(-INFINITY) : SPLAT(NAN));
  return ((x > 0) & (x < INFINITY)) ? y : special;
}

INLINE VECTOR NAME(log)(VECTOR x) {
  if (__builtin_expect(__builtin_reduce_or(~((x >= SMALLEST_NORMAL) & (x < INFINITY))) != 0, 0)) {
    return NAME(log_everywhere)(x);
  }
  return NAME(log_positive)(x, SPLAT(INTEGER_ONE + EXPONENT_BIAS));
}

// x - n·π/2 for an integer n. Without fused operations the first three products are exact; what the subtractions
// round away is kept for the last.
INLINE VECTOR NAME(subtract_quadrants)(VECTOR x, VECTOR n) {
  VECTOR first = MULTIPLY_ADD(n, SPLAT(-HALF_PI_1), x);
#if FUSED_MULTIPLY_ADD
  return MULTIPLY_ADD(n, SPLAT(-HALF_PI_3), MULTIPLY_ADD(n, SPLAT(-HALF_PI_2), first));
#else
  VECTOR second = first - n * HALF_PI_2;
  VECTOR third = second - n * HALF_PI_3;
  VECTOR rounded_away = ((first - second) - n * HALF_PI_2) + ((second - third) - n * HALF_PI_3);
  return third + (rounded_away - n * HALF_PI_4);
#endif
}

// sin(x + offset·π/2) for |x| <= ANGLE_LIMIT. With x = n·π/2 + r, |r| <= π/4, it is ±sin r where n + offset is even
// and ±cos r where it is odd, negative where its second bit is set.
INLINE VECTOR NAME(sin_near_from)(VECTOR x, UNSIGNED offset) {
  VECTOR rounded = MULTIPLY_ADD(x, SPLAT(TWO_OVER_PI), SPLAT(ROUNDER));
  UNSIGNED_VECTOR quadrant = BITS(rounded) + offset;
  VECTOR r = NAME(subtract_quadrants)(x, rounded - ROUNDER);
  VECTOR square = r * r;
  VECTOR sine = MULTIPLY_ADD(r, square * NAME(sin_polynomial)(square), r);
  VECTOR half_square = square * (REAL)0.5;
  VECTOR sum = 1 - half_square;
  VECTOR cosine = sum + MULTIPLY_ADD(square * square, NAME(cos_polynomial)(square), (1 - sum) - half_square);
  UNSIGNED_VECTOR is_odd = 0 - (quadrant & 1);
  UNSIGNED_VECTOR y = (BITS(cosine) & is_odd) | (BITS(sine) & ~is_odd);
  return (VECTOR)(y ^ ((quadrant << (8 * sizeof(UNSIGNED) - 2)) & SIGN_BIT));
}

// The reduction loses the sign of a zero.
INLINE VECTOR NAME(sin_near)(VECTOR x) { return x == 0 ? x : NAME(sin_near_from)(x, 0); }
INLINE VECTOR NAME(cos_near)(VECTOR x) { return NAME(sin_near_from)(x, 1); }

// Angles beyond ANGLE_LIMIT are rare: the C library reduces them exactly, lane by lane, in double precision.
static __attribute__((noinline)) void NAME(far_lanes)(double (*function)(double), const VECTOR *x, VECTOR *y) {
  for (size_t lane = 0; lane < LANES(REAL); lane++) {
    REAL value = (*x)[lane];
    if (!(value >= -(REAL)ANGLE_LIMIT && value <= (REAL)ANGLE_LIMIT)) (*y)[lane] = (REAL)function(value);
  }
}

#define DEFINE_PERIODIC(function)                                                        \
  INLINE VECTOR NAME(function)(VECTOR x) {                                               \
    VECTOR y = NAME(function##_near)(x);                                                 \
    if (__builtin_expect(__builtin_reduce_or(NAME(absolute)(x) > ANGLE_LIMIT) != 0, 0)) { \
      VECTOR angles = x, results = y;                                                    \
      NAME(far_lanes)(function, &angles, &results);                                      \
      y = results;                                                                       \
    }                                                                                    \
    return y;                                                                            \
  }
DEFINE_PERIODIC(sin)
DEFINE_PERIODIC(cos)
#undef DEFINE_PERIODIC

#undef NAME_2
#undef NAME_1
#undef NAME
#undef V_2
#undef V_1
#undef VECTOR
#undef UNSIGNED_VECTOR
#undef BITS
#undef SIGN_BIT
#undef ONE_BITS
#undef SPLAT
#undef REAL
#undef UNSIGNED
#undef MANTISSA_BITS
#undef EXPONENT_BIAS
#undef ROUNDER
#undef INTEGER_ONE
#undef LOG2_E
#undef LN2_HIGH
#undef LN2_LOW
#undef EXP_HIGHEST
#undef EXP_LOWEST
#undef EXP_NORMAL
#undef TANH_HIGHEST
#undef SIGMOID_HIGHEST
#undef LOG_LOWEST
#undef SMALLEST_NORMAL
#undef SUBNORMAL_SCALE
#undef TWO_OVER_PI
#undef HALF_PI_1
#undef HALF_PI_2
#undef HALF_PI_3
#undef HALF_PI_4
#undef ANGLE_LIMIT
