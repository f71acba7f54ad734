// Gamma-distributed random numbers by Marsaglia and Tsang: A simple method for generating gamma variables, 2000.

#include "gamma.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

// The four words of a counter block of Philox4x32-10 (Salmon and others 2011).
static void philox(uint64_t low, uint64_t high, uint64_t key, uint32_t words[4]) {
  uint32_t x0 = (uint32_t)low, x1 = (uint32_t)(low >> 32), x2 = (uint32_t)high, x3 = (uint32_t)(high >> 32);
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)x0 * 0xd2511f53, p2 = (uint64_t)x2 * 0xcd9e8d57;
    x0 = (uint32_t)(p2 >> 32) ^ x1 ^ k0;
    x1 = (uint32_t)p2;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
    x3 = (uint32_t)p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  words[0] = x0, words[1] = x1, words[2] = x2, words[3] = x3;
}

// The upper 53 bits of two words as a fraction in (0, 1].
static double fraction(uint32_t low, uint32_t high) {
  return (double)(((uint64_t)high << 32 | low) >> 11) * 0x1p-53 + 0x1p-54;
}

// x = d·v with v = (1 + c·z)³ for a normal z, accepted with a probability of over 95 %.
static double attempts(const descent_gamma_stream *stream, uint64_t place, double concentration) {
  double d = concentration - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (uint64_t attempt = 1;; attempt++) {
    uint32_t words[4];
    philox(place | attempt << 40, stream->key1, stream->key0, words);
    double angle = ((double)(int32_t)words[2] + 0.5) * 0x1.921fb54442d18p-30;
    double z = sqrt(-2 * log(fraction(words[0], words[1]))) * cos(angle);
    double root = 1 + c * z;
    if (root <= 0) continue;
    double v = root * root * root, u = ((double)words[3] + 0.5) * 0x1p-32;
    // Most are accepted by a polynomial below the exact bound.
    if (u < 1 - 0.0331 * (z * z) * (z * z) || log(u) < z * z / 2 + d * (1 - v + log(v))) return d * v;
  }
}

// Below 1, concentration α is reached from α + 1: with u uniform, x·u^(1/α) has it.
static double sample(const descent_gamma_stream *stream, uint64_t place, double concentration, bool is_logarithm) {
  if (!(concentration > 0)) return NAN;
  if (concentration == INFINITY) return INFINITY;
  if (concentration >= 1) {
    double x = attempts(stream, place, concentration);
    return is_logarithm ? log(x) : x;
  }
  uint32_t words[4];
  philox(place, stream->key1, stream->key0, words);
  double x = attempts(stream, place, concentration + 1);
  double logarithm = log(fraction(words[0], words[1])) / concentration;
  return is_logarithm ? log(x) + logarithm : x * exp(logarithm);
}

#define FILL(T)                                                                                               \
  for (size_t i = 0; i < count; i++) {                                                                        \
    uint64_t place = stream->period ? (first + i) % stream->period : first + i;                               \
    ((T *)out)[i] = (T)sample(stream, place, (double)((const T *)concentration)[i], is_logarithm);            \
  }                                                                                                           \
  break;

void descent_random_gamma(
    const descent_gamma_stream *stream, bool is_logarithm, descent_type type, size_t count, uint64_t first,
    const void *concentration, void *out) {
  switch (type) {
    case DESCENT_FLOAT32: FILL(float)
    case DESCENT_FLOAT64: FILL(double)
    case DESCENT_INT32: case DESCENT_INT64: case DESCENT_UINT64: case DESCENT_BOOL: break;
    DESCENT_STORAGE_CASES break;
  }
}
