// Parts of a vector in memory, and the sum over its lanes.

INLINE vreal NAME(load_part)(const real *p, long n) {
  real t[VL] = {0};
  for (long i = 0; i < n; ++i) t[i] = p[i];
  return LOAD(t);
}

INLINE vreal NAME(single)(real x) {
  vreal t = {0};
  t[0] = x;
  return t;
}

INLINE void NAME(store_part)(real *p, vreal x, long n) {
  real t[VL];
  STORE(t, x);
  for (long i = 0; i < n; ++i) p[i] = t[i];
}

typedef real NAME(half_vector) __attribute__((vector_size(VECTOR_BYTES / 2), aligned(sizeof(real))));

// The sum over lanes, halves first.
INLINE real NAME(total)(vreal x) {
  real t[VL];
  STORE(t, x);
  NAME(half_vector) h =
      *(const NAME(half_vector) *)t + *(const NAME(half_vector) *)(t + VL / 2);
  for (int width = VL / 4; width > 2; width /= 2)
    for (int i = 0; i < width; ++i) h[i] += h[i + width];
  if (VL == 2) return h[0];
  return VL == 4 ? h[0] + h[1 % (VL / 2)]
                 : (h[0] + h[2 % (VL / 2)]) + (h[1 % (VL / 2)] + h[3 % (VL / 2)]);
}

// Over what is constant after inlining.
#define UNROLLED _Pragma("clang loop unroll(full)")

// Exchanges rows and columns of VL vectors: blocks of two by exchanging single numbers, blocks of four
// by exchanging two at a time, and so on.
INLINE void NAME(transpose)(vreal x[VL]) {
  UNROLLED for (int s = 1; s < VL; s *= 2)
    UNROLLED for (int r = 0; r < VL; ++r) {
      if (r & s) continue;
      const vreal a = x[r], b = x[r + s];
      UNROLLED for (int i = 0; i < VL; ++i) {
        x[r][i] = i & s ? b[i - s] : a[i];
        x[r + s][i] = i & s ? b[i] : a[i + s];
      }
    }
}
