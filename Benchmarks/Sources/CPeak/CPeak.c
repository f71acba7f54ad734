#include "CPeak.h"

#include <time.h>

// Twelve independent chains hide the latency of a multiply-add; the result is used so that none is dropped.
#define CHAINS(name, features, bytes) \
  typedef float name##_vector __attribute__((vector_size(bytes))); \
  __attribute__((target(features), noinline)) static float name(long rounds, float factor) { \
    name##_vector sums[12]; \
    for (int i = 0; i < 12; i++) sums[i] = (float)i - (name##_vector){0}; \
    const name##_vector x = factor - (name##_vector){0}, y = 0.9999f - (name##_vector){0}; \
    for (long round = 0; round < rounds; round++) \
      for (int i = 0; i < 12; i++) sums[i] = __builtin_elementwise_fma(sums[i], x, y); \
    float total = 0; \
    for (int i = 0; i < 12; i++) total += sums[i][0]; \
    return total; \
  }

#if defined(__x86_64__)
CHAINS(wide, "avx512f", 64)
CHAINS(half, "avx2,fma", 32)
#else
CHAINS(wide, "", 16)
#endif

double peak_gigaflops(long rounds) {
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  float factor = 1.0f + (float)(start.tv_nsec % 7) * 1e-8f;
  volatile float kept;
  int lanes;
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx2")) return 0;
  if (__builtin_cpu_supports("avx512f")) {
    lanes = 16, kept = wide(rounds, factor);
  } else {
    lanes = 8, kept = half(rounds, factor);
  }
#else
  lanes = 4, kept = wide(rounds, factor);
#endif
  (void)kept;
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  return (double)rounds * 12 * 2 * lanes / seconds / 1e9;
}

void peak_stream(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = 2 * x[i];
}
