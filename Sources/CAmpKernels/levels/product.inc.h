// Matrix products of the shapes that occur in a network: many rows, 2 to a few hundred columns.
//
// One micro-kernel serves the three products of a dense layer. It keeps MR × NV vectors of the
// result in registers and walks along the summed index k:
//     C(r, j) (+)= Σ_k A(r, k) · B(k, j),   A(r, k) = A[r·a_row + k·a_k],   B(k, j) = B[k·b_k + j].
// For Y = X·W and dX = dZ·Wᵀ, B is a packed panel (b_k = panel width, see pack); for dW = Xᵀ·dZ
// neither factor needs packing, since both are read along rows.

// Result tiles have TILE_ROWS × 2 vectors: 6 × 2 fill 12 of the 16 registers of SSE2 and AVX2, 12 × 2
// fill 24 of the 32 of AVX-512, which so loads less per multiplication.
#define MR TILE_ROWS
#define NR (2 * VL)

// Loops over a tile are UNROLLED: else a large one would not stay in registers. All rows of A are found from
// the first by one addition in the load: distances between them that the compiler cannot see through keep it
// from adding row to row, twelve additions in a chain that take as long as the multiplications.
static inline __attribute__((always_inline)) void NAME(micro)(
    const int rows, const int vectors, long depth, const real *a, long a_row, long a_k,
    const real *b, long b_k, vreal acc[MR][2]) {
  const long one = a_row * (long)sizeof(real);
  long odd[6];
  UNROLLED for (int i = 0; i < 6; ++i) {
    odd[i] = (2 * i + 1) * one;
    __asm__("" : "+r"(odd[i]));
  }
  _Static_assert(MR <= 12, "there are distances for twelve rows");
  const long to[12] = {0,          odd[0],     2 * odd[0], odd[1], 4 * odd[0], odd[2],
                       2 * odd[1], odd[3],     8 * odd[0], odd[4], 2 * odd[2], odd[5]};
  UNROLLED for (int r = 0; r < rows; ++r)
    UNROLLED for (int v = 0; v < vectors; ++v) acc[r][v] = (vreal){0};
  for (long k = 0; k < depth; ++k) {
    vreal x[2];
    UNROLLED for (int v = 0; v < vectors; ++v) x[v] = LOAD(b + v * VL);
    UNROLLED for (int r = 0; r < rows; ++r) {
      const real s = *(const real *)((const char *)a + to[r]);
      UNROLLED for (int v = 0; v < vectors; ++v) acc[r][v] += x[v] * s;
    }
    a += a_k;
    b += b_k;
  }
}

// What becomes of a tile: it takes the place of the old contents of C, or is added to them. A forward
// pass may RECTIFY it, which is ReLU; a backward pass may multiply it by f'(z), which a second matrix
// MASKs, as values of ReLU do, or SCALEs, as saved derivatives do.
#ifndef AMP_STORE
#define AMP_STORE
enum amp_store { AMP_SET, AMP_ADD, AMP_RECTIFY, AMP_MASK, AMP_SCALE };
#endif

// As store_tile for any number of columns and any place of C.
static __attribute__((noinline)) void NAME(store_edge)(long rows, const real *tile, real *c,
                                                       long c_row, long c_col, long columns,
                                                       const real *bias, int how,
                                                       const real *with, real *sums) {
  for (long r = 0; r < rows; ++r)
    for (long j = 0; j < columns; ++j) {
      const long at = r * c_row + j * c_col;
      real x = tile[r * NR + j] + (bias ? bias[j] : 0);
      if (how == AMP_ADD) x += c[at];
      if (how == AMP_SCALE) x *= with[at];
      if ((how == AMP_RECTIFY && x <= 0) || (how == AMP_MASK && with[at] <= 0)) x = 0;
      c[at] = x;
      if (sums) sums[j] += x;
    }
}

