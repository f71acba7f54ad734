// float64: the constants and polynomials of its elementary functions. The coefficients are minimax fits (Remez
// exchange in 200-bit arithmetic), rounded to float64; the errors given include that rounding.

#include <float.h>
#include <math.h>

// (e^r - 1 - r)/r² for |r| <= 0.347, degree 10; e^r - 1 is then within 2^-60.8 of itself.
INLINE float64v float64_exp_polynomial(float64v r) {
  float64v p = MULTIPLY_ADD(r, (float64v)0x1.1f95b129f555fp-29, (float64v)0x1.af5f32a68bcfdp-26);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.27e4c56ede4c9p-22);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.71ddf8169e449p-19);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.a01a01b0ce2f8p-16);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.a01a01affb111p-13);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.6c16c16c14407p-10);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.111111110f67ep-7);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.555555555555ap-5);
  p = MULTIPLY_ADD(p, r, (float64v)0x1.5555555555559p-3);
  return MULTIPLY_ADD(p, r, (float64v)0.5);
}

// e·log 2 + log(1 + f) for 1 + f from √½ to √2. With s = f/(2 + f): log(1 + f) = 2·artanh s = 2s + s·R(s²), and
// 2s = f - s·f, so that log(1 + f) = f - (f²/2 - s·(f²/2 + R)). R(z) = z·Q(z), Q of degree 6, error 2^-58.9.
INLINE float64v float64_log_sum(float64v e, float64v f) {
  float64v s = f / (f + 2);
  float64v z = s * s;
  float64v q = MULTIPLY_ADD(z, (float64v)0x1.2f0633896102ep-3, (float64v)0x1.39a1a7114f2f1p-3);
  q = MULTIPLY_ADD(q, z, (float64v)0x1.74663fa111020p-3);
  q = MULTIPLY_ADD(q, z, (float64v)0x1.c71c52060df66p-3);
  q = MULTIPLY_ADD(q, z, (float64v)0x1.24924941f4f22p-2);
  q = MULTIPLY_ADD(q, z, (float64v)0x1.999999997fd78p-2);
  q = MULTIPLY_ADD(q, z, (float64v)0x1.5555555555592p-1);
  float64v half_square = f * f * 0.5;
  float64v low = MULTIPLY_ADD(e, (float64v)0x1.9ef35793c7673p-41, s * MULTIPLY_ADD(z, q, half_square));
  return MULTIPLY_ADD(e, (float64v)0x1.62e42fefa2p-1, f - (half_square - low));
}

// (sin a / a - 1)/a² in s = a², for |a| <= π/4, degree 5; sin is then within 2^-57.8 of itself.
INLINE float64v float64_sin_polynomial(float64v s) {
  float64v p = MULTIPLY_ADD(s, (float64v)0x1.5d8b59eeb281p-33, (float64v)-0x1.ae5e4b91d7b78p-26);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.71de35553b371p-19);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.a01a019be9307p-13);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.111111110f73p-7);
  return MULTIPLY_ADD(p, s, (float64v)-0x1.5555555555548p-3);
}

// (cos a - 1 + a²/2)/a⁴ in s = a², for |a| <= π/4, degree 5; cos is then within 2^-63.4 of itself.
INLINE float64v float64_cos_polynomial(float64v s) {
  float64v p = MULTIPLY_ADD(s, (float64v)-0x1.8f99d10445b9bp-37, (float64v)0x1.1ee9c33f0152p-29);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.27e4f7cd3d80cp-22);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.a01a019c5c45fp-16);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.6c16c16c14ep-10);
  return MULTIPLY_ADD(p, s, (float64v)0x1.555555555554ap-5);
}

// (tanh a / a - 1)/a² in s = a², for |a| <= 0.626, degree 11; tanh is then within 2^-59.3 of itself.
INLINE float64v float64_tanh_polynomial(float64v s) {
  float64v p = MULTIPLY_ADD(s, (float64v)0x1.94fdc7daf00a3p-18, (float64v)-0x1.fa34049185f39p-16);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.7ff8960f91128p-14);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.f109bb52d80d2p-13);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.350ab4cb31b55p-11);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.7d9c1b6cb886ep-10);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.d6d3587bac46bp-9);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.226e32c524b52p-7);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.664f487077258p-6);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.ba1ba1b9d06efp-5);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.1111111110c44p-3);
  return MULTIPLY_ADD(p, s, (float64v)-0x1.5555555555552p-2);
}

#define REAL float64
#define UNSIGNED uint64
#define MANTISSA_BITS 52
#define EXPONENT_BIAS 1023
#define ROUNDER 0x1.8p52
#define INTEGER_ONE 0x1p52
#define LOG2_E 0x1.71547652b82fep0
// 40 bits, so that products with exponents are exact, and the rest.
#define LN2_HIGH 0x1.62e42fefa2p-1
#define LN2_LOW 0x1.9ef35793c7673p-41
#define EXP_HIGHEST 710.0
#define EXP_LOWEST -746.0
// e^x is normal for |x| below it.
#define EXP_NORMAL 708.0
#define TANH_HIGHEST 20.0
#define SIGMOID_HIGHEST 40.0
#define LOG_LOWEST 0x1.6a09e667f3bcdp-1
#define SMALLEST_NORMAL DBL_MIN
#define SUBNORMAL_SCALE 0x1p52
#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#if FUSED_MULTIPLY_ADD
#define HALF_PI_1 0x1.921fb54442d18p0
#define HALF_PI_2 0x1.1a62633145c07p-54
#define HALF_PI_3 -0x1.f1976b7ed8fbcp-110
#else
// Pieces of at most 33 bits: their products with the 20 bits of n are exact without a fused multiply-add.
#define HALF_PI_1 0x1.921fb544p0
#define HALF_PI_2 0x1.0b4611a6p-34
#define HALF_PI_3 0x1.3198a2ep-69
#define HALF_PI_4 0x1.b839a252049c1p-104
#endif
#define ANGLE_LIMIT 1e6
#include "elementary.h"
