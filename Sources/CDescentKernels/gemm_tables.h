// The tables of matrix products: each [0] for float32, [1] for float64.

#ifndef DESCENT_GEMM_TABLES_H
#define DESCENT_GEMM_TABLES_H

#include "gemm.h"

#if defined(__x86_64__)
extern const descent_gemm_table *const descent_gemm_avx512[2];
extern const descent_gemm_table *const descent_gemm_avx2[2];
#endif
#if defined(__aarch64__)
extern const descent_gemm_table *const descent_gemm_neon[2];
#endif
extern const descent_gemm_table *const descent_gemm_portable[2];

#endif
