// Rational activations F(x) = P(x)/Q(x) with one function per group of channels.
//
//     P(x) = a₀ + a₁x + … + a₅x⁵,   Q(x) = 1 + |b₁||x| + … + |b₅||x|⁵ ≥ 1.
//
// The channels are cut into contiguous groups as equal as possible. The derivative of |b| at zero
// is taken as +1, so that a denominator that starts at zero can leave it.

enum { NAME(rational_top) = 5 };
#define TOP NAME(rational_top)
#define GROUP_BEGIN(g) ((g) * columns / groups)

// value = F(x), both (rows, columns); a is (groups, 6), b is (groups, 5).
void NAME(rational)(long rows, long columns, long stride, long groups, const real *x,
                    const real *a, const real *b, real *value) {
  for (long g = 0; g < groups; ++g, a += TOP + 1, b += TOP) {
    real c[TOP];
    for (int i = 0; i < TOP; ++i) c[i] = b[i] < 0 ? -b[i] : b[i];
    const long begin = GROUP_BEGIN(g), end = GROUP_BEGIN(g + 1);
    for (long r = 0; r < rows; ++r)
      for (long j = begin; j < end; j += VL) {
        const long at = r * stride + j, n = end - j;
        const vreal z = n >= VL ? LOAD(x + at) : NAME(load_part)(x + at, n);
        const vreal m = NAME(absolute)(z);
        vreal p = SPLAT(a[TOP]), q = SPLAT(c[TOP - 1]);
        for (int i = TOP - 1; i >= 0; --i) p = p * z + a[i];
        for (int i = TOP - 2; i >= 0; --i) q = q * m + c[i];
        const vreal f = p / (q * m + (real)1);
        if (n >= VL) STORE(value + at, f);
        else NAME(store_part)(value + at, f, n);
      }
  }
}

// From g = ∂L/∂F: ∂L/∂x = g·F', added if `accumulate`, not wanted if input_gradient is null; and
// a_gradient += Σ g·xⁱ/Q, b_gradient −= Σ g·sign(b)·|x|ʲ·F/Q, summed over rows, then over lanes.
void NAME(pull_back_rational)(long rows, long columns, long stride, long groups, const real *x,
                              const real *a, const real *b, const real *gradient,
                              real *input_gradient, int accumulate, real *a_gradient,
                              real *b_gradient) {
  for (long g = 0; g < groups; ++g, a += TOP + 1, b += TOP) {
    real c[TOP];
    for (int i = 0; i < TOP; ++i) c[i] = b[i] < 0 ? -b[i] : b[i];
    const long begin = GROUP_BEGIN(g), end = GROUP_BEGIN(g + 1);
    vreal da[TOP + 1] = {{0}}, db[TOP] = {{0}};
    for (long r = 0; r < rows; ++r)
      for (long j = begin; j < end; j += VL) {
        const long at = r * stride + j, n = end - j;
        const vreal z = n >= VL ? LOAD(x + at) : NAME(load_part)(x + at, n);
        const vreal up = n >= VL ? LOAD(gradient + at) : NAME(load_part)(gradient + at, n);
        const vreal m = NAME(absolute)(z);
        vreal p = SPLAT(a[TOP]), q = SPLAT(c[TOP - 1]), dp = {0}, dq = {0};
        for (int i = TOP - 1; i >= 0; --i) {
          dp = dp * z + p;
          p = p * z + a[i];
        }
        for (int i = TOP - 2; i >= 0; --i) {
          dq = dq * m + q;
          q = q * m + c[i];
        }
        dq = dq * m + q;
        q = q * m + (real)1;
        const vreal t = up / q, f = p / q;
        if (input_gradient) {
          vreal d = t * (dp - f * NAME(select)(z < (real)0, -dq, dq));
          if (n >= VL) {
            if (accumulate) d += LOAD(input_gradient + at);
            STORE(input_gradient + at, d);
          } else {
            if (accumulate) d += NAME(load_part)(input_gradient + at, n);
            NAME(store_part)(input_gradient + at, d, n);
          }
        }
        vreal power = t;
        for (int i = 0; i <= TOP; ++i) {
          da[i] += power;
          power *= z;
        }
        power = t * f;
        for (int i = 0; i < TOP; ++i) {
          power *= m;
          db[i] += power;
        }
      }
    for (int i = 0; i <= TOP; ++i)
      for (int l = 0; l < VL; ++l) a_gradient[g * (TOP + 1) + i] += da[i][l];
    for (int i = 0; i < TOP; ++i)
      for (int l = 0; l < VL; ++l) b_gradient[g * TOP + i] -= b[i] < 0 ? -db[i][l] : db[i][l];
  }
}

#undef TOP
#undef GROUP_BEGIN
