// Checks of the kernels that DESCENT_KERNELS chooses (on aarch64: NEON) against plain scalar loops.

#ifndef NEON_CHECK_H
#define NEON_CHECK_H

#include <CDescentKernels.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: - The table (report.c)

/// Begins a row of the table; every error up to the next `begin` counts for it. Exact kernels have the bound 0.
void begin(const char *kernel, const char *type, double bound);
/// Counts a case with its error, and keeps the place of the worst. Errors are in ULP unless the kernel's name says
/// otherwise.
void note(double error, const char *place, ...) __attribute__((format(printf, 2, 3)));
/// Ends the table and says in one line whether a kernel failed; returns the program's status.
int finish(void);

// MARK: - Numbers (numbers.c)

extern const char *const type_names[DESCENT_TYPE_COUNT];
size_t size_of(descent_type type);
bool is_floating(descent_type type);
bool is_signed(descent_type type);

/// Element i of a block as a number that holds every value of the type: an integer's bits, widened as its sign asks.
uint64_t get_bits(descent_type type, const void *block, size_t i);
void set_bits(descent_type type, void *block, size_t i, uint64_t bits);
/// Element i of a block of float32 or float64. On aarch64 and x86-64 alike long double holds it and is wider.
long double get_real(descent_type type, const void *block, size_t i);
void set_real(descent_type type, void *block, size_t i, long double value);

/// The distance of element i from the exact result in units of the last place of float32 or float64; infinite if the
/// kind of number differs (NaN, infinity; the sign of a zero where the exact result has one).
double ulps(descent_type type, const void *block, size_t i, long double exact);

/// 64 random bits from a sequence that is the same in every run (xorshift64*).
uint64_t next_bits(void);
void restart_bits(uint64_t seed);
/// A number in [low, high).
double next_between(double low, double high);
/// Fills a block with interesting and ordinary values of any type, one in three interesting.
void fill_samples(descent_type type, void *block, size_t count);

/// Memory for `count` elements with guards around it. `check_guards` notes an infinite error if one was overwritten,
/// and frees it.
void *guarded(descent_type type, size_t count);
void check_guards(void *block, descent_type type, size_t count);

// MARK: - The checks

void check_unary(const descent_kernel_table *table);
void check_binary(const descent_kernel_table *table);
void check_selections(const descent_kernel_table *table);
void check_conversions(const descent_kernel_table *table);
void check_reductions(const descent_kernel_table *table);
void check_random(const descent_kernel_table *table);
void check_products(void);
void check_matrices(void);
void check_scans(void);

#endif