// Adds the bias, and stores the `columns` first columns of a tile; adds them to `sums` if there are any.
INLINE void NAME(store_tile)(const int rows, const int vectors, vreal acc[MR][2], real *c,
                             long c_row, long c_col, long columns, const real *bias, int how,
                             const real *with, real *sums) {
  if (c_col == 1 && columns == vectors * VL) {
#define STORE_AS(VALUE)                                                                     \
  UNROLLED for (int r = 0; r < rows; ++r)                                                   \
    UNROLLED for (int v = 0; v < vectors; ++v) {                                            \
      const long at = r * c_row + v * VL;                                                   \
      vreal x = acc[r][v];                                                                  \
      if (bias) x += LOAD(bias + v * VL);                                                   \
      STORE(c + at, acc[r][v] = VALUE);                                                     \
    }                                                                                       \
  break;
    switch (how) {
      case AMP_SET: STORE_AS(x)
      case AMP_ADD: STORE_AS(x + LOAD(c + at))
      case AMP_RECTIFY: STORE_AS(NAME(evaluate)(AMP_RELU, x, 0, 0))
      case AMP_MASK: STORE_AS(NAME(pull_back)(AMP_RELU, x, LOAD(with + at), x, 0))
      case AMP_SCALE: STORE_AS(NAME(pull_back)(AMP_GELU, x, x, LOAD(with + at), 0))
    }
#undef STORE_AS
    if (!sums) return;
    UNROLLED for (int v = 0; v < vectors; ++v) {
      vreal sum = LOAD(sums + v * VL);
      UNROLLED for (int r = 0; r < rows; ++r) sum += acc[r][v];
      STORE(sums + v * VL, sum);
    }
    return;
  }
  real tile[MR * NR];
  UNROLLED for (int r = 0; r < rows; ++r)
    UNROLLED for (int v = 0; v < vectors; ++v) STORE(tile + r * NR + v * VL, acc[r][v]);
  NAME(store_edge)(rows, tile, c, c_row, c_col, columns, bias, how, with, sums);
}

// `rows` rows, a multiple of ROWS, against one panel. Not inlined: next to other code the register
// allocator spills an accumulator inside the loop and halves the speed. What a tile is added to is
// fetched while it is computed: the gradient of all weights is rarely near.
#define BLOCKS_NAME_(ROWS, VECTORS) NAME(blocks_##ROWS##_##VECTORS)
#define BLOCKS_NAME(ROWS, VECTORS) BLOCKS_NAME_(ROWS, VECTORS)
#define DEFINE_BLOCKS(ROWS, VECTORS)                                                            \
  static __attribute__((noinline)) void BLOCKS_NAME(ROWS, VECTORS)(                             \
      long rows, long depth, const real *a, long a_row, long a_k, const real *b, long b_k,      \
      real *c, long c_row, long c_col, long columns, const real *bias, int how,                 \
      const real *with, real *sums) {                                                           \
    for (long r = 0; r < rows; r += ROWS) {                                                     \
      vreal acc[MR][2];                                                                         \
      if (how == AMP_ADD && c_col == 1)                                                         \
        UNROLLED for (int i = 0; i < ROWS; ++i)                                                 \
          UNROLLED for (int v = 0; v < VECTORS; ++v)                                            \
            __builtin_prefetch(c + i * c_row + v * VL, 1);                                      \
      NAME(micro)(ROWS, VECTORS, depth, a, a_row, a_k, b, b_k, acc);                            \
      NAME(store_tile)(ROWS, VECTORS, acc, c, c_row, c_col, columns, bias, how, with, sums);    \
      a += ROWS * a_row;                                                                        \
      c += ROWS * c_row;                                                                        \
      if (with) with += ROWS * c_row;                                                           \
    }                                                                                           \
  }
#if TILE_ROWS > 8
DEFINE_BLOCKS(TILE_ROWS, 2) DEFINE_BLOCKS(8, 2) DEFINE_BLOCKS(TILE_ROWS, 1) DEFINE_BLOCKS(8, 1)
#define BLOCKS_OF_EIGHT(VECTORS) BLOCKS(8, VECTORS, left / 8)
#else
DEFINE_BLOCKS(TILE_ROWS, 2) DEFINE_BLOCKS(TILE_ROWS, 1)
#define BLOCKS_OF_EIGHT(VECTORS)
#endif
DEFINE_BLOCKS(4, 2) DEFINE_BLOCKS(3, 2) DEFINE_BLOCKS(2, 2) DEFINE_BLOCKS(1, 2)
DEFINE_BLOCKS(4, 1) DEFINE_BLOCKS(3, 1) DEFINE_BLOCKS(2, 1) DEFINE_BLOCKS(1, 1)

// All rows against one panel of at most NR columns: full tiles, then smaller ones for the rest. One
// or two rows are never alone, where that can be helped: so few accumulators wait for each other.
#define BLOCKS(ROWS, VECTORS, COUNT)                                                            \
  {                                                                                             \
    const long taken = ROWS * (COUNT);                                                          \
    if (taken > 0)                                                                              \
      BLOCKS_NAME(ROWS, VECTORS)(taken, depth, a, a_row, a_k, b, b_k, c, c_row, c_col, columns, \
                                 bias, how, with, sums);                                        \
    a += taken * a_row;                                                                         \
    c += taken * c_row;                                                                         \
    if (with) with += taken * c_row;                                                            \
    left -= taken;                                                                              \
  }
