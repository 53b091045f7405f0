// Matrix products of the shapes that occur in a network: many rows, 2 to a few hundred columns.
//
// One micro-kernel serves the three products of a dense layer. It keeps MR × NV vectors of the
// result in registers and walks along the summed index k:
//     C(r, j) (+)= Σ_k A(r, k) · B(k, j),   A(r, k) = A[r·a_row + k·a_k],   B(k, j) = B[k·b_k + j].
// For Y = X·W and dX = dZ·Wᵀ, B is a packed panel (b_k = panel width, see pack); for dW = Xᵀ·dZ
// neither factor needs packing, since both are read along rows.

// Result tiles: 6 × 2 vectors fill 12 of 16 AVX2 registers (8 × 3 of 32 would suit AVX-512).
#define MR 6
#define NR (2 * VL)

static inline __attribute__((always_inline)) void NAME(micro)(
    const int rows, const int vectors, long depth, const real *a, long a_row, long a_k,
    const real *b, long b_k, vreal acc[MR][2]) {
  for (int r = 0; r < rows; ++r)
    for (int v = 0; v < vectors; ++v) acc[r][v] = (vreal){0};
  for (long k = 0; k < depth; ++k) {
    vreal x[2];
    for (int v = 0; v < vectors; ++v) x[v] = LOAD(b + v * VL);
    for (int r = 0; r < rows; ++r) {
      const real s = a[r * a_row];
      for (int v = 0; v < vectors; ++v) acc[r][v] += x[v] * s;
    }
    a += a_k;
    b += b_k;
  }
}

// Adds bias or the old contents of C, and stores the `columns` first columns of a tile.
static inline __attribute__((always_inline)) void NAME(store_tile)(
    const int rows, const int vectors, vreal acc[MR][2], real *c, long c_row, long c_col,
    long columns, const real *bias, int accumulate) {
  if (c_col == 1 && columns == vectors * VL) {
    for (int r = 0; r < rows; ++r)
      for (int v = 0; v < vectors; ++v) {
        real *at = c + r * c_row + v * VL;
        vreal x = acc[r][v];
        if (bias) x += LOAD(bias + v * VL);
        if (accumulate) x += LOAD(at);
        STORE(at, x);
      }
    return;
  }
  real tile[2 * VL];
  for (int r = 0; r < rows; ++r) {
    for (int v = 0; v < vectors; ++v) STORE(tile + v * VL, acc[r][v]);
    for (long j = 0; j < columns; ++j) {
      real *at = c + r * c_row + j * c_col;
      *at = tile[j] + (bias ? bias[j] : 0) + (accumulate ? *at : 0);
    }
  }
}

// `rows` rows, a multiple of ROWS, against one panel. Not inlined: next to other code the register
// allocator spills an accumulator inside the loop and halves the speed.
#define DEFINE_BLOCKS(ROWS, VECTORS)                                                            \
  static __attribute__((noinline)) void NAME(blocks_##ROWS##_##VECTORS)(                        \
      long rows, long depth, const real *a, long a_row, long a_k, const real *b, long b_k,      \
      real *c, long c_row, long c_col, long columns, const real *bias, int accumulate) {        \
    for (long r = 0; r < rows; r += ROWS) {                                                     \
      vreal acc[MR][2];                                                                         \
      NAME(micro)(ROWS, VECTORS, depth, a, a_row, a_k, b, b_k, acc);                            \
      NAME(store_tile)(ROWS, VECTORS, acc, c, c_row, c_col, columns, bias, accumulate);         \
      a += ROWS * a_row;                                                                        \
      c += ROWS * c_row;                                                                        \
    }                                                                                           \
  }
DEFINE_BLOCKS(6, 2) DEFINE_BLOCKS(4, 2) DEFINE_BLOCKS(3, 2) DEFINE_BLOCKS(2, 2) DEFINE_BLOCKS(1, 2)
DEFINE_BLOCKS(6, 1) DEFINE_BLOCKS(4, 1) DEFINE_BLOCKS(3, 1) DEFINE_BLOCKS(2, 1) DEFINE_BLOCKS(1, 1)

