// One or two rows against packed panels, as in the evaluation of a single point.
//
// A tile of so few rows has too few sums under way to hide the latency of an addition: several
// panels are summed at the same time. Every sum runs over k as in a tile of many rows, so a point
// gets the same bits by itself as among others.

// The panels that one row, or two, are summed with at the same time.
enum { NAME(group_of_one) = 4, NAME(group_of_two) = 2 };

#include "shortened.inc.h"

#define DEFINE_FEW(FEW, ROWS, PANELS, BYTES, LOAD_NUMBERS)                                       \
  static __attribute__((noinline)) void NAME(FEW)(                                               \
      long depth, const real *a, long a_row, const char *packed, const real *bias, real *c,      \
      long c_row, int how) {                                                                     \
    vreal sum[PANELS][ROWS][2];                                                                  \
    for (int p = 0; p < PANELS; ++p)                                                             \
      for (int r = 0; r < ROWS; ++r) sum[p][r][0] = sum[p][r][1] = (vreal){0};                   \
    for (long k = 0; k < depth; ++k)                                                             \
      for (int p = 0; p < PANELS; ++p) {                                                         \
        const char *b = packed + (p * depth + k) * NR * BYTES;                                   \
        const vreal low = LOAD_NUMBERS(b), high = LOAD_NUMBERS(b + VL * BYTES);                  \
        for (int r = 0; r < ROWS; ++r) {                                                         \
          sum[p][r][0] += low * a[r * a_row + k];                                                \
          sum[p][r][1] += high * a[r * a_row + k];                                               \
        }                                                                                        \
      }                                                                                          \
    for (int p = 0; p < PANELS; ++p)                                                             \
      for (int r = 0; r < ROWS; ++r)                                                             \
        NAME(store_tile)(1, 2, &sum[p][r], c + r * c_row + p * NR, c_row, 1, NR,                 \
                         bias ? bias + p * NR : 0, how, 0, 0);                                   \
  }
#define LOAD_FULL(p) LOAD((const real *)(p))
DEFINE_FEW(one, 1, NAME(group_of_one), sizeof(real), LOAD_FULL)
DEFINE_FEW(two, 2, NAME(group_of_two), sizeof(real), LOAD_FULL)
DEFINE_FEW(one_shortened, 1, NAME(group_of_one), SHORT, NAME(lengthen))
DEFINE_FEW(two_shortened, 2, NAME(group_of_two), SHORT, NAME(lengthen))

// As product_packed for as many columns as full groups of panels hold, of `bytes` bytes for a number;
// returns these columns.
static long NAME(few_rows)(long rows, long columns, long depth, const real *a, long a_row,
                           const char *packed, long bytes, const real *bias, real *c, long c_row,
                           int how) {
  const int width = (rows == 1 ? NAME(group_of_one) : NAME(group_of_two)) * NR;
  long j = 0;
  for (; j + width <= columns; j += width) {
    const char *b = packed + j * depth * bytes;
    const real *offset = bias ? bias + j : 0;
#define FEW_ROWS(FEW) NAME(FEW)(depth, a, a_row, b, offset, c + j, c_row, how)
    if (bytes == sizeof(real)) rows == 1 ? FEW_ROWS(one) : FEW_ROWS(two);
    else rows == 1 ? FEW_ROWS(one_shortened) : FEW_ROWS(two_shortened);
#undef FEW_ROWS
  }
  return j;
}

#undef LOAD_FULL
#undef DEFINE_FEW
