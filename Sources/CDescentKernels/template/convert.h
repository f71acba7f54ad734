// Conversions between the element types, in steps of as many elements as a vector of the wider type holds.

#define DEFINE_CONVERSION(FROM, TO, BODY)                                                              \
  static void FROM##_to_##TO##_kernel(size_t count, const void *x, void *y) {                          \
    enum { LANE_COUNT = VECTOR_BYTES / (sizeof(FROM) > sizeof(TO) ? sizeof(FROM) : sizeof(TO)) };      \
    typedef VECTOR_OF(FROM, LANE_COUNT) source_vector;                                                 \
    typedef VECTOR_OF(TO, LANE_COUNT) result_vector;                                                   \
    const FROM *from = x;                                                                              \
    TO *to = y;                                                                                        \
    for (size_t i = 0; i < count; i += LANE_COUNT) {                                                   \
      size_t lanes = count - i < LANE_COUNT ? count - i : LANE_COUNT;                                  \
      source_vector v = (source_vector)(FROM)0;                                                        \
      if (lanes == LANE_COUNT) {                                                                       \
        memcpy(&v, from + i, sizeof v);                                                                \
      } else {                                                                                         \
        memcpy(&v, from + i, lanes * sizeof(FROM));                                                    \
      }                                                                                                \
      result_vector result;                                                                            \
      BODY;                                                                                            \
      if (lanes == LANE_COUNT) {                                                                       \
        memcpy(to + i, &result, sizeof result);                                                        \
      } else {                                                                                         \
        memcpy(to + i, &result, lanes * sizeof(TO));                                                   \
      }                                                                                                \
    }                                                                                                  \
  }

#define PLAIN result = __builtin_convertvector(v, result_vector)

#define NON_ZERO                                                                                          \
  typedef VECTOR_OF(int8, LANE_COUNT) flag_vector;                                                        \
  result = (result_vector)(__builtin_convertvector(v != 0, flag_vector) & 1)

// Only numbers within the integer type's range reach the machine's instruction; NaN becomes 0 on the way.
#define SATURATE(FROM, TO, HIGH)                                                                          \
  const FROM high = HIGH;                                                                                 \
  result = __builtin_convertvector(((v >= -high) & (v < high)) ? v : (source_vector)(FROM)0, result_vector); \
  result = __builtin_convertvector(v >= high, result_vector) != 0 ? (result_vector)TO##_highest : result; \
  result = __builtin_convertvector(v < -high, result_vector) != 0 ? (result_vector)TO##_lowest : result

// The same without negative numbers.
#define SATURATE_UNSIGNED(FROM, TO, HIGH)                                                                 \
  const FROM high = HIGH;                                                                                 \
  result = __builtin_convertvector(((v >= 0) & (v < high)) ? v : (source_vector)(FROM)0, result_vector);  \
  result = __builtin_convertvector(v >= high, result_vector) != 0 ? (result_vector)TO##_highest : result

static const int32 int32_lowest = INT32_MIN, int32_highest = INT32_MAX;
static const int64 int64_lowest = INT64_MIN, int64_highest = INT64_MAX;
static const uint64 uint64_highest = UINT64_MAX;

DEFINE_CONVERSION(float32, float64, PLAIN)
DEFINE_CONVERSION(float64, float32, PLAIN)
DEFINE_CONVERSION(float32, int32, SATURATE(float32, int32, 0x1p31f))
DEFINE_CONVERSION(float64, int32, SATURATE(float64, int32, 0x1p31))
DEFINE_CONVERSION(float32, int64, SATURATE(float32, int64, 0x1p63f))
DEFINE_CONVERSION(float64, int64, SATURATE(float64, int64, 0x1p63))
DEFINE_CONVERSION(int32, float32, PLAIN)
DEFINE_CONVERSION(int32, float64, PLAIN)
DEFINE_CONVERSION(int32, int64, PLAIN)
DEFINE_CONVERSION(int64, float32, PLAIN)
DEFINE_CONVERSION(int64, float64, PLAIN)
DEFINE_CONVERSION(int64, int32, PLAIN)
DEFINE_CONVERSION(boolean, float32, PLAIN)
DEFINE_CONVERSION(boolean, float64, PLAIN)
DEFINE_CONVERSION(boolean, int32, PLAIN)
DEFINE_CONVERSION(boolean, int64, PLAIN)
DEFINE_CONVERSION(float32, boolean, NON_ZERO)
DEFINE_CONVERSION(float64, boolean, NON_ZERO)
DEFINE_CONVERSION(int32, boolean, NON_ZERO)
DEFINE_CONVERSION(int64, boolean, NON_ZERO)
DEFINE_CONVERSION(float32, uint64, SATURATE_UNSIGNED(float32, uint64, 0x1p64f))
DEFINE_CONVERSION(float64, uint64, SATURATE_UNSIGNED(float64, uint64, 0x1p64))
DEFINE_CONVERSION(uint64, float32, PLAIN)
DEFINE_CONVERSION(uint64, float64, PLAIN)

// Integers for storing, between the type that they are computed in and their own.
DEFINE_CONVERSION(int8, int32, PLAIN)
DEFINE_CONVERSION(int16, int32, PLAIN)
DEFINE_CONVERSION(uint16, int32, PLAIN)
DEFINE_CONVERSION(uint32, int64, PLAIN)
DEFINE_CONVERSION(int32, int8, PLAIN)
DEFINE_CONVERSION(int32, int16, PLAIN)
#undef NON_ZERO
#undef SATURATE
#undef SATURATE_UNSIGNED

static void copy_1_kernel(size_t count, const void *x, void *y) { memmove(y, x, count); }
static void copy_4_kernel(size_t count, const void *x, void *y) { memmove(y, x, count * 4); }
static void copy_8_kernel(size_t count, const void *x, void *y) { memmove(y, x, count * 8); }
