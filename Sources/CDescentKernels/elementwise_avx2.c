// The kernels over blocks of elements for AVX2 and FMA, 32 bytes at a time.

#include "elementwise_tables.h"
#include "special_functions.h"

#if defined(__x86_64__)
#include <float.h>
#include <math.h>
#include <string.h>

#define VECTOR_BYTES 32
#define FUSED_MULTIPLY_ADD 1
#define HALF_VECTORS 1
#define TABLE descent_kernels_avx2
#define TABLE_NAME "avx2"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "template/table.h"
#pragma clang attribute pop
#endif
