// One or two rows against packed panels, as in the evaluation of a single point.
//
// A tile of so few rows has too few sums under way to hide the latency of an addition: several
// panels are summed at the same time. Every sum runs over k as in a tile of many rows, so a point
// gets the same bits by itself as among others.

#define DEFINE_FEW(ROWS, PANELS)                                                                 \
  static __attribute__((noinline)) void NAME(few_##ROWS##_##PANELS)(                             \
      long depth, const real *a, long a_row, const real *packed, const real *bias, real *c,      \
      long c_row, int how) {                                                                     \
    vreal sum[PANELS][ROWS][2];                                                                  \
    for (int p = 0; p < PANELS; ++p)                                                             \
      for (int r = 0; r < ROWS; ++r) sum[p][r][0] = sum[p][r][1] = (vreal){0};                   \
    for (long k = 0; k < depth; ++k)                                                             \
      for (int p = 0; p < PANELS; ++p) {                                                         \
        const real *b = packed + (p * depth + k) * NR;                                           \
        const vreal low = LOAD(b), high = LOAD(b + VL);                                          \
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
DEFINE_FEW(1, 4) DEFINE_FEW(2, 2)

// As product_packed for as many columns as full groups of panels hold; returns these columns.
static long NAME(few_rows)(long rows, long columns, long depth, const real *a, long a_row,
                           const real *packed, const real *bias, real *c, long c_row,
                           int how) {
  const int width = (rows == 1 ? 4 : 2) * NR;
  long j = 0;
  for (; j + width <= columns; j += width) {
    const real *b = packed + j * depth, *offset = bias ? bias + j : 0;
    if (rows == 1) NAME(few_1_4)(depth, a, a_row, b, offset, c + j, c_row, how);
    else NAME(few_2_2)(depth, a, a_row, b, offset, c + j, c_row, how);
  }
  return j;
}

#undef DEFINE_FEW
