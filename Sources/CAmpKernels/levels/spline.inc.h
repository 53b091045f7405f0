// The layers of a Kolmogorov–Arnold network: B-splines of all inputs, and their folded weights.
//
// Knots are uniform: `cells` intervals between the ends of a grid and `order` more on either side.
// An input has cells + order splines, each non-zero on order + 1 intervals, so nothing but SiLU is
// left beyond the outermost knots. Splines come from the recursion of Cox and de Boor.

// value (rows, inputs · (cells + order + 1)): per input all splines, then SiLU; the derivatives of
// all of them unless `derivative` is null. low and per_length: a grid's lower end and 1/interval.
void NAME(spline_basis)(long rows, long inputs, long cells, int order, const real *x, long x_stride,
                        const real *low, const real *per_length, real *value, real *derivative,
                        long stride) {
  const long splines = cells + order, width = splines + 1;
  for (long r = 0; r < rows; ++r) {
    const real *row = x + r * x_stride;
    real *v = value + r * stride, *d = derivative ? derivative + r * stride : 0;
    for (long i = 0; i < inputs * width; ++i) v[i] = 0;
    if (d)
      for (long i = 0; i < inputs * width; ++i) d[i] = 0;
    for (long i = 0; i < inputs; i += VL) {
      const long n = inputs - i < VL ? inputs - i : VL;
      const vreal z = NAME(load_part)(row + i, n), h = NAME(load_part)(per_length + i, n);
      // The distance from the outermost knot in intervals, and the interval in which it lies.
      const vreal s = (z - NAME(load_part)(low + i, n)) * h + (real)order;
      const vint inside = (s >= (real)0) & (s < (real)(splines + order));
      const vreal position = NAME(select)(inside, s, SPLAT(0));
      const vint interval = __builtin_convertvector(position, vint);
      const vreal u = position - __builtin_convertvector(interval, vreal);
      vreal b[AMP_MAX_SPLINE_ORDER + 1], slope[AMP_MAX_SPLINE_ORDER + 1];
      b[0] = SPLAT(1);
      for (int k = 1; k <= order; ++k) {
        if (k == order)  // B'(x) is a difference of splines of one order less
          for (int j = 0; j <= order; ++j)
            slope[j] = ((j > 0 ? b[j - 1] : SPLAT(0)) - (j < order ? b[j] : SPLAT(0))) * h;
        vreal carried = {0};
        for (int j = 0; j < k; ++j) {
          const vreal part = b[j] * ((real)1 / (real)k);
          b[j] = carried + ((real)(j + 1) - u) * part;
          carried = (u + (real)(k - 1 - j)) * part;
        }
        b[k] = carried;
      }
      const vreal sigmoid = (real)1 / ((real)1 + NAME(exp)(-z));
      const vreal silu = z * sigmoid;
      const vreal silu_slope = sigmoid * ((real)1 + z * ((real)1 - sigmoid));
      for (long l = 0; l < n; ++l) {
        const long at = (i + l) * width;
        v[at + splines] = silu[l];
        if (d) d[at + splines] = silu_slope[l];
        if (!inside[l]) continue;
        const long first = (long)interval[l] - order;
        for (int j = 0; j <= order; ++j) {
          const long m = first + j;
          if (m < 0 || m >= splines) continue;
          v[at + m] = b[j][l];
          if (d) d[at + m] = slope[j][l];
        }
      }
    }
  }
}

// x_gradient(r, i) (+)= Σ_m gradient(r, i, m) · derivative(r, i, m).
void NAME(pull_back_spline_basis)(long rows, long inputs, long width, const real *gradient,
                                  const real *derivative, long stride, real *x_gradient,
                                  long x_stride, int accumulate) {
  for (long r = 0; r < rows; ++r)
    for (long i = 0; i < inputs; ++i) {
      const real *g = gradient + r * stride + i * width, *d = derivative + r * stride + i * width;
      real even = 0, odd = 0;
      long m = 0;
      for (; m + 1 < width; m += 2) {
        even += g[m] * d[m];
        odd += g[m + 1] * d[m + 1];
      }
      if (m < width) even += g[m] * d[m];
      real *at = x_gradient + r * x_stride + i;
      *at = (accumulate ? *at : 0) + (even + odd);
    }
}

// weight (inputs · (splines + 1), outputs) ← per input scale ∘ coefficients, then base.
void NAME(fold_splines)(long inputs, long splines, long outputs, const real *base,
                        const real *coefficients, const real *scale, real *weight) {
  for (long i = 0; i < inputs; ++i) {
    for (long m = 0; m < splines; ++m)
      for (long j = 0; j < outputs; ++j)
        weight[(i * (splines + 1) + m) * outputs + j] =
            scale[i * outputs + j] * coefficients[(i * splines + m) * outputs + j];
    for (long j = 0; j < outputs; ++j)
      weight[(i * (splines + 1) + splines) * outputs + j] = base[i * outputs + j];
  }
}

// Adds to the gradients of base, coefficients and scale what follows from that of the weight.
void NAME(unfold_splines)(long inputs, long splines, long outputs, const real *gradient,
                          const real *coefficients, const real *scale, real *base_gradient,
                          real *coefficient_gradient, real *scale_gradient) {
  for (long i = 0; i < inputs; ++i) {
    const real *s = scale + i * outputs;
    real *ds = scale_gradient + i * outputs;
    for (long m = 0; m < splines; ++m) {
      const real *g = gradient + (i * (splines + 1) + m) * outputs;
      const real *c = coefficients + (i * splines + m) * outputs;
      real *dc = coefficient_gradient + (i * splines + m) * outputs;
      for (long j = 0; j < outputs; ++j) {
        dc[j] += g[j] * s[j];
        ds[j] += g[j] * c[j];
      }
    }
    const real *g = gradient + (i * (splines + 1) + splines) * outputs;
    for (long j = 0; j < outputs; ++j) base_gradient[i * outputs + j] += g[j];
  }
}
