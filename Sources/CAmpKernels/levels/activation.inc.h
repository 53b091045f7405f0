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

// Whether f' is saved, or found again from f(z).
INLINE int NAME(saves)(const int kind) { return kind == AMP_GELU || kind == AMP_SILU; }

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

// gradient ← gradient ∘ f'(z) for `part` numbers from `at` on, at most a vector; returns them as the first
// numbers of a vector.
INLINE vreal NAME(pull_back_at)(const int kind, long at, const long part, const real *value,
                                const real *derivative, real slope, real *gradient) {
#define GET(p) \
  (part == VL ? LOAD((p) + at) : part == 1 ? NAME(single)((p)[at]) : NAME(load_part)((p) + at, part))
  const int saved = NAME(saves)(kind);
  const int used = kind != AMP_IDENTITY && !saved;
  const vreal zero = {0};
  const vreal g = NAME(pull_back)(kind, GET(gradient), used ? GET(value) : zero,
                                  saved ? GET(derivative) : zero, slope);
  if (kind == AMP_IDENTITY) return g;
  if (part == VL) STORE(gradient + at, g);
  else if (part == 1) gradient[at] = g[0];
  else NAME(store_part)(gradient + at, g, part);
  return g;
#undef GET
}

// `vectors` vectors of columns from j on, each of `part` numbers.
INLINE void NAME(pull_back_columns)(const int kind, const int vectors, const long part, long j,
                                    long rows, long stride, const real *value,
                                    const real *derivative, real slope, real *gradient,
                                    real *sums) {
  vreal sum[SEVERAL] = {{0}};
  for (long r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v)
      sum[v] += NAME(pull_back_at)(kind, r * stride + j + v * VL, part, value, derivative, slope,
                                   gradient);
  if (!sums) return;
  for (int v = 0; v < vectors; ++v) {
    real *at = sums + j + v * VL;
    if (part == VL) STORE(at, LOAD(at) + sum[v]);
    else if (part == 1) *at += sum[v][0];
    else NAME(store_part)(at, NAME(load_part)(at, part) + sum[v], part);
  }
}

// Sums over several vectors of columns at a time do not wait for each other.
INLINE void NAME(pull_back_kind)(const int kind, long rows, long columns, long stride,
                                 const real *value, const real *derivative, real slope,
                                 real *gradient, real *sums) {
#define COLUMNS(VECTORS, PART)                                                                   \
  NAME(pull_back_columns)(kind, VECTORS, PART, j, rows, stride, value, derivative, slope,        \
                          gradient, sums)
  long j = 0;
  for (; j + SEVERAL * VL <= columns; j += SEVERAL * VL) COLUMNS(SEVERAL, VL);
  for (; j + VL <= columns; j += VL) COLUMNS(1, VL);
  // A few columns, as heads have, one by one: to put a vector together takes longer.
  if (columns - j > 4) COLUMNS(1, columns - j);
  else
    for (; j < columns; ++j) COLUMNS(1, 1);
#undef COLUMNS
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
