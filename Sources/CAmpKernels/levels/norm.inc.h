// Equivariant normalisation of one panel, for each of `groups` equal groups of channels and scalars.

static inline vreal NAME(sign_of)(vreal x) {
  return NAME(select)(x > (real)0, SPLAT(1), NAME(select)(x < (real)0, SPLAT(-1), SPLAT(0)));
}

// The five grades: components GRADE_END[k-1] ..< GRADE_END[k].
static const int NAME(grade_end)[5] = {1, 5, 11, 15, 16};

// Σ_{i in grade} ± x_i².
static inline __attribute__((always_inline)) vreal NAME(grade_square)(
    const real *x, long step, const int from, const int to) {
  vreal q = {0};
  UNROLL for (int i = from; i < to; ++i) {
    const vreal v = LOAD(x + i * step);
    q = METRIC(i) < 0 ? q - v * v : q + v * v;
  }
  return q;
}

#define EACH_GRADE UNROLL for (int k = 0, from = 0; k < 5; from = NAME(grade_end)[k++])

// n = mean_c Σ_k |<x_c>_k²| of the channels of a group.
static inline vreal NAME(mean_square)(const amp_tokens *t, long width, const real *x) {
  vreal n = {0};
  for (long c = 0; c < width; ++c)
    EACH_GRADE n += NAME(absolute)(NAME(grade_square)(
        x + c * AMP_LANES, t->channels * AMP_LANES, from, NAME(grade_end)[k]));
  return n * ((real)1 / (real)width);
}

#define SMALLEST_SQUARE ((real)0.01)
#define SCALAR_EPSILON ((real)1e-5)

// Mean and 1/√(variance + ε) of the scalars of a group.
static inline vreal NAME(scalar_moments)(const amp_tokens *t, long width, const real *x,
                                         vreal *mean) {
  vreal sum = {0}, square = {0};
  for (long s = 0; s < width; ++s) sum += LOAD(x + s * AMP_LANES);
  *mean = sum * ((real)1 / (real)width);
  for (long s = 0; s < width; ++s) {
    const vreal d = LOAD(x + s * AMP_LANES) - *mean;
    square += d * d;
  }
  return (real)1 / SQRT(square * ((real)1 / (real)width) + SCALAR_EPSILON);
}

// Multivectors: y = x/√max(n, 0.01); scalars: mean zero and variance one.
static void NAME(geometric_norm_panel)(const amp_tokens *t, long groups, const real *x, real *y) {
  const long width = t->channels / groups, scalars = t->scalars / groups;
  const long step = t->channels * AMP_LANES;
  for (long g = 0; g < groups; ++g)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = g * width * AMP_LANES + j;
      vreal n = NAME(mean_square)(t, width, x + at);
      n = NAME(select)(n < SMALLEST_SQUARE, SPLAT(SMALLEST_SQUARE), n);
      const vreal f = (real)1 / SQRT(n);
      for (long c = 0; c < width; ++c)
        UNROLL for (int i = 0; i < 16; ++i) {
          const long e = at + i * step + c * AMP_LANES;
          STORE(y + e, f * LOAD(x + e));
        }
      if (scalars == 0) continue;
      const long first = 16 * step + g * scalars * AMP_LANES + j;
      vreal mean;
      const vreal scale = NAME(scalar_moments)(t, scalars, x + first, &mean);
      for (long s = 0; s < scalars; ++s) {
        const long e = first + s * AMP_LANES;
        STORE(y + e, (LOAD(x + e) - mean) * scale);
      }
    }
}

// dx = f dy − f³ (Σ dy·x) sign(<x_c>_k²) (±x)/channels where n is not clamped.
static void NAME(geometric_norm_back_panel)(const amp_tokens *t, long groups, const real *x, const real *dy,
                               real *dx, int accumulate) {
  const long width = t->channels / groups, scalars = t->scalars / groups;
  const long step = t->channels * AMP_LANES;
  for (long g = 0; g < groups; ++g)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = g * width * AMP_LANES + j;
      vreal n = {0}, dot = {0};
      for (long c = 0; c < width; ++c)
        EACH_GRADE {
          vreal square = {0}, overlap = {0};
          UNROLL for (int i = from; i < NAME(grade_end)[k]; ++i) {
            const long e = at + i * step + c * AMP_LANES;
            const vreal v = LOAD(x + e);
            square = METRIC(i) < 0 ? square - v * v : square + v * v;
            overlap += v * LOAD(dy + e);
          }
          n += NAME(absolute)(square);
          dot += overlap;
        }
      n *= (real)1 / (real)width;
      const vint clamped = n < SMALLEST_SQUARE;
      n = NAME(select)(clamped, SPLAT(SMALLEST_SQUARE), n);
      const vreal f = (real)1 / SQRT(n);
      const vreal back =
          NAME(select)(clamped, SPLAT(0), f * f * f * dot * ((real)1 / (real)width));
      for (long c = 0; c < width; ++c) {
        const long channel = at + c * AMP_LANES;
        EACH_GRADE {
          const vreal pull = back * NAME(sign_of)(
              NAME(grade_square)(x + channel, step, from, NAME(grade_end)[k]));
          UNROLL for (int i = from; i < NAME(grade_end)[k]; ++i) {
            const long e = channel + i * step;
            const vreal p = pull * LOAD(x + e);
            vreal r = f * LOAD(dy + e);
            r = METRIC(i) < 0 ? r + p : r - p;
            STORE(dx + e, accumulate ? LOAD(dx + e) + r : r);
          }
        }
      }
      if (scalars == 0) continue;
      const long first = 16 * step + g * scalars * AMP_LANES + j;
      vreal mean, sum = {0}, overlap = {0};
      const vreal scale = NAME(scalar_moments)(t, scalars, x + first, &mean);
      for (long s = 0; s < scalars; ++s) {
        const long e = first + s * AMP_LANES;
        sum += LOAD(dy + e);
        overlap += LOAD(dy + e) * (LOAD(x + e) - mean);
      }
      sum *= (real)1 / (real)scalars;
      overlap *= scale * scale * ((real)1 / (real)scalars);
      for (long s = 0; s < scalars; ++s) {
        const long e = first + s * AMP_LANES;
        const vreal r = scale * (LOAD(dy + e) - sum - overlap * (LOAD(x + e) - mean));
        STORE(dx + e, accumulate ? LOAD(dx + e) + r : r);
      }
    }
}

