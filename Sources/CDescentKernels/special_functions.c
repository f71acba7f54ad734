// Functions that the C library lacks or spoils, one element at a time in double precision.

#define _GNU_SOURCE
#include "special_functions.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

static const double pi = 0x1.921fb54442d18p1;
static const double square_root_of_pi = 0x1.c5bf891b4ef6bp0;

// Halley's method for erf z = a: each step triples the number of right digits, and the start has one. Beyond 1/2 it
// solves erfc z = 1 - a, whose right side is exact.
double descent_erfinv(double x) {
  double a = fabs(x);
  if (!(a < 1)) return a == 1 ? copysign(INFINITY, x) : NAN;
  double w = -log1p(-a * a);
  double z = w < 1 ? a * square_root_of_pi / 2 : sqrt(w - log(w + 2) / 2 - 0.2);
  for (int step = 0; step < 4; step++) {
    double error = a < 0.5 ? erf(z) - a : (1 - a) - erfc(z);
    double newton = error * square_root_of_pi / 2 * exp(z * z);
    z -= newton / (1 + z * newton);
  }
  return copysign(z, x);
}

double descent_lgamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

// MARK: - Polygamma

enum { HIGHEST_ORDER = 100 };

// n!·Σ 1/(x + k)ⁿ⁺¹ over k = 0, 1, … for x > 0; -ψ(x) for n = 0, whose sum diverges. Terms one by one until x is
// large, then the Euler-Maclaurin formula (Abramowitz and Stegun 6.4.11) with ten terms, of relative error 2^-57.
static double polygamma_series(int n, double x) {
  static const double bernoulli[] = {
      1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798,
      -174611.0 / 330,
  };
  double terms = 0;
  for (; x < 10 + n; x += 1) {
    double term = 1 / x;
    for (int i = 1; i <= n; i++) term *= i / x;
    terms += term;
  }
  double power = 1 / x;
  for (int i = 1; i <= n; i++) power *= i / x;
  double tail = power / 2;
  double factor = power * (n + 1) / (2 * x);
  for (int k = 1; k <= 10; k++) {
    tail += bernoulli[k - 1] * factor;
    factor *= (2.0 * k + n) * (2.0 * k + n + 1) / ((2.0 * k + 1) * (2.0 * k + 2) * x * x);
  }
  return (n == 0 ? -log(x) : power * x / n) + tail + terms;
}

// dⁿ/dxⁿ (π·cot πx) = πⁿ⁺¹·P(cot πx), where each derivative maps P(c) to -(1 + c²)·P′(c).
static double cotangent_derivative(int n, double x) {
  double fraction = x - nearbyint(x);
  double c = fabs(fraction) < 0.25 ? 1 / tan(pi * fraction) : copysign(tan(pi * (0.5 - fabs(fraction))), fraction);
  double coefficients[HIGHEST_ORDER + 3] = {0, 1};
  for (int order = 0; order < n; order++) {
    double next[HIGHEST_ORDER + 3] = {0};
    for (int power = 1; power <= order + 1; power++) {
      double slope = power * coefficients[power];
      next[power - 1] -= slope;
      next[power + 1] -= slope;
    }
    for (int power = 0; power <= order + 2; power++) coefficients[power] = next[power] * pi;
  }
  double sum = 0;
  for (int power = n + 1; power >= 0; power--) sum = sum * c + coefficients[power];
  return sum * pi;
}

static double polygamma_at_pole(int n, double x) {
  if (n % 2 == 1) return INFINITY;
  return x == 0 ? copysign(INFINITY, -x) : NAN;
}

// ψ⁽ⁿ⁾(x) = (-1)ⁿ⁺¹·n!·Σ 1/(x + k)ⁿ⁺¹; below 0 by reflection: (-1)ⁿ·ψ⁽ⁿ⁾(1 - x) - ψ⁽ⁿ⁾(x) = dⁿ/dxⁿ (π·cot πx).
double descent_polygamma(double order, double x) {
  if (!(order >= 0 && order <= HIGHEST_ORDER && order == floor(order)) || !(x > -INFINITY)) return NAN;
  int n = (int)order;
  double sign = n % 2 == 1 ? 1 : -1;
  if (x == INFINITY) return n == 0 ? INFINITY : 0 * sign;
  if (x > 0) return sign * polygamma_series(n, x);
  if (x == floor(x)) return polygamma_at_pole(n, x);
  return -polygamma_series(n, 1 - x) - cotangent_derivative(n, x);
}

// MARK: - Two operands

double descent_floored_remainder(double x, double y) {
  double remainder = fmod(x, y);
  if (remainder == 0) return copysign(0, y);
  return (remainder < 0) != (y < 0) ? remainder + y : remainder;
}

double descent_logaddexp(double x, double y) {
  double larger = x > y ? x : y;
  if (isnan(x) || isnan(y)) return NAN;
  return x == y ? x + 0x1.62e42fefa39efp-1 : larger + log1p(exp(-fabs(x - y)));
}

double descent_xlogy(double x, double y) { return x == 0 && !isnan(y) ? 0 : x * log(y); }
