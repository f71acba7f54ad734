// erf and erfc of float32. The coefficients are minimax fits (Remez exchange in 120-bit arithmetic), rounded to float32
// and then moved by single places while that made the error smaller; the errors given include the rounding.

// (a + 0.75)·exp(a²)·erfc a - 0.6875 in t = (a - 2.5)/(a + 2.5) for a from 0 to 10.2, degree 10; erfc is then within
// 2^-27.5 of itself. The factor a + 0.75 makes it flat, within ±0.1, so that errors of t matter little.
INLINE float32v float32_erfc_polynomial(float32v t) {
  float32v t2 = t * t, t4 = t2 * t2;
  float32v p0 = MULTIPLY_ADD(t, (float32v)-0x1.3b9f5ap-3f, (float32v)-0x1.37dcaep-9f);
  float32v p2 = MULTIPLY_ADD(t, (float32v)0x1.8593aep-5f, (float32v)0x1.b79f58p-7f);
  float32v p4 = MULTIPLY_ADD(t, (float32v)0x1.f8471ap-7f, (float32v)-0x1.5404eap-5f);
  float32v p6 = MULTIPLY_ADD(t, (float32v)-0x1.04b9d4p-9f, (float32v)-0x1.66deep-13f);
  float32v p8 = MULTIPLY_ADD(t, (float32v)0x1.20d66ap-12f, (float32v)0x1.e50eeap-13f);
  float32v high = MULTIPLY_ADD(t4, MULTIPLY_ADD(t2, (float32v)0x1.d64df8p-16f, p8), MULTIPLY_ADD(t2, p6, p4));
  return MULTIPLY_ADD(t4, high, MULTIPLY_ADD(t2, p2, p0));
}

// erf a / a - 1 in s = a² for a <= 0.91, degree 5; erf is then within 2^-26 of itself.
INLINE float32v float32_erf_polynomial(float32v s) {
  float32v s2 = s * s;
  float32v p0 = MULTIPLY_ADD(s, (float32v)-0x1.8126ecp-2f, (float32v)0x1.06eba6p-3f);
  float32v p2 = MULTIPLY_ADD(s, (float32v)-0x1.b69b9ap-6f, (float32v)0x1.ce1b86p-4f);
  float32v p4 = MULTIPLY_ADD(s, (float32v)-0x1.3bac44p-11f, (float32v)0x1.479ce6p-8f);
  return MULTIPLY_ADD(s2, MULTIPLY_ADD(s2, p4, p2), p0);
}

// log erfc a for a from 0.9 to 4, degree 6; erf is then within 2^-29 of itself.
INLINE float32v float32_log_erfc_polynomial(float32v a) {
  float32v a2 = a * a;
  float32v p0 = MULTIPLY_ADD(a, (float32v)-0x1.20b74ep0f, (float32v)-0x1.5d2c72p-13f);
  float32v p2 = MULTIPLY_ADD(a, (float32v)-0x1.aa7298p-4f, (float32v)-0x1.4621cap-1f);
  float32v p4 = MULTIPLY_ADD(a, (float32v)-0x1.91c996p-9f, (float32v)0x1.6d9b8ap-6f);
  float32v high = MULTIPLY_ADD(a2, (float32v)0x1.9facp-13f, p4);
  return MULTIPLY_ADD(a2, MULTIPLY_ADD(a2, high, p2), p0);
}

// c - a·b as if the product were not rounded. Without a fused multiply-add its error comes from halves of the operands,
// whose products are exact.
INLINE float32v float32_subtract_product(float32v c, float32v a, float32v b) {
#if FUSED_MULTIPLY_ADD
  return __builtin_elementwise_fma(-a, b, c);
#else
  float32v a_high = (float32v)((uint32v)a & 0xfffff000), b_high = (float32v)((uint32v)b & 0xfffff000);
  float32v a_low = a - a_high, b_low = b - b_high, product = a * b;
  return (c - product) - (((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low);
#endif
}

// For a = |x| it is exp(-a²)·(p + 0.6875)/(a + 0.75) with the polynomial's p, and 2 less that for negative x. In single
// precision three things would cost bits, and are done so that they don't: the square keeps its low part; the quotient
// q = (p + 0.6875)/(a + 0.75) its remainder; and e^r is multiplied as 1 + s. The remainder is taken in two steps, a + 0.75
// being split in two such that the first is exact, or nearly for a > 1.
INLINE float32v float32_erfc(float32v x) {
  float32v a = float32_absolute(x);
  a = a > 10.2f ? (float32v)10.2f : a;
  float32v square = a * a, low = float32_subtract_product(square, a, a);
  float32v rounded = MULTIPLY_ADD(square, (float32v)-0x1.715476p0f, (float32v)0x1.8p23f);
  float32v n = rounded - 0x1.8p23f;
  float32v r = MULTIPLY_ADD(n, (float32v)-0x1.62e4p-1f, -square) + MULTIPLY_ADD(n, (float32v)-0x1.7f7d1cp-20f, low);
  float32v s = MULTIPLY_ADD(r * r, float32_exp_polynomial(r), r);

  float32v p = float32_erfc_polynomial((a - 2.5f) / (a + 2.5f));
  float32v sum = p + 0.6875f;
  float32v reciprocal = 1 / (a + 0.75f);
  float32v q = sum * reciprocal;
  float32v first = a > 1 ? a : (float32v)1.0f, second = a > 1 ? (float32v)0.75f : a - 0.25f;
  float32v remainder = float32_subtract_product(float32_subtract_product(sum, q, first), q, second);
  float32v rest = (remainder + (p - (sum - 0.6875f))) * reciprocal;
  float32v y = q + MULTIPLY_ADD(q + rest, s, rest);

  // 2^n in two steps, of which only the last rounds, to a subnormal number.
  float32v power = (float32v)(((uint32v)rounded << 23) + ((uint32)(127 + 64) << 23));
  y = y * power * 0x1p-64f;
  return (int32v)x < 0 ? 2 - y : y;
}

INLINE float32v float32_erf(float32v x) {
  float32v a = float32_absolute(x);
  float32v near = MULTIPLY_ADD(a, float32_erf_polynomial(a * a), a);
  float32v rounded;
  float32v y = float32_exp_reduced(float32_log_erfc_polynomial(a > 4 ? (float32v)4.0f : a), &rounded) + 1;
  float32v power = (float32v)(((uint32v)rounded << 23) + ((uint32)127 << 23));
  float32v far = MULTIPLY_ADD(-power, y, (float32v)1.0f);
  return float32_with_sign(a < 0.9f ? near : far, x);
}
