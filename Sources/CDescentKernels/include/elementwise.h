// Kernels over blocks of elements: element-wise functions, reductions, expansions, random numbers.

#ifndef CDESCENT_ELEMENTWISE_H
#define CDESCENT_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

#define DESCENT_CLOSED_ENUM(name) enum __attribute__((enum_extensibility(closed))) name : uint8_t

/// The types of elements that kernels read and write. A bool is one byte, 0 or 1. The types after `UINT64` are for
/// storing: they have conversions and selection only, and are computed in float32, int32 or, uint32, in int64.
typedef DESCENT_CLOSED_ENUM(descent_type){
    DESCENT_FLOAT32, DESCENT_FLOAT64, DESCENT_INT32, DESCENT_INT64, DESCENT_BOOL, DESCENT_UINT64,
    DESCENT_FLOAT16, DESCENT_BFLOAT16, DESCENT_INT8, DESCENT_INT16, DESCENT_UINT8, DESCENT_UINT16, DESCENT_UINT32,
} descent_type;
enum { DESCENT_TYPE_COUNT = 13 };

/// The types for storing, as cases of a switch.
#define DESCENT_STORAGE_CASES                                                                       \
  case DESCENT_FLOAT16: case DESCENT_BFLOAT16: case DESCENT_INT8: case DESCENT_INT16: case DESCENT_UINT8: \
  case DESCENT_UINT16: case DESCENT_UINT32:

/// Functions of one operand. The transcendental ones exist for floating-point types only, `NOT` for bool only;
/// negate, absolute, sign, relu, square also for integers (wrapping). round takes ties to the even neighbour; sign and
/// relu keep NaN and the sign of a zero. Up to `NOT` every floating-point function is within 2 ULP of the exact value,
/// and so are the later ones in float32; in float64 those (but rsqrt, truncate) go one element at a time, through the
/// C library where it has them, and are within 4 ULP (lgamma: as good as the library's near its negative zeros).
/// lgamma is +infinity at its poles, erfinv infinite at 1 and -1.
typedef DESCENT_CLOSED_ENUM(descent_unary){
    DESCENT_NEGATE, DESCENT_ABSOLUTE, DESCENT_SIGN, DESCENT_SQUARE, DESCENT_SQRT, DESCENT_RECIPROCAL,
    DESCENT_EXP, DESCENT_LOG, DESCENT_TANH, DESCENT_SIGMOID, DESCENT_RELU, DESCENT_SIN, DESCENT_COS,
    DESCENT_FLOOR, DESCENT_CEIL, DESCENT_ROUND, DESCENT_NOT,
    DESCENT_RSQRT, DESCENT_CBRT, DESCENT_EXP2, DESCENT_EXPM1, DESCENT_LOG2, DESCENT_LOG10, DESCENT_LOG1P,
    DESCENT_TAN, DESCENT_ASIN, DESCENT_ACOS, DESCENT_ATAN, DESCENT_SINH, DESCENT_COSH,
    DESCENT_ASINH, DESCENT_ACOSH, DESCENT_ATANH, DESCENT_ERF, DESCENT_ERFC, DESCENT_ERFINV, DESCENT_LGAMMA,
    DESCENT_TRUNCATE,
} descent_unary;
enum { DESCENT_UNARY_COUNT = 38 };

