// Functions of two operands, each of them a block or one element.

#include "check.h"

#include <stdlib.h>

static long double floored_remainder(long double x, long double y) {
  long double remainder = fmodl(x, y);
  if (remainder == 0) return copysignl(0, y);
  return (remainder < 0) != (y < 0) ? remainder + y : remainder;
}

static long double real_reference(descent_binary function, long double x, long double y) {
  bool has_nan = isnan(x) || isnan(y);
  switch (function) {
    case DESCENT_ADD: return x + y;
    case DESCENT_SUBTRACT: return x - y;
    case DESCENT_MULTIPLY: return x * y;
    case DESCENT_DIVIDE: return x / y;
    case DESCENT_POWER: return powl(x, y);
    case DESCENT_MAXIMUM: return has_nan ? NAN : x > y ? x : y;
    case DESCENT_MINIMUM: return has_nan ? NAN : x < y ? x : y;
    case DESCENT_REMAINDER: return floored_remainder(x, y);
    case DESCENT_TRUNCATED_REMAINDER: return fmodl(x, y);
    case DESCENT_ATAN2: return atan2l(x, y);
    case DESCENT_LOGADDEXP:
      if (has_nan) return NAN;
      return x == y ? x + logl(2) : fmaxl(x, y) + log1pl(expl(-fabsl(x - y)));
    case DESCENT_XLOGY: return x == 0 && !isnan(y) ? 0 : x * logl(y);
    case DESCENT_COPYSIGN: return copysignl(x, y);
    default: abort();
  }
}

static uint64_t shifted(descent_type type, uint64_t x, int64_t left) {
  const int64_t width = 8 * (int64_t)size_of(type);
  if (left >= 0) return left < width ? x << left : 0;
  if (left <= -width) return is_signed(type) && (int64_t)x < 0 ? UINT64_MAX : 0;
  return is_signed(type) ? (uint64_t)((int64_t)x >> -left) : x >> -left;
}

// A count within -64...64, beyond which all is shifted out anyway. Those of uint64 are never negative.
static int64_t places(descent_type type, uint64_t count) {
  if (!is_signed(type)) return count < 64 ? (int64_t)count : 64;
  int64_t value = (int64_t)count;
  return value > 64 ? 64 : value < -64 ? -64 : value;
}

static uint64_t power_of_integer(int64_t x, int64_t y) {
  if (y < 0 && x != 1 && x != -1) return 0;
  uint64_t result = 1, exponent = y < 0 ? 0 - (uint64_t)y : (uint64_t)y;
  for (int bit = 63; bit >= 0; bit--) result = result * result * (exponent >> bit & 1 ? (uint64_t)x : 1);
  return result;
}

