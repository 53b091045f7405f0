// Chooses the table of kernels that this processor can run.
#include "amp_kernels.h"

#define TABLES(P)                                                     \
  extern const amp_kernels_##P##_table amp_table_##P##_baseline;      \
  extern const amp_kernels_##P##_table amp_table_##P##_avx2;          \
  extern const amp_lorentz_##P##_table amp_lorentz_##P##_baseline;    \
  extern const amp_lorentz_##P##_table amp_lorentz_##P##_avx2;
TABLES(f32)
TABLES(f64)

static int has_avx2(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 0;
#endif
}

int amp_best_level(void) { return has_avx2() ? AMP_LEVEL_AVX2 : AMP_LEVEL_BASELINE; }

#if defined(__x86_64__)
#define AVX2_TABLE(NAME) (has_avx2() ? &NAME##_avx2 : 0)
#else
#define AVX2_TABLE(NAME) 0
#endif

#define CHOOSE(P)                                                     \
  const amp_kernels_##P##_table *amp_kernels_##P(int level) {         \
    if (level == AMP_LEVEL_BASELINE) return &amp_table_##P##_baseline; \
    return level == AMP_LEVEL_AVX2 ? AVX2_TABLE(amp_table_##P) : 0;   \
  }                                                                   \
  const amp_lorentz_##P##_table *amp_lorentz_##P(int level) {         \
    if (level == AMP_LEVEL_BASELINE) return &amp_lorentz_##P##_baseline; \
    return level == AMP_LEVEL_AVX2 ? AVX2_TABLE(amp_lorentz_##P) : 0; \
  }
CHOOSE(f32)
CHOOSE(f64)
