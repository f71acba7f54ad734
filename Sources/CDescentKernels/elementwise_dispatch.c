// Which kernels this machine runs: chosen once, by what the CPU can do and by DESCENT_KERNELS.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elementwise_tables.h"

size_t descent_available_kernels(const descent_kernel_table *tables[4]) {
  size_t count = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
    tables[count++] = &descent_kernels_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
    tables[count++] = &descent_kernels_avx2;
  }
#endif
  tables[count++] = &descent_kernels_baseline;
  return count;
}

static const descent_kernel_table *chosen_table;
static char features[256];

// A word that names no kernels of this machine changes nothing, which a person who compares kernels has to know.
static void say_what_is_known(const char *wanted, const descent_kernel_table *const *tables, size_t count) {
  char names[64] = "";
  for (size_t i = 0; i < count; i++) {
    strcat(names, i == 0 ? "" : i + 1 < count ? ", " : " or ");
    strcat(names, tables[i]->name);
  }
  fprintf(stderr, "descent: DESCENT_KERNELS=%s is ignored: on this machine it can be %s\n", wanted, names);
}

static void choose_table(void) {
  const descent_kernel_table *tables[4];
  size_t count = descent_available_kernels(tables);
  const char *wanted = getenv("DESCENT_KERNELS");
  chosen_table = tables[0];
  if (wanted == NULL || *wanted == 0) return;
  for (size_t i = 0; i < count; i++) {
    if (strcmp(wanted, tables[i]->name) == 0) {
      chosen_table = tables[i];
      return;
    }
  }
  say_what_is_known(wanted, tables, count);
}

const descent_kernel_table *descent_kernels(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, choose_table);
  return chosen_table;
}

static void list_features(void) {
#if defined(__x86_64__)
#define ADD_FEATURE(name) \
  if (__builtin_cpu_supports(name)) strcat(features, features[0] ? " " name : name)
  ADD_FEATURE("avx512f");
  ADD_FEATURE("avx512bw");
  ADD_FEATURE("avx512dq");
  ADD_FEATURE("avx512vl");
  ADD_FEATURE("avx512vnni");
  ADD_FEATURE("avx512bf16");
  ADD_FEATURE("avx2");
  ADD_FEATURE("fma");
  ADD_FEATURE("f16c");
  ADD_FEATURE("avx");
  ADD_FEATURE("sse4.2");
  ADD_FEATURE("sse2");
#undef ADD_FEATURE
#elif defined(__aarch64__)
  strcpy(features, "neon fma");
#endif
}

const char *descent_cpu_features(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, list_features);
  return features;
}
