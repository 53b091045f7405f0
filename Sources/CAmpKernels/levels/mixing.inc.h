// Linear layers that mix the channels of token matrices, panel by panel.
//
// Y(r, j) = bias(r) + Σ_terms ± Σ_k A(r, k) X(k, j) with small A (weights, broadcast) and the 16
// columns of a panel. As in product.inc.h a tile of rows × 2 vectors stays in registers (× 1 where
// one vector is a whole row), but here the rows of X are already vectors, so nothing is packed.

enum { NAME(across) = AMP_LANES > VL ? 2 : 1 };
#define ACROSS NAME(across)

static inline __attribute__((always_inline)) void NAME(walk)(
    const int rows, const int negative, long depth, const real *a, long a_row, long a_k,
    const real *x, vreal acc[MR][ACROSS]) {
  for (long k = 0; k < depth; ++k) {
    for (int r = 0; r < rows; ++r) {
      const real s = a[r * a_row];
      for (int v = 0; v < ACROSS; ++v) {
        if (negative) acc[r][v] -= LOAD(x + v * VL) * s;
        else acc[r][v] += LOAD(x + v * VL) * s;
      }
    }
    a += a_k;
    x += AMP_LANES;
  }
}

// Rows first ..< first + ROWS of a group; x, base and y begin in the column of interest.
#define DEFINE_MIX(ROWS)                                                                      \
  static __attribute__((noinline)) void NAME(mix_##ROWS)(                                     \
      long first, const amp_mixing *group, const real *x, const real *base, real *y) {        \
    const real *bias = group->bias;                                                           \
    vreal acc[MR][ACROSS];                                                                    \
    for (int r = 0; r < ROWS; ++r)                                                            \
      for (int v = 0; v < ACROSS; ++v) {                                                         \
        acc[r][v] = bias ? SPLAT(bias[first + r]) : SPLAT(0);                                 \
        if (base)                                                                             \
          acc[r][v] += LOAD(base + (group->target + first + r) * AMP_LANES + v * VL);         \
      }                                                                                       \
    for (const amp_term *t = group->terms; t < group->terms + group->count; ++t) {            \
      const real *a = (const real *)t->a + first * t->a_row;                                  \
      const real *source = x + t->source * AMP_LANES;                                         \
      if (t->negative)                                                                        \
        NAME(walk)(ROWS, 1, t->depth, a, t->a_row, t->a_k, source, acc);                      \
      else                                                                                    \
        NAME(walk)(ROWS, 0, t->depth, a, t->a_row, t->a_k, source, acc);                      \
    }                                                                                         \
    for (int r = 0; r < ROWS; ++r)                                                            \
      for (int v = 0; v < ACROSS; ++v)                                                        \
        STORE(y + (group->target + first + r) * AMP_LANES + v * VL, acc[r][v]);               \
  }
DEFINE_MIX(6) DEFINE_MIX(4) DEFINE_MIX(3) DEFINE_MIX(2) DEFINE_MIX(1)

