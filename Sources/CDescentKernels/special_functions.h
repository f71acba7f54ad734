// Functions that the C library lacks or spoils, one element at a time in double precision.

#ifndef DESCENT_SPECIAL_FUNCTIONS_H
#define DESCENT_SPECIAL_FUNCTIONS_H

/// The inverse of erf; ±infinity at ±1, NaN beyond.
double descent_erfinv(double x);

/// ln |Γ(x)|, +infinity at 0, -1, -2, …; unlike C's lgamma it writes no global variable.
double descent_lgamma(double x);

/// The derivative of order + 1 of lgamma: order 0 is digamma, 1 trigamma. NaN unless order is one of 0, 1, …, 100.
/// At a pole +infinity for odd orders; for even ones -infinity at 0, +infinity at -0 and NaN at -1, -2, ….
double descent_polygamma(double order, double x);

/// x - y·⌊x/y⌋, which has the sign of y; C's fmod is x - y·trunc(x/y), which has the sign of x.
double descent_floored_remainder(double x, double y);

/// ln(eˣ + eʸ) without overflow.
double descent_logaddexp(double x, double y);

/// x·ln y, and 0 where x is 0 unless y is NaN.
double descent_xlogy(double x, double y);

#endif
