// What the machine gives right now: the floors that figures are compared with.

#ifndef CPEAK_H
#define CPEAK_H

#include <stddef.h>

/// Multiply-adds of float32 in the widest vectors there are, on the calling thread: billions of operations a second.
double peak_gigaflops(long rounds);

/// y = 2x over arrays of `count` floats, on the calling thread.
void peak_stream(const float *x, float *y, size_t count);

#endif
