// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011), and the uniform and
// normal distributions made from it.
//
// Block b of the stream is the generator's four 32-bit words for the counter (b, key1) and the key key0, low halves
// first. float32 element i is made from block i/4, float64 element i from block i/2.

// As many blocks as there are 64-bit lanes, from block `first` on. A lane of `low` is word 0 and, above it, word 1;
// of `high`, words 2 and 3.
INLINE void philox(uint64 first, uint64 key0, uint64 key1, uint64v *low, uint64v *high) {
  const uint64 word = 0xffffffff;
  uint64v lane = {0};
  for (size_t i = 0; i < LANES(uint64); i++) lane[i] = i;
  uint64v block = lane + first;
  uint64v x0 = block & word, x1 = block >> 32, x2 = (uint64v)(key1 & word), x3 = (uint64v)(key1 >> 32);
  uint32 k0 = (uint32)key0, k1 = (uint32)(key0 >> 32);
  for (int round = 0; round < 10; round++) {
    uint64v p0 = x0 * (uint64)0xd2511f53, p2 = x2 * (uint64)0xcd9e8d57;
    x0 = (p2 >> 32) ^ x1 ^ k0;
    x1 = p2 & word;
    x2 = (p0 >> 32) ^ x3 ^ k1;
    x3 = p0 & word;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  *low = x0 | (x1 << 32);
  *high = x2 | (x3 << 32);
}

// (low[0], high[0], low[1], high[1], …) as two vectors.
INLINE void interleave(uint64v low, uint64v high, uint64v *first, uint64v *second) {
#if VECTOR_BYTES == 64
  *first = __builtin_shufflevector(low, high, 0, 8, 1, 9, 2, 10, 3, 11);
  *second = __builtin_shufflevector(low, high, 4, 12, 5, 13, 6, 14, 7, 15);
#elif VECTOR_BYTES == 32
  *first = __builtin_shufflevector(low, high, 0, 4, 1, 5);
  *second = __builtin_shufflevector(low, high, 2, 6, 3, 7);
#else
  *first = __builtin_shufflevector(low, high, 0, 2);
  *second = __builtin_shufflevector(low, high, 1, 3);
#endif
}

// Each distribution turns the words of a block into its elements, in place: a 64-bit lane of `low` holds the first
// float64 element of a block or its first two float32 elements, a lane of `high` the rest.

// Uniform: the top 24 (53) bits of each 32-bit (64-bit) word, as a fraction.
INLINE float32v float32_fraction(uint64v words) {
  return __builtin_convertvector((int32v)((uint32v)words >> 8), float32v) * 0x1p-24f;
}

// The 53 bits go as two exact pieces, since few instruction sets convert 64-bit integers.
INLINE float64v float64_fraction(uint64v words) {
  const uint64 exponent = 0x4330000000000000;
  float64v high = (float64v)((words >> 32) | exponent) - 0x1p52;
  float64v low = (float64v)(((words >> 11) & 0x1fffff) | exponent) - 0x1p52;
  return high * 0x1p-32 + low * 0x1p-53;
}

INLINE void float32_uniform(uint64v *low, uint64v *high) {
  *low = (uint64v)float32_fraction(*low);
  *high = (uint64v)float32_fraction(*high);
}

INLINE void float64_uniform(uint64v *low, uint64v *high) {
  *low = (uint64v)float64_fraction(*low);
  *high = (uint64v)float64_fraction(*high);
}

// Normal, by Box and Muller: for u uniform in (0, 1] and a uniform angle, √(-2·log u) times the angle's cosine and
// sine are a pair of normal numbers. Of float32 words 0 and 2 become u, words 1 and 3 the angles.
INLINE void float32_normal(uint64v *low, uint64v *high) {
  const uint64 even = 0xffffffff;
  uint32v radius_bits = (uint32v)((*low & even) | (*high << 32));
  int32v angle_bits = (int32v)((*low >> 32) | (*high & ~even));
  float32v u = (__builtin_convertvector(radius_bits, float32v) + 0.5f) * 0x1p-32f;
  float32v radius = __builtin_elementwise_sqrt(float32_log(u) * -2);
  float32v angle = __builtin_convertvector(angle_bits, float32v) * 0x1.921fb6p-30f;
  uint64v cosines = (uint64v)(radius * float32_cos_near(angle));
  uint64v sines = (uint64v)(radius * float32_sin_near(angle));
  *low = (cosines & even) | (sines << 32);
  *high = (cosines >> 32) | (sines & ~even);
}

INLINE void float64_normal(uint64v *low, uint64v *high) {
  float64v u = float64_fraction(*low) + 0x1p-54;
  float64v radius = __builtin_elementwise_sqrt(float64_log(u) * -2);
  float64v angle = (float64_fraction(*high) - 0.5) * 0x1.921fb54442d18p2;
  *low = (uint64v)(radius * float64_cos_near(angle));
  *high = (uint64v)(radius * float64_sin_near(angle));
}

// BLOCK is the number of elements that one block of the generator makes.
#define DEFINE_RANDOM(T, DISTRIBUTION, BLOCK)                                                                 \
  static void T##_##DISTRIBUTION##_kernel(                                                                    \
      size_t count, uint64_t first, uint64_t key0, uint64_t key1, void *out) {                                \
    T *to = out;                                                                                              \
    for (size_t i = 0; i < count; i += 2 * LANES(T)) {                                                        \
      uint64v low, high, elements[2];                                                                         \
      philox((first + i) / BLOCK, key0, key1, &low, &high);                                                   \
      T##_##DISTRIBUTION(&low, &high);                                                                        \
      interleave(low, high, &elements[0], &elements[1]);                                                      \
      size_t remaining = (count - i) * sizeof(T);                                                             \
      if (remaining >= sizeof elements) {                                                                     \
        memcpy(to + i, elements, sizeof elements);                                                            \
      } else {                                                                                                \
        memcpy(to + i, elements, remaining);                                                                  \
      }                                                                                                       \
    }                                                                                                         \
  }
DEFINE_RANDOM(float32, uniform, 4)
DEFINE_RANDOM(float32, normal, 4)
DEFINE_RANDOM(float64, uniform, 2)
DEFINE_RANDOM(float64, normal, 2)
#undef DEFINE_RANDOM
