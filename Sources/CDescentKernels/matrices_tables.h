// The tables of linear algebra: for each function [0] for float32, [1] for float64.

#ifndef DESCENT_MATRICES_TABLES_H
#define DESCENT_MATRICES_TABLES_H

#include "gemm.h"
#include "matrices.h"

#if defined(__x86_64__)
extern const descent_matrix_kernel descent_matrices_avx512[DESCENT_MATRIX_FUNCTION_COUNT][2];
extern const descent_matrix_kernel descent_matrices_avx2[DESCENT_MATRIX_FUNCTION_COUNT][2];
#endif
extern const descent_matrix_kernel descent_matrices_baseline[DESCENT_MATRIX_FUNCTION_COUNT][2];

#endif
