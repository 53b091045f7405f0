// The kernels for x86-64 with AVX2 and FMA: 32-byte vectors.
#include "amp_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL avx2
#define VECTOR_BYTES 32
#define TILE_ROWS 6
#include "level.inc.h"
#define F64
#include "level.inc.h"
#pragma clang attribute pop
#endif
