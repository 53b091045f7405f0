// Kernels of one panel applied to whole token matrices.

// y from x, panels of `x_rows` rows of x and TOKEN_ROWS of y.
#define FORWARD(KERNEL, x_rows)                                                             \
  void NAME(KERNEL)(const amp_tokens *t, const real *x, real *y) {                          \
    for (long p = 0; p < t->panels; ++p)                                                    \
      NAME(KERNEL##_panel)(t, x + p * (x_rows) * AMP_LANES, y + p * TOKEN_ROWS * AMP_LANES); \
  }

// dx from x and dy.
#define BACK(KERNEL, x_rows)                                                                \
  void NAME(KERNEL##_back)(const amp_tokens *t, const real *x, const real *dy, real *dx,    \
                           int accumulate) {                                                \
    for (long p = 0; p < t->panels; ++p) {                                                  \
      const long at = p * (x_rows) * AMP_LANES;                                             \
      NAME(KERNEL##_back_panel)(t, x + at, dy + p * TOKEN_ROWS * AMP_LANES, dx + at,        \
                                accumulate);                                                \
    }                                                                                       \
  }

#define NORM(KERNEL)                                                                        \
  void NAME(KERNEL)(const amp_tokens *t, long groups, const real *x, real *y) {             \
    for (long p = 0; p < t->panels; ++p) {                                                  \
      const long at = p * TOKEN_ROWS * AMP_LANES;                                           \
      NAME(KERNEL##_panel)(t, groups, x + at, y + at);                                      \
    }                                                                                       \
  }                                                                                         \
  void NAME(KERNEL##_back)(const amp_tokens *t, long groups, const real *x, const real *dy, \
                           real *dx, int accumulate) {                                      \
    for (long p = 0; p < t->panels; ++p) {                                                  \
      const long at = p * TOKEN_ROWS * AMP_LANES;                                           \
      NAME(KERNEL##_back_panel)(t, groups, x + at, dy + at, dx + at, accumulate);           \
    }                                                                                       \
  }

FORWARD(geometric_product, 32 * t->channels)
BACK(geometric_product, 32 * t->channels)
FORWARD(gate, TOKEN_ROWS)
BACK(gate, TOKEN_ROWS)
FORWARD(gated_unit, 12 * t->channels + 2 * t->scalars)
BACK(gated_unit, 12 * t->channels + 2 * t->scalars)
NORM(geometric_norm)
NORM(joint_norm)

#undef TOKEN_ROWS
#undef FORWARD
#undef BACK
#undef NORM
