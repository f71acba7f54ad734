// Conversions to and from float16 and bfloat16. HALF_VECTORS says whether the instruction set converts float16 itself.

#define BIT_VECTOR typedef VECTOR_OF(uint32, LANE_COUNT) bit_vector

// The upper half; half a last bit less one carries from more than the middle on, and at the middle to an even number.
#define ROUND_TO_BFLOAT16(PATTERN)                                                                     \
  bit_vector pattern = PATTERN, cut = pattern >> 16;                                                   \
  bit_vector rounded = (pattern + 0x7fff + (cut & 1)) >> 16;                                           \
  rounded = (pattern & 0x7fffffff) > 0x7f800000 ? cut | 0x40 : rounded;                                \
  result = __builtin_convertvector(rounded, result_vector)

#if HALF_VECTORS
#define ROUND_TO_FLOAT16(PATTERN)                                                                      \
  typedef VECTOR_OF(float32, LANE_COUNT) number_vector;                                                \
  typedef VECTOR_OF(_Float16, LANE_COUNT) half_vector;                                                 \
  result = (result_vector)__builtin_convertvector((number_vector)(PATTERN), half_vector)
#define FROM_FLOAT16                                                                                   \
  typedef VECTOR_OF(_Float16, LANE_COUNT) half_vector;                                                 \
  result = __builtin_convertvector((half_vector)v, result_vector)
#else
// From 2^-14 on the exponent is rebased (by 112) and the last 13 bits are rounded, ties to even; what carries beyond
// the largest number is infinite by itself. Below, adding 1/2 leaves 2^-24 the last bit of the sum.
#define ROUND_TO_FLOAT16(PATTERN)                                                                      \
  typedef VECTOR_OF(float32, LANE_COUNT) number_vector;                                                \
  bit_vector pattern = PATTERN, sign = (pattern >> 16) & 0x8000, size = pattern & 0x7fffffff;          \
  bit_vector rounded = (size - 0x38000000 + 0xfff + ((size >> 13) & 1)) >> 13;                         \
  bit_vector small = (bit_vector)((number_vector)size + 0.5f) - 0x3f000000;                            \
  rounded = size < 0x38800000 ? small : rounded;                                                       \
  rounded = size >= 0x47800000 ? (bit_vector)(uint32)0x7c00 : rounded;                                 \
  rounded = size > 0x7f800000 ? (bit_vector)(uint32)0x7e00 : rounded;                                  \
  result = __builtin_convertvector(rounded | sign, result_vector)
// As a float32 pattern the number is 2^112 times too small; the exponent of infinity and NaN becomes float32's.
#define FROM_FLOAT16                                                                                   \
  BIT_VECTOR;                                                                                          \
  bit_vector pattern = __builtin_convertvector(v, bit_vector), size = (pattern & 0x7fff) << 13;        \
  bit_vector scaled = (bit_vector)((result_vector)size * 0x1p112f);                                    \
  scaled = size >= 0x0f800000 ? size | 0x7f800000 : scaled;                                            \
  result = (result_vector)(scaled | (pattern & 0x8000) << 16)
#endif

#define FROM_BFLOAT16                                                                                  \
  BIT_VECTOR;                                                                                          \
  result = (result_vector)(__builtin_convertvector(v, bit_vector) << 16)

// The pattern of a float32 near a float64: cut off toward zero, with the last bit set if something was cut off. To
// round that to a narrower type is to round the float64 (Boldo and Melquiond, When double rounding is odd, 2005).
#define ROUND_TO_ODD(WIDE)                                                                             \
  BIT_VECTOR;                                                                                          \
  typedef VECTOR_OF(float32, LANE_COUNT) float32_vector;                                               \
  typedef VECTOR_OF(float64, LANE_COUNT) float64_vector;                                               \
  typedef VECTOR_OF(int32, LANE_COUNT) flag_vector;                                                    \
  typedef VECTOR_OF(int64, LANE_COUNT) long_vector;                                                    \
  float64_vector wide = WIDE;                                                                          \
  float32_vector near = __builtin_convertvector(wide, float32_vector);                                 \
  float64_vector back = __builtin_convertvector(near, float64_vector);                                 \
  float64_vector wide_size = (float64_vector)((long_vector)wide & INT64_MAX);                          \
  float64_vector back_size = (float64_vector)((long_vector)back & INT64_MAX);                          \
  bit_vector too_large = (bit_vector)__builtin_convertvector(back_size > wide_size, flag_vector);      \
  bit_vector differs = (bit_vector)__builtin_convertvector(back != wide, flag_vector);                 \
  bit_vector odd = ((bit_vector)near + too_large) | (differs & 1)

// Integers of 2^53 and beyond get their last 11 bits folded into the twelfth, which rounds as they do, and become
// float64 exactly.
#define FOLDED(LOW, HIGH) \
  (((v >= (LOW)) & (v <= (HIGH))) ? v : ((((v & 0x7ff) + 0x7ff) | v) >> 11 << 11))

DEFINE_CONVERSION(float16, float32, FROM_FLOAT16)
DEFINE_CONVERSION(bfloat16, float32, FROM_BFLOAT16)
DEFINE_CONVERSION(float32, float16, BIT_VECTOR; ROUND_TO_FLOAT16((bit_vector)v))
DEFINE_CONVERSION(float32, bfloat16, BIT_VECTOR; ROUND_TO_BFLOAT16((bit_vector)v))
DEFINE_CONVERSION(float64, float16, ROUND_TO_ODD(v); ROUND_TO_FLOAT16(odd))
DEFINE_CONVERSION(float64, bfloat16, ROUND_TO_ODD(v); ROUND_TO_BFLOAT16(odd))
DEFINE_CONVERSION(int32, bfloat16, ROUND_TO_ODD(__builtin_convertvector(v, float64_vector)); ROUND_TO_BFLOAT16(odd))
DEFINE_CONVERSION(
    int64, bfloat16, source_vector folded = FOLDED(-(1LL << 53), 1LL << 53);
    ROUND_TO_ODD(__builtin_convertvector(folded, float64_vector)); ROUND_TO_BFLOAT16(odd))
DEFINE_CONVERSION(
    uint64, bfloat16, source_vector folded = FOLDED(0, 1ULL << 53);
    ROUND_TO_ODD(__builtin_convertvector(folded, float64_vector)); ROUND_TO_BFLOAT16(odd))
#undef BIT_VECTOR
#undef ROUND_TO_BFLOAT16
#undef ROUND_TO_FLOAT16
#undef FROM_FLOAT16
#undef FROM_BFLOAT16
#undef ROUND_TO_ODD
#undef FOLDED
#undef DEFINE_CONVERSION
#undef PLAIN
