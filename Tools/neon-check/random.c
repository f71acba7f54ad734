// Random numbers: the generator's words one block at a time, and the distributions made from them.

#include "check.h"

static void philox(uint64_t block, uint64_t key0, uint64_t key1, uint32_t words[4]) {
  uint32_t x[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)key1, (uint32_t)(key1 >> 32)};
  uint32_t k0 = (uint32_t)key0, k1 = (uint32_t)(key0 >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)x[0] * 0xd2511f53, p2 = (uint64_t)x[2] * 0xcd9e8d57;
    x[0] = (uint32_t)(p2 >> 32) ^ x[1] ^ k0;
    x[1] = (uint32_t)p2;
    x[2] = (uint32_t)(p0 >> 32) ^ x[3] ^ k1;
    x[3] = (uint32_t)p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  for (int i = 0; i < 4; i++) words[i] = x[i];
}

static long double uniform(descent_type type, uint64_t i, uint64_t key0, uint64_t key1) {
  uint32_t words[4];
  philox(type == DESCENT_FLOAT32 ? i / 4 : i / 2, key0, key1, words);
  if (type == DESCENT_FLOAT32) return ldexpl(words[i % 4] >> 8, -24);
  const uint32_t *pair = words + 2 * (i % 2);
  return ldexpl((long double)((pair[0] | (uint64_t)pair[1] << 32) >> 11), -53);
}

static void check_uniform(descent_type type, descent_random_kernel kernel) {
  begin("uniform", type_names[type], 0);
  for (size_t count = 1; count < 100; count++) {
    uint64_t first = 4 * count * count + ((uint64_t)count << 33), key0 = next_bits(), key1 = next_bits();
    void *x = guarded(type, count);
    kernel(count, first, key0, key1, x);
    for (size_t i = 0; i < count; i++) {
      bool same = get_real(type, x, i) == uniform(type, first + i, key0, key1);
      note(same ? 0 : INFINITY, "element %zu of %zu", i, count);
    }
    check_guards(x, type, count);
  }
}

// Normal numbers are made from the same words by log, sin and cos, which have rows of their own; here their first four
// moments are compared.
static void check_normal(descent_type type, descent_random_kernel kernel) {
  begin("normal (standard errors)", type_names[type], 4);
  enum { count = 200001 };
  void *x = guarded(type, count);
  kernel(count, 0, 1, 2, x);
  long double sums[4] = {0};
  for (size_t i = 0; i < count; i++) {
    long double value = get_real(type, x, i), power = 1;
    for (int k = 0; k < 4; k++) sums[k] += power *= value;
  }
  // Expectations and variances of the first four powers.
  const long double expected[4] = {0, 1, 0, 3}, variance[4] = {1, 2, 15, 96};
  for (int k = 0; k < 4; k++) {
    note((double)(fabsl(sums[k] / count - expected[k]) / sqrtl(variance[k] / count)), "moment %d", k + 1);
  }
  check_guards(x, type, count);
}

void check_random(const descent_kernel_table *table) {
  restart_bits(6);
  for (descent_type type = DESCENT_FLOAT32; type <= DESCENT_FLOAT64; type++) {
    check_uniform(type, table->random[DESCENT_UNIFORM][type]);
    check_normal(type, table->random[DESCENT_NORMAL][type]);
  }
}
