// Linear algebra with AVX2 and FMA.

#include "matrices_tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define TABLE descent_matrices_avx2
#include "matrices/table.h"
#pragma clang attribute pop
#endif
