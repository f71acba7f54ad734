// The kernels over blocks of elements for AVX-512, 64 bytes at a time.

#include "elementwise_tables.h"
#include "special_functions.h"

#if defined(__x86_64__)
#include <float.h>
#include <math.h>
#include <string.h>

#define VECTOR_BYTES 64
#define FUSED_MULTIPLY_ADD 1
#define HALF_VECTORS 1
#define TABLE descent_kernels_avx512
#define TABLE_NAME "avx512"
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#include "template/table.h"
#pragma clang attribute pop
#endif
