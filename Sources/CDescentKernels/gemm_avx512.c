// Matrix products with AVX-512: 28 of 32 registers hold the tile. A block of A takes 280 KiB of the second cache.

#include "gemm_tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)

#define TABLE_NAME "avx512"
#define FUSED(x, y, z) __builtin_elementwise_fma(x, y, z)

#define NAME(x) x##_float32_avx512
#define REAL float
#define LANES 16
#define TILE_ROWS 14
#define TILE_VECTORS 2
#define BLOCK_ROWS 140
#define BLOCK_COLUMNS 512
#define BLOCK_DEPTH 512
#include "gemm_real.inc"

#define NAME(x) x##_float64_avx512
#define REAL double
#define LANES 8
#define TILE_ROWS 14
#define TILE_VECTORS 2
#define BLOCK_ROWS 140
#define BLOCK_COLUMNS 256
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

const descent_gemm_table *const descent_gemm_avx512[2] = {&table_float32_avx512, &table_float64_avx512};

#pragma clang attribute pop
#endif