// v² of one four-vector channel.
static inline vreal NAME(vector_square)(const real *v, long step) {
  const vreal e = LOAD(v), x = LOAD(v + step), y = LOAD(v + 2 * step), z = LOAD(v + 3 * step);
  return e * e - x * x - y * y - z * z;
}

// 1/√(mean(|v_c²|, s²) + 0.01) over vectors and scalars of a group together.
static inline vreal NAME(joint_factor)(const amp_tokens *t, long width, long scalars,
                                       const real *v, const real *s) {
  vreal n = {0};
  for (long c = 0; c < width; ++c)
    n += NAME(absolute)(NAME(vector_square)(v + c * AMP_LANES, t->channels * AMP_LANES));
  for (long k = 0; k < scalars; ++k) {
    const vreal x = LOAD(s + k * AMP_LANES);
    n += x * x;
  }
  return (real)1 / SQRT(n * ((real)1 / (real)(width + scalars)) + SMALLEST_SQUARE);
}

// Vectors and scalars: both times the same factor.
static void NAME(joint_norm_panel)(const amp_tokens *t, long groups, const real *x, real *y) {
  const long width = t->channels / groups, scalars = t->scalars / groups;
  const long step = t->channels * AMP_LANES;
  for (long g = 0; g < groups; ++g)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = g * width * AMP_LANES + j;
      const long first = 4 * step + g * scalars * AMP_LANES + j;
      const vreal f = NAME(joint_factor)(t, width, scalars, x + at, x + first);
      for (long c = 0; c < width; ++c)
        UNROLL for (int i = 0; i < 4; ++i) {
          const long e = at + i * step + c * AMP_LANES;
          STORE(y + e, f * LOAD(x + e));
        }
      for (long s = 0; s < scalars; ++s)
        STORE(y + first + s * AMP_LANES, f * LOAD(x + first + s * AMP_LANES));
    }
}

static void NAME(joint_norm_back_panel)(const amp_tokens *t, long groups, const real *x, const real *dy,
                           real *dx, int accumulate) {
  const long width = t->channels / groups, scalars = t->scalars / groups;
  const long step = t->channels * AMP_LANES;
  for (long g = 0; g < groups; ++g)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long at = g * width * AMP_LANES + j;
      const long first = 4 * step + g * scalars * AMP_LANES + j;
      const vreal f = NAME(joint_factor)(t, width, scalars, x + at, x + first);
      vreal dot = {0};
      for (long c = 0; c < width; ++c)
        UNROLL for (int i = 0; i < 4; ++i) {
          const long e = at + i * step + c * AMP_LANES;
          dot += LOAD(x + e) * LOAD(dy + e);
        }
      for (long s = 0; s < scalars; ++s) {
        const long e = first + s * AMP_LANES;
        dot += LOAD(x + e) * LOAD(dy + e);
      }
      const vreal back = f * f * f * dot * ((real)1 / (real)(width + scalars));
      for (long c = 0; c < width; ++c) {
        const vreal sign = NAME(sign_of)(NAME(vector_square)(x + at + c * AMP_LANES, step));
        UNROLL for (int i = 0; i < 4; ++i) {
          const long e = at + i * step + c * AMP_LANES;
          const vreal pulled = back * sign * LOAD(x + e);
          const vreal r = f * LOAD(dy + e) + (i == 0 ? -pulled : pulled);
          STORE(dx + e, accumulate ? LOAD(dx + e) + r : r);
        }
      }
      for (long s = 0; s < scalars; ++s) {
        const long e = first + s * AMP_LANES;
        const vreal r = f * LOAD(dy + e) - back * LOAD(x + e);
        STORE(dx + e, accumulate ? LOAD(dx + e) + r : r);
      }
    }
}
