// Gamma-distributed random numbers: a loop that rejects and tries again, the same on every instruction set.

#ifndef CDESCENT_GAMMA_H
#define CDESCENT_GAMMA_H

#include "elementwise.h"

#pragma clang assume_nonnull begin

/// A stream of random words: Philox4x32-10 with key0 as the key. The counter of attempt k at element i is
/// (i + 2⁴⁰·k, key1), so an element depends on the key and its own place alone. After `period` elements the stream
/// begins again; 0 for never.
typedef struct descent_gamma_stream {
  uint64_t key0, key1, period;
} descent_gamma_stream;

/// out[i] = element first + i of the stream as a gamma-distributed number with concentration[i], or its logarithm,
/// which does not underflow. Floating-point types only, computed in double precision. NaN unless the concentration is
/// positive; infinite if it is.
void descent_random_gamma(
    const descent_gamma_stream *stream, bool is_logarithm, descent_type type, size_t count, uint64_t first,
    const void *concentration, void *out);

#pragma clang assume_nonnull end

#endif