#define PANEL(VECTORS)                                                                          \
  BLOCKS(TILE_ROWS, VECTORS, full)                                                              \
  BLOCKS_OF_EIGHT(VECTORS)                                                                      \
  BLOCKS(4, VECTORS, left / 4)                                                                  \
  BLOCKS(3, VECTORS, left / 3)                                                                  \
  BLOCKS(2, VECTORS, left / 2)                                                                  \
  BLOCKS(1, VECTORS, left)
static void NAME(panel)(long rows, long depth, const real *a, long a_row, long a_k, const real *b,
                        long b_k, real *c, long c_row, long c_col, long columns, const real *bias,
                        int how, const real *with, real *sums) {
  const long rest = rows % TILE_ROWS;
  const long full = rows / TILE_ROWS - (rest > 0 && rest < 3 && rows > TILE_ROWS);
  long left = rows;
  if (columns > VL) {
    PANEL(2)
  } else {
    PANEL(1)
  }
}

// Packs B(k, j) = b[k·k_stride + j·j_stride] into panels of NR columns, zeros behind the last.
static void NAME(pack_panels)(long depth, long columns, const real *b, long k_stride,
                              long j_stride, real *packed) {
  for (long j0 = 0; j0 < columns; j0 += NR) {
    const long width = columns - j0 < NR ? columns - j0 : NR;
    if (j_stride == 1 && width == NR) {
      for (long k = 0; k < depth; ++k) {
        for (int v = 0; v < 2; ++v)
          STORE(packed + k * NR + v * VL, LOAD(b + k * k_stride + j0 + v * VL));
      }
    } else {
      long k = 0;
      if (k_stride == 1 && width == NR)
        for (; k + VL <= depth; k += VL)
          for (int v = 0; v < 2; ++v) {
            vreal block[VL];
            for (int j = 0; j < VL; ++j) block[j] = LOAD(b + k + (j0 + v * VL + j) * j_stride);
            NAME(transpose)(block);
            for (int i = 0; i < VL; ++i) STORE(packed + (k + i) * NR + v * VL, block[i]);
          }
      for (; k < depth; ++k) {
        for (long j = 0; j < width; ++j)
          packed[k * NR + j] = b[k * k_stride + (j0 + j) * j_stride];
        for (long j = width; j < NR; ++j) packed[k * NR + j] = 0;
      }
    }
    packed += depth * NR;
  }
}

#include "few_columns.inc.h"

// Packs B(k, j) = b[k·k_stride + j·j_stride] for product_packed: panels, or a few columns.
void NAME(pack)(long depth, long columns, const real *b, long k_stride, long j_stride,
                real *packed) {
  if (columns <= FEW) NAME(pack_few)(depth, columns, b, k_stride, j_stride, packed);
  else NAME(pack_panels)(depth, columns, b, k_stride, j_stride, packed);
}

#include "few_rows.inc.h"

static void NAME(product_panels)(long rows, long columns, long depth, const real *a, long a_row,
                                 const real *packed, const real *bias, real *c, long c_row,
                                 int how) {
  long j = 0;
  if (rows <= 2)
    j = NAME(few_rows)(rows, columns, depth, a, a_row, (const char *)packed, sizeof(real), bias, c,
                       c_row, how);
  for (; j < columns; j += NR) {
    const long width = columns - j < NR ? columns - j : NR;
    NAME(panel)(rows, depth, a, a_row, 1, packed + j * depth, NR, c + j, c_row, 1, width,
                bias ? bias + j : 0, how, 0, 0);
  }
}

// C(rows × columns) = A(rows × depth) · packed B (+ bias), or += without bias.
void NAME(product_packed)(long rows, long columns, long depth, const real *a, long a_row,
                          const real *packed, const real *bias, real *c, long c_row,
                          int accumulate) {
  if (columns <= FEW)
    NAME(product_few)(rows, columns, depth, a, a_row, packed, bias, c, c_row, accumulate);
  else
    NAME(product_panels)(rows, columns, depth, a, a_row, packed, bias, c, c_row,
                         accumulate ? AMP_ADD : AMP_SET);
}

