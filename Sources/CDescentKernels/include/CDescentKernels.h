// The loops of the embedded engine: elementwise.h, gemm.h and matrices.h with vectors; index.h, scan.h, windows.h and
// gamma.h beside them.
//
// Every kernel exists for several instruction sets. `descent_kernels()` chooses once, by CPU features.

#ifndef CDESCENT_KERNELS_H
#define CDESCENT_KERNELS_H

#include "elementwise.h"
#include "gamma.h"
#include "gemm.h"
#include "index.h"
#include "matrices.h"
#include "scan.h"
#include "windows.h"

#endif
