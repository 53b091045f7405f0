// The kernels of Lorentz-equivariant transformers, for float and double.
//
// Tokens stand in panels of AMP_LANES points: a panel holds one token of each of its points, one row
// of AMP_LANES numbers for each number of the token, and is contiguous. Vectors run along points and
// no kernel has a remainder; whatever touches one token stays within a few kilobytes. The rows of a
// panel are `components` blocks of `channels` rows each, then `scalars` rows. Panel
// token · panels/tokens + p holds that token of the points 16 p ..< 16 (p + 1).
#pragma once

enum { AMP_LANES = 16, AMP_MAX_TOKENS = 16 };

// The shape of a token matrix.
typedef struct {
  long components; // 16 for multivectors, 4 for vectors
  long channels;
  long scalars;
  long panels;
} amp_tokens;

// A product A·X in a sum: A(r, k) = a[r·a_row + k·a_k] and the rows of X from `source`.
typedef struct {
  long depth;
  const void *a;
  long a_row, a_k;
  long source;
  long negative; // subtract instead of add
} amp_term;

// The rows target ..< target + rows of a mixing: a bias, which may be absent, and `count` products.
typedef struct {
  long target, rows;
  const void *bias;
  const amp_term *terms;
  long count;
} amp_mixing;

// Rows of X from `source` with rows of Y from `target`.
typedef struct {
  long source, target;
  long negative;
} amp_pair;

// A matrix C (m, n) as the sum of `count` outer products.
typedef struct {
  long m, n;
  void *c;
  long accumulate;
  const amp_pair *pairs;
  long count;
} amp_outer;

#define AMP_LORENTZ(NAME, real)                                                                \
  typedef struct {                                                                             \
    void (*mix)(long panels, const amp_mixing *groups, long count, long x_rows, const real *x, \
                const real *base, long y_rows, real *y);                                       \
    void (*outer_product)(long panels, const amp_outer *w, long x_rows, const real *x,         \
                          long y_rows, const real *y);                                         \
    void (*row_sums)(long panels, long x_rows, const real *x, long first, long rows,           \
                     real *sums, int accumulate);                                              \
    void (*transpose_part)(long rows, long columns, const real *x, long x_row, real *y,        \
                           long y_row, real factor, int accumulate);                           \
    void (*geometric_norm)(const amp_tokens *t, long groups, const real *x, real *y);          \
    void (*geometric_norm_back)(const amp_tokens *t, long groups, const real *x,               \
                                const real *dy, real *dx, int accumulate);                     \
    void (*joint_norm)(const amp_tokens *t, long groups, const real *x, real *y);              \
    void (*joint_norm_back)(const amp_tokens *t, long groups, const real *x, const real *dy,   \
                            real *dx, int accumulate);                                         \
    void (*attention)(const amp_tokens *t, long heads, long tokens, const real *qkv,           \
                      real *weights, real *out);                                               \
    void (*attention_back)(const amp_tokens *t, long heads, long tokens, const real *qkv,      \
                           const real *weights, const real *dout, real *dqkv,                  \
                           int accumulate);                                                    \
    void (*geometric_product)(const amp_tokens *t, const real *pairs, real *out);              \
    void (*geometric_product_back)(const amp_tokens *t, const real *pairs, const real *dout,   \
                                   real *dpairs, int accumulate);                              \
    void (*gate)(const amp_tokens *t, const real *x, real *y);                                 \
    void (*gate_back)(const amp_tokens *t, const real *x, const real *dy, real *dx,            \
                      int accumulate);                                                         \
    void (*gated_unit)(const amp_tokens *t, const real *x, real *y);                           \
    void (*gated_unit_back)(const amp_tokens *t, const real *x, const real *dy, real *dx,      \
                            int accumulate);                                                   \
  } amp_lorentz_##NAME##_table;                                                                \
  const amp_lorentz_##NAME##_table *amp_lorentz_##NAME(int level);

AMP_LORENTZ(f32, float)
AMP_LORENTZ(f64, double)
