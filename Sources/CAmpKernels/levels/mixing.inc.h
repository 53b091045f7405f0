// Sums of matrix products over token matrices: linear layers that mix channels.
//
// C(r, j) (+)= bias(r) + Σ_terms ± Σ_k A(r, k) B(k, j) with small A (weights, broadcast) and long
// rows of B and C. As in product.inc.h a tile of MR × 2 vectors stays in registers, but here the
// rows of B are already vectors, so nothing is packed.

static inline __attribute__((always_inline)) void NAME(walk)(
    const int rows, const int negative, long depth, const real *a, long a_row, long a_k,
    const real *b, long b_k, vreal acc[MR][2]) {
  for (long k = 0; k < depth; ++k) {
    const vreal x0 = LOAD(b), x1 = LOAD(b + VL);
    for (int r = 0; r < rows; ++r) {
      const real s = a[r * a_row];
      if (negative) {
        acc[r][0] -= x0 * s;
        acc[r][1] -= x1 * s;
      } else {
        acc[r][0] += x0 * s;
        acc[r][1] += x1 * s;
      }
    }
    a += a_k;
    b += b_k;
  }
}

#define DEFINE_MIX(ROWS)                                                                      \
  static __attribute__((noinline)) void NAME(mix_##ROWS)(                                     \
      long first, long column, long stride, const amp_term *terms, long count,                \
      const real *bias, real *c, int accumulate) {                                            \
    vreal acc[MR][2];                                                                         \
    for (int r = 0; r < ROWS; ++r)                                                            \
      for (int v = 0; v < 2; ++v) {                                                           \
        acc[r][v] = bias ? SPLAT(bias[first + r]) : SPLAT(0);                                 \
        if (accumulate) acc[r][v] += LOAD(c + (first + r) * stride + column + v * VL);        \
      }                                                                                       \
    for (const amp_term *t = terms; t < terms + count; ++t) {                                 \
      const real *a = (const real *)t->a + first * t->a_row;                                  \
      const real *b = (const real *)t->b + column;                                            \
      if (t->negative)                                                                        \
        NAME(walk)(ROWS, 1, t->depth, a, t->a_row, t->a_k, b, stride, acc);                   \
      else                                                                                    \
        NAME(walk)(ROWS, 0, t->depth, a, t->a_row, t->a_k, b, stride, acc);                   \
    }                                                                                         \
    for (int r = 0; r < ROWS; ++r)                                                            \
      for (int v = 0; v < 2; ++v)                                                             \
        STORE(c + (first + r) * stride + column + v * VL, acc[r][v]);                         \
  }
DEFINE_MIX(6) DEFINE_MIX(4) DEFINE_MIX(3) DEFINE_MIX(2) DEFINE_MIX(1)

void NAME(sum_products)(long rows, long columns, long stride, const amp_term *terms, long count,
                        const real *bias, real *c, int accumulate) {
#define MIX(ROWS)                                                                   \
  {                                                                                 \
    NAME(mix_##ROWS)(r, j, stride, terms, count, bias, c, accumulate);              \
    r += ROWS;                                                                      \
  }
  for (long j = 0; j < columns; j += NR) {
    long r = 0;
    while (rows - r >= 6 && rows - r != 8) MIX(6)
    while (rows - r >= 4) MIX(4)
    if (rows - r == 3) MIX(3)
    if (rows - r == 2) MIX(2)
    if (rows - r == 1) MIX(1)
  }
#undef MIX
}

static inline real NAME(total)(vreal x) {
  real t[VL], sum = 0;
  STORE(t, x);
  for (int i = 0; i < VL; ++i) sum += t[i];
  return sum;
}

#define DEFINE_OUTER(ROWS, COLUMNS)                                                           \
  static __attribute__((noinline)) void NAME(outer_##ROWS##_##COLUMNS)(                       \
      long columns, long stride, const real *x, const real *y, real sign, real *c, long c_row, \
      int accumulate) {                                                                       \
    vreal acc[ROWS][COLUMNS] = {0};                                                           \
    for (long j = 0; j < columns; j += VL) {                                                  \
      vreal b[COLUMNS];                                                                       \
      for (int o = 0; o < COLUMNS; ++o) b[o] = LOAD(y + o * stride + j);                      \
      for (int i = 0; i < ROWS; ++i) {                                                        \
        const vreal a = LOAD(x + i * stride + j);                                             \
        for (int o = 0; o < COLUMNS; ++o) acc[i][o] += a * b[o];                              \
      }                                                                                       \
    }                                                                                         \
    for (int i = 0; i < ROWS; ++i)                                                            \
      for (int o = 0; o < COLUMNS; ++o) {                                                     \
        const real sum = sign * NAME(total)(acc[i][o]);                                       \
        c[i * c_row + o] = accumulate ? c[i * c_row + o] + sum : sum;                         \
      }                                                                                       \
  }
DEFINE_OUTER(4, 3) DEFINE_OUTER(4, 2) DEFINE_OUTER(4, 1)
DEFINE_OUTER(1, 3) DEFINE_OUTER(1, 2) DEFINE_OUTER(1, 1)

// C(i, o) (+)= ± Σ_j X(i, j) Y(o, j): the gradient of a weight matrix, C is (m, n) contiguous.
void NAME(outer_product)(long m, long n, long columns, long stride, const real *x, const real *y,
                         int negative, real *c, int accumulate) {
  const real sign = negative ? -1 : 1;
#define OUTER(ROWS, COLUMNS)                                                                  \
  {                                                                                           \
    NAME(outer_##ROWS##_##COLUMNS)(columns, stride, x + i * stride, y + o * stride, sign,     \
                                   c + i * n + o, n, accumulate);                             \
    o += COLUMNS;                                                                             \
  }
#define OUTERS(ROWS)                                                                          \
  {                                                                                           \
    long o = 0;                                                                               \
    while (n - o >= 3 && n - o != 4) OUTER(ROWS, 3)                                           \
    while (n - o >= 2) OUTER(ROWS, 2)                                                         \
    if (n - o == 1) OUTER(ROWS, 1)                                                            \
    i += ROWS;                                                                                \
  }
  long i = 0;
  while (m - i >= 4) OUTERS(4)
  while (m - i >= 1) OUTERS(1)
#undef OUTER
#undef OUTERS
}

// sums(r) (+)= Σ_j X(r, j): the gradient of a bias.
void NAME(row_sums)(long rows, long columns, long stride, const real *x, real *sums,
                    int accumulate) {
  for (long r = 0; r < rows; ++r) {
    vreal acc[2] = {0};
    for (long j = 0; j < columns; j += NR)
      for (int v = 0; v < 2; ++v) acc[v] += LOAD(x + r * stride + j + v * VL);
    const real sum = NAME(total)(acc[0] + acc[1]);
    sums[r] = accumulate ? sums[r] + sum : sum;
  }
}

// Y(j, i) (+)= factor · X(i, j), between point-major and feature-major matrices.
void NAME(transpose_part)(long rows, long columns, const real *x, long x_row, real *y, long y_row,
                          real factor, int accumulate) {
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) {
      const real value = factor * x[i * x_row + j];
      y[j * y_row + i] = accumulate ? y[j * y_row + i] + value : value;
    }
}

#undef DEFINE_MIX
#undef DEFINE_OUTER