static uint64_t integer_reference(descent_binary function, descent_type type, uint64_t x, uint64_t y) {
  const bool is_unsigned = !is_signed(type);
  int64_t a = (int64_t)x, b = (int64_t)y, rest;
  bool is_less = is_unsigned ? x < y : a < b;
  switch (function) {
    case DESCENT_ADD: return x + y;
    case DESCENT_SUBTRACT: return x - y;
    case DESCENT_MULTIPLY: return x * y;
    case DESCENT_DIVIDE: return y == 0 ? 0 : is_unsigned ? x / y : b == -1 ? 0 - x : (uint64_t)(a / b);
    case DESCENT_POWER: return power_of_integer(a, b);
    case DESCENT_MAXIMUM: return is_less ? y : x;
    case DESCENT_MINIMUM: return is_less ? x : y;
    case DESCENT_AND: return x & y;
    case DESCENT_OR: return x | y;
    case DESCENT_XOR: return x ^ y;
    case DESCENT_REMAINDER:
    case DESCENT_TRUNCATED_REMAINDER:
      if (is_unsigned) return y == 0 ? 0 : x % y;
      rest = y == 0 || b == -1 ? 0 : a % b;
      return (uint64_t)(function == DESCENT_REMAINDER && rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
    case DESCENT_SHIFT_LEFT: return shifted(type, x, places(type, y));
    case DESCENT_SHIFT_RIGHT: return shifted(type, x, -places(type, y));
    default: abort();
  }
}

typedef struct {
  const char *name;
  descent_binary function;
  // In ULP for float32 and float64; 0.501 means correctly rounded.
  double narrow_bound, wide_bound;
} binary;

// polygamma is left out: it goes through plain C, one element at a time, and is the same on every machine.
static const binary functions[] = {
    {"add", DESCENT_ADD, 0.501, 0.501},
    {"subtract", DESCENT_SUBTRACT, 0.501, 0.501},
    {"multiply", DESCENT_MULTIPLY, 0.501, 0.501},
    {"divide", DESCENT_DIVIDE, 0.501, 0.501},
    {"power", DESCENT_POWER, 2, 2},
    {"maximum", DESCENT_MAXIMUM, 0, 0},
    {"minimum", DESCENT_MINIMUM, 0, 0},
    {"and", DESCENT_AND, 0, 0},
    {"or", DESCENT_OR, 0, 0},
    {"xor", DESCENT_XOR, 0, 0},
    {"remainder", DESCENT_REMAINDER, 0.501, 0.501},
    {"truncated remainder", DESCENT_TRUNCATED_REMAINDER, 0, 0},
    {"atan2", DESCENT_ATAN2, 1, 4},
    {"logaddexp", DESCENT_LOGADDEXP, 1, 4},
    {"xlogy", DESCENT_XLOGY, 1, 4},
    {"copysign", DESCENT_COPYSIGN, 0, 0},
    {"shift left", DESCENT_SHIFT_LEFT, 0, 0},
    {"shift right", DESCENT_SHIFT_RIGHT, 0, 0},
};

static void compare(descent_binary function, descent_type type, const void *x, size_t i, const void *y, size_t j,
                    const void *z, size_t k) {
  if (!is_floating(type)) {
    uint64_t a = get_bits(type, x, i), b = get_bits(type, y, j), c = get_bits(type, z, k);
    char exact[8];
    set_bits(type, exact, 0, integer_reference(function, type, a, b));
    note(get_bits(type, exact, 0) == c ? 0 : INFINITY, "%lld and %lld give %lld", (long long)a, (long long)b, (long long)c);
    return;
  }
  long double a = get_real(type, x, i), b = get_real(type, y, j), exact = real_reference(function, a, b);
  // Where both summands nearly cancel, no relative precision is left.
  if (function == DESCENT_LOGADDEXP && fabsl(exact) < fmaxl(fabsl(a), fabsl(b)) / 4) return;
  // The larger of two zeros may be either.
  bool is_extreme = function == DESCENT_MAXIMUM || function == DESCENT_MINIMUM;
  double error = is_extreme && a == b && exact == get_real(type, z, k) ? 0 : ulps(type, z, k, exact);
  note(error, "%.9Lg and %.9Lg give %.9Lg, exact %.9Lg", a, b, get_real(type, z, k), exact);
}

static void check_function(const binary *it, descent_type type, descent_binary_kernel kernel) {
  begin(it->name, type_names[type], type == DESCENT_FLOAT32 ? it->narrow_bound : it->wide_bound);
  restart_bits(2);
  for (size_t count = 1; count < 140; count += count < 70 ? 1 : 23) {
    for (size_t x_step = 0; x_step < 2; x_step++) {
      for (size_t y_step = 0; y_step < 2; y_step++) {
        void *x = guarded(type, count), *y = guarded(type, count), *z = guarded(type, count);
        fill_samples(type, x, count);
        fill_samples(type, y, count);
        kernel(count, x, x_step, y, y_step, z);
        for (size_t i = 0; i < count; i++) compare(it->function, type, x, i * x_step, y, i * y_step, z, i);
        check_guards(x, type, count);
        check_guards(y, type, count);
        check_guards(z, type, count);
      }
    }
  }
}

void check_binary(const descent_kernel_table *table) {
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    for (int type = 0; type < DESCENT_TYPE_COUNT; type++) {
      descent_binary_kernel kernel = table->binary[functions[k].function][type];
      if (kernel) check_function(&functions[k], (descent_type)type, kernel);
    }
  }
}
