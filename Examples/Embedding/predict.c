// Amplitudes with uncertainties in C: predict POINTS MODEL...
//
// POINTS is a text, one point per line: E px py pz in GeV of all particles. For every model, prints
// amplitude, systematic and statistical uncertainty and verdict of each point.
#include "example.h"

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s POINTS MODEL...\n", argv[0]);
    return 2;
  }
  for (int m = 2; m < argc; ++m) {
    const int32_t surrogate = load(argv[m]);
    const int numbers = 4 * amp_particles(surrogate);
    double *momenta = memory(numbers);
    FILE *points = open_text(argv[1]);
    while (read_numbers(points, numbers, momenta) == numbers) {
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
