// Attention among the few tokens of a point, heads and points side by side.
//
// Rows of qkv: for each component the channels of all queries, keys and values, heads in order
// within each; then the scalars likewise. Per head, logits L(t, u) = Σ ± q(t) k(u) / √size over the
// components with the signs of the inner product and over the scalars; softmax over u; weighted
// values. A vector holds one number of VL points; the tokens of a point stand in panels far apart,
// `distance` for queries, keys and values, `out_distance` for the result.

// Where the numbers of a head stand: rows of q, k, v and of the output, with the factor on q·k.
typedef struct {
  long size;
  long q[1024], k[1024], v[1024], out[1024];
  real factor[1024];
} NAME(head);

static void NAME(find_head)(const amp_tokens *t, long heads, long index, NAME(head) *head) {
  const long width = t->channels / heads, scalars = t->scalars / heads;
  const real scale = (real)1 / SQRT((real)(t->components * width + scalars));
  long f = 0;
  for (long i = 0; i < t->components; ++i)
    for (long c = 0; c < width; ++c, ++f) {
      const long row = 3 * i * t->channels + index * width + c;
      head->q[f] = row * AMP_LANES;
      head->k[f] = (row + t->channels) * AMP_LANES;
      head->v[f] = (row + 2 * t->channels) * AMP_LANES;
      head->out[f] = (i * t->channels + index * width + c) * AMP_LANES;
      const int minus = t->components == 4 ? i > 0 : METRIC(i) < 0;
      head->factor[f] = minus ? -scale : scale;
    }
  for (long s = 0; s < scalars; ++s, ++f) {
    const long row = 3 * t->components * t->channels + index * scalars + s;
    head->q[f] = row * AMP_LANES;
    head->k[f] = (row + t->scalars) * AMP_LANES;
    head->v[f] = (row + 2 * t->scalars) * AMP_LANES;
    head->out[f] = (t->components * t->channels + index * scalars + s) * AMP_LANES;
    head->factor[f] = scale;
  }
  head->size = f;
}

static inline __attribute__((always_inline)) void NAME(attend)(
    const int tokens, long distance, long out_distance, const NAME(head) *h, const real *qkv,
    real *weights, real *out) {
  for (int t = 0; t < tokens; ++t) {
    vreal w[AMP_MAX_TOKENS];
    for (int u = 0; u < tokens; ++u) w[u] = SPLAT(0);
    for (long f = 0; f < h->size; ++f) {
      const vreal q = LOAD(qkv + h->q[f] + t * distance) * h->factor[f];
      for (int u = 0; u < tokens; ++u) w[u] += q * LOAD(qkv + h->k[f] + u * distance);
    }
    vreal top = w[0], sum = {0};
    for (int u = 1; u < tokens; ++u) top = NAME(select)(w[u] > top, w[u], top);
    for (int u = 0; u < tokens; ++u) {
      w[u] = NAME(exp)(w[u] - top);
      sum += w[u];
    }
    const vreal inverse = (real)1 / sum;
    for (int u = 0; u < tokens; ++u) {
      w[u] *= inverse;
      if (weights) STORE(weights + (t * tokens + u) * AMP_LANES, w[u]);
    }
    for (long f = 0; f < h->size; ++f) {
      vreal y = {0};
      for (int u = 0; u < tokens; ++u) y += w[u] * LOAD(qkv + h->v[f] + u * distance);
      STORE(out + h->out[f] + t * out_distance, y);
    }
  }
}

