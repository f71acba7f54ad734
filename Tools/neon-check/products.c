// Matrix products of every layout, with and without packing.

#include "check.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>

// How the operands of one product lie in memory; each is contiguous or transposed, with `gap` elements between lines.
typedef struct {
  descent_type type;
  size_t rows, columns, depth, gap;
  bool left_transposed, right_transposed, whole_numbers;
  void *a, *b, *c, *before;
  size_t a_count, b_count;
  ptrdiff_t a_row, a_depth, b_depth, b_column;
} product;

static void strides(size_t rows, size_t columns, bool transposed, size_t gap, ptrdiff_t *row, ptrdiff_t *column,
                    size_t *count) {
  *row = transposed ? 1 : (ptrdiff_t)(columns + gap);
  *column = transposed ? (ptrdiff_t)(rows + gap) : 1;
  *count = transposed ? columns * (rows + gap) : rows * (columns + gap);
}

static void fill(const product *p, void *block, size_t count) {
  for (size_t i = 0; i < count; i++) {
    set_real(p->type, block, i, p->whole_numbers ? (double)(next_bits() % 17) - 8 : next_between(-1, 1));
  }
}

static void prepare(product *p) {
  strides(p->rows, p->depth, p->left_transposed, p->gap, &p->a_row, &p->a_depth, &p->a_count);
  strides(p->depth, p->columns, p->right_transposed, p->gap, &p->b_depth, &p->b_column, &p->b_count);
  p->a = guarded(p->type, p->a_count);
  p->b = guarded(p->type, p->b_count);
  p->c = guarded(p->type, p->rows * p->columns);
  p->before = guarded(p->type, p->rows * p->columns);
  fill(p, p->a, p->a_count);
  fill(p, p->b, p->b_count);
  fill(p, p->before, p->rows * p->columns);
  memcpy(p->c, p->before, p->rows * p->columns * size_of(p->type));
}

// Errors are measured by the sum of the absolute terms; whole numbers, whose sums are exact, show a wrong element.
static void compare(const product *p, bool accumulate) {
  const long double unit = p->type == DESCENT_FLOAT32 ? FLT_EPSILON : DBL_EPSILON;
  for (size_t r = 0; r < p->rows; r++) {
    for (size_t c = 0; c < p->columns; c++) {
      double sum = accumulate ? (double)get_real(p->type, p->before, r * p->columns + c) : 0, size = fabs(sum), rest = 0;
      for (size_t k = 0; k < p->depth; k++) {
        double x = (double)get_real(p->type, p->a, r * (size_t)p->a_row + k * (size_t)p->a_depth);
        double y = (double)get_real(p->type, p->b, k * (size_t)p->b_depth + c * (size_t)p->b_column);
        // What rounding takes from products and sums is kept, so that the reference is exact to about 100 bits.
        double term = x * y, next = sum + term, back = next - sum;
        rest += fma(x, y, -term) + ((sum - (next - back)) + (term - back));
        sum = next;
        size += fabs(term);
      }
      double value = (double)get_real(p->type, p->c, r * p->columns + c), error = fabs((value - sum) - rest);
      if (!p->whole_numbers && size > 0) error /= (double)unit * size;
      if (p->whole_numbers && error != 0) error = INFINITY;
      note(isnan(error) ? INFINITY : error, "%zux%zux%zu%s%s gap %zu, element %zu, %zu", p->rows, p->depth, p->columns,
           p->left_transposed ? " left transposed" : "", p->right_transposed ? " right transposed" : "", p->gap, r, c);
    }
  }
}

static void end(product *p) {
  check_guards(p->a, p->type, p->a_count);
  check_guards(p->b, p->type, p->b_count);
  check_guards(p->c, p->type, p->rows * p->columns);
  check_guards(p->before, p->type, p->rows * p->columns);
}

static size_t rounded_up(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }

static void multiply_packed(const product *p, const descent_gemm_table *table, bool accumulate) {
  size_t element = size_of(p->type);
  size_t a_bytes = rounded_up(rounded_up(p->rows, table->tile_rows) * p->depth * element, 64);
  size_t b_bytes = rounded_up(rounded_up(p->columns, table->tile_columns) * p->depth * element, 64);
  void *a = aligned_alloc(64, a_bytes + 64), *b = aligned_alloc(64, b_bytes + 64);
  if (a == NULL || b == NULL) abort();
  table->pack_left(p->rows, p->depth, p->a, p->a_row, p->a_depth, a);
  table->pack_right(p->depth, p->columns, p->b, p->b_depth, p->b_column, b);
  table->multiply(p->rows, p->columns, p->depth, a, b, p->c, p->columns, accumulate);
  free(a);
  free(b);
}