// y ← base + M x for `panels` panels of x_rows and y_rows rows; base may be absent, or y itself.
void NAME(mix)(long panels, const amp_mixing *groups, long count, long x_rows, const real *x,
               const real *base, long y_rows, real *y) {
#define MIX(ROWS)                                          \
  {                                                        \
    NAME(mix_##ROWS)(r, group, x + j, base ? base + j : 0, y + j); \
    r += ROWS;                                             \
  }
  for (long p = 0; p < panels; ++p) {
    for (const amp_mixing *group = groups; group < groups + count; ++group)
      for (long j = 0; j < AMP_LANES; j += ACROSS * VL) {
        const long rows = group->rows;
        long r = 0;
        while (rows - r >= 6 && rows - r != 8) MIX(6)
        while (rows - r >= 4) MIX(4)
        if (rows - r == 3) MIX(3)
        if (rows - r == 2) MIX(2)
        if (rows - r == 1) MIX(1)
      }
    x += x_rows * AMP_LANES;
    y += y_rows * AMP_LANES;
    if (base) base += y_rows * AMP_LANES;
  }
#undef MIX
}

#define DEFINE_OUTER(ROWS, COLUMNS)                                                           \
  static __attribute__((noinline)) void NAME(outer_##ROWS##_##COLUMNS)(                       \
      long panels, const amp_outer *w, long i0, long o0, long x_rows, const real *x,          \
      long y_rows, const real *y) {                                                           \
    vreal acc[ROWS][COLUMNS] = {0};                                                           \
    for (const amp_pair *pair = w->pairs; pair < w->pairs + w->count; ++pair) {               \
      const real *a = x + (pair->source + i0) * AMP_LANES;                                    \
      const real *b = y + (pair->target + o0) * AMP_LANES;                                    \
      if (pair->negative)                                                                     \
        for (int i = 0; i < ROWS; ++i)                                                        \
          for (int o = 0; o < COLUMNS; ++o) acc[i][o] = -acc[i][o];                           \
      for (long p = 0; p < panels; ++p) {                                                     \
        for (long j = 0; j < AMP_LANES; j += VL) {                                            \
          vreal d[COLUMNS];                                                                   \
          for (int o = 0; o < COLUMNS; ++o) d[o] = LOAD(b + o * AMP_LANES + j);               \
          for (int i = 0; i < ROWS; ++i) {                                                    \
            const vreal s = LOAD(a + i * AMP_LANES + j);                                      \
            for (int o = 0; o < COLUMNS; ++o) acc[i][o] += s * d[o];                          \
          }                                                                                   \
        }                                                                                     \
        a += x_rows * AMP_LANES;                                                              \
        b += y_rows * AMP_LANES;                                                              \
      }                                                                                       \
      if (pair->negative)                                                                     \
        for (int i = 0; i < ROWS; ++i)                                                        \
          for (int o = 0; o < COLUMNS; ++o) acc[i][o] = -acc[i][o];                           \
    }                                                                                         \
    real *c = (real *)w->c + i0 * w->n + o0;                                                  \
    for (int i = 0; i < ROWS; ++i)                                                            \
      for (int o = 0; o < COLUMNS; ++o) {                                                     \
        const real sum = NAME(total)(acc[i][o]);                                              \
        c[i * w->n + o] = w->accumulate ? c[i * w->n + o] + sum : sum;                        \
      }                                                                                       \
  }
DEFINE_OUTER(4, 3) DEFINE_OUTER(4, 2) DEFINE_OUTER(4, 1)
DEFINE_OUTER(1, 3) DEFINE_OUTER(1, 2) DEFINE_OUTER(1, 1)

// C(i, o) (+)= Σ_pairs ± Σ_j X(i, j) Y(o, j): the gradient of one weight matrix, m × n contiguous.
void NAME(outer_product)(long panels, const amp_outer *w, long x_rows, const real *x, long y_rows,
                         const real *y) {
#define OUTER(ROWS, COLUMNS)                                                        \
  {                                                                                 \
    NAME(outer_##ROWS##_##COLUMNS)(panels, w, i, o, x_rows, x, y_rows, y);          \
    o += COLUMNS;                                                                   \
  }
#define OUTERS(ROWS)                                                                \
  {                                                                                 \
    long o = 0;                                                                     \
    while (w->n - o >= 3 && w->n - o != 4) OUTER(ROWS, 3)                           \
    while (w->n - o >= 2) OUTER(ROWS, 2)                                            \
    if (w->n - o == 1) OUTER(ROWS, 1)                                               \
    i += ROWS;                                                                      \
  }
  long i = 0;
  while (w->m - i >= 4) OUTERS(4)
  while (w->m - i >= 1) OUTERS(1)
#undef OUTER
#undef OUTERS
}

// sums(r) (+)= Σ_j X(first + r, j): the gradient of a bias.
void NAME(row_sums)(long panels, long x_rows, const real *x, long first, long rows, real *sums,
                    int accumulate) {
  for (long r = 0; r < rows; ++r) {
    const real *row = x + (first + r) * AMP_LANES;
    vreal acc = {0};
    for (long p = 0; p < panels; ++p, row += x_rows * AMP_LANES)
      for (long j = 0; j < AMP_LANES; j += VL) acc += LOAD(row + j);
    const real sum = NAME(total)(acc);
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

#undef ACROSS
#undef DEFINE_MIX
#undef DEFINE_OUTER
