// The kernels for x86-64 with AVX-512: 64-byte vectors and twice as many of them.
#include "amp_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define LEVEL avx512
#define VECTOR_BYTES 64
#define TILE_ROWS 12
#include "level.inc.h"
#define F64
#include "level.inc.h"
#pragma clang attribute pop
#endif
