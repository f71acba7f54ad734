// The four reductions of one floating-point type T of T_BYTES bytes, or the two that make sense for another:
// the including file defines either ARITHMETIC or ORDER or both, and LOWEST and HIGHEST for the latter.

#ifdef ARITHMETIC
#define REDUCTION sum
#define COMBINE(a, b) ((a) + (b))
#define IDENTITY 0
#include "reduction.h"

#define REDUCTION product
#define COMBINE(a, b) ((a) * (b))
#define IDENTITY 1
#include "reduction.h"
#endif

// A NaN wins: if a is one it is taken, if b is one the comparison fails and b is taken.
#ifdef ORDER
#define REDUCTION maximum
#define COMBINE(a, b) ((((a) > (b)) | ((a) != (a))) ? (a) : (b))
#define IDENTITY LOWEST
#include "reduction.h"
#define REDUCTION maximum
#include "argument.h"

#define REDUCTION minimum
#define COMBINE(a, b) ((((a) < (b)) | ((a) != (a))) ? (a) : (b))
#define IDENTITY HIGHEST
#include "reduction.h"
#define REDUCTION minimum
#include "argument.h"
#endif

#undef T
#undef T_BYTES
#undef ARITHMETIC
#undef ORDER
#undef LOWEST
#undef HIGHEST