/// Functions of two operands of one type. Integer arithmetic wraps; integer division rounds toward zero and gives 0
/// for a zero divisor (the engine reports the zero first). maximum and minimum return NaN if either operand is NaN.
/// power has the special cases of C's pow; for integers a negative exponent means 1/x^|y| divided as above.
/// and, or, xor are for bool (and bitwise for integers); of the others bool has maximum and minimum only.
/// remainder is x - y·⌊x/y⌋, truncated_remainder x - y·trunc(x/y) (0 for an integer divisor 0); atan2 has its
/// operands and special cases as in C; logaddexp is ln(eˣ + eʸ); xlogy is x·ln y, 0 where x = 0; polygamma(n, x) is
/// derivative n + 1 of lgamma at x (in float64 within 12 ULP for n < 8, digamma near its zeros within 1e-15). The
/// remainders, polygamma and, in float64, atan2, logaddexp and xlogy go one element at a time. Shifts are for
/// integers: a negative count shifts the other way, right shifts keep the sign, and bits are lost however far they go.
typedef DESCENT_CLOSED_ENUM(descent_binary){
    DESCENT_ADD, DESCENT_SUBTRACT, DESCENT_MULTIPLY, DESCENT_DIVIDE, DESCENT_POWER,
    DESCENT_MAXIMUM, DESCENT_MINIMUM, DESCENT_AND, DESCENT_OR, DESCENT_XOR,
    DESCENT_REMAINDER, DESCENT_TRUNCATED_REMAINDER, DESCENT_ATAN2, DESCENT_LOGADDEXP, DESCENT_XLOGY,
    DESCENT_COPYSIGN, DESCENT_SHIFT_LEFT, DESCENT_SHIFT_RIGHT, DESCENT_POLYGAMMA,
} descent_binary;
enum { DESCENT_BINARY_COUNT = 19 };

/// Comparisons of two operands of one type; the result is bool. Every comparison with NaN but not-equal is false.
typedef DESCENT_CLOSED_ENUM(descent_comparison){
    DESCENT_EQUAL, DESCENT_NOT_EQUAL, DESCENT_LESS, DESCENT_LESS_EQUAL, DESCENT_GREATER, DESCENT_GREATER_EQUAL,
} descent_comparison;
enum { DESCENT_COMPARISON_COUNT = 6 };

/// Associative reductions. sum and product wrap for integers; for bool, maximum is any and minimum is all.
typedef DESCENT_CLOSED_ENUM(descent_reduction){
    DESCENT_SUM, DESCENT_PRODUCT, DESCENT_MAX, DESCENT_MIN,
} descent_reduction;
enum { DESCENT_REDUCTION_COUNT = 4 };

/// Random distributions, for floating-point types: uniform over [0, 1); standard normal.
typedef DESCENT_CLOSED_ENUM(descent_distribution){ DESCENT_UNIFORM, DESCENT_NORMAL } descent_distribution;
enum { DESCENT_DISTRIBUTION_COUNT = 2 };

/// y[i] = f(x[i]). x and y may be the same block.
typedef void (*descent_unary_kernel)(size_t count, const void *x, void *y);

/// z[i] = f(x[i·x_step], y[i·y_step]); each step is 0 (one element for all) or 1. z may be x or y.
typedef void (*descent_binary_kernel)(
    size_t count, const void *x, size_t x_step, const void *y, size_t y_step, void *z);

/// z[i] = condition[i] ? x[i·x_step] : y[i·y_step]; each step is 0 or 1. z may be x or y.
/// One kernel for each element size.
typedef void (*descent_select_kernel)(
    size_t count, const uint8_t *condition, const void *x, size_t x_step, const void *y, size_t y_step, void *z);

/// y[i] = x[i] converted. Floating point to integer rounds toward zero and saturates, NaN gives 0; integer to integer
/// wraps; to bool is x != 0; to floating point rounds once to the nearest number, ties to even. There are kernels
/// between the types that are computed in, between a storage type and the type that it is computed in (integers wrap),
/// and from float64 to float16 and bfloat16 and from int32, int64 and uint64 to bfloat16, which must not be rounded
/// twice.
typedef void (*descent_convert_kernel)(size_t count, const void *x, void *y);

/// y[r] = reduction over c of x[r·columns + c], in an order that depends on `columns` only. columns = 0 gives the
/// identity (0, 1, the lowest, the highest value; infinities for floating point).
typedef void (*descent_reduce_rows_kernel)(size_t rows, size_t columns, const void *x, void *y);

/// y[c] = reduction of y[c] and of x[r·columns + c] over r, in the order of r.
typedef void (*descent_reduce_columns_kernel)(size_t rows, size_t columns, const void *x, void *y);

/// y[r] = the first c whose x[r·columns + c] is largest (smallest); NaN counts as largest and as smallest, as in NumPy.
/// columns = 0 gives 0.
typedef void (*descent_argument_kernel)(size_t rows, size_t columns, const void *x, int64_t *y);

