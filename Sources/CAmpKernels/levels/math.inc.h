// exp and the upper tail of the unit Gaussian for a vector of reals, without branches.
//
// exp: x = k ln 2 + r, a polynomial in r (weighted least squares, 40 digits), exponent put back by
// integer arithmetic; results below 2^-1021 (f64) or 2^-125 (f32) are flushed to zero.
// Tail: Q(z) = exp(-z²/2) · P(u)/(1+z) with u = (z-k)/(z+k), absolute error 6e-18 (f64), 1.4e-8
// (f32); Φ(x) = Q(-x) for x < 0 and 1 - Q(x) else, so that the left tail does not cancel.

static inline vreal NAME(select)(vint mask, vreal yes, vreal no) {
  return (vreal)((mask & (vint)yes) | (~mask & (vint)no));
}

// sum = Σ c_i x^i, even and odd powers apart: two chains of half the latency.
#define POLYNOMIAL(sum, x, coefficients)                                                    \
  vreal sum;                                                                                 \
  {                                                                                          \
    enum { DEGREE = sizeof(coefficients) / sizeof(real) - 1 };                               \
    const vreal square = x * x;                                                              \
    vreal high = SPLAT(coefficients[DEGREE]), low = SPLAT(coefficients[DEGREE - 1]);         \
    for (int i = DEGREE - 2; i >= 1; i -= 2) high = high * square + coefficients[i];         \
    for (int i = DEGREE - 3; i >= 0; i -= 2) low = low * square + coefficients[i];           \
    if (DEGREE % 2) sum = high * x + low;                                                    \
    else sum = low * x + (high * square + coefficients[0]);                                  \
  }

// x = k ln 2 + r: returns r and half = 2^(k-1), half because 2^k overflows for the largest x.
static inline vreal NAME(reduce)(vreal x, vreal *half) {
  const vreal shifted = x * (real)1.4426950408889634 + EXP_MAGIC;
  const vreal k = shifted - EXP_MAGIC;
  const vint bits = (vint)shifted - (vint)SPLAT(EXP_MAGIC);
  *half = (vreal)((bits + (EXP_BIAS - 1)) << EXP_SHIFT);
  return (x - k * (real)LN2_HIGH) - k * (real)LN2_LOW;
}

static inline vreal NAME(exp)(vreal x) {
  static const real c[] = EXP_COEFFICIENTS;
  vreal half;
  const vreal r = NAME(reduce)(x, &half);
  POLYNOMIAL(p, r, c)
  vreal y = (p + p) * half;
  y = NAME(select)(x < (real)EXP_LOW, SPLAT((real)0), y);
  return NAME(select)(x > (real)EXP_HIGH, SPLAT((real)__builtin_inf()), y);
}

// tanh(x) = E/(E+2) with E = exp(2x) - 1 computed without cancellation.
static inline vreal NAME(tanh)(vreal x) {
  static const real c[] = EXP_COEFFICIENTS;
  vreal y = x + x;
  y = NAME(select)(y > (real)45, SPLAT((real)45), y);
  y = NAME(select)(y < (real)-45, SPLAT((real)-45), y);
  vreal half;
  const vreal r = NAME(reduce)(y, &half);
  vreal p = SPLAT(c[sizeof(c) / sizeof(real) - 1]);
  for (int i = sizeof(c) / sizeof(real) - 2; i >= 1; --i) p = p * r + c[i];
  const vreal scale = half + half;
  const vreal e = scale * (p * r) + (scale - (real)1);
  return e / (e + (real)2);
}

// exp(x) for x ≤ 0: no overflow to guard against, and results below 2^-125 (f32) or 2^-1021 (f64)
// stay there instead of becoming zero, which costs one operation instead of five.
static inline vreal NAME(exp_negative)(vreal x) {
  static const real c[] = EXP_COEFFICIENTS;
  x = NAME(select)(x < (real)EXP_LOW, SPLAT((real)EXP_LOW), x);
  vreal half;
  const vreal r = NAME(reduce)(x, &half);
  POLYNOMIAL(p, r, c)
  return (p + p) * half;
}

// Φ(x) and the density φ(x) of the unit Gaussian.
static inline void NAME(gaussian)(vreal x, vreal *cumulative, vreal *density) {
  static const real c[] = TAIL_COEFFICIENTS;
  const vint sign_bit = (vint)(-(vreal){0});
  const vreal e = NAME(exp_negative)(x * x * (real)-0.5);
  vreal z = (vreal)((vint)x & ~sign_bit);
  z = NAME(select)(z > (real)TAIL_END, SPLAT((real)TAIL_END), z);
  const vreal q = (real)1 / ((z + (real)TAIL_K) * (z + (real)1));
  const vreal u = (z - (real)TAIL_K) * (z + (real)1) * q;
  POLYNOMIAL(p, u, c)
  const vreal tail = e * p * ((z + (real)TAIL_K) * q);
  // tail for x < 0, 1 - tail else.
  *cumulative = (vreal)((vint)SPLAT(1) & (x >= (real)0)) - (vreal)((vint)tail ^ ((vint)x & sign_bit));
  *density = e * (real)0.3989422804014326779;
}