// With P the weights: dP = dy·v, dL = P (dP − Σ_u P dP), dv = Pᵀ dy, dq = dL k, dk = dLᵀ q.
static inline __attribute__((always_inline)) void NAME(attend_back)(
    const int tokens, long distance, long out_distance, const NAME(head) *h, const real *qkv,
    const real *weights, const real *dout, real *dqkv, int accumulate) {
  vreal w[AMP_MAX_TOKENS][AMP_MAX_TOKENS], d[AMP_MAX_TOKENS][AMP_MAX_TOKENS];
  for (int t = 0; t < tokens; ++t) {
    vreal dp[AMP_MAX_TOKENS], sum = {0};
    for (int u = 0; u < tokens; ++u) dp[u] = SPLAT(0);
    for (long f = 0; f < h->size; ++f) {
      const vreal dy = LOAD(dout + h->out[f] + t * out_distance);
      for (int u = 0; u < tokens; ++u) dp[u] += dy * LOAD(qkv + h->v[f] + u * distance);
    }
    for (int u = 0; u < tokens; ++u) {
      w[t][u] = LOAD(weights + (t * tokens + u) * AMP_LANES);
      sum += w[t][u] * dp[u];
    }
    for (int u = 0; u < tokens; ++u) d[t][u] = w[t][u] * (dp[u] - sum);
  }
  for (long f = 0; f < h->size; ++f) {
    vreal dy[AMP_MAX_TOKENS], q[AMP_MAX_TOKENS], k[AMP_MAX_TOKENS];
    for (int t = 0; t < tokens; ++t) {
      dy[t] = LOAD(dout + h->out[f] + t * out_distance);
      q[t] = LOAD(qkv + h->q[f] + t * distance) * h->factor[f];
      k[t] = LOAD(qkv + h->k[f] + t * distance) * h->factor[f];
    }
    for (int u = 0; u < tokens; ++u) {
      vreal dv = {0}, dk = {0}, dq = {0};
      for (int t = 0; t < tokens; ++t) {
        dv += w[t][u] * dy[t];
        dk += d[t][u] * q[t];
        dq += d[u][t] * k[t];
      }
      real *to[3] = {dqkv + h->v[f] + u * distance, dqkv + h->k[f] + u * distance,
                     dqkv + h->q[f] + u * distance};
      STORE(to[0], accumulate ? LOAD(to[0]) + dv : dv);
      STORE(to[1], accumulate ? LOAD(to[1]) + dk : dk);
      STORE(to[2], accumulate ? LOAD(to[2]) + dq : dq);
    }
  }
}

// The usual numbers of tokens are unrolled.
#define EACH_TOKEN_COUNT(CALL)  \
  switch (tokens) {             \
    case 4: CALL(4); break;     \
    case 5: CALL(5); break;     \
    case 6: CALL(6); break;     \
    case 7: CALL(7); break;     \
    default: CALL((int)tokens); \
  }

// t is the shape of the output; weights (heads, panels / tokens, tokens, tokens, AMP_LANES) may be
// absent.
void NAME(attention)(const amp_tokens *t, long heads, long tokens, const real *qkv, real *weights,
                     real *out) {
  const long panels = t->panels / tokens, size = AMP_LANES * TOKEN_ROWS;
  NAME(head) h;
  for (long i = 0; i < heads; ++i) {
    NAME(find_head)(t, heads, i, &h);
    for (long p = 0; p < panels; ++p)
      for (long j = 0; j < AMP_LANES; j += VL) {
        real *w = weights ? weights + (i * panels + p) * tokens * tokens * AMP_LANES + j : 0;
#define CALL(T)                                                                              \
  NAME(attend)(T, 3 * panels * size, panels * size, &h, qkv + 3 * p * size + j, w,           \
               out + p * size + j)
        EACH_TOKEN_COUNT(CALL)
#undef CALL
      }
  }
}

void NAME(attention_back)(const amp_tokens *t, long heads, long tokens, const real *qkv,
                          const real *weights, const real *dout, real *dqkv, int accumulate) {
  const long panels = t->panels / tokens, size = AMP_LANES * TOKEN_ROWS;
  NAME(head) h;
  for (long i = 0; i < heads; ++i) {
    NAME(find_head)(t, heads, i, &h);
    for (long p = 0; p < panels; ++p)
      for (long j = 0; j < AMP_LANES; j += VL) {
        const real *w = weights + (i * panels + p) * tokens * tokens * AMP_LANES + j;
        const long at = 3 * p * size + j;
#define CALL(T)                                                                              \
  NAME(attend_back)(T, 3 * panels * size, panels * size, &h, qkv + at, w,                    \
                    dout + p * size + j, dqkv + at, accumulate)
        EACH_TOKEN_COUNT(CALL)
#undef CALL
      }
  }
}

#undef EACH_TOKEN_COUNT
