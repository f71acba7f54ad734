// Scans: every result along an axis is made from the one before it. Loops that are bound by memory or by latency on
// every instruction set.

#ifndef CDESCENT_SCAN_H
#define CDESCENT_SCAN_H

#include "elementwise.h"

#pragma clang assume_nonnull begin

/// What to scan: an array of outer x extent x inner elements, along its middle axis, from its start or from its end.
typedef struct descent_scanned_axis {
  size_t outer, extent, inner;
  bool is_reversed;
} descent_scanned_axis;

/// The part of the lines along a scanned axis that a call is for.
typedef struct descent_scanned_part {
  size_t first_outer, end_outer, first_inner, end_inner;
} descent_scanned_part;

/// y_i = a_i·y_{i−1} + b_i with y_{−1} = 0; a_0 is not looked at. `a` has one element for all places if
/// `is_one_factor`.
///
/// For float32 the running value is kept in double precision, and rounded only where it is stored. Integers wrap; there
/// is no form for bool.
void descent_recurrence(
    const descent_scanned_axis *axis, descent_scanned_part part, descent_type type, bool is_one_factor, const void *a,
    const void *b, void *y);

/// y_i = max(x_0, …, x_i); NaN from the first one on. For bool: any.
void descent_cumulative_maximum(
    const descent_scanned_axis *axis, descent_scanned_part part, descent_type type, const void *x, void *y);

/// y_i = min(x_0, …, x_i); NaN from the first one on. For bool: all.
void descent_cumulative_minimum(
    const descent_scanned_axis *axis, descent_scanned_part part, descent_type type, const void *x, void *y);

#pragma clang assume_nonnull end

#endif
