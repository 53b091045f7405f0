// Chooses the table of kernels that this processor can run.
#include "amp_kernels.h"

#include <stdlib.h>
#include <string.h>

#define TABLES(LEVEL)                                             \
  extern const amp_kernels_f32_table amp_table_f32_##LEVEL;       \
  extern const amp_kernels_f64_table amp_table_f64_##LEVEL;       \
  extern const amp_lorentz_f32_table amp_lorentz_f32_##LEVEL;     \
  extern const amp_lorentz_f64_table amp_lorentz_f64_##LEVEL;
TABLES(baseline)
TABLES(avx2)
TABLES(avx512)

static int has(int level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (level == AMP_LEVEL_AVX2) return avx2;
  if (level == AMP_LEVEL_AVX512)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
  return level == AMP_LEVEL_BASELINE;
}

// The level that the environment variable AMP_KERNELS names; the highest for any other text.
static int asked(void) {
  static const char *const names[AMP_LEVELS] = {"baseline", "avx2", "avx512"};
  const char *name = getenv("AMP_KERNELS");
  for (int level = 0; name && level < AMP_LEVELS; ++level)
    if (!strcmp(name, names[level])) return level;
  return AMP_LEVELS - 1;
}

int amp_best_level(void) {
  int best = asked();
  while (!has(best)) --best;
  return best;
}

#if defined(__x86_64__)
#define ONLY_X86(NAME) &NAME
#else
#define ONLY_X86(NAME) 0
#endif

#define CHOOSE(FUNCTION, TABLE)                                                        \
  const FUNCTION##_table *FUNCTION(int level) {                                        \
    static const FUNCTION##_table *const all[AMP_LEVELS] = {                           \
        &TABLE##_baseline, ONLY_X86(TABLE##_avx2), ONLY_X86(TABLE##_avx512)};          \
    return level >= 0 && level < AMP_LEVELS && has(level) ? all[level] : 0;            \
  }
CHOOSE(amp_kernels_f32, amp_table_f32)
CHOOSE(amp_kernels_f64, amp_table_f64)
CHOOSE(amp_lorentz_f32, amp_lorentz_f32)
CHOOSE(amp_lorentz_f64, amp_lorentz_f64)
