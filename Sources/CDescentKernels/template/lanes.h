// Loops for functions without vectors of their own: float32 in float64 vectors, or one element at a time.

typedef VECTOR_OF(float32, VECTOR_BYTES / 8) float32_half;

// FUNCTION maps float64v to float64v.
#define DEFINE_WIDE_UNARY(NAME, FUNCTION)                                                        \
  static void float32_##NAME##_kernel(size_t count, const void *x, void *y) {                    \
    const float32 *from = x;                                                                     \
    float32 *to = y;                                                                             \
    for (size_t i = 0; i < count; i += LANES(float64)) {                                         \
      size_t lanes = count - i < LANES(float64) ? count - i : LANES(float64);                    \
      float32_half a = (float32_half)0.0f;                                                       \
      memcpy(&a, from + i, lanes == LANES(float64) ? sizeof a : lanes * sizeof(float32));        \
      float64v wide = FUNCTION(__builtin_convertvector(a, float64v));                            \
      float32_half result = __builtin_convertvector(wide, float32_half);                         \
      memcpy(to + i, &result, lanes == LANES(float64) ? sizeof a : lanes * sizeof(float32));     \
    }                                                                                            \
  }

// FUNCTION maps two float64v to one.
#define DEFINE_WIDE_BINARY(NAME, FUNCTION)                                                       \
  static void float32_##NAME##_kernel(                                                           \
      size_t count, const void *x, size_t x_step, const void *y, size_t y_step, void *z) {       \
    const float32 *left = x, *right = y;                                                         \
    float32 *to = z;                                                                             \
    const float32 left_scalar = count ? *left : 0, right_scalar = count ? *right : 0;            \
    for (size_t i = 0; i < count; i += LANES(float64)) {                                         \
      size_t lanes = count - i < LANES(float64) ? count - i : LANES(float64);                    \
      float32_half a = (float32_half)left_scalar, b = (float32_half)right_scalar;                \
      if (x_step) memcpy(&a, left + i, lanes * sizeof(float32));                                 \
      if (y_step) memcpy(&b, right + i, lanes * sizeof(float32));                                \
      float64v wide = FUNCTION(__builtin_convertvector(a, float64v), __builtin_convertvector(b, float64v)); \
      float32_half result = __builtin_convertvector(wide, float32_half);                         \
      memcpy(to + i, &result, lanes * sizeof(float32));                                          \
    }                                                                                            \
  }

#define DEFINE_LANE_UNARY(T, NAME, FUNCTION)                                                     \
  static void T##_##NAME##_kernel(size_t count, const void *x, void *y) {                        \
    const T *from = x;                                                                           \
    T *to = y;                                                                                   \
    for (size_t i = 0; i < count; i++) to[i] = (T)FUNCTION(from[i]);                             \
  }

#define DEFINE_LANE_BINARY(T, NAME, FUNCTION)                                                    \
  static void T##_##NAME##_kernel(                                                               \
      size_t count, const void *x, size_t x_step, const void *y, size_t y_step, void *z) {       \
    const T *left = x, *right = y;                                                               \
    T *to = z;                                                                                   \
    const T left_scalar = count ? *left : 0, right_scalar = count ? *right : 0;                  \
    for (size_t i = 0; i < count; i++) {                                                         \
      to[i] = (T)FUNCTION(x_step ? left[i] : left_scalar, y_step ? right[i] : right_scalar);     \
    }                                                                                            \
  }
