// The vectorised loops of the embedded engine: elementwise.h and gemm.h; index.h, scan.h and gamma.h beside them.
//
// Every kernel exists for several instruction sets. `descent_kernels()` chooses once, by CPU features.

#ifndef CDESCENT_KERNELS_H
#define CDESCENT_KERNELS_H

#include "elementwise.h"
#include "gamma.h"
#include "gemm.h"
#include "index.h"
#include "scan.h"

#endif