/// out[i] = element first + i of the stream of the key. `first` is a multiple of 4.
///
/// The stream is Philox4x32-10 with key0 as the key and (block, key1) as the counter, low halves first. float32 element
/// i comes from word i mod 4 of block i/4, float64 element i from words 2·(i mod 2) and the next of block i/2.
typedef void (*descent_random_kernel)(size_t count, uint64_t first, uint64_t key0, uint64_t key1, void *out);

/// The kernels for one instruction set. An entry is null where the function does not exist for the type.
typedef struct descent_kernel_table {
  /// "avx512", "avx2", "neon" or "portable".
  const char *name;
  descent_unary_kernel _Nullable unary[DESCENT_UNARY_COUNT][DESCENT_TYPE_COUNT];
  descent_binary_kernel _Nullable binary[DESCENT_BINARY_COUNT][DESCENT_TYPE_COUNT];
  descent_binary_kernel _Nullable compare[DESCENT_COMPARISON_COUNT][DESCENT_TYPE_COUNT];
  descent_select_kernel _Nonnull select[DESCENT_TYPE_COUNT];
  descent_convert_kernel _Nullable convert[DESCENT_TYPE_COUNT][DESCENT_TYPE_COUNT];
  descent_reduce_rows_kernel _Nullable reduce_rows[DESCENT_REDUCTION_COUNT][DESCENT_TYPE_COUNT];
  descent_reduce_columns_kernel _Nullable reduce_columns[DESCENT_REDUCTION_COUNT][DESCENT_TYPE_COUNT];
  descent_argument_kernel _Nullable argument_max[DESCENT_TYPE_COUNT];
  descent_argument_kernel _Nullable argument_min[DESCENT_TYPE_COUNT];
  descent_random_kernel _Nullable random[DESCENT_DISTRIBUTION_COUNT][DESCENT_TYPE_COUNT];
} descent_kernel_table;

/// The table for this machine. `DESCENT_KERNELS=portable` (or avx2, avx512) in the environment asks for a lesser one.
const descent_kernel_table *descent_kernels(void);

/// Every table that this machine can run, best first; for tests and reports. Returns their number, at most 4.
size_t descent_available_kernels(const descent_kernel_table *_Nonnull tables[_Nonnull 4]);

// MARK: - Movement, the same for every instruction set

/// y[i] = the element at x + i·stride bytes, for elements of `size` bytes (1, 2, 4 or 8). stride may be 0 or negative.
void descent_load_strided(size_t count, size_t size, const void *x, ptrdiff_t stride, void *y);

/// The element at y + i·stride bytes = x[i].
void descent_store_strided(size_t count, size_t size, const void *x, void *y, ptrdiff_t stride);

/// y[r·columns + c] = the element at x + r·row_stride + c·column_stride bytes; blocked, so that transposing is quick.
void descent_load_plane(
    size_t rows, size_t columns, size_t size, const void *x, ptrdiff_t row_stride, ptrdiff_t column_stride, void *y);

/// The dimensions that an index walks, at most 8, the last one fastest; strides in bytes.
typedef struct {
  size_t count;
  const ptrdiff_t *sizes;
  const ptrdiff_t *strides;
} descent_dimensions;

/// y[r·columns + c] = the element at x + the offsets of first_row + r and first_column + c, where the elements of the
/// last of the columns' dimensions follow each other.
void descent_load_runs(
    size_t rows, size_t columns, size_t size, const void *x, const descent_dimensions *row_dimensions,
    size_t first_row, const descent_dimensions *column_dimensions, size_t first_column, void *y);

/// y[r·columns + c] = x[r].
void descent_expand_rows(size_t rows, size_t columns, size_t size, const void *x, void *y);

/// y[r·columns + c] = x[c].
void descent_expand_columns(size_t rows, size_t columns, size_t size, const void *x, void *y);

// MARK: - Machine

/// What this CPU can do, as words with spaces between them, for example "avx512f avx512bw avx2 fma"; never null.
const char *descent_cpu_features(void);

#pragma clang assume_nonnull end

#endif
