// Matrix products with 16-byte vectors and no fused multiply-add, for any machine.

#include "gemm_tables.h"

// Rounds the product, so that the bits are the same on every machine.
#pragma clang fp contract(off)

#define TABLE_NAME "portable"
#define FUSED(x, y, z) ((x) * (y) + (z))

#define NAME(x) x##_float32_portable
#define REAL float
#define LANES 4
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 256
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

#define NAME(x) x##_float64_portable
#define REAL double
#define LANES 2
#define TILE_ROWS 6
#define TILE_VECTORS 2
#define BLOCK_ROWS 144
#define BLOCK_COLUMNS 128
#define BLOCK_DEPTH 256
#include "gemm_real.inc"

const descent_gemm_table *const descent_gemm_portable[2] = {&table_float32_portable, &table_float64_portable};

