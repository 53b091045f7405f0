// The kernels of Amp: small products, activations, optimiser updates, for float and double.
//
// Each instruction set (level) has a table of functions; amp_kernels_*(level) returns it, or NULL
// where the processor lacks the level. See README.md beside this folder.
#pragma once

// Says to the processor that the thread only waits.
static inline void amp_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb");
#endif
}

// Asks for `bytes` of memory that will be read soon.
static inline void amp_fetch(const void *memory, long bytes) {
  for (long byte = 0; byte < bytes; byte += 64) __builtin_prefetch((const char *)memory + byte);
}

enum { AMP_LEVEL_BASELINE = 0, AMP_LEVEL_AVX2 = 1, AMP_LEVEL_AVX512 = 2, AMP_LEVELS = 3 };
enum { AMP_MAX_SHARDS = 64, AMP_MAX_SPLINE_ORDER = 5 };
enum amp_activation {
  AMP_IDENTITY = 0, AMP_RELU = 1, AMP_LEAKY_RELU = 2, AMP_GELU = 3, AMP_SILU = 4, AMP_TANH = 5
};

#define AMP_KERNELS(NAME, real)                                                                 \
  typedef struct {                                                                              \
    long panel; /* columns of a packed panel */                                                 \
    void (*pack)(long depth, long columns, const real *b, long k_stride, long j_stride,         \
                 real *packed);                                                                 \
    void (*product_packed)(long rows, long columns, long depth, const real *a, long a_row,      \
                           const real *packed, const real *bias, real *c, long c_row,           \
                           int accumulate);                                                     \
    long (*shorten)(long depth, long columns, const real *packed, void *shortened);             \
    void (*dense)(int kind, real slope, long rows, long columns, long depth, const real *a,     \
                  long a_row, const void *packed, long bytes, const real *bias, real *c,        \
                  long c_row);                                                                  \
    void (*product_pulled_back)(int kind, real slope, long rows, long columns, long depth,      \
                                const real *a, long a_row, const real *packed, real *c,         \
                                long c_row, int accumulate, const real *value,                  \
                                const real *derivative, real *sums);                            \
    void (*product)(long m, long n, long depth, const real *a, long a_row, long a_k,            \
                    const real *b, long b_k, real *c, long c_row, long c_col, int accumulate);  \
    void (*product_transposed)(long m, long n, long depth, const real *a, long a_k,             \
                               const real *b, long b_k, real *c, long c_row, long c_col,        \
                               int accumulate);                                                 \
    void (*activate)(int kind, long rows, long columns, long stride, const real *z, real slope, \
                     real *value, real *derivative);                                            \
    void (*pull_back_activation)(int kind, long rows, long columns, long stride,                \
                                 const real *value, const real *derivative, real slope,         \
                                 real *gradient, real *sums);                                   \
    void (*sum_tree)(long count, long parts, long distance, real *x);                           \
    void (*adam)(long count, const real *g, real *m, real *v, real *w, real beta1, real beta2,  \
                 real rate, real root, real epsilon, real keep);                                \
    void (*soap_direction)(long count, const real *g, const real *m, real *v, real *direction,  \
                           real beta2, real root, real epsilon, real scale);                    \
    void (*axpby)(long count, real a, const real *x, real b, real *y);                          \
    void (*multiply)(long count, const real *x, const real *y, real *z, int accumulate);        \
    void (*gather)(long count, long columns, const int *indices, const real *source,            \
                   real *target, long stride);                                                  \
    void (*exponential)(long count, const real *x, real *y);                                    \
    void (*copy_block)(long rows, long columns, const real *from, long from_stride, real *to,   \
                       long to_stride, int accumulate);                                         \
    void (*rational)(long rows, long columns, long stride, long groups, const real *x,          \
                     const real *a, const real *b, real *value);                                \
    void (*pull_back_rational)(long rows, long columns, long stride, long groups, const real *x,\
                               const real *a, const real *b, const real *gradient,              \
                               real *input_gradient, int accumulate, real *a_gradient,          \
                               real *b_gradient);                                               \
    void (*spline_basis)(long rows, long inputs, long cells, int order, const real *x,          \
                         long x_stride, const real *low, const real *per_length, real *value,   \
                         real *derivative, long stride);                                        \
    void (*pull_back_spline_basis)(long rows, long inputs, long width, const real *gradient,    \
                                   const real *derivative, long stride, real *x_gradient,       \
                                   long x_stride, int accumulate);                              \
    void (*fold_splines)(long inputs, long splines, long outputs, const real *base,             \
                         const real *coefficients, const real *scale, real *weight);            \
    void (*unfold_splines)(long inputs, long splines, long outputs, const real *gradient,       \
                           const real *coefficients, const real *scale, real *base_gradient,    \
                           real *coefficient_gradient, real *scale_gradient);                   \
    void (*normals)(long chunks, const unsigned *key, const unsigned *stream, unsigned first,   \
                    real *out);                                                                 \
    void (*reparametrise)(long rows, long columns, long stride, const real *noise,              \
                          real epsilon, real *value, real *variance);                           \
    void (*scatter)(long count, const double *sigma, const real *noise, real *value);           \
    void (*variances)(long count, real low, real high, real *lambda, real *variance);           \
    void (*pull_back_variances)(long count, const real *variance, const real *gradient,         \
                                real *out, int accumulate);                                     \
    double (*pull_to_mean)(long count, real a, const real *x, real *gradient);                  \
    double (*pull_to_variance)(long count, real a, real p, const real *lambda,                  \
                               const real *variance, real *gradient);                           \
  } amp_kernels_##NAME##_table;                                                                 \
  const amp_kernels_##NAME##_table *amp_kernels_##NAME(int level);

AMP_KERNELS(f32, float)
AMP_KERNELS(f64, double)

#include "amp_lorentz.h"

// The best level of this processor, not above the one that the environment variable AMP_KERNELS names:
// baseline, avx2 or avx512.
int amp_best_level(void);
