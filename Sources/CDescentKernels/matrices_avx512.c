// Linear algebra with AVX-512.

#include "matrices_tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#define TABLE descent_matrices_avx512
#include "matrices/table.h"
#pragma clang attribute pop
#endif
