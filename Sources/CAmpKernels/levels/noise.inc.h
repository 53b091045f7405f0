// Gaussian noise on activations, and the Gaussian posterior of weights.
//
// normals: Philox4x32-10 with Box–Muller. Sixteen counters, whatever the width of a vector, give 64
// deviates in f32 (23-bit uniforms, four per block) or 32 in f64 (52-bit uniforms, two per block):
// deviate 16 q + i comes from counter i, q = 0 and 1 being cosine and sine of the first two words.

typedef unsigned long long NAME(words) __attribute__((vector_size(VECTOR_BYTES)));
#define vwords NAME(words)
#define WORDS ((int)(VECTOR_BYTES / 8))

// ln u for 0 < u < 1: u = 2^k m with m in [√½, √2), ln m = 2 artanh((m-1)/(m+1)).
static inline vreal NAME(log_of_uniform)(vreal u) {
  const vint bits = (vint)u;
  const vint k = (bits - (vint)SPLAT((real)0.70710678118654752)) >> EXP_SHIFT;
  const vreal m = (vreal)(bits - (k << EXP_SHIFT));
  const vreal power = (vreal)(k + (vint)SPLAT(EXP_MAGIC)) - EXP_MAGIC;
  const vreal s = (m - (real)1) / (m + (real)1), t = s * s;
  static const real c[] = LOG_COEFFICIENTS;  // 2/3, 2/5, …
  HORNER(p, t, c)
  return power * (real)LN2_HIGH + (power * (real)LN2_LOW + s * t * p + (s + s));
}

// cos 2πu and sin 2πu for 0 < u < 1.
static inline void NAME(circle)(vreal u, vreal *cosine, vreal *sine) {
  static const real c[] = COSINE_COEFFICIENTS, s[] = SINE_COEFFICIENTS;
  const vreal quarters = u * (real)4;
  const vreal shifted = quarters + EXP_MAGIC;
  const vreal r = quarters - (shifted - EXP_MAGIC), t = r * r;
  const vint quadrant = (vint)shifted - (vint)SPLAT(EXP_MAGIC);
  HORNER(p, t, c)
  HORNER(q, t, s)
  q *= r;
  const vint odd = -(quadrant & 1);
  const int top = 8 * sizeof(real) - 2;  // from bit 1 to the sign
  *cosine = (vreal)((vint)NAME(select)(odd, q, p) ^ (((quadrant + 1) & 2) << top));
  *sine = (vreal)((vint)NAME(select)(odd, p, q) ^ ((quadrant & 2) << top));
}

static inline void NAME(normal_pair)(vint a, vint b, real *first, real *second) {
  const vint one = (vint)SPLAT((real)1);
  const vreal half = SPLAT(HALF_STEP);
  const vreal u = (vreal)(a | one) - (real)1 + half, v = (vreal)(b | one) - (real)1 + half;
  const vreal radius = SQRT(NAME(log_of_uniform)(u) * (real)-2);
  vreal cosine, sine;
  NAME(circle)(v, &cosine, &sine);
  STORE(first, radius * cosine);
  STORE(second, radius * sine);
}

// The words of the counters index, index + step, … in 64-bit lanes; what stands above 32 bits in
// words 1 and 3 is noise of its own, which the products ignore.
static inline void NAME(philox)(vwords index, const unsigned *key, const unsigned *stream,
                                vwords w[4]) {
  const vwords low = (vwords){0} + 0xFFFFFFFFull;
  w[0] = index;
  w[1] = (vwords){0} + stream[0];
  w[2] = (vwords){0} + stream[1];
  w[3] = (vwords){0} + stream[2];
  unsigned k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const vwords p = (w[0] & low) * 0xD2511F53ull, q = (w[2] & low) * 0xCD9E8D57ull;
    w[0] = (q >> 32) ^ w[1] ^ k0;
    w[2] = (p >> 32) ^ w[3] ^ k1;
    w[1] = q;
    w[3] = p;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int i = 0; i < 4; ++i) w[i] &= low;
}

