// Conversions between all pairs of types that have a kernel.

#include "check.h"

#include <stdio.h>
#include <string.h>

// The number that a pattern of float16 or bfloat16 stands for.
static long double narrow_value(descent_type type, uint64_t bits) {
  const int mantissa = type == DESCENT_FLOAT16 ? 10 : 7, bias = type == DESCENT_FLOAT16 ? 15 : 127;
  const int exponents = type == DESCENT_FLOAT16 ? 31 : 255;
  int exponent = (int)(bits >> mantissa) & exponents;
  long double fraction = (long double)(bits & ((1u << mantissa) - 1)), value;
  if (exponent == exponents) {
    value = fraction != 0 ? (long double)NAN : (long double)INFINITY;
  } else if (exponent == 0) {
    value = ldexpl(fraction, 1 - bias - mantissa);
  } else {
    value = ldexpl(fraction + (1 << mantissa), exponent - bias - mantissa);
  }
  return bits >> 15 & 1 ? -value : value;
}

static bool is_narrow(descent_type type) { return type == DESCENT_FLOAT16 || type == DESCENT_BFLOAT16; }
static bool is_real(descent_type type) { return is_floating(type) || is_narrow(type); }

static long double value_of(descent_type type, const void *block, size_t i) {
  uint64_t bits = get_bits(type, block, i);
  if (is_narrow(type)) return narrow_value(type, bits);
  if (is_floating(type)) return get_real(type, block, i);
  return is_signed(type) ? (long double)(int64_t)bits : (long double)bits;
}

// Toward zero, saturating; NaN gives 0.
static uint64_t to_integer(descent_type type, long double value) {
  const int width = 8 * (int)size_of(type);
  if (isnan(value)) return 0;
  const long double low = is_signed(type) ? -ldexpl(1, width - 1) : 0;
  const long double end = ldexpl(1, is_signed(type) ? width - 1 : width);
  value = truncl(value);
  if (value <= low) return is_signed(type) ? (uint64_t)1 << (width - 1) : 0;
  if (value >= end) return is_signed(type) ? ((uint64_t)1 << (width - 1)) - 1 : UINT64_MAX >> (64 - width);
  return value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value;
}

// The nearest pattern, ties to even: among positive numbers patterns and values have the same order.
static uint64_t to_narrow(descent_type type, long double value) {
  uint64_t sign = signbit(value) ? 0x8000 : 0, infinity = type == DESCENT_FLOAT16 ? 0x7c00 : 0x7f80;
  long double size = fabsl(value);
  uint64_t low = 0, high = infinity;
  while (high - low > 1) {
    uint64_t middle = (low + high) / 2;
    if (narrow_value(type, middle) <= size) low = middle; else high = middle;
  }
  // Infinity stands where the next number would be.
  long double above = high == infinity ? 2 * narrow_value(type, low) - narrow_value(type, low - 1)
                                       : narrow_value(type, high);
  long double to_low = size - narrow_value(type, low), to_high = above - size;
  bool up = to_high < to_low || (to_high == to_low && low % 2 == 1);
  return sign | (isinf(size) || up ? high : low);
}

static bool is_right(descent_type from, descent_type to, const void *x, const void *y, size_t i) {
  long double value = value_of(from, x, i);
  uint64_t result = get_bits(to, y, i);
  if (to == DESCENT_BOOL) return result == (value != 0);
  if (is_real(to) && isnan(value)) return isnan(value_of(to, y, i));
  if (is_narrow(to)) return result == to_narrow(to, value);
  if (is_floating(to)) {
    char exact[8];
    set_real(to, exact, 0, value);
    return result == get_bits(to, exact, 0);
  }
  char exact[8];
  set_bits(to, exact, 0, is_real(from) ? to_integer(to, value) : get_bits(from, x, i));
  return result == get_bits(to, exact, 0);
}

static void fill(descent_type type, void *block, size_t count) {
  fill_samples(type, block, count);
  for (size_t i = 0; i < count; i += 4) {
    // Bits of every magnitude, and numbers around the limits of integers and of narrow numbers.
    uint64_t bits = next_bits();
    if (!is_real(type)) bits >>= bits % 64;
    if (type == DESCENT_BOOL) bits &= 1;
    set_bits(type, block, i, bits >> (type == DESCENT_FLOAT32 ? 32 : 0));
    if (is_floating(type) && i % 8 == 0) {
      set_real(type, block, i, ldexp(next_between(-1.1, 1.1), (int)(next_bits() % 90) - 25));
    }
  }
}

static void check_conversion(descent_type from, descent_type to, descent_convert_kernel kernel) {
  char types[24];
  snprintf(types, sizeof types, "%s-%s", type_names[from], type_names[to]);
  begin("convert", types, 0);
  for (size_t count = 1; count < 1000; count += count < 70 ? 1 : 311) {
    void *x = guarded(from, count), *y = guarded(to, count);
    fill(from, x, count);
    kernel(count, x, y);
    for (size_t i = 0; i < count; i++) {
      note(is_right(from, to, x, y, i) ? 0 : INFINITY, "%.20Lg gives %.20Lg", value_of(from, x, i), value_of(to, y, i));
    }
    check_guards(x, from, count);
    check_guards(y, to, count);
  }
}

void check_conversions(const descent_kernel_table *table) {
  restart_bits(4);
  for (int from = 0; from < DESCENT_TYPE_COUNT; from++) {
    for (int to = 0; to < DESCENT_TYPE_COUNT; to++) {
      descent_convert_kernel kernel = table->convert[from][to];
      if (kernel) check_conversion((descent_type)from, (descent_type)to, kernel);
    }
  }
}