static const size_t shapes[][3] = {{1, 1, 1}, {2, 3, 4}, {5, 7, 3}, {8, 12, 16}, {9, 13, 17}, {16, 24, 31}, {17, 1, 40},
                                   {1, 25, 9}, {31, 37, 29}, {33, 65, 128}, {64, 48, 256}, {50, 61, 70}, {3, 130, 11}};

// All layouts of all shapes. `run` computes one product and says whether it can.
typedef bool (*runner)(product *p, const descent_gemm_table *table, bool accumulate);

static void check(const char *name, const descent_gemm_table *table, descent_type type, bool accumulate, runner run) {
  for (int whole = 0; whole < 2; whole++) {
    char title[48];
    strcpy(title, name);
    begin(strcat(title, whole ? ", exact" : ""), type_names[type], whole ? 0 : 8);
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
      for (unsigned layout = 0; layout < 8; layout++) {
        product p = {.type = type, .rows = shapes[k][0], .columns = shapes[k][1], .depth = shapes[k][2],
                     .gap = layout & 4 ? 3 : 0, .left_transposed = layout & 1, .right_transposed = layout & 2,
                     .whole_numbers = whole};
        prepare(&p);
        if (run(&p, table, accumulate)) compare(&p, accumulate);
        end(&p);
      }
    }
  }
}

static bool run_packed(product *p, const descent_gemm_table *table, bool accumulate) {
  multiply_packed(p, table, accumulate);
  return true;
}

static bool run_small(product *p, const descent_gemm_table *table, bool accumulate) {
  (void)accumulate;
  table->multiply_small(p->rows, p->columns, p->depth, p->a, p->a_row, p->a_depth, p->b, p->b_depth, p->b_column, p->c);
  return true;
}

// The vector is the right operand's only column, or the left one's only row.
static bool run_matrix_vector(product *p, const descent_gemm_table *table, bool accumulate) {
  (void)accumulate;
  if (p->left_transposed || p->gap > 0 || p->right_transposed) return false;
  end(p);
  p->columns = 1;
  prepare(p);
  table->multiply_vector(p->rows, p->depth, p->a, (size_t)p->a_row, p->b, p->c);
  return true;
}

static bool run_vector_matrix(product *p, const descent_gemm_table *table, bool accumulate) {
  (void)accumulate;
  if (p->left_transposed || p->right_transposed) return false;
  end(p);
  p->rows = 1;
  prepare(p);
  table->vector_multiply(p->depth, p->columns, p->a, p->b, (size_t)p->b_depth, p->c);
  return true;
}

static void check_integers(descent_type type) {
  begin("product of integers", type_names[type], 0);
  for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
    size_t rows = shapes[k][0], columns = shapes[k][1], depth = shapes[k][2];
    void *a = guarded(type, rows * depth), *b = guarded(type, depth * columns), *c = guarded(type, rows * columns);
    fill_samples(type, a, rows * depth);
    fill_samples(type, b, depth * columns);
    // a is transposed.
    descent_multiply_integers(
        size_of(type), rows, columns, depth, a, 1, (ptrdiff_t)rows, b, (ptrdiff_t)columns, 1, c);
    for (size_t i = 0; i < rows * columns; i++) {
      uint64_t sum = 0;
      for (size_t d = 0; d < depth; d++) {
        sum += get_bits(type, a, d * rows + i / columns) * get_bits(type, b, d * columns + i % columns);
      }
      char exact[8];
      set_bits(type, exact, 0, sum);
      note(get_bits(type, exact, 0) == get_bits(type, c, i) ? 0 : INFINITY, "%zux%zux%zu", rows, depth, columns);
    }
    check_guards(a, type, rows * depth);
    check_guards(b, type, depth * columns);
    check_guards(c, type, rows * columns);
  }
}

void check_products(void) {
  restart_bits(7);
  for (descent_type type = DESCENT_FLOAT32; type <= DESCENT_FLOAT64; type++) {
    const descent_gemm_table *table = type == DESCENT_FLOAT32 ? descent_gemm_float32() : descent_gemm_float64();
    check("product", table, type, false, run_packed);
    check("product, accumulated", table, type, true, run_packed);
    check("small product", table, type, false, run_small);
    check("matrix by vector", table, type, false, run_matrix_vector);
    check("vector by matrix", table, type, false, run_vector_matrix);
  }
  check_integers(DESCENT_INT32);
  check_integers(DESCENT_INT64);
}
