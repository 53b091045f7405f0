// Panels whose numbers lack their last bytes, where these are zero.
//
// A single point reads every weight once, and from where they do not fit into the second-level cache
// reading takes longer than arithmetic. A double that was rounded to 37 bits ends with two bytes of
// zeros: without them a quarter less is read. Moving bytes changes no number. Shorter vectors have as much
// to do with the arithmetic, and a float has no bytes to spare: there numbers stay whole.

#if defined(F64) && VECTOR_BYTES == 64
enum { NAME(short_bytes) = 6 };
#else
enum { NAME(short_bytes) = sizeof(real) };
#endif
#define SHORT NAME(short_bytes)

// A vector of numbers of SHORT bytes each; reads as much memory as the vector takes.
INLINE vreal NAME(lengthen)(const char *p) {
#if defined(F64) && VECTOR_BYTES == 64
  typedef unsigned short pairs __attribute__((vector_size(64), aligned(2)));
  enum { Z = 32 };  // a zero; the last byte of a number stands first in memory
  return (vreal)__builtin_shufflevector(*(const pairs *)p, (pairs){0}, Z, 0, 1, 2, Z, 3, 4, 5, Z, 6,
                                        7, 8, Z, 9, 10, 11, Z, 12, 13, 14, Z, 15, 16, 17, Z, 18,
                                        19, 20, Z, 21, 22, 23);
#else
  return LOAD((const real *)p);
#endif
}

// Copies packed panels of depth × columns numbers without the bytes that are zero; returns the bytes of a
// number then. Returns 0 if there are others, if numbers stay whole, or unless the columns fill groups of
// panels. There must be room for VECTOR_BYTES more: vectors are read whole.
long NAME(shorten)(long depth, long columns, const real *packed, void *shortened) {
  enum { LOST = sizeof(real) - SHORT };
  if (LOST == 0 || columns % (NAME(group_of_one) * NR) != 0) return 0;
  const char *from = (const char *)packed;
  char *to = shortened;
  for (long i = 0; i < depth * columns; ++i, from += sizeof(real)) {
    for (int byte = 0; byte < (int)sizeof(real); ++byte)
      if (byte >= LOST) *to++ = from[byte];
      else if (from[byte] != 0) return 0;
  }
  return SHORT;
}
