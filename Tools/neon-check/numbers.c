// Elements of every type as wide numbers, samples, and distances in units of the last place.

#include "check.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

const char *const type_names[DESCENT_TYPE_COUNT] = {
    "float32", "float64", "int32", "int64", "bool", "uint64", "float16", "bfloat16", "int8", "int16", "uint8", "uint16",
    "uint32"};

size_t size_of(descent_type type) {
  static const uint8_t sizes[DESCENT_TYPE_COUNT] = {4, 8, 4, 8, 1, 8, 2, 2, 1, 2, 1, 2, 4};
  return sizes[type];
}

bool is_floating(descent_type type) { return type == DESCENT_FLOAT32 || type == DESCENT_FLOAT64; }

bool is_signed(descent_type type) {
  return type == DESCENT_INT8 || type == DESCENT_INT16 || type == DESCENT_INT32 || type == DESCENT_INT64;
}

uint64_t get_bits(descent_type type, const void *block, size_t i) {
  uint64_t bits = 0;
  memcpy(&bits, (const char *)block + i * size_of(type), size_of(type));
  unsigned unused = 64 - 8 * (unsigned)size_of(type);
  return is_signed(type) ? (uint64_t)((int64_t)(bits << unused) >> unused) : bits;
}

void set_bits(descent_type type, void *block, size_t i, uint64_t bits) {
  memcpy((char *)block + i * size_of(type), &bits, size_of(type));
}

long double get_real(descent_type type, const void *block, size_t i) {
  return type == DESCENT_FLOAT32 ? ((const float *)block)[i] : ((const double *)block)[i];
}

void set_real(descent_type type, void *block, size_t i, long double value) {
  if (type == DESCENT_FLOAT32) {
    ((float *)block)[i] = (float)value;
  } else {
    ((double *)block)[i] = (double)value;
  }
}

double ulps(descent_type type, const void *block, size_t i, long double exact) {
  const bool narrow = type == DESCENT_FLOAT32;
  const int digits = narrow ? FLT_MANT_DIG : DBL_MANT_DIG, lowest = narrow ? FLT_MIN_EXP : DBL_MIN_EXP;
  const long double limit = ldexpl(1, narrow ? FLT_MAX_EXP : DBL_MAX_EXP);
  long double value = get_real(type, block, i);
  if (isnan(exact) || isnan(value)) return isnan(exact) && isnan(value) ? 0 : INFINITY;
  if (isinf(exact)) return value == exact ? 0 : INFINITY;
  if (exact == 0 && value == 0) return signbit(exact) == signbit(value) ? 0 : INFINITY;
  // Infinity counts as the number that would follow the largest one.
  if (isinf(value)) value = copysignl(limit, value);
  int exponent;
  frexpl(fabsl(exact) < limit ? exact : limit / 2, &exponent);
  int unit = (exponent < lowest ? lowest : exponent) - digits;
  if (fabsl(exact) >= limit) exact = copysignl(limit, exact);
  return (double)ldexpl(fabsl(value - exact), -unit);
}

static uint64_t state;

void restart_bits(uint64_t seed) { state = seed * 0x9e3779b97f4a7c15 | 1; }

uint64_t next_bits(void) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545f4914f6cdd1d;
}

double next_between(double low, double high) { return low + (high - low) * ((double)(next_bits() >> 11) * 0x1p-53); }

void fill_samples(descent_type type, void *block, size_t count) {
  static const double reals[] = {0, -0.0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 3, -7, 1e10, -1e30,
                                 0x1p-149, -0x1p-149, 0x1p-126, 0x1.fffffep127, INFINITY, -INFINITY, NAN};
  static const int64_t integers[] = {0, 1, -1, 2, -2, 7, -7, 127, -128, 255, 32767, -32768, 65535, INT32_MAX, INT32_MIN,
                                     UINT32_MAX, INT64_MAX, INT64_MIN, 31, 32, 63, 64, -64};
  for (size_t i = 0; i < count; i++) {
    bool special = next_bits() % 3 == 0;
    if (is_floating(type)) {
      double value = special ? reals[next_bits() % (sizeof reals / sizeof *reals)] : next_between(-20, 20);
      set_real(type, block, i, value);
    } else {
      uint64_t value = special ? (uint64_t)integers[next_bits() % (sizeof integers / sizeof *integers)] : next_bits();
      set_bits(type, block, i, type == DESCENT_BOOL ? value & 1 : value);
    }
  }
}

enum { guard_bytes = 64, guard = 0xa5 };

void *guarded(descent_type type, size_t count) {
  size_t bytes = count * size_of(type);
  char *memory = malloc(bytes + 2 * guard_bytes);
  if (memory == NULL) abort();
  memset(memory, guard, bytes + 2 * guard_bytes);
  return memory + guard_bytes;
}

void check_guards(void *block, descent_type type, size_t count) {
  size_t bytes = count * size_of(type);
  unsigned char *memory = (unsigned char *)block - guard_bytes;
  for (size_t i = 0; i < guard_bytes; i++) {
    if (memory[i] != guard || memory[guard_bytes + bytes + i] != guard) {
      note(INFINITY, "wrote outside of its %zu elements", count);
      break;
    }
  }
  free(memory);
}
