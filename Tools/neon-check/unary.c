// Functions of one operand. Elementary ones are compared with the C library: float32 in double precision, float64 in
// long double.

#include "check.h"

#include <stdlib.h>

static double relu(double x) { return x < 0 ? 0 : x; }
static double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static double negate(double x) { return -x; }
static double square(double x) { return x * x; }
static double reciprocal(double x) { return 1 / x; }
static double rsqrt(double x) { return 1 / sqrt(x); }
static double sigmoid(double x) { return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)); }
static long double squarel(long double x) { return x * x; }
static long double reciprocall(long double x) { return 1 / x; }
static long double rsqrtl(long double x) { return 1 / sqrtl(x); }
static long double sigmoidl(long double x) { return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x)); }
static long double negatel(long double x) { return -x; }
static long double signl(long double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
static long double relul(long double x) { return x < 0 ? 0 : x; }

typedef struct {
  const char *name;
  descent_unary function;
  double (*narrow)(double);
  long double (*wide)(long double);
  // Bounds for float32 and float64; 0.501 means correctly rounded.
  double narrow_bound, wide_bound;
  // The range that half of the samples come from.
  double low, high;
} elementary;

static const elementary functions[] = {
    {"negate", DESCENT_NEGATE, negate, negatel, 0, 0, -9, 9},
    {"absolute", DESCENT_ABSOLUTE, fabs, fabsl, 0, 0, -9, 9},
    {"sign", DESCENT_SIGN, sign, signl, 0, 0, -9, 9},
    {"square", DESCENT_SQUARE, square, squarel, 0.501, 0.501, -9, 9},
    {"sqrt", DESCENT_SQRT, sqrt, sqrtl, 0.501, 0.501, 0, 100},
    {"reciprocal", DESCENT_RECIPROCAL, reciprocal, reciprocall, 0.501, 0.501, -9, 9},
    {"exp", DESCENT_EXP, exp, expl, 2, 2, -104, 89},
    {"log", DESCENT_LOG, log, logl, 2, 2, 0, 4},
    {"tanh", DESCENT_TANH, tanh, tanhl, 2, 2, -10, 10},
    {"sigmoid", DESCENT_SIGMOID, sigmoid, sigmoidl, 2, 2, -20, 20},
    {"relu", DESCENT_RELU, relu, relul, 0, 0, -9, 9},
    {"sin", DESCENT_SIN, sin, sinl, 2, 2, -20, 20},
    {"cos", DESCENT_COS, cos, cosl, 2, 2, -20, 20},
    {"floor", DESCENT_FLOOR, floor, floorl, 0, 0, -9, 9},
    {"ceil", DESCENT_CEIL, ceil, ceill, 0, 0, -9, 9},
    {"round", DESCENT_ROUND, rint, rintl, 0, 0, -9, 9},
    {"truncate", DESCENT_TRUNCATE, trunc, truncl, 0, 0, -9, 9},
    {"rsqrt", DESCENT_RSQRT, rsqrt, rsqrtl, 2, 2, 0, 100},
    {"cbrt", DESCENT_CBRT, cbrt, cbrtl, 2, 4, -100, 100},
    {"exp2", DESCENT_EXP2, exp2, exp2l, 2, 4, -150, 128},
    {"expm1", DESCENT_EXPM1, expm1, expm1l, 2, 4, -4, 4},
    {"log2", DESCENT_LOG2, log2, log2l, 2, 4, 0, 4},
    {"log10", DESCENT_LOG10, log10, log10l, 2, 4, 0, 4},
    {"log1p", DESCENT_LOG1P, log1p, log1pl, 2, 4, -1, 4},
    {"tan", DESCENT_TAN, tan, tanl, 2, 4, -20, 20},
    {"asin", DESCENT_ASIN, asin, asinl, 2, 4, -1, 1},
    {"acos", DESCENT_ACOS, acos, acosl, 2, 4, -1, 1},
    {"atan", DESCENT_ATAN, atan, atanl, 2, 4, -9, 9},
    {"sinh", DESCENT_SINH, sinh, sinhl, 2, 4, -9, 9},
    {"cosh", DESCENT_COSH, cosh, coshl, 2, 4, -9, 9},
    {"asinh", DESCENT_ASINH, asinh, asinhl, 2, 4, -9, 9},
    {"acosh", DESCENT_ACOSH, acosh, acoshl, 2, 4, 1, 9},
    {"atanh", DESCENT_ATANH, atanh, atanhl, 2, 4, -1, 1},
    {"erf", DESCENT_ERF, erf, erfl, 2, 4, -4, 4},
    {"erfc", DESCENT_ERFC, erfc, erfcl, 2, 4, -4, 10.1},
};

// An odd count, so that the last vector is not whole.
enum { narrow_samples = 20003, wide_samples = 2001 };

static void check_elementary(const elementary *it, descent_type type, descent_unary_kernel kernel) {
  const bool narrow = type == DESCENT_FLOAT32;
  const size_t count = narrow ? narrow_samples : wide_samples;
  begin(it->name, type_names[type], narrow ? it->narrow_bound : it->wide_bound);
  restart_bits(1);
  void *x = guarded(type, count), *y = guarded(type, count);
  for (size_t i = 0; i < count; i++) {
    // Every other one has arbitrary bits, so that all exponents occur, and NaN, infinity and subnormal numbers.
    if (i % 2 == 0) set_real(type, x, i, next_between(it->low, it->high));
    if (i % 2 == 1) set_bits(type, x, i, next_bits() >> (narrow ? 32 : 0));
  }
  fill_samples(type, x, 60);
  kernel(count, x, y);
  for (size_t i = 0; i < count; i++) {
    long double argument = get_real(type, x, i);
    long double exact = narrow ? it->narrow((double)argument) : it->wide(argument);
    note(ulps(type, y, i, exact), "%.9Lg gives %.9Lg, exact %.9Lg", argument, get_real(type, y, i), exact);
  }
  check_guards(x, type, count);
  check_guards(y, type, count);
}

// erfinv by its inverse: the defect of erf y = x, to first order.
static void check_erfinv(descent_type type, descent_unary_kernel kernel) {
  begin("erfinv", type_names[type], type == DESCENT_FLOAT32 ? 1 : 4);
  enum { count = 1001 };
  void *x = guarded(type, count), *y = guarded(type, count);
  for (size_t i = 0; i < count; i++) {
    set_real(type, x, i, i % 2 ? next_between(-0.99, 0.99) : 1 - exp2(-next_between(1, type == DESCENT_FLOAT32 ? 23 : 50)));
  }
  kernel(count, x, y);
  for (size_t i = 0; i < count; i++) {
    long double a = fabsl(get_real(type, x, i)), b = fabsl(get_real(type, y, i));
    long double defect = a < 0.5L ? erfl(b) - a : (1 - a) - erfcl(b);
    long double exact = b - defect * 0.88622692545275801365L * expl(b * b);
    note(ulps(type, y, i, copysignl(exact, get_real(type, x, i))), "%.9Lg", get_real(type, x, i));
  }
  check_guards(x, type, count);
  check_guards(y, type, count);
}

static void check_lgamma(descent_type type, descent_unary_kernel kernel) {
  begin("lgamma", type_names[type], type == DESCENT_FLOAT32 ? 1 : 4);
  enum { count = 1001 };
  void *x = guarded(type, count), *y = guarded(type, count);
  for (size_t i = 0; i < count; i++) set_real(type, x, i, next_between(0.01, 50));
  kernel(count, x, y);
  for (size_t i = 0; i < count; i++) {
    long double argument = get_real(type, x, i);
    note(ulps(type, y, i, lgammal(argument)), "%.9Lg gives %.9Lg", argument, get_real(type, y, i));
  }
  check_guards(x, type, count);
  check_guards(y, type, count);
}

static uint64_t integer_reference(descent_unary function, descent_type type, uint64_t x) {
  bool negative = is_signed(type) && (int64_t)x < 0;
  switch (function) {
    case DESCENT_NEGATE: return 0 - x;
    case DESCENT_ABSOLUTE: return negative ? 0 - x : x;
    case DESCENT_SIGN: return negative ? UINT64_MAX : x != 0;
    case DESCENT_SQUARE: return x * x;
    case DESCENT_RELU: return negative ? 0 : x;
    case DESCENT_NOT: return !x;
    default: abort();
  }
}

static void check_integers(const char *name, descent_unary function, descent_type type, descent_unary_kernel kernel) {
  begin(name, type_names[type], 0);
  for (size_t count = 0; count < 150; count++) {
    void *x = guarded(type, count), *y = guarded(type, count);
    fill_samples(type, x, count);
    kernel(count, x, y);
    for (size_t i = 0; i < count; i++) {
      uint64_t argument = get_bits(type, x, i);
      // What the type has no room for is cut off on both sides.
      char exact[8];
      set_bits(type, exact, 0, integer_reference(function, type, argument));
      bool same = get_bits(type, exact, 0) == get_bits(type, y, i);
      note(same ? 0 : INFINITY, "%lld gives %lld", (long long)argument, (long long)get_bits(type, y, i));
    }
    check_guards(x, type, count);
    check_guards(y, type, count);
  }
}

void check_unary(const descent_kernel_table *table) {
  for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
    for (descent_type type = DESCENT_FLOAT32; type <= DESCENT_FLOAT64; type++) {
      check_elementary(&functions[k], type, table->unary[functions[k].function][type]);
    }
  }
  for (descent_type type = DESCENT_FLOAT32; type <= DESCENT_FLOAT64; type++) {
    check_erfinv(type, table->unary[DESCENT_ERFINV][type]);
    check_lgamma(type, table->unary[DESCENT_LGAMMA][type]);
  }
  const struct { const char *name; descent_unary function; } integers[] = {
      {"negate", DESCENT_NEGATE}, {"absolute", DESCENT_ABSOLUTE}, {"sign", DESCENT_SIGN},
      {"square", DESCENT_SQUARE}, {"relu", DESCENT_RELU}, {"not", DESCENT_NOT}};
  for (size_t k = 0; k < sizeof integers / sizeof *integers; k++) {
    for (int type = DESCENT_INT32; type < DESCENT_TYPE_COUNT; type++) {
      descent_unary_kernel kernel = table->unary[integers[k].function][type];
      if (kernel) check_integers(integers[k].name, integers[k].function, (descent_type)type, kernel);
    }
  }
}
