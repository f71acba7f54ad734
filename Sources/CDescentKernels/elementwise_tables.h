// The tables of kernels that this build holds; each is defined in the elementwise file of its instruction set.

#ifndef DESCENT_ELEMENTWISE_TABLES_H
#define DESCENT_ELEMENTWISE_TABLES_H

#include "elementwise.h"

#if defined(__x86_64__)
extern const descent_kernel_table descent_kernels_avx512, descent_kernels_avx2;
#endif
extern const descent_kernel_table descent_kernels_baseline;

#endif
