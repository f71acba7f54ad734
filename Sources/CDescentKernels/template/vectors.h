// Vector types of VECTOR_BYTES bytes and how they meet memory. VECTOR_BYTES and FUSED_MULTIPLY_ADD come from the file
// that instantiates the templates for an instruction set.

#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef float float32;
typedef double float64;
typedef int32_t int32;
typedef int64_t int64;
typedef uint32_t uint32;
typedef uint64_t uint64;
typedef uint8_t boolean;
typedef int8_t int8;
typedef int16_t int16;
typedef uint16_t uint16;
// The patterns of narrow floating-point numbers.
typedef uint16_t float16;
typedef uint16_t bfloat16;

#define INLINE static inline __attribute__((always_inline))
#define LANES(T) (VECTOR_BYTES / sizeof(T))
#define VECTOR_OF(T, lanes) T __attribute__((ext_vector_type(lanes)))

// All ones, then all zeros: a load from the right place is a mask of the first lanes.
static const uint8_t leading_lanes[2 * VECTOR_BYTES] = {[0 ... VECTOR_BYTES - 1] = 0xff};

// For an element type T: Tv is a vector, Tm the mask that comparing two of them gives.
// A partial load or store touches the first `count` lanes only; the other lanes are zeros.
#define DEFINE_VECTOR(T, MASK)                                                                       \
  typedef VECTOR_OF(T, VECTOR_BYTES / sizeof(T)) T##v;                                               \
  typedef T##v __attribute__((aligned(1), may_alias)) T##_unaligned;                                 \
  typedef VECTOR_OF(MASK, VECTOR_BYTES / sizeof(T)) T##m;                                            \
  INLINE T##v T##_load(const T *from) { return *(const T##_unaligned *)from; }                       \
  INLINE void T##_store(T *to, T##v value) { *(T##_unaligned *)to = value; }                         \
  INLINE T##v T##_load_partial(const T *from, size_t count) {                                        \
    T##v value = (T##v)(T)0;                                                                         \
    memcpy(&value, from, count * sizeof(T));                                                         \
    return value;                                                                                    \
  }                                                                                                  \
  INLINE void T##_store_partial(T *to, T##v value, size_t count) { memcpy(to, &value, count * sizeof(T)); } \
  INLINE T##m T##_leading(size_t count) {                                                            \
    return (T##m)boolean_load(leading_lanes + VECTOR_BYTES - count * sizeof(T));                     \
  }

typedef VECTOR_OF(boolean, VECTOR_BYTES) boolean_bytes;
INLINE boolean_bytes boolean_load(const boolean *from);
DEFINE_VECTOR(boolean, char)
DEFINE_VECTOR(float32, int32)
DEFINE_VECTOR(float64, int64)
DEFINE_VECTOR(int16, int16)
DEFINE_VECTOR(int32, int32)
DEFINE_VECTOR(int64, int64)
DEFINE_VECTOR(uint32, int32)
DEFINE_VECTOR(uint64, int64)
#undef DEFINE_VECTOR

// a·b + c, with one rounding where the instruction set has it. Constants that must not lose bits are split so
// that both forms are exact where it matters.
#if FUSED_MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
