#pragma once
#include <hdf5.h>
#include <sys/resource.h>

// Constants that are macros with casts or calls in them, which Swift does not see.

static inline hid_t amp_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t amp_h5_default(void) { return H5P_DEFAULT; }
static inline unsigned amp_h5_read_only(void) { return H5F_ACC_RDONLY; }

// How to open a dataset whose chunks stay in memory up to so many bytes, the least used go first.
static inline hid_t amp_h5_chunks_in_memory(size_t bytes) {
  hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
  H5Pset_chunk_cache(access, 10007, bytes, 1);
  return access;
}

// The library would print its own stack of errors.
static inline void amp_h5_be_silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// No more address space than so many bytes for this process.
static inline void amp_limit_memory(size_t bytes) {
  struct rlimit limit = {bytes, bytes};
  setrlimit(RLIMIT_AS, &limit);
}
