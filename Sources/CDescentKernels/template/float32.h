// float32: the constants and polynomials of its elementary functions. The coefficients are minimax fits (Remez
// exchange in 200-bit arithmetic), rounded to float32; the errors given include that rounding. Where a
// long chain of dependent operations would be waited for, terms are summed in pairs and the pairs in pairs.

#include <float.h>
#include <math.h>

// (e^r - 1 - r)/r² for |r| <= 0.347, degree 4; e^r - 1 is then within 2^-25.9 of itself.
INLINE float32v float32_exp_polynomial(float32v r) {
  float32v square = r * r;
  float32v p0 = MULTIPLY_ADD(r, (float32v)0x1.5554aep-3f, (float32v)0.5f);
  float32v p2 = MULTIPLY_ADD(r, (float32v)0x1.12288p-7f, (float32v)0x1.555486p-5f);
  return MULTIPLY_ADD(square, MULTIPLY_ADD(square, (float32v)0x1.6d99bap-10f, p2), p0);
}

// e·log 2 + log(1 + f) for |f| <= 1/3, where log(1 + f) = f - f²/2 + f³·P(f); P has degree 7, error 2^-27.4.
INLINE float32v float32_log_sum(float32v e, float32v f) {
  float32v f2 = f * f, f4 = f2 * f2;
  float32v p0 = MULTIPLY_ADD(f, (float32v)0x1.555506p-2f, (float32v)-0.5f);
  float32v p2 = MULTIPLY_ADD(f, (float32v)0x1.99d028p-3f, (float32v)-0x1.fffefp-3f);
  float32v p4 = MULTIPLY_ADD(f, (float32v)0x1.1ed718p-3f, (float32v)-0x1.559dccp-3f);
  float32v p6 = MULTIPLY_ADD(f, (float32v)0x1.1e66b8p-3f, (float32v)-0x1.f3113cp-4f);
  float32v high = MULTIPLY_ADD(f2, MULTIPLY_ADD(f2, (float32v)-0x1.08058ep-3f, p6), p4);
  float32v y = MULTIPLY_ADD(f4, high, MULTIPLY_ADD(f2, p2, p0));
#if FUSED_MULTIPLY_ADD
  // One constant serves: its error of 2^-29 is multiplied by e but not rounded.
  return MULTIPLY_ADD(e, (float32v)0x1.62e43p-1f, MULTIPLY_ADD(f2, y, f));
#else
  float32v low = MULTIPLY_ADD(e, (float32v)0x1.7f7d1cp-20f, f2 * y);
  return MULTIPLY_ADD(e, (float32v)0x1.62e4p-1f, f + low);
#endif
}

// (sin a / a - 1)/a² in s = a², for |a| <= π/4, degree 2; sin is then within 2^-27.8 of itself.
INLINE float32v float32_sin_polynomial(float32v s) {
  float32v p = MULTIPLY_ADD(s, (float32v)-0x1.991ba2p-13f, (float32v)0x1.1106c6p-7f);
  return MULTIPLY_ADD(p, s, (float32v)-0x1.555544p-3f);
}

// (cos a - 1 + a²/2)/a⁴ in s = a², for |a| <= π/4, degree 2; cos is then within 2^-32.8 of itself.
INLINE float32v float32_cos_polynomial(float32v s) {
  float32v p = MULTIPLY_ADD(s, (float32v)0x1.99e762p-16f, (float32v)-0x1.6c0c26p-10f);
  return MULTIPLY_ADD(p, s, (float32v)0x1.55554ap-5f);
}

// (tanh a / a - 1)/a² in s = a², for |a| <= 0.626, degree 4; tanh is then within 2^-27.7 of itself.
INLINE float32v float32_tanh_polynomial(float32v s) {
  float32v p = MULTIPLY_ADD(s, (float32v)-0x1.750e64p-8f, (float32v)0x1.51f918p-6f);
  p = MULTIPLY_ADD(p, s, (float32v)-0x1.b835acp-5f);
  p = MULTIPLY_ADD(p, s, (float32v)0x1.1106f6p-3f);
  return MULTIPLY_ADD(p, s, (float32v)-0x1.555532p-2f);
}

#define REAL float32
#define UNSIGNED uint32
#define MANTISSA_BITS 23
#define EXPONENT_BIAS 127
#define ROUNDER 0x1.8p23f
#define INTEGER_ONE 0x1p23f
#define LOG2_E 0x1.715476p0f
// 15 bits, so that products with exponents are exact, and the rest.
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 0x1.7f7d1cp-20f
#define EXP_HIGHEST 89.0f
#define EXP_LOWEST -104.0f
// e^x is normal for |x| below it.
#define EXP_NORMAL 87.0f
#define TANH_HIGHEST 10.0f
#define SIGMOID_HIGHEST 20.0f
#define LOG_LOWEST 0x1.555556p-1f
#define SMALLEST_NORMAL FLT_MIN
#define SUBNORMAL_SCALE 0x1p23f
#define TWO_OVER_PI 0x1.45f306p-1f
#if FUSED_MULTIPLY_ADD
#define HALF_PI_1 0x1.921fb6p0f
#define HALF_PI_2 -0x1.777a5cp-25f
#define HALF_PI_3 -0x1.ee59dap-50f
#else
// Pieces of at most 11 bits: their products with the 13 bits of n are exact without a fused multiply-add.
#define HALF_PI_1 0x1.92p0f
#define HALF_PI_2 0x1.fb4p-12f
#define HALF_PI_3 0x1.444p-24f
#define HALF_PI_4 0x1.68c234p-39f
#endif
#define ANGLE_LIMIT 10000.0f
#include "elementary.h"
