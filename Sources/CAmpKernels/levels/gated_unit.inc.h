// The gated linear unit of vectors and scalars for one panel: v = GELU(<a, b>) w and s = GELU(g) r.
//
// t is the shape of the output; the input has three times its vectors, (w, a, b), and twice its
// scalars, (r, g). GELU is exact.

#define ROW(block, c) (((block) * t->channels + (c)) * AMP_LANES + j)

static void NAME(gated_unit_panel)(const amp_tokens *t, const real *x, real *y) {
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      vreal gate = {0};
      for (int i = 0; i < 4; ++i) {
        const vreal p = LOAD(x + ROW(3 * i + 1, c)) * LOAD(x + ROW(3 * i + 2, c));
        gate = i == 0 ? gate + p : gate - p;
      }
      gate = NAME(value)(AMP_GELU, gate, 0);
      for (int i = 0; i < 4; ++i) STORE(y + ROW(i, c), gate * LOAD(x + ROW(3 * i, c)));
    }
  for (long s = 0; s < t->scalars; ++s)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long r = 12 * t->channels * AMP_LANES + s * AMP_LANES + j;
      const vreal gate = NAME(value)(AMP_GELU, LOAD(x + r + t->scalars * AMP_LANES), 0);
      STORE(y + (4 * t->channels + s) * AMP_LANES + j, gate * LOAD(x + r));
    }
}

static void NAME(gated_unit_back_panel)(const amp_tokens *t, const real *x, const real *dy, real *dx,
                           int accumulate) {
#define ADD(at, value)                                          \
  {                                                             \
    const vreal part = (value);                                 \
    STORE(dx + (at), accumulate ? LOAD(dx + (at)) + part : part); \
  }
  for (long c = 0; c < t->channels; ++c)
    for (long j = 0; j < AMP_LANES; j += VL) {
      vreal gate = {0}, dot = {0}, slope;
      for (int i = 0; i < 4; ++i) {
        const vreal p = LOAD(x + ROW(3 * i + 1, c)) * LOAD(x + ROW(3 * i + 2, c));
        gate = i == 0 ? gate + p : gate - p;
        dot += LOAD(dy + ROW(i, c)) * LOAD(x + ROW(3 * i, c));
      }
      gate = NAME(evaluate)(AMP_GELU, gate, 0, &slope);
      for (int i = 0; i < 4; ++i) {
        const vreal d = i == 0 ? slope * dot : -slope * dot;
        const vreal a = LOAD(x + ROW(3 * i + 1, c)), b = LOAD(x + ROW(3 * i + 2, c));
        ADD(ROW(3 * i, c), gate * LOAD(dy + ROW(i, c)))
        ADD(ROW(3 * i + 1, c), d * b)
        ADD(ROW(3 * i + 2, c), d * a)
      }
    }
  for (long s = 0; s < t->scalars; ++s)
    for (long j = 0; j < AMP_LANES; j += VL) {
      const long r = 12 * t->channels * AMP_LANES + s * AMP_LANES + j;
      const long g = r + t->scalars * AMP_LANES;
      vreal slope;
      const vreal gate = NAME(evaluate)(AMP_GELU, LOAD(x + g), 0, &slope);
      const vreal d = LOAD(dy + (4 * t->channels + s) * AMP_LANES + j);
      const vreal value = LOAD(x + r);
      ADD(r, gate * d)
      ADD(g, slope * value * d)
    }
#undef ADD
}

#undef ROW
