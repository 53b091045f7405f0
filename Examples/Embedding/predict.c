// Amplitudes with uncertainties in C: predict POINTS MODEL...
//
// POINTS is a text, one point per line: E px py pz in GeV of all particles. For every model, prints
// amplitude, systematic and statistical uncertainty and verdict of each point.
#include <stdio.h>
#include <stdlib.h>

#include "amp.h"

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s POINTS MODEL...\n", argv[0]);
    return 2;
  }
  for (int m = 2; m < argc; ++m) {
    char message[512];
    int32_t surrogate;
    // Points with more than 1 % uncertainty are not to be trusted.
    if (amp_load(argv[m], 0.01, 0, &surrogate, message, sizeof message) != AMP_STATUS_OK) {
      fprintf(stderr, "%s\n", message);
      return 1;
    }
    const int numbers = 4 * amp_particles(surrogate);
    double *momenta = malloc(numbers * sizeof *momenta);
    FILE *points = fopen(argv[1], "r");
    if (!momenta || !points) {
      perror(argv[1]);
      return 1;
    }
    for (;;) {
      int read = 0;
      while (read < numbers && fscanf(points, "%lf", &momenta[read]) == 1) ++read;
      if (read < numbers) break;
      double result[3];
      int verdict;
      // From any number of threads at the same time.
      amp_evaluate_point(surrogate, momenta, result, &verdict);
      printf("%.17g %.17g %.17g %d\n", result[0], result[1], result[2], verdict);
    }
    fclose(points);
    free(momenta);
    if (amp_unload(surrogate) != AMP_STATUS_OK) return 1;
  }
  return 0;
}
