// Linear algebra with what every machine has.

#include "matrices_tables.h"

#define TABLE descent_matrices_baseline
#include "matrices/table.h"
