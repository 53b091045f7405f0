// What the multipliers of a core can do at best: the ceiling of every network.
#include "peak.h"

// 32 vectors are enough for two multipliers with a latency of up to eight cycles where there are that
// many registers; half of them are enough where there are 16.
#define DEFINE(NAME, REAL, BYTES, VECTORS, TARGET)                                          \
  TARGET static double NAME(long rounds) {                                                  \
    typedef REAL vector __attribute__((vector_size(BYTES)));                                \
    vector a[VECTORS];                                                                      \
    const vector factor = (vector){0} + (REAL)0.999, term = (vector){0} + (REAL)0.001;      \
    for (int i = 0; i < VECTORS; ++i) a[i] = (vector){0} + (REAL)i;                         \
    for (long k = 0; k < rounds * (32 / VECTORS); ++k)                                      \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < VECTORS; ++i) {                \
        a[i] = a[i] * factor + term;                                                        \
        __asm__ volatile("" : "+" REGISTER(a[i]));                                          \
      }                                                                                     \
    return 2.0 * 32 * rounds * (BYTES / sizeof(REAL));                                      \
  }

#if defined(__x86_64__)
#define REGISTER(x) "v"(x)
#define WIDE __attribute__((target("avx512f")))
#define USUAL __attribute__((target("avx2,fma")))
DEFINE(peak_f32_512, float, 64, 16, WIDE)
DEFINE(peak_f64_512, double, 64, 16, WIDE)
#undef REGISTER
#define REGISTER(x) "x"(x)
DEFINE(peak_f32_256, float, 32, 8, USUAL)
DEFINE(peak_f64_256, double, 32, 8, USUAL)
DEFINE(peak_f32_128, float, 16, 8, )
DEFINE(peak_f64_128, double, 16, 8, )
#define CHOOSE(NAME)                                                                        \
  double NAME(long rounds) {                                                                \
    __builtin_cpu_init();                                                                   \
    if (__builtin_cpu_supports("avx512f")) return NAME##_512(rounds);                       \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                    \
      return NAME##_256(rounds);                                                            \
    return NAME##_128(rounds);                                                              \
  }
#else
#define REGISTER(x) "w"(x)
DEFINE(peak_f32_128, float, 16, 16, )
DEFINE(peak_f64_128, double, 16, 16, )
#define CHOOSE(NAME) \
  double NAME(long rounds) { return NAME##_128(rounds); }
#endif
CHOOSE(peak_f32)
CHOOSE(peak_f64)
