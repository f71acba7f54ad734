// The kernels over blocks of elements for what every CPU of the architecture has, 16 bytes at a time: NEON on
// aarch64, SSE2 on x86-64.

#include "elementwise_tables.h"
#include "special_functions.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define VECTOR_BYTES 16
#define TABLE descent_kernels_baseline
#if defined(__aarch64__)
#define FUSED_MULTIPLY_ADD 1
#define HALF_VECTORS 1
#define TABLE_NAME "neon"
#else
#define FUSED_MULTIPLY_ADD 0
#define HALF_VECTORS 0
#define TABLE_NAME "portable"
#endif
#include "template/table.h"
