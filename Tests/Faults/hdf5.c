// hdf5 POINTS.npy FILE.hdf5: the rows of an array of doubles, of 21 columns, as the dataset aag.
//
// Amp reads HDF5 and does not write it, so that the kill test needs this to make a large file.

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  unsigned char head[10];
  if (!file || fread(head, 1, 10, file) != 10) return 1;
  // Version 1: two bytes of the length of a header, which is not looked at.
  long start = 10 + head[8] + 256 * head[9];
  fseek(file, 0, SEEK_END);
  hsize_t shape[2] = {(hsize_t)(ftell(file) - start) / 8 / 21, 21}, chunk[2] = {256, 21};
  double *rows = malloc(shape[0] * 21 * 8);
  fseek(file, start, SEEK_SET);
  if (!rows || fread(rows, 21 * 8, shape[0], file) != shape[0]) return 1;
  hid_t out = H5Fcreate(arguments[2], H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  hid_t space = H5Screate_simple(2, shape, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(list, 2, chunk);
  H5Pset_deflate(list, 4);
  hid_t set =
      H5Dcreate2(out, "aag", H5T_IEEE_F64LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) < 0) return 1;
  return H5Dclose(set) < 0 || H5Fclose(out) < 0;
}
