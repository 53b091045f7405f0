// The kernels for any processor: 16-byte vectors, which SSE2 and NEON have.
#include "amp_kernels.h"

#define LEVEL baseline
#define VECTOR_BYTES 16
#define TILE_ROWS 6
#include "level.inc.h"
#define F64
#include "level.inc.h"
