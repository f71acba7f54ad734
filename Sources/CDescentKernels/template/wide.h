// Functions of float32 that are computed in float64 vectors, where plain formulas have bits to spare: results are
// within 0.6 ULP. The coefficients interpolate at Chebyshev nodes (160-bit arithmetic); errors are relative.

// atan t / t in s = t² for |t| <= 1, degree 12, error 2^-36.
INLINE float64v wide_atan_polynomial(float64v s) {
  float64v p = MULTIPLY_ADD(s, (float64v)0x1.b7979f2e1b044p-12, (float64v)-0x1.a2d4adcfc1d68p-9);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.7675ef99379b4p-7);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.aa150d8e51b33p-6);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.658d8847a48c6p-5);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.ed569cab9c1b6p-5);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.330185be386aep-4);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.72a7852a1bb8cp-4);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.c6df94c4732acp-4);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.248fb9403e0cfp-3);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.99997c85fb1a4p-3);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.55555513c30a5p-2);
  return MULTIPLY_ADD(p, s, (float64v)0x1.ffffffffe73c2p-1);
}

// erfinv a / a in w = -log(1 - a²) for w <= 6, degree 14, error 2^-34.
INLINE float64v wide_erfinv_near_polynomial(float64v w) {
  float64v p = MULTIPLY_ADD(w, (float64v)0x1.23df63e7acca5p-43, (float64v)-0x1.2b66369ebb928p-38);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.69debc89b11dcp-35);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.e2ad07665c7a2p-33);
  p = MULTIPLY_ADD(p, w, (float64v)-0x1.1a4f7393efdf2p-27);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.31ee377a65d7cp-24);
  p = MULTIPLY_ADD(p, w, (float64v)-0x1.ad14af7bf2097p-23);
  p = MULTIPLY_ADD(p, w, (float64v)-0x1.5b5926e278ca5p-21);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.87e665fee44e1p-20);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.8bd5afcbff7afp-15);
  p = MULTIPLY_ADD(p, w, (float64v)-0x1.0d53541b08dafp-13);
  p = MULTIPLY_ADD(p, w, (float64v)-0x1.320bf4e99d194p-9);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.7a72a4aec62b8p-7);
  p = MULTIPLY_ADD(p, w, (float64v)0x1.db29fb85daca1p-3);
  return MULTIPLY_ADD(p, w, (float64v)0x1.c5bf891b05918p-1);
}

// erfinv a / a in s = √w for w from 6 to 16.3, degree 9, error 2^-28.
INLINE float64v wide_erfinv_far_polynomial(float64v s) {
  float64v p = MULTIPLY_ADD(s, (float64v)0x1.6102a7f4c9749p-14, (float64v)-0x1.4872a9ea832d1p-9);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.0c91bbeecfee9p-5);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.f8b5195f5c2b3p-3);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.2a7d5c2297a78p0);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.c843b148caefp1);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.ba294b705fa65p2);
  p = MULTIPLY_ADD(p, s, (float64v)-0x1.f645505a1dfep2);
  p = MULTIPLY_ADD(p, s, (float64v)0x1.4c0e8a27c8993p2);
  return MULTIPLY_ADD(p, s, (float64v)-0x1.00191806fa3dp-1);
}

#define WIDE(value) ((float64v)(value))

INLINE float64v wide_exp2(float64v x) { return float64_exp(x * 0x1.62e42fefa39efp-1); }
INLINE float64v wide_log2(float64v x) { return float64_log(x) * 0x1.71547652b82fep0; }
INLINE float64v wide_log10(float64v x) { return float64_log(x) * 0x1.bcb7b1526e50ep-2; }
INLINE float64v wide_cbrt(float64v x) {
  return float64_with_sign(float64_exp(float64_log(float64_absolute(x)) * 0x1.5555555555555p-2), x);
}

