// Sums of gradients over shards, optimiser updates, and elementwise arithmetic.

// part 0 ← the sum of `parts` arrays that lie `distance` apart, over a fixed binary tree:
// ((0+1)+(2+3))+((4+5)+(6+7)), whoever computes it and over whichever range.
static inline __attribute__((always_inline)) vreal NAME(tree)(const long parts, vreal *t) {
  for (long m = parts; m > 1; m = (m + 1) / 2)
    for (long p = 0; p < m / 2 + m % 2; ++p)
      t[p] = 2 * p + 1 < m ? t[2 * p] + t[2 * p + 1] : t[2 * p];
  return t[0];
}

static inline __attribute__((always_inline)) void NAME(sum_parts)(
    long count, const long parts, long distance, real *x) {
  vreal t[AMP_MAX_SHARDS];
  long i = 0;
  for (; i + VL <= count; i += VL) {
    for (long p = 0; p < parts; ++p) t[p] = LOAD(x + p * distance + i);
    STORE(x + i, NAME(tree)(parts, t));
  }
  if (i == count) return;
  for (long p = 0; p < parts; ++p) t[p] = NAME(load_part)(x + p * distance + i, count - i);
  NAME(store_part)(x + i, NAME(tree)(parts, t), count - i);
}

void NAME(sum_tree)(long count, long parts, long distance, real *x) {
  switch (parts) {  // the usual numbers, unrolled
    case 2: return NAME(sum_parts)(count, 2, distance, x);
    case 4: return NAME(sum_parts)(count, 4, distance, x);
    case 8: return NAME(sum_parts)(count, 8, distance, x);
    default: NAME(sum_parts)(count, parts, distance, x);
  }
}

// Adam and AdamW (arXiv:1412.6980, 1711.05101) with PyTorch's order of operations:
// w ← w (1 - decay); m, v moving averages; w ← w - rate · m / (√v · root + ε).
void NAME(adam)(long count, const real *restrict g, real *restrict m, real *restrict v,
                real *restrict w, real beta1, real beta2, real rate, real root, real epsilon,
                real keep) {
  for (long i = 0; i < count; ++i) {
    m[i] = m[i] + (g[i] - m[i]) * (1 - beta1);
    v[i] = v[i] * beta2 + g[i] * g[i] * (1 - beta2);
    w[i] = w[i] * keep - rate * (m[i] / (SQRT(v[i]) * root + epsilon));
  }
}

// SOAP's second moment and direction in the rotated basis (arXiv:2409.11321):
// v ← β₂ v + (1-β₂) g², direction = m / (√v · root + ε) · scale.
void NAME(soap_direction)(long count, const real *restrict g, const real *restrict m,
                          real *restrict v, real *restrict direction, real beta2, real root,
                          real epsilon, real scale) {
  for (long i = 0; i < count; ++i) {
    v[i] = v[i] * beta2 + g[i] * g[i] * (1 - beta2);
    direction[i] = m[i] * scale / (SQRT(v[i]) * root + epsilon);
  }
}

// y ← a x + b y
void NAME(axpby)(long count, real a, const real *restrict x, real b, real *restrict y) {
  for (long i = 0; i < count; ++i) y[i] = a * x[i] + b * y[i];
}

// z ← x ∘ y, or z ← z + x ∘ y
void NAME(multiply)(long count, const real *x, const real *y, real *z, int accumulate) {
  if (accumulate)
    for (long i = 0; i < count; ++i) z[i] += x[i] * y[i];
  else
    for (long i = 0; i < count; ++i) z[i] = x[i] * y[i];
}

// The rows `indices` of source (·, columns), copied to target (count, columns) with a row stride.
// Rows lie anywhere in memory: each is asked for some copies before it is needed.
void NAME(gather)(long count, long columns, const int *indices, const real *source, real *target,
                  long stride) {
  enum { AHEAD = 16 };
  for (long r = 0; r < count; ++r) {
    if (r + AHEAD < count) {
      const char *next = (const char *)(source + (long)indices[r + AHEAD] * columns);
      for (long byte = 0; byte < (long)sizeof(real) * columns + 63; byte += 64)
        __builtin_prefetch(next + byte);
    }
    const real *row = source + (long)indices[r] * columns;
    for (long j = 0; j < columns; ++j) target[r * stride + j] = row[j];
  }
}

// y ← exp x, for testing the polynomial on its own and for callers of exp.
void NAME(exponential)(long count, const real *x, real *y) {
  for (long i = 0; i < count; i += VL) {
    const long n = count - i < VL ? count - i : VL;
    NAME(store_part)(y + i, NAME(exp)(NAME(load_part)(x + i, n)), n);
  }
}

// to(r, j) ← from(r, j), or +=, for a block (rows, columns) of two matrices with their strides.
void NAME(copy_block)(long rows, long columns, const real *from, long from_stride, real *to,
                      long to_stride, int accumulate) {
  for (long r = 0; r < rows; ++r, from += from_stride, to += to_stride) {
    if (accumulate)
      for (long j = 0; j < columns; ++j) to[j] += from[j];
    else
      for (long j = 0; j < columns; ++j) to[j] = from[j];
  }
}
