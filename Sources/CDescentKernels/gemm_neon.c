// Matrix products with NEON.

#include "gemm_tables.h"

#if defined(__aarch64__)

#define TABLE_NAME "neon"
#define FUSED(x, y, z) __builtin_elementwise_fma(x, y, z)

#define NAME(x) x##_float32_neon
#define REAL float
#define LANES 4
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 192
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

#define NAME(x) x##_float64_neon
#define REAL double
#define LANES 2
#define TILE_ROWS 8
#define TILE_VECTORS 3
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 96
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

const descent_gemm_table *const descent_gemm_neon[2] = {&table_float32_neon, &table_float64_neon};

#endif