// All rows against one panel of at most NR columns: blocks of six, then blocks of four (still near
// the peak) for as many of the rest as possible.
#define BLOCKS(ROWS, VECTORS, COUNT)                                                            \
  if ((COUNT) > 0) {                                                                            \
    NAME(blocks_##ROWS##_##VECTORS)(ROWS * (COUNT), depth, a, a_row, a_k, b, b_k, c, c_row,     \
                                    c_col, columns, bias, accumulate);                          \
    a += ROWS * (COUNT) * a_row;                                                                \
    c += ROWS * (COUNT) * c_row;                                                                \
  }
#define PANEL(VECTORS)                                                                          \
  BLOCKS(6, VECTORS, sixes)                                                                     \
  BLOCKS(4, VECTORS, fours)                                                                     \
  BLOCKS(3, VECTORS, rest == 3)                                                                 \
  BLOCKS(2, VECTORS, rest == 2)                                                                 \
  BLOCKS(1, VECTORS, rest == 1)
static void NAME(panel)(long rows, long depth, const real *a, long a_row, long a_k, const real *b,
                        long b_k, real *c, long c_row, long c_col, long columns, const real *bias,
                        int accumulate) {
  const long sixes = rows % 6 == 2 && rows >= 8 ? rows / 6 - 1 : rows / 6;
  const long fours = (rows - 6 * sixes) / 4;
  const long rest = rows - 6 * sixes - 4 * fours;
  if (columns > VL) {
    PANEL(2)
  } else {
    PANEL(1)
  }
}

// Packs B(k, j) = b[k·k_stride + j·j_stride] into panels of NR columns, zeros behind the last.
void NAME(pack)(long depth, long columns, const real *b, long k_stride, long j_stride,
                real *packed) {
  for (long j0 = 0; j0 < columns; j0 += NR) {
    const long width = columns - j0 < NR ? columns - j0 : NR;
    if (j_stride == 1 && width == NR) {
      for (long k = 0; k < depth; ++k) {
        for (int v = 0; v < 2; ++v)
          STORE(packed + k * NR + v * VL, LOAD(b + k * k_stride + j0 + v * VL));
      }
    } else {
      for (long k = 0; k < depth; ++k) {
        for (long j = 0; j < width; ++j)
          packed[k * NR + j] = b[k * k_stride + (j0 + j) * j_stride];
        for (long j = width; j < NR; ++j) packed[k * NR + j] = 0;
      }
    }
    packed += depth * NR;
  }
}

#include "few_rows.inc.h"

// C(rows × columns) = A(rows × depth) · packed B (+ bias), or += without bias.
void NAME(product_packed)(long rows, long columns, long depth, const real *a, long a_row,
                          const real *packed, const real *bias, real *c, long c_row,
                          int accumulate) {
  long j = 0;
  if (rows <= 2)
    j = NAME(few_rows)(rows, columns, depth, a, a_row, packed, bias, c, c_row, accumulate);
  for (; j < columns; j += NR) {
    const long width = columns - j < NR ? columns - j : NR;
    NAME(panel)(rows, depth, a, a_row, 1, packed + j * depth, NR, c + j, c_row, 1, width,
                    bias ? bias + j : 0, accumulate);
  }
}

// C(m × n) (+)= Σ_k A(m, k) · B(k, n) for any strides of A and C, rows of B being contiguous.
// Rows of B behind its last full panel are copied, so that no load leaves the array.
void NAME(product)(long m, long n, long depth, const real *a, long a_row, long a_k, const real *b,
                   long b_k, real *c, long c_row, long c_col, int accumulate) {
  long j = 0;
  for (; j + NR <= n; j += NR)
    NAME(panel)(m, depth, a, a_row, a_k, b + j, b_k, c + j * c_col, c_row, c_col, NR, 0,
                accumulate);
  if (j == n) return;
  enum { CHUNK = 64 };
  real copy[CHUNK * NR];
  for (long k = 0; k == 0 || k < depth; k += CHUNK) {  // once for depth 0: the sum is zero
    const long part = depth - k < CHUNK ? depth - k : CHUNK;
    NAME(pack)(part, n - j, b + k * b_k + j, b_k, 1, copy);
    NAME(panel)(m, part, a + k * a_k, a_row, a_k, copy, NR, c + j * c_col, c_row, c_col, n - j, 0,
                accumulate || k > 0);
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

#undef DEFINE_BLOCKS
#undef BLOCKS
#undef PANEL