// C = f(A · packed B + bias) without derivative, f an activation: a layer that is not asked for one.
//
// For predictions, matrices stand packed one behind the other in the order of the layers. With few rows
// the weights must come from far away and arithmetic is soon done: while f is computed, what the next
// layer reads first is fetched. Panels that `shorten` made hold `bytes` bytes of a number, others all.
void NAME(dense)(int kind, real slope, long rows, long columns, long depth, const real *a,
                 long a_row, const void *packed, long bytes, const real *bias, real *c,
                 long c_row) {
  const char *soon = (const char *)packed + (columns + NR - 1) / NR * NR * depth * bytes;
  if (bytes != sizeof(real)) {
    for (long r = 0; r < rows; r += 2)
      NAME(few_rows)(rows - r < 2 ? 1 : 2, columns, depth, a + r * a_row, a_row, packed, bytes, bias,
                     c + r * c_row, c_row, AMP_SET);
  } else if (kind == AMP_RELU && columns > FEW && rows > 2) {
    return NAME(product_panels)(rows, columns, depth, a, a_row, packed, bias, c, c_row,
                                AMP_RECTIFY);
  } else {
    NAME(product_packed)(rows, columns, depth, a, a_row, packed, bias, c, c_row, 0);
  }
  if (kind == AMP_IDENTITY) return;
  NAME(activate_with)(kind, rows, columns, c_row, c, slope, c, 0, rows <= 2 ? soon : 0);
}

// C = (A · packed B) ∘ f'(z), or (C + A · packed B) ∘ f'(z), and sums[j] += Σ_rows of it: what a layer
// hands back to the layer before, whose activation is f. As product_packed and then pull_back_activation,
// without a second way through C where that is usual: for the same numbers to the bit.
void NAME(product_pulled_back)(int kind, real slope, long rows, long columns, long depth,
                               const real *a, long a_row, const real *packed, real *c, long c_row,
                               int accumulate, const real *value, const real *derivative,
                               real *sums) {
  const int saved = NAME(saves)(kind);
  if (columns <= FEW || accumulate || !(saved || kind == AMP_RELU)) {
    NAME(product_packed)(rows, columns, depth, a, a_row, packed, 0, c, c_row, accumulate);
    NAME(pull_back_activation)(kind, rows, columns, c_row, value, derivative, slope, c, sums);
    return;
  }
  const int how = saved ? AMP_SCALE : AMP_MASK;
  const real *with = saved ? derivative : value;
  for (long j = 0; j < columns; j += NR) {
    const long width = columns - j < NR ? columns - j : NR;
    real sum[NR] = {0};
    NAME(panel)(rows, depth, a, a_row, 1, packed + j * depth, NR, c + j, c_row, 1, width, 0, how,
                with + j, sum);
    if (sums)
      for (long i = 0; i < width; ++i) sums[j + i] += sum[i];
  }
}

// C(m × n) (+)= Σ_k A(m, k) · B(k, n) for any strides of A and C, rows of B being contiguous.
// Rows of B behind its last full panel are copied, so that no load leaves the array.
void NAME(product)(long m, long n, long depth, const real *a, long a_row, long a_k, const real *b,
                   long b_k, real *c, long c_row, long c_col, int accumulate) {
  long j = 0;
  for (; j + NR <= n; j += NR)
    NAME(panel)(m, depth, a, a_row, a_k, b + j, b_k, c + j * c_col, c_row, c_col, NR, 0,
                accumulate, 0, 0);
  if (j == n) return;
  enum { CHUNK = 64 };
  real copy[CHUNK * NR];
  for (long k = 0; k == 0 || k < depth; k += CHUNK) {  // once for depth 0: the sum is zero
    const long part = depth - k < CHUNK ? depth - k : CHUNK;
    NAME(pack_panels)(part, n - j, b + k * b_k + j, b_k, 1, copy);
    NAME(panel)(m, part, a + k * a_k, a_row, a_k, copy, NR, c + j * c_col, c_row, c_col, n - j, 0,
                accumulate || k > 0, 0, 0);
  }
}

// C(m × n) (+)= Σ_k A(k, m) · B(k, n): the weight gradient, summed over the rows of a tile.
void NAME(product_transposed)(long m, long n, long depth, const real *a, long a_k, const real *b,
                              long b_k, real *c, long c_row, long c_col, int accumulate) {
  if (n < NR && m > n)  // few columns: exchange the factors and write the result transposed
    NAME(product)(n, m, depth, b, 1, b_k, a, a_k, c, c_col, c_row, accumulate);
  else
    NAME(product)(m, n, depth, a, 1, a_k, b, b_k, c, c_row, c_col, accumulate);
}

#undef FEW
#undef SHORT
#undef BLOCKS_NAME
#undef BLOCKS_NAME_
#undef DEFINE_BLOCKS
#undef BLOCKS
#undef BLOCKS_OF_EIGHT
#undef PANEL
