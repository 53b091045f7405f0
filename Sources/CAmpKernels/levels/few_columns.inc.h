// The product with a matrix of a few columns, as the head of a network has.
//
// A tile of result vectors would be empty but for these columns. So here vectors run along the summed
// index k: the matrix is packed column by column, and each number of the result is the sum over the
// lanes of one vector, in the same order for any number of rows.

enum { NAME(few_columns) = 4 };
#define FEW NAME(few_columns)

static void NAME(pack_few)(long depth, long columns, const real *b, long k_stride, long j_stride,
                           real *packed) {
  for (long j = 0; j < columns; ++j)
    for (long k = 0; k < depth; ++k) packed[j * depth + k] = b[k * k_stride + j * j_stride];
}

// Adds a(k..) · packed(j, k..) of `rows` rows to the sums, VL numbers or the last `part`.
#define ADD_FEW(GET)                                                                             \
  {                                                                                              \
    vreal w[FEW];                                                                                \
    UNROLLED for (int j = 0; j < columns; ++j) w[j] = GET(packed + j * depth + k);               \
    UNROLLED for (int r = 0; r < rows; ++r) {                                                    \
      const vreal x = GET(a + r * a_row + k);                                                    \
      UNROLLED for (int j = 0; j < columns; ++j) sum[r][j] += x * w[j];                          \
    }                                                                                            \
  }
#define GET_PART(p) NAME(load_part)(p, depth - k)

static inline __attribute__((always_inline)) void NAME(few_block)(
    const int rows, const int columns, long depth, const real *a, long a_row, const real *packed,
    const real *bias, real *c, long c_row, int accumulate) {
  vreal sum[4][FEW];
  UNROLLED for (int r = 0; r < rows; ++r)
    UNROLLED for (int j = 0; j < columns; ++j) sum[r][j] = (vreal){0};
  long k = 0;
  for (; k + VL <= depth; k += VL) ADD_FEW(LOAD)
  if (k < depth) ADD_FEW(GET_PART)
  UNROLLED for (int r = 0; r < rows; ++r)
    UNROLLED for (int j = 0; j < columns; ++j) {
      real *at = c + r * c_row + j;
      *at = NAME(total)(sum[r][j]) + (bias ? bias[j] : 0) + (accumulate ? *at : 0);
    }
}

// As product_packed for 1 to FEW columns packed by pack_few.
static void NAME(product_few)(long rows, long columns, long depth, const real *a, long a_row,
                              const real *packed, const real *bias, real *c, long c_row,
                              int accumulate) {
#define COLUMNS(N)                                                                               \
  case N:                                                                                        \
    for (; r + 4 <= rows; r += 4)                                                                \
      NAME(few_block)(4, N, depth, a + r * a_row, a_row, packed, bias, c + r * c_row, c_row,     \
                      accumulate);                                                               \
    for (; r < rows; ++r)                                                                        \
      NAME(few_block)(1, N, depth, a + r * a_row, a_row, packed, bias, c + r * c_row, c_row,     \
                      accumulate);                                                               \
    break;
  long r = 0;
  switch (columns) {
    COLUMNS(1)
    COLUMNS(2)
    COLUMNS(3)
    COLUMNS(4)
  }
#undef COLUMNS
}

#undef ADD_FEW
#undef GET_PART