// Near 0, where the formula would cancel, the first terms of the series.
INLINE float64v wide_expm1(float64v x) {
  return float64_absolute(x) < 0x1p-20 ? x * (1 + x * 0.5) : float64_exp(x) - 1;
}
INLINE float64v wide_log1p(float64v x) {
  return float64_absolute(x) < 0x1p-20 ? x * (1 - x * 0.5) : float64_log(1 + x);
}
INLINE float64v wide_sinh(float64v x) {
  float64v power = float64_exp(x);
  return float64_absolute(x) < 0x1p-10 ? x * (1 + x * x * (1.0 / 6)) : (power - 1 / power) * 0.5;
}
INLINE float64v wide_cosh(float64v x) {
  float64v power = float64_exp(x);
  return (power + 1 / power) * 0.5;
}
INLINE float64v wide_asinh(float64v x) {
  float64v a = float64_absolute(x);
  float64v far = float64_with_sign(float64_log(a + float64_sqrt(a * a + 1)), x);
  return a < 0x1p-10 ? x * (1 - x * x * (1.0 / 6)) : far;
}
INLINE float64v wide_acosh(float64v x) {
  float64v y = float64_log(x + float64_sqrt((x - 1) * (x + 1)));
  return x < 1 ? WIDE(NAN) : y;
}
INLINE float64v wide_atanh(float64v x) {
  float64v far = float64_log((1 + x) / (1 - x)) * 0.5;
  return float64_absolute(x) < 0x1p-10 ? x * (1 + x * x * (1.0 / 3)) : far;
}

INLINE float64v wide_tan(float64v x) { return float64_sin(x) / float64_cos(x); }
// Beyond 1, atan a = π/2 - atan 1/a.
INLINE float64v wide_atan(float64v x) {
  float64v a = float64_absolute(x);
  float64v t = a > 1 ? 1 / a : a;
  float64v y = t * wide_atan_polynomial(t * t);
  return float64_with_sign(a > 1 ? 0x1.921fb54442d18p0 - y : y, x);
}
INLINE float64v wide_asin(float64v x) { return wide_atan(x / float64_sqrt((1 - x) * (1 + x))); }
INLINE float64v wide_acos(float64v x) { return 2 * wide_atan(float64_sqrt((1 - x) / (1 + x))); }

INLINE float64v wide_erfinv(float64v x) {
  float64v a = float64_absolute(x);
  float64v w = -float64_log((1 - a) * (1 + a));
  float64v near = x * wide_erfinv_near_polynomial(w);
  float64v far = x * wide_erfinv_far_polynomial(float64_sqrt(w));
  return a == 1 ? float64_with_sign(WIDE(INFINITY), x) : (w < 6 ? near : far);
}

// MARK: - Two operands

// The angle of the point (x, y), from the octant below the diagonal.
INLINE float64v wide_atan2(float64v y, float64v x) {
  float64v a = float64_absolute(x), b = float64_absolute(y);
  float64v larger = a > b ? a : b, smaller = a > b ? b : a;
  float64v t = larger == 0 ? WIDE(0.0) : (smaller == INFINITY ? WIDE(1.0) : smaller / larger);
  float64v angle = t * wide_atan_polynomial(t * t);
  angle = b > a ? 0x1.921fb54442d18p0 - angle : angle;
  angle = (int64v)x < 0 ? 0x1.921fb54442d18p1 - angle : angle;
  return ((x != x) | (y != y)) ? x + y : float64_with_sign(angle, y);
}
INLINE float64v wide_logaddexp(float64v x, float64v y) {
  float64v larger = x > y ? x : y;
  float64v sum = larger + wide_log1p(float64_exp(-float64_absolute(x - y)));
  float64v result = x == y ? x + 0x1.62e42fefa39efp-1 : sum;
  return ((x != x) | (y != y)) ? x + y : result;
}
INLINE float64v wide_xlogy(float64v x, float64v y) {
  return ((x == 0) & (y == y)) ? WIDE(0.0) : x * float64_log(y);
}
#undef WIDE
