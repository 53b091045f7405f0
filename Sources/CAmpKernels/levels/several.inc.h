// exp, the Gaussian and the activations again, of SEVERAL vectors as one: names with several_.
//
// An activation is a long chain of operations that wait for each other. The compiler splits every
// operation on a long vector into one for each vector, so that several chains are under way at a time.

#define SEVERAL 4
// Nothing here is called across files: how long vectors are passed does not matter.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"
typedef real NAME(several_vector)
    __attribute__((vector_size(SEVERAL * VECTOR_BYTES), aligned(sizeof(real))));
#ifdef F64
typedef long long NAME(several_integers)
    __attribute__((vector_size(SEVERAL * VECTOR_BYTES), aligned(8)));
#else
typedef int NAME(several_integers)
    __attribute__((vector_size(SEVERAL * VECTOR_BYTES), aligned(4)));
#endif

#undef NAME
#define NAME(x) PASTE(several_##x, PRECISION, LEVEL)
#include "math.inc.h"
#include "evaluate.inc.h"
#undef NAME
#define NAME(x) PASTE(x, PRECISION, LEVEL)
