#include "CPeak.h"

#include <time.h>

#if defined(__x86_64__)
typedef float vector __attribute__((vector_size(64)));

// Twelve independent chains hide the latency of a multiply-add; the result is used so that none is dropped.
__attribute__((target("avx512f"), noinline)) static float chains(long rounds, float factor) {
  vector sums[12];
  for (int i = 0; i < 12; i++) sums[i] = (float)i - (vector){0};
  const vector x = factor - (vector){0}, y = 0.9999f - (vector){0};
  for (long round = 0; round < rounds; round++)
    for (int i = 0; i < 12; i++) sums[i] = __builtin_elementwise_fma(sums[i], x, y);
  float total = 0;
  for (int i = 0; i < 12; i++) total += sums[i][0];
  return total;
}

double peak_gigaflops(long rounds) {
  if (!__builtin_cpu_supports("avx512f")) return 0;
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  volatile float kept = chains(rounds, 1.0f + (float)(start.tv_nsec % 7) * 1e-8f);
  (void)kept;
  clock_gettime(CLOCK_MONOTONIC, &end);
  double seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  return (double)rounds * 12 * 32 / seconds / 1e9;
}
#else
double peak_gigaflops(long rounds) { (void)rounds; return 0; }
#endif