// Fills out with chunks of normal deviates of the counters (first, stream…), first a multiple of 16.
void NAME(normals)(long chunks, const unsigned *key, const unsigned *stream, unsigned first,
                   real *out) {
  for (long chunk = 0; chunk < chunks; ++chunk, first += 16) {
    vwords index;
#ifdef F64
    for (int i = 0; i < WORDS; ++i) index[i] = first + i;
    for (int i = 0; i < 16; i += WORDS, index += WORDS, out += WORDS) {
      vwords w[4];
      NAME(philox)(index, key, stream, w);
      NAME(normal_pair)((vint)((w[0] | w[1] << 32) >> 12), (vint)((w[2] | w[3] << 32) >> 12), out,
                        out + 16);
    }
    out += 16;
#else
    for (int i = 0; i < WORDS; ++i) index[i] = first + 2 * i;
    for (int i = 0; i < 16; i += VL, index += VL, out += VL) {
      vwords even[4], odd[4];
      NAME(philox)(index, key, stream, even);
      NAME(philox)(index + 1, key, stream, odd);
      vint word[4];
      for (int j = 0; j < 4; ++j)
        word[j] = (vint)((vwords)(even[j] | odd[j] << 32)) >> 9 & 0x7FFFFF;
      NAME(normal_pair)(word[0], word[1], out, out + 16);
      NAME(normal_pair)(word[2], word[3], out + 32, out + 48);
    }
    out += 48;
#endif
  }
}

// Does BODY for each vector of n numbers, the last one being padded with zeros.
#define GET(p) (part == VL ? LOAD((p) + i) : NAME(load_part)((p) + i, part))
#define PUT(p, x)                                                                            \
  if (part == VL) STORE((p) + i, x);                                                         \
  else NAME(store_part)((p) + i, x, part)
#define EACH_OF(n, ...)                                                                      \
  {                                                                                          \
    const long count_ = n;                                                                   \
    long i = 0;                                                                              \
    for (; i + VL <= count_; i += VL) {                                                      \
      enum { part = VL };                                                                    \
      __VA_ARGS__                                                                            \
    }                                                                                        \
    if (i < count_) {                                                                        \
      const long part = count_ - i;                                                          \
      __VA_ARGS__                                                                            \
    }                                                                                        \
  }

// value ← value + √v ξ and variance ← ξ/√v, v = variance + ε, for ξ (rows, columns) contiguous.
void NAME(reparametrise)(long rows, long columns, long stride, const real *noise, real epsilon,
                         real *value, real *variance) {
  for (long r = 0; r < rows; ++r, noise += columns, value += stride, variance += stride)
    EACH_OF(columns, {
      const vreal deviation = SQRT(GET(variance) + epsilon), xi = GET(noise);
      PUT(value, GET(value) + deviation * xi);
      PUT(variance, xi / deviation);
    })
}

// value ← value + σ ξ with the product in double, rounded before it is added.
void NAME(scatter)(long count, const double *sigma, const real *noise, real *value) {
  for (long i = 0; i < count; ++i) {
    const double step = sigma[i] * noise[i];
    value[i] += (real)step;
  }
}

// λ ← λ within [low, high], variance = exp λ.
void NAME(variances)(long count, real low, real high, real *lambda, real *variance) {
  EACH_OF(count, {
    vreal x = GET(lambda);
    x = NAME(select)(x < low, SPLAT(low), x);  // NaN stays NaN
    x = NAME(select)(x > high, SPLAT(high), x);
    PUT(lambda, x);
    PUT(variance, NAME(exp)(x));
  })
}

// g_λ ← ½ variance ∘ gradient, or +=: from half the gradient of σ² to that of ln σ².
void NAME(pull_back_variances)(long count, const real *variance, const real *gradient, real *out,
                               int accumulate) {
  if (accumulate)
    for (long i = 0; i < count; ++i) out[i] += (real)0.5 * variance[i] * gradient[i];
  else
    for (long i = 0; i < count; ++i) out[i] = (real)0.5 * variance[i] * gradient[i];
}

// Adds TERM for each i to one of eight sums in double, so that loops over eight become vectors.
#define SUM_OF(n, STEP, TERM)                                                                \
  double sum[8] = {0};                                                                       \
  long i = 0;                                                                                \
  for (; i + 8 <= n; i += 8)                                                                 \
    for (long lane = 0; lane < 8; ++lane) {                                                  \
      const long at = i + lane;                                                              \
      STEP;                                                                                  \
      sum[lane] += TERM;                                                                     \
    }                                                                                        \
  for (long at = i; at < n; ++at) {                                                          \
    STEP;                                                                                    \
    sum[at - i] += TERM;                                                                     \
  }                                                                                          \
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));

// g ← g + a x; returns Σ x².
double NAME(pull_to_mean)(long count, real a, const real *restrict x, real *restrict gradient) {
  SUM_OF(count, gradient[at] += a * x[at], (double)x[at] * (double)x[at])
}

// g ← g + a (p variance - 1); returns Σ (p variance - λ).
double NAME(pull_to_variance)(long count, real a, real p, const real *restrict lambda,
                              const real *restrict variance, real *restrict gradient) {
  SUM_OF(count, gradient[at] += a * (p * variance[at] - (real)1),
         (double)p * (double)variance[at] - (double)lambda[at])
}

#undef vwords
#undef WORDS
#undef GET
#undef PUT
#undef EACH_OF
#undef SUM_OF
