// The algebra of space-time, G(1,3) with metric (+,−,−,−), on 16 blocks of channels each.
//
// The functions below work on one panel, see panels.inc.h; the shape t is that of the result.
//
// Components: 1 | e0 e1 e2 e3 | e01 e02 e03 e12 e13 e23 | e012 e013 e023 e123 | e0123. A blade is
// the set of its vectors, one bit each; the product of two blades is their symmetric difference
// with the sign of the swaps that sort it and of the squares that are contracted. The compiler
// unrolls the loops below and folds all signs.

#define BLADE(i) ((int)(0xFEDB7CA695384210ULL >> (4 * (i)) & 15))

// The component of a blade, BLADE's inverse.
#define COMPONENT(b) ((int)(0xFEDAC974B8635210ULL >> (4 * (b)) & 15))

// Whether the product of components i and j is minus a component.
static inline __attribute__((always_inline)) int NAME(flips)(const int i, const int j) {
  const int a = BLADE(i), b = BLADE(j);
  return __builtin_parity(a >> 1 & b) ^ __builtin_parity(a >> 2 & b) ^
         __builtin_parity(a >> 3 & b) ^ __builtin_parity(a & b & 14);
}

// <x̃ x> is Σ_i ± x_i²: component i counts with the sign of the inner product.
#define METRIC(i) ((0xC0FC >> (i)) & 1 ? -1 : 1)

#define TOKEN_ROWS (t->components * t->channels + t->scalars)

#define UNROLL _Pragma("clang loop unroll(full)")

// A row of vectors x_i for all 16 components, `distance` apart.
static inline __attribute__((always_inline)) void NAME(load_multivector)(
    const real *x, long distance, vreal v[16]) {
  UNROLL for (int i = 0; i < 16; ++i) v[i] = LOAD(x + i * distance);
}

// out = left · right, channelwise; `pairs` holds t->channels left and then as many right channels.
static void NAME(geometric_product_panel)(const amp_tokens *t, const real *pairs, real *out) {
  const long step = t->channels * AMP_LANES;
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const real *left = pairs + c * AMP_LANES + j;
      vreal y[16];
      NAME(load_multivector)(left + step, 2 * step, y);
      UNROLL for (int k = 0; k < 16; ++k) {
        vreal sum = {0};
        UNROLL for (int i = 0; i < 16; ++i) {
          const int m = COMPONENT(BLADE(i) ^ BLADE(k));
          const vreal x = LOAD(left + i * 2 * step);
          sum = NAME(flips)(i, m) ? sum - x * y[m] : sum + x * y[m];
        }
        STORE(out + k * step + c * AMP_LANES + j, sum);
      }
    }
}

// dx_i = Σ_m ± y_m dz_k and dy_m = Σ_i ± x_i dz_k, with e_i e_m = ± e_k.
static void NAME(geometric_product_back_panel)(const amp_tokens *t, const real *pairs, const real *dout,
                                  real *dpairs, int accumulate) {
  const long step = t->channels * AMP_LANES;
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = c * AMP_LANES + j;
      vreal dz[16];
      NAME(load_multivector)(dout + at, step, dz);
      UNROLL for (int i = 0; i < 16; ++i) {
        vreal dx = {0};
        UNROLL for (int m = 0; m < 16; ++m) {
          const int k = COMPONENT(BLADE(i) ^ BLADE(m));
          const vreal y = LOAD(pairs + at + (2 * m + 1) * step);
          dx = NAME(flips)(i, m) ? dx - y * dz[k] : dx + y * dz[k];
        }
        real *to = dpairs + at + 2 * i * step;
        STORE(to, accumulate ? LOAD(to) + dx : dx);
      }
      UNROLL for (int m = 0; m < 16; ++m) {
        vreal dy = {0};
        UNROLL for (int i = 0; i < 16; ++i) {
          const int k = COMPONENT(BLADE(i) ^ BLADE(m));
          const vreal x = LOAD(pairs + at + 2 * i * step);
          dy = NAME(flips)(i, m) ? dy - x * dz[k] : dy + x * dz[k];
        }
        real *to = dpairs + at + (2 * m + 1) * step;
        STORE(to, accumulate ? LOAD(to) + dy : dy);
      }
    }
}

// GELU with tanh, z/2 (1 + tanh √(2/π)(z + 0.044715 z³)), and its derivative.
static inline vreal NAME(tanh_gelu)(vreal z, vreal *derivative) {
  const real a = (real)0.7978845608028654, b = (real)0.044715;
  const vreal square = z * z;
  const vreal h = NAME(tanh)(a * z * ((real)1 + b * square));
  *derivative = (real)0.5 * ((real)1 + h) +
                (real)0.5 * z * ((real)1 - h * h) * a * ((real)1 + (real)3 * b * square);
  return (real)0.5 * z * ((real)1 + h);
}

// y = GELU(x₀) x for multivectors, exact GELU for scalars.
static void NAME(gate_panel)(const amp_tokens *t, const real *x, real *y) {
  const long step = t->channels * AMP_LANES;
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = c * AMP_LANES + j;
      vreal slope;
      const vreal g = NAME(tanh_gelu)(LOAD(x + at), &slope);
      UNROLL for (int i = 0; i < 16; ++i)
        STORE(y + at + i * step, g * LOAD(x + at + i * step));
    }
  for (long s = 0; s < t->scalars; ++s)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = 16 * step + s * AMP_LANES + j;
      STORE(y + at, NAME(value)(AMP_GELU, LOAD(x + at), 0));
    }
}

static void NAME(gate_back_panel)(const amp_tokens *t, const real *x, const real *dy, real *dx,
                     int accumulate) {
  const long step = t->channels * AMP_LANES;
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = c * AMP_LANES + j;
      vreal slope, sum = {0};
      const vreal g = NAME(tanh_gelu)(LOAD(x + at), &slope);
      UNROLL for (int i = 15; i >= 0; --i) {
        const vreal d = LOAD(dy + at + i * step);
        sum += d * LOAD(x + at + i * step);
        vreal r = g * d;
        if (i == 0) r += slope * sum;
        real *to = dx + at + i * step;
        STORE(to, accumulate ? LOAD(to) + r : r);
      }
    }
  for (long s = 0; s < t->scalars; ++s)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = 16 * step + s * AMP_LANES + j;
      vreal slope;
      NAME(evaluate)(AMP_GELU, LOAD(x + at), 0, &slope);
      const vreal r = slope * LOAD(dy + at);
      STORE(dx + at, accumulate ? LOAD(dx + at) + r : r);
    }
}
