// Windows over arrays: adding their elements up where they stand. Loops that are bound by memory on every instruction
// set.

#ifndef CDESCENT_WINDOWS_H
#define CDESCENT_WINDOWS_H

#include "elementwise.h"

#pragma clang assume_nonnull begin

/// `count` windows along an axis of `extent` elements; place a of window p stands at p·stride + a·dilation.
typedef struct descent_window_axis {
  size_t extent, count, size, stride, dilation;
} descent_window_axis;

/// Windows over three axes; `inner` elements lie side by side at each place.
typedef struct descent_window_grid {
  descent_window_axis axes[3];
  size_t inner;
} descent_window_grid;

/// y = Σ of the windows x where they stand, for the elements first..<end of one line along the last axis.
///
/// y is an array of [outer, extents, inner] elements whose lines are numbered in order, x one of
/// [outer, counts, sizes, inner]. Every element has its terms added in one order, whatever the part. Integers wrap;
/// there is no form for bool.
void descent_overlap(
    const descent_window_grid *grid, descent_type type, size_t line, size_t first, size_t end, const void *x, void *y);

#pragma clang assume_nonnull end

#endif
