#pragma once
#include <hdf5.h>

// Constants that are macros with casts or calls in them, which Swift does not see.

static inline hid_t amp_h5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t amp_h5_default(void) { return H5P_DEFAULT; }
static inline unsigned amp_h5_read_only(void) { return H5F_ACC_RDONLY; }

// The library would print its own stack of errors.
static inline void amp_h5_be_silent(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
