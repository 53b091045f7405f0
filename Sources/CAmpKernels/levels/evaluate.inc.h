// Activations of a vector, with the derivatives that cannot be found again from the value.

// 0 where the factor is 0, else the product: so that 0 · ∞ is the limit 0 of f, and NaN stays NaN.
INLINE vreal NAME(unless_zero)(vreal factor, vreal product) {
  return (vreal)((factor != (real)0) & (vint)product);
}

INLINE vreal NAME(evaluate)(const int kind, vreal z, real slope, vreal *d) {
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

// The value alone, which may come by a shorter way.
INLINE vreal NAME(value)(const int kind, vreal z, real slope) {
  if (kind == AMP_GELU) {
    const vreal cumulative = NAME(cumulative)(z);
    return NAME(unless_zero)(cumulative, z * cumulative);
  }
  vreal unused;
  return NAME(evaluate)(kind, z, slope, &unused);
}
