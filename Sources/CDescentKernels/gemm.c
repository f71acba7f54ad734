// Chooses the matrix products for this machine by CPU features.

#include "gemm_tables.h"

#include <stdlib.h>
#include <string.h>

size_t descent_available_gemm(bool double_precision, const descent_gemm_table *tables[4]) {
  size_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
  if (has_avx2 && has_avx512) tables[count++] = descent_gemm_avx512[double_precision];
  if (has_avx2) tables[count++] = descent_gemm_avx2[double_precision];
#endif
#if defined(__aarch64__)
  tables[count++] = descent_gemm_neon[double_precision];
#endif
  tables[count++] = descent_gemm_portable[double_precision];
  return count;
}

// The best table, or the one that DESCENT_KERNELS names if this machine can run it.
static const descent_gemm_table *choose(bool double_precision) {
  const descent_gemm_table *tables[4];
  size_t count = descent_available_gemm(double_precision, tables);
  const char *wanted = getenv("DESCENT_KERNELS");
  for (size_t i = 0; wanted != NULL && i < count; i++) {
    if (strcmp(tables[i]->name, wanted) == 0) return tables[i];
  }
  return tables[0];
}

// Several threads may choose at the same time: they choose the same.
static const descent_gemm_table *chosen(bool double_precision) {
  static const descent_gemm_table *_Atomic tables[2];
  const descent_gemm_table *table = tables[double_precision];
  if (table == NULL) tables[double_precision] = table = choose(double_precision);
  return table;
}

const descent_gemm_table *descent_gemm_float32(void) { return chosen(false); }

const descent_gemm_table *descent_gemm_float64(void) { return chosen(true); }
