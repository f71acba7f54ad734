// Matrix products with AVX2 and FMA.

#include "gemm_tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define TABLE_NAME "avx2"
#define FUSED(x, y, z) __builtin_elementwise_fma(x, y, z)

#define NAME(x) x##_float32_avx2
#define REAL float
#define LANES 8
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 256
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

#define NAME(x) x##_float64_avx2
#define REAL double
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 128
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

const descent_gemm_table *const descent_gemm_avx2[2] = {&table_float32_avx2, &table_float64_avx2};

#pragma clang attribute pop
#endif
