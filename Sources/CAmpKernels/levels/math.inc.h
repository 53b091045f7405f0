// exp and the upper tail of the unit Gaussian for a vector of reals, without branches.
//
// exp: x = k ln 2 + r, a polynomial in r (weighted least squares, 40 digits), exponent put back by
// integer arithmetic; results below 2^-1021 (f64) or 2^-125 (f32) are flushed to zero.
// Tail: Q(z) = exp(-z²/2) · P(u)/(1+z) with u = (z-k)/(z+k), absolute error 6e-18 (f64), 1.4e-8
// (f32); Φ(x) = Q(-x) for x < 0 and 1 - Q(x) else, so that the left tail does not cancel.

INLINE vreal NAME(select)(vint mask, vreal yes, vreal no) {
  return (vreal)((mask & (vint)yes) | (~mask & (vint)no));
}

INLINE vreal NAME(absolute)(vreal x) { return NAME(select)(x < (real)0, -x, x); }

// Σ c_i xⁱ by Horner's rule, the most exact.
#define HORNER(sum, x, coefficients)                                                        \
  vreal sum = SPLAT(coefficients[sizeof(coefficients) / sizeof(real) - 1]);                  \
  for (int i = sizeof(coefficients) / sizeof(real) - 2; i >= 0; --i)                         \
    sum = sum * x + coefficients[i];

// Σ c_i xⁱ by Horner's rule for even and odd powers: two chains of half the length, faster.
#define EVEN_ODD(sum, x, coefficients)                                                        \
  vreal sum;                                                                                 \
  {                                                                                          \
    enum { LAST = sizeof(coefficients) / sizeof(real) - 1 };                                  \
    const vreal square = (x) * (x);                                                          \
    vreal upper = SPLAT(coefficients[LAST]), lower = SPLAT(coefficients[LAST - 1]);            \
    for (int i = LAST - 2; i >= 0; i -= 2) upper = upper * square + coefficients[i];          \
    for (int i = LAST - 3; i >= 0; i -= 2) lower = lower * square + coefficients[i];          \
    sum = LAST % 2 ? lower + upper * (x) : upper + lower * (x);                               \
  }

// x = k ln 2 + r: returns r and half = 2^(k-1), half because 2^k overflows for the largest x.
INLINE vreal NAME(reduce)(vreal x, vreal *half) {
  const vreal shifted = x * (real)1.4426950408889634 + EXP_MAGIC;
  const vreal k = shifted - EXP_MAGIC;
  const vint bits = (vint)shifted - (vint)SPLAT(EXP_MAGIC);
  *half = (vreal)((bits + (EXP_BIAS - 1)) << EXP_SHIFT);
  return (x - k * (real)LN2_HIGH) - k * (real)LN2_LOW;
}

INLINE vreal NAME(exp)(vreal x) {
  static const real c[] = EXP_COEFFICIENTS;
  vreal half;
  const vreal r = NAME(reduce)(x, &half);
  HORNER(p, r, c)
  vreal y = (p + p) * half;
  y = NAME(select)(x < (real)EXP_LOW, SPLAT((real)0), y);
  return NAME(select)(x > (real)EXP_HIGH, SPLAT((real)__builtin_inf()), y);
}

// tanh(x) = E/(E+2) with E = exp(2x) - 1 computed without cancellation.
INLINE vreal NAME(tanh)(vreal x) {
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

// exp(x) for x ≤ 0, where there is no overflow to guard against.
INLINE vreal NAME(exp_negative)(vreal x) {
  static const real c[] = EXP_COEFFICIENTS;
  vreal half;
  const vreal r = NAME(reduce)(x, &half);
  EVEN_ODD(p, r, c)
  return (vreal)(~(x < (real)EXP_LOW) & (vint)((p + p) * half));  // NaN stays NaN
}

// Φ(x) and the density φ(x) of the unit Gaussian.
INLINE void NAME(gaussian)(vreal x, vreal *cumulative, vreal *density) {
  static const real c[] = TAIL_COEFFICIENTS;
  const vreal e = NAME(exp_negative)(x * x * (real)-0.5);
  vreal z = (vreal)((vint)x & ~(vint)(-(vreal){0}));
  z = NAME(select)(z > (real)TAIL_END, SPLAT((real)TAIL_END), z);
  const vreal q = (real)1 / ((z + (real)TAIL_K) * (z + (real)1));
  const vreal u = (z - (real)TAIL_K) * (z + (real)1) * q;
  EVEN_ODD(p, u, c)
  const vreal tail = e * p * ((z + (real)TAIL_K) * q);
  *cumulative = NAME(select)(x < (real)0, tail, (real)1 - tail);
  *density = e * (real)0.3989422804014326779;
}

// Φ(x) alone. In single precision by a polynomial to 2e-7 absolutely, without exp and quotient: the
// left tail is not exact relatively, as GELU in single precision does not need it.
INLINE vreal NAME(cumulative)(vreal x) {
#ifdef F64
  vreal cumulative, density;
  NAME(gaussian)(x, &cumulative, &density);
  return cumulative;
#else
  static const real c[] = MIDDLE_COEFFICIENTS;
  vreal t = x * x * (2 / (MIDDLE_END * MIDDLE_END)) - (real)1;
  t = NAME(select)(t > (real)1, SPLAT((real)1), t);
  EVEN_ODD(p, t, c)
  vreal y = x * p + (real)0.5;  // outside of [0, 1] from there on
  y = NAME(select)(y > (real)1, SPLAT((real)1), y);
  return NAME(select)(y < (real)0, SPLAT((real)0), y);  // NaN stays NaN
#endif
}
