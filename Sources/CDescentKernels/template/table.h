// Every kernel for one instruction set, and their table. The including file defines VECTOR_BYTES,
// FUSED_MULTIPLY_ADD, TABLE (the table's symbol) and TABLE_NAME.

#include "vectors.h"

#include "float32.h"
#include "float64.h"
#include "error_functions.h"

#include "unary.h"

#include "binary.h"
#include "convert.h"
#include "convert_narrow.h"
#include "lanes.h"
#include "wide.h"
#include "functions.h"
#include "power.h"
#include "random.h"
#include "reductions.h"

#define FOR_FLOATING_TYPES(NAME) {[DESCENT_FLOAT32] = float32_##NAME, [DESCENT_FLOAT64] = float64_##NAME}
// uint64 shares the kernels of int64 where the sign makes no difference.
#define FOR_INTEGERS(NAME) \
  {[DESCENT_INT32] = int32_##NAME, [DESCENT_INT64] = int64_##NAME, [DESCENT_UINT64] = uint64_##NAME}
#define FOR_SIGNED_NUMBERS(NAME)                                              \
  {[DESCENT_FLOAT32] = float32_##NAME, [DESCENT_FLOAT64] = float64_##NAME,    \
   [DESCENT_INT32] = int32_##NAME, [DESCENT_INT64] = int64_##NAME}
#define FOR_NUMBERS_AND(NAME, UNSIGNED)                                       \
  {[DESCENT_FLOAT32] = float32_##NAME, [DESCENT_FLOAT64] = float64_##NAME,    \
   [DESCENT_INT32] = int32_##NAME, [DESCENT_INT64] = int64_##NAME, [DESCENT_UINT64] = UNSIGNED}
#define FOR_NUMBERS(NAME) FOR_NUMBERS_AND(NAME, int64_##NAME)
#define FOR_BITS(NAME)                                                        \
  {[DESCENT_INT32] = int32_##NAME, [DESCENT_INT64] = int64_##NAME, [DESCENT_UINT64] = int64_##NAME, \
   [DESCENT_BOOL] = boolean_##NAME}
#define FOR_ALL_TYPES(NAME) FOR_ALL_AND_BOOL(NAME, NAME)
// Any is the largest of bools, all is the smallest.
#define FOR_ALL_AND_BOOL(NAME, BOOL_NAME)                                     \
  {[DESCENT_FLOAT32] = float32_##NAME, [DESCENT_FLOAT64] = float64_##NAME,    \
   [DESCENT_INT32] = int32_##NAME, [DESCENT_INT64] = int64_##NAME, [DESCENT_UINT64] = uint64_##NAME, \
   [DESCENT_BOOL] = boolean_##BOOL_NAME}
#define FOR_WRAPPING_TYPES(NAME)                                              \
  {[DESCENT_FLOAT32] = float32_##NAME, [DESCENT_FLOAT64] = float64_##NAME,    \
   [DESCENT_INT32] = uint32_##NAME, [DESCENT_INT64] = uint64_##NAME, [DESCENT_UINT64] = uint64_##NAME}

const descent_kernel_table TABLE = {
    .name = TABLE_NAME,
    .unary =
        {
            [DESCENT_NEGATE] = FOR_NUMBERS(negate_kernel),
            [DESCENT_ABSOLUTE] = FOR_NUMBERS_AND(absolute_kernel, copy_8_kernel),
            [DESCENT_SIGN] = FOR_NUMBERS_AND(sign_kernel, uint64_sign_kernel),
            [DESCENT_SQUARE] = FOR_NUMBERS(square_kernel),
            [DESCENT_SQRT] = FOR_FLOATING_TYPES(sqrt_kernel),
            [DESCENT_RECIPROCAL] = FOR_FLOATING_TYPES(reciprocal_kernel),
            [DESCENT_EXP] = FOR_FLOATING_TYPES(exp_kernel),
            [DESCENT_LOG] = FOR_FLOATING_TYPES(log_kernel),
            [DESCENT_TANH] = FOR_FLOATING_TYPES(tanh_kernel),
            [DESCENT_SIGMOID] = FOR_FLOATING_TYPES(sigmoid_kernel),
            [DESCENT_RELU] = FOR_NUMBERS_AND(relu_kernel, copy_8_kernel),
            [DESCENT_SIN] = FOR_FLOATING_TYPES(sin_kernel),
            [DESCENT_COS] = FOR_FLOATING_TYPES(cos_kernel),
            [DESCENT_FLOOR] = FOR_FLOATING_TYPES(floor_kernel),
            [DESCENT_CEIL] = FOR_FLOATING_TYPES(ceil_kernel),
            [DESCENT_ROUND] = FOR_FLOATING_TYPES(round_kernel),
            [DESCENT_NOT] = {[DESCENT_BOOL] = boolean_not_kernel},
            [DESCENT_RSQRT] = FOR_FLOATING_TYPES(rsqrt_kernel),
            [DESCENT_CBRT] = FOR_FLOATING_TYPES(cbrt_kernel),
            [DESCENT_EXP2] = FOR_FLOATING_TYPES(exp2_kernel),
            [DESCENT_EXPM1] = FOR_FLOATING_TYPES(expm1_kernel),
            [DESCENT_LOG2] = FOR_FLOATING_TYPES(log2_kernel),
            [DESCENT_LOG10] = FOR_FLOATING_TYPES(log10_kernel),
            [DESCENT_LOG1P] = FOR_FLOATING_TYPES(log1p_kernel),
            [DESCENT_TAN] = FOR_FLOATING_TYPES(tan_kernel),
            [DESCENT_ASIN] = FOR_FLOATING_TYPES(asin_kernel),
            [DESCENT_ACOS] = FOR_FLOATING_TYPES(acos_kernel),
            [DESCENT_ATAN] = FOR_FLOATING_TYPES(atan_kernel),
            [DESCENT_SINH] = FOR_FLOATING_TYPES(sinh_kernel),
            [DESCENT_COSH] = FOR_FLOATING_TYPES(cosh_kernel),
            [DESCENT_ASINH] = FOR_FLOATING_TYPES(asinh_kernel),
            [DESCENT_ACOSH] = FOR_FLOATING_TYPES(acosh_kernel),
            [DESCENT_ATANH] = FOR_FLOATING_TYPES(atanh_kernel),
            [DESCENT_ERF] = FOR_FLOATING_TYPES(erf_kernel),
            [DESCENT_ERFC] = FOR_FLOATING_TYPES(erfc_kernel),
            [DESCENT_ERFINV] = FOR_FLOATING_TYPES(erfinv_kernel),
            [DESCENT_LGAMMA] = FOR_FLOATING_TYPES(lgamma_kernel),
            [DESCENT_TRUNCATE] = FOR_FLOATING_TYPES(truncate_kernel),
        },
    .binary =
        {
            [DESCENT_ADD] = FOR_NUMBERS(add_kernel),
            [DESCENT_SUBTRACT] = FOR_NUMBERS(subtract_kernel),
            [DESCENT_MULTIPLY] = FOR_NUMBERS(multiply_kernel),
            [DESCENT_DIVIDE] = FOR_NUMBERS_AND(divide_kernel, uint64_divide_kernel),
            [DESCENT_POWER] = FOR_SIGNED_NUMBERS(power_kernel),
            [DESCENT_MAXIMUM] = FOR_ALL_AND_BOOL(maximum_kernel, or_kernel),
            [DESCENT_MINIMUM] = FOR_ALL_AND_BOOL(minimum_kernel, and_kernel),
            [DESCENT_AND] = FOR_BITS(and_kernel),
            [DESCENT_OR] = FOR_BITS(or_kernel),
            [DESCENT_XOR] = FOR_BITS(xor_kernel),
            [DESCENT_REMAINDER] = FOR_NUMBERS_AND(remainder_kernel, uint64_remainder_kernel),
            [DESCENT_TRUNCATED_REMAINDER] = FOR_NUMBERS_AND(truncated_remainder_kernel, uint64_remainder_kernel),
            [DESCENT_ATAN2] = FOR_FLOATING_TYPES(atan2_kernel),
            [DESCENT_LOGADDEXP] = FOR_FLOATING_TYPES(logaddexp_kernel),
            [DESCENT_XLOGY] = FOR_FLOATING_TYPES(xlogy_kernel),
            [DESCENT_COPYSIGN] = FOR_FLOATING_TYPES(copysign_kernel),
            [DESCENT_SHIFT_LEFT] = FOR_INTEGERS(shift_left_kernel),
            [DESCENT_SHIFT_RIGHT] = FOR_INTEGERS(shift_right_kernel),
            [DESCENT_POLYGAMMA] = FOR_FLOATING_TYPES(polygamma_kernel),
        },
    .compare =
        {
            [DESCENT_EQUAL] = FOR_ALL_TYPES(equal_kernel),
            [DESCENT_NOT_EQUAL] = FOR_ALL_TYPES(not_equal_kernel),
            [DESCENT_LESS] = FOR_ALL_TYPES(less_kernel),
            [DESCENT_LESS_EQUAL] = FOR_ALL_TYPES(less_equal_kernel),
            [DESCENT_GREATER] = FOR_ALL_TYPES(greater_kernel),
            [DESCENT_GREATER_EQUAL] = FOR_ALL_TYPES(greater_equal_kernel),
        },
    .select =
        {
            [DESCENT_FLOAT32] = int32_select_kernel,
            [DESCENT_FLOAT64] = int64_select_kernel,
            [DESCENT_INT32] = int32_select_kernel,
            [DESCENT_INT64] = int64_select_kernel,
            [DESCENT_BOOL] = boolean_select_kernel,
            [DESCENT_UINT64] = int64_select_kernel,
            [DESCENT_FLOAT16] = int16_select_kernel,
            [DESCENT_BFLOAT16] = int16_select_kernel,
            [DESCENT_INT8] = boolean_select_kernel,
            [DESCENT_INT16] = int16_select_kernel,
            [DESCENT_UINT8] = boolean_select_kernel,
            [DESCENT_UINT16] = int16_select_kernel,
            [DESCENT_UINT32] = int32_select_kernel,
        },
    .convert =
        {
            [DESCENT_FLOAT32] =
                {[DESCENT_FLOAT32] = copy_4_kernel,
                 [DESCENT_FLOAT64] = float32_to_float64_kernel,
                 [DESCENT_INT32] = float32_to_int32_kernel,
                 [DESCENT_INT64] = float32_to_int64_kernel,
                 [DESCENT_BOOL] = float32_to_boolean_kernel,
                 [DESCENT_UINT64] = float32_to_uint64_kernel,
                 [DESCENT_FLOAT16] = float32_to_float16_kernel,
                 [DESCENT_BFLOAT16] = float32_to_bfloat16_kernel},
            [DESCENT_FLOAT64] =
                {[DESCENT_FLOAT32] = float64_to_float32_kernel,
                 [DESCENT_FLOAT64] = copy_8_kernel,
                 [DESCENT_INT32] = float64_to_int32_kernel,
                 [DESCENT_INT64] = float64_to_int64_kernel,
                 [DESCENT_BOOL] = float64_to_boolean_kernel,
                 [DESCENT_UINT64] = float64_to_uint64_kernel,
                 [DESCENT_FLOAT16] = float64_to_float16_kernel,
                 [DESCENT_BFLOAT16] = float64_to_bfloat16_kernel},
            [DESCENT_INT32] =
                {[DESCENT_FLOAT32] = int32_to_float32_kernel,
                 [DESCENT_FLOAT64] = int32_to_float64_kernel,
                 [DESCENT_INT32] = copy_4_kernel,
                 [DESCENT_INT64] = int32_to_int64_kernel,
                 [DESCENT_BOOL] = int32_to_boolean_kernel,
                 [DESCENT_UINT64] = int32_to_int64_kernel,
                 [DESCENT_BFLOAT16] = int32_to_bfloat16_kernel,
                 [DESCENT_INT8] = int32_to_int8_kernel,
                 [DESCENT_UINT8] = int32_to_int8_kernel,
                 [DESCENT_INT16] = int32_to_int16_kernel,
                 [DESCENT_UINT16] = int32_to_int16_kernel},
            [DESCENT_INT64] =
                {[DESCENT_FLOAT32] = int64_to_float32_kernel,
                 [DESCENT_FLOAT64] = int64_to_float64_kernel,
                 [DESCENT_INT32] = int64_to_int32_kernel,
                 [DESCENT_INT64] = copy_8_kernel,
                 [DESCENT_BOOL] = int64_to_boolean_kernel,
                 [DESCENT_UINT64] = copy_8_kernel,
                 [DESCENT_BFLOAT16] = int64_to_bfloat16_kernel,
                 [DESCENT_UINT32] = int64_to_int32_kernel},
            [DESCENT_BOOL] =
                {[DESCENT_FLOAT32] = boolean_to_float32_kernel,
                 [DESCENT_FLOAT64] = boolean_to_float64_kernel,
                 [DESCENT_INT32] = boolean_to_int32_kernel,
                 [DESCENT_INT64] = boolean_to_int64_kernel,
                 [DESCENT_BOOL] = copy_1_kernel,
                 [DESCENT_UINT64] = boolean_to_int64_kernel},
            [DESCENT_UINT64] =
                {[DESCENT_FLOAT32] = uint64_to_float32_kernel,
                 [DESCENT_FLOAT64] = uint64_to_float64_kernel,
                 [DESCENT_INT32] = int64_to_int32_kernel,
                 [DESCENT_INT64] = copy_8_kernel,
                 [DESCENT_BOOL] = int64_to_boolean_kernel,
                 [DESCENT_UINT64] = copy_8_kernel,
                 [DESCENT_BFLOAT16] = uint64_to_bfloat16_kernel},
            [DESCENT_FLOAT16] = {[DESCENT_FLOAT32] = float16_to_float32_kernel},
            [DESCENT_BFLOAT16] = {[DESCENT_FLOAT32] = bfloat16_to_float32_kernel},
            [DESCENT_INT8] = {[DESCENT_INT32] = int8_to_int32_kernel},
            [DESCENT_INT16] = {[DESCENT_INT32] = int16_to_int32_kernel},
            [DESCENT_UINT8] = {[DESCENT_INT32] = boolean_to_int32_kernel},
            [DESCENT_UINT16] = {[DESCENT_INT32] = uint16_to_int32_kernel},
            [DESCENT_UINT32] = {[DESCENT_INT64] = uint32_to_int64_kernel},
        },
    .reduce_rows =
        {
            [DESCENT_SUM] = FOR_WRAPPING_TYPES(sum_rows_kernel),
            [DESCENT_PRODUCT] = FOR_WRAPPING_TYPES(product_rows_kernel),
            [DESCENT_MAX] = FOR_ALL_TYPES(maximum_rows_kernel),
            [DESCENT_MIN] = FOR_ALL_TYPES(minimum_rows_kernel),
        },
    .reduce_columns =
        {
            [DESCENT_SUM] = FOR_WRAPPING_TYPES(sum_columns_kernel),
            [DESCENT_PRODUCT] = FOR_WRAPPING_TYPES(product_columns_kernel),
            [DESCENT_MAX] = FOR_ALL_TYPES(maximum_columns_kernel),
            [DESCENT_MIN] = FOR_ALL_TYPES(minimum_columns_kernel),
        },
    .argument_max = FOR_ALL_TYPES(maximum_argument_kernel),
    .argument_min = FOR_ALL_TYPES(minimum_argument_kernel),
    .random =
        {
            [DESCENT_UNIFORM] = FOR_FLOATING_TYPES(uniform_kernel),
            [DESCENT_NORMAL] = FOR_FLOATING_TYPES(normal_kernel),
        },
};
