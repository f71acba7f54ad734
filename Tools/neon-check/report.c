// The table of kernels with their worst errors.

#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct {
  char kernel[40], type[24], place[120];
  double bound, worst;
  size_t cases;
} row;

static size_t kernels, failures;
static char first_failure[320];

static void end_row(void) {
  if (row.kernel[0] == 0) return;
  // A kernel without a case was not checked at all.
  bool failed = !(row.worst <= row.bound) || row.cases == 0;
  printf("%-30s %-18s %9zu  %10.4g  %8.4g  %s%s\n", row.kernel, row.type, row.cases, row.worst, row.bound,
         failed ? "FAILED " : "", row.worst > 0 ? row.place : "");
  kernels += 1;
  failures += failed;
  if (failed && first_failure[0] == 0) {
    snprintf(first_failure, sizeof first_failure, "%s of %s: error %.4g exceeds %.4g, %s", row.kernel, row.type,
             row.worst, row.bound, row.cases ? row.place : "no case was checked");
  }
}

void begin(const char *kernel, const char *type, double bound) {
  if (kernels == 0 && row.kernel[0] == 0) {
    printf("%-30s %-18s %9s  %10s  %8s  %s\n", "kernel", "type", "cases", "worst", "bound", "at");
  }
  end_row();
  memset(&row, 0, sizeof row);
  snprintf(row.kernel, sizeof row.kernel, "%s", kernel);
  snprintf(row.type, sizeof row.type, "%s", type);
  row.bound = bound;
}

void note(double error, const char *place, ...) {
  row.cases += 1;
  if (error <= row.worst) return;
  row.worst = error;
  va_list arguments;
  va_start(arguments, place);
  vsnprintf(row.place, sizeof row.place, place, arguments);
  va_end(arguments);
}

int finish(void) {
  end_row();
  const char *name = descent_kernels()->name;
  if (failures == 0) {
    printf("neon-check: all %zu kernels of %s are within their bounds\n", kernels, name);
    return 0;
  }
  printf("neon-check: %zu of %zu kernels of %s failed; the first: %s\n", failures, kernels, name, first_failure);
  return 1;
}
