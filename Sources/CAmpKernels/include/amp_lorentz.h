// The kernels of Lorentz-equivariant transformers, for float and double.
//
// Tokens stand feature-major: a matrix has one row per number of a token and one column per token
// of a point, column = token · points + point, so that vectors run along points and no kernel has
// a remainder: the number of columns per token is a multiple of AMP_LANES. The rows are
// `components` blocks of `channels` rows each, then `scalars` rows.
#pragma once

enum { AMP_LANES = 16, AMP_MAX_TOKENS = 16 };

// The shape of a token matrix.
typedef struct {
  long components; // 16 for multivectors, 4 for vectors
  long channels;
  long scalars;
  long columns;
  long stride; // distance between rows
} amp_tokens;

// A product A·B in a sum: A(r, k) = a[r·a_row + k·a_k], B(k, j) = b[k·stride + j].
typedef struct {
  long depth;
  const void *a;
  long a_row, a_k;
  const void *b;
  long negative; // subtract instead of add
} amp_term;

#define AMP_LORENTZ(NAME, real)                                                                \
  typedef struct {                                                                             \
    void (*sum_products)(long rows, long columns, long stride, const amp_term *terms,          \
                         long count, const real *bias, real *c, int accumulate);               \
    void (*outer_product)(long m, long n, long columns, long stride, const real *x,            \
                          const real *y, int negative, real *c, int accumulate);               \
    void (*row_sums)(long rows, long columns, long stride, const real *x, real *sums,          \
                     int accumulate);                                                          \
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
