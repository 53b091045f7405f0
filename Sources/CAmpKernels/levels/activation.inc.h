// Activations f(z) with the derivative that the backward pass needs, and the backward pass itself.
//
// ReLU, leaky ReLU and tanh find their derivative again from f(z); GELU and SiLU save it.

#define EACH_ROW(BODY, TAIL)                                                       \
  for (long r = 0; r < rows; ++r) {                                                \
    long j = 0;                                                                    \
    for (; j + VL <= columns; j += VL) { BODY }                                    \
    if (j < columns) { TAIL }                                                      \
  }

static inline vreal NAME(load_part)(const real *p, long n) {
  real t[VL] = {0};
  for (long i = 0; i < n; ++i) t[i] = p[i];
  return LOAD(t);
}
static inline void NAME(store_part)(real *p, vreal x, long n) {
  real t[VL];
  STORE(t, x);
  for (long i = 0; i < n; ++i) p[i] = t[i];
}

// 0 where the factor is 0, else the product: so that 0 · ∞ is the limit 0 of f, and NaN stays NaN.
static inline vreal NAME(unless_zero)(vreal factor, vreal product) {
  return (vreal)((factor != (real)0) & (vint)product);
}

static inline vreal NAME(evaluate)(const int kind, vreal z, real slope, vreal *d) {
  switch (kind) {
    case AMP_RELU: {
      return (vreal)(~(z <= (real)0) & (vint)z);  // NaN stays NaN
    }
    case AMP_LEAKY_RELU:
      return NAME(select)(z > (real)0, z, z * slope);
    case AMP_GELU: {
      vreal cumulative, density;
      NAME(gaussian)(z, &cumulative, &density);
      *d = cumulative + NAME(unless_zero)(density, z * density);
      return NAME(unless_zero)(cumulative, z * cumulative);
    }
    case AMP_SILU: {
      const vreal s = (real)1 / ((real)1 + NAME(exp)(-z));
      const vreal rest = (real)1 - s, value = NAME(unless_zero)(s, z * s);
      *d = s + NAME(unless_zero)(rest, value * rest);
      return value;
    }
    case AMP_TANH:
      return NAME(tanh)(z);
    default:
      return z;
  }
}

static inline __attribute__((always_inline)) void NAME(activate_kind)(
    const int kind, const int saves, long rows, long columns, long stride, const real *z,
    real slope, real *value, real *derivative) {
  EACH_ROW(
      vreal d = {0}; STORE(value + r * stride + j,
                           NAME(evaluate)(kind, LOAD(z + r * stride + j), slope, &d));
      if (saves) STORE(derivative + r * stride + j, d);
      ,
      vreal d = {0}; NAME(store_part)(
          value + r * stride + j,
          NAME(evaluate)(kind, NAME(load_part)(z + r * stride + j, columns - j), slope, &d),
          columns - j);
      if (saves) NAME(store_part)(derivative + r * stride + j, d, columns - j);)
}

void NAME(activate)(int kind, long rows, long columns, long stride, const real *z, real slope,
                    real *value, real *derivative) {
#define CASE(K)                                                                              \
  case K:                                                                                    \
    if (derivative)                                                                          \
      NAME(activate_kind)(K, 1, rows, columns, stride, z, slope, value, derivative);         \
    else                                                                                     \
      NAME(activate_kind)(K, 0, rows, columns, stride, z, slope, value, 0);                  \
    break;
#define CASE_UNSAVED(K)                                                                      \
  case K:                                                                                    \
    NAME(activate_kind)(K, 0, rows, columns, stride, z, slope, value, 0);                    \
    break;
  switch (kind) {
    CASE_UNSAVED(AMP_IDENTITY)
    CASE_UNSAVED(AMP_RELU)
    CASE_UNSAVED(AMP_LEAKY_RELU)
    CASE(AMP_GELU)
    CASE(AMP_SILU)
    CASE_UNSAVED(AMP_TANH)
  }
#undef CASE
#undef CASE_UNSAVED
}

// g ← g ∘ f'(z) for one vector, f' from the saved derivative or from the value f(z).
static inline vreal NAME(pull_back)(const int kind, vreal g, vreal value, vreal derivative,
                                    real slope) {
  switch (kind) {
    case AMP_RELU: return (vreal)(~(value <= (real)0) & (vint)g);
    case AMP_LEAKY_RELU: return NAME(select)(value > (real)0, g, g * slope);
    case AMP_GELU: case AMP_SILU: return g * derivative;
    case AMP_TANH: return g * ((real)1 - value * value);
    default: return g;
  }
}

static inline __attribute__((always_inline)) void NAME(pull_back_kind)(
    const int kind, long rows, long columns, long stride, const real *value,
    const real *derivative, real slope, real *gradient, real *sums) {
  const int saved = kind == AMP_GELU || kind == AMP_SILU;
  const int used = kind != AMP_IDENTITY && !saved;
  for (long j = 0; j < columns; j += VL) {
    const long n = columns - j < VL ? columns - j : VL;
    vreal sum = {0};
    for (long r = 0; r < rows; ++r) {
      const long at = r * stride + j;
      const vreal zero = {0};
      if (n == VL) {
        const vreal g = NAME(pull_back)(kind, LOAD(gradient + at), used ? LOAD(value + at) : zero,
                                        saved ? LOAD(derivative + at) : zero, slope);
        if (kind != AMP_IDENTITY) STORE(gradient + at, g);
        sum += g;
      } else {
        const vreal g = NAME(pull_back)(
            kind, NAME(load_part)(gradient + at, n),
            used ? NAME(load_part)(value + at, n) : zero,
            saved ? NAME(load_part)(derivative + at, n) : zero, slope);
        if (kind != AMP_IDENTITY) NAME(store_part)(gradient + at, g, n);
        sum += g;
      }
    }
    if (sums) {
      if (n == VL) STORE(sums + j, LOAD(sums + j) + sum);
      else NAME(store_part)(sums + j, NAME(load_part)(sums + j, n) + sum, n);
    }
  }
}

// gradient ← gradient ∘ f'(z), and sums[j] += Σ_rows of it (the bias gradient).
void NAME(pull_back_activation)(int kind, long rows, long columns, long stride, const real *value,
                                const real *derivative, real slope, real *gradient, real *sums) {
#define CASE(K)                                                                              \
  case K:                                                                                    \
    NAME(pull_back_kind)(K, rows, columns, stride, value, derivative, slope, gradient, sums); \
    break;
  switch (kind) {
    CASE(AMP_IDENTITY)
    CASE(AMP_RELU)
    CASE(AMP_LEAKY_RELU)
    CASE(AMP_GELU)
    CASE(AMP_SILU)
    CASE(AMP_TANH)
  }
#undef CASE
}
