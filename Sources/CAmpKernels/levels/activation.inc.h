// Activations f(z) with the derivative that the backward pass needs, and the backward pass itself.
//
// ReLU, leaky ReLU and tanh find their derivative again from f(z); GELU and SiLU save it.

// While it computes, the memory from `soon` on is on its way into the first-level cache.
INLINE void NAME(activate_kind)(const int kind, const int saves, long rows, long columns,
                                long stride, const real *z, real slope, real *value,
                                real *derivative, const char *soon) {
  // The bytes that arrive from the third-level cache while one vector is computed.
  enum { BYTES = 12 * VECTOR_BYTES, LINE = 64 };
  for (long r = 0; r < rows; ++r, z += stride, value += stride, derivative += saves * stride) {
    long j = 0;
    for (; j + SEVERAL * VL <= columns; j += SEVERAL * VL) {
      if (soon) {
        for (long byte = 0; byte < SEVERAL * BYTES; byte += LINE) __builtin_prefetch(soon + byte);
        soon += SEVERAL * BYTES;
      }
      const NAME(several_vector) x = *(const NAME(several_vector) *)(z + j);
      NAME(several_vector) d = {0};
      *(NAME(several_vector) *)(value + j) = saves ? NAME(several_evaluate)(kind, x, slope, &d)
                                                   : NAME(several_value)(kind, x, slope);
      if (saves) *(NAME(several_vector) *)(derivative + j) = d;
    }
    for (; j < columns; j += VL) {
      const long part = columns - j < VL ? columns - j : VL;
      vreal d = {0};
      const vreal x = part == VL ? LOAD(z + j) : NAME(load_part)(z + j, part);
      const vreal y =
          saves ? NAME(evaluate)(kind, x, slope, &d) : NAME(value)(kind, x, slope);
      if (part == VL) STORE(value + j, y);
      else NAME(store_part)(value + j, y, part);
      if (saves && part == VL) STORE(derivative + j, d);
      else if (saves) NAME(store_part)(derivative + j, d, part);
    }
  }
}

static void NAME(activate_with)(int kind, long rows, long columns, long stride, const real *z,
                                real slope, real *value, real *derivative, const char *soon) {
#define CASE(K)                                                                              \
  case K:                                                                                    \
    if (derivative)                                                                          \
      NAME(activate_kind)(K, 1, rows, columns, stride, z, slope, value, derivative, soon);   \
    else                                                                                     \
      NAME(activate_kind)(K, 0, rows, columns, stride, z, slope, value, 0, soon);            \
    break;
#define CASE_UNSAVED(K)                                                                      \
  case K:                                                                                    \
    NAME(activate_kind)(K, 0, rows, columns, stride, z, slope, value, 0, soon);              \
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

void NAME(activate)(int kind, long rows, long columns, long stride, const real *z, real slope,
                    real *value, real *derivative) {
  NAME(activate_with)(kind, rows, columns, stride, z, slope, value, derivative, 0);
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
