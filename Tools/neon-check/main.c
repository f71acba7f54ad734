// Compares the kernels that this machine would choose with plain scalar loops, and prints a table of the worst errors.

#include "check.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
  const descent_kernel_table *table = descent_kernels();
  // The environment asks for kernels; a machine without them would quietly run others.
  if (count == 2 && strcmp(arguments[1], table->name) != 0) {
    printf("neon-check: this machine runs %s, not %s\n", table->name, arguments[1]);
    return 2;
  }
  check_unary(table);
  check_binary(table);
  check_selections(table);
  check_conversions(table);
  check_reductions(table);
  check_random(table);
  check_products();
  check_matrices();
  check_scans();
  return finish();
}
