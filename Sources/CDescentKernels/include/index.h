// Gathering, scattering, and looking for zeros: loops that are bound by memory on every instruction set.

#ifndef CDESCENT_INDEX_H
#define CDESCENT_INDEX_H

#include "elementwise.h"

#pragma clang assume_nonnull begin

/// What to index: an array of outer x extent x inner elements, along its middle axis. Negative indices count from the
/// end.
typedef struct descent_indexed_axis {
  size_t outer, extent, inner;
  /// The integers that index, `count` of them, and whether they have 64 bits instead of 32.
  const void *indices;
  size_t count;
  bool is_wide;
} descent_indexed_axis;

/// The place of the first index that lies outside the axis, or -1.
ptrdiff_t descent_find_bad_index(const descent_indexed_axis *axis);

/// The index at a place.
int64_t descent_index_at(const descent_indexed_axis *axis, size_t place);

/// y[o, i, :] = x[o, indices[i], :] for the slices first..<end of all outer·count ones; elements of `size` bytes.
void descent_gather(
    const descent_indexed_axis *axis, size_t size, size_t first, size_t end, const void *x, void *y);

/// y[o, indices[i], :] += x[o, i, :] for the outer ones first_outer..<end_outer and the inner elements
/// first_inner..<end_inner, in the order of i. Integers wrap; for bool it is or.
void descent_scatter_add(
    const descent_indexed_axis *axis, descent_type type, size_t first_outer, size_t end_outer, size_t first_inner,
    size_t end_inner, const void *x, void *y);

/// Whether one of `count` integers of `size` bytes (4 or 8) is zero.
bool descent_contains_zero(size_t count, size_t size, const void *x);

#pragma clang assume_nonnull end

#endif
