// Counts the calls of malloc and its like while a point is evaluated: allocations MODEL POINT
#include <stdio.h>

#include "amp.h"
#include "counting_malloc.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  char message[256];
  int32_t surrogate;
  double momenta[20], result[3];
  FILE *file = fopen(argv[2], "r");
  if (!file || amp_load(argv[1], 0.01, 0, &surrogate, message, sizeof message)) return 1;
  for (int i = 0; i < 20; ++i)
    if (fscanf(file, "%lf", &momenta[i]) != 1) return 1;
  if (calls == 0) return 3;  // nothing is counted
  int verdict, status = amp_evaluate_point(surrogate, momenta, result, &verdict);
  const long before = calls;
  for (int i = 0; i < 1000; ++i) status |= amp_evaluate_point(surrogate, momenta, result, &verdict);
  const long counted = calls - before;
  printf("%ld allocations in 1000 calls\n", counted);
  return status;
}
