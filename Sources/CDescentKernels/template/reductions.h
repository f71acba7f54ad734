// The reductions of every element type. Sums and products of integers wrap, so they are computed as unsigned ones.

// The longest piece of a row that is summed without pairing.
#define REDUCTION_CHUNK 4096

#define T float32
#define T_BYTES 4
#define ARITHMETIC
#define ORDER
#define LOWEST -INFINITY
#define HIGHEST INFINITY
#include "reductions_of_type.h"

#define T float64
#define T_BYTES 8
#define ARITHMETIC
#define ORDER
#define LOWEST -INFINITY
#define HIGHEST INFINITY
#include "reductions_of_type.h"

#define T uint32
#define T_BYTES 4
#define ARITHMETIC
#include "reductions_of_type.h"

#define T uint64
#define T_BYTES 8
#define ARITHMETIC
#define ORDER
#define LOWEST 0
#define HIGHEST UINT64_MAX
#include "reductions_of_type.h"

#define T int32
#define T_BYTES 4
#define ORDER
#define LOWEST INT32_MIN
#define HIGHEST INT32_MAX
#include "reductions_of_type.h"

#define T int64
#define T_BYTES 8
#define ORDER
#define LOWEST INT64_MIN
#define HIGHEST INT64_MAX
#include "reductions_of_type.h"

#define T boolean
#define T_BYTES 1
#define ORDER
#define LOWEST 0
#define HIGHEST 1
#include "reductions_of_type.h"
