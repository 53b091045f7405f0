// What a call costs: timing POINTS MODEL...
//
// POINTS is a text as for predict.c. For every model, prints the time of amp_evaluate_point in
// microseconds on one core: the shortest and the median of 200 runs over at most 1000 of the points.
#define _POSIX_C_SOURCE 199309L
#include <time.h>

#include "example.h"

enum { RUNS = 200, POINTS = 1000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * t.tv_sec + 1e-3 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s POINTS MODEL...\n", argv[0]);
    return 2;
  }
  for (int m = 2; m < argc; ++m) {
    const int32_t surrogate = load(argv[m]);
    const int numbers = 4 * amp_particles(surrogate);
    double *momenta = memory(POINTS * numbers);
    FILE *text = open_text(argv[1]);
    const int points = read_numbers(text, POINTS * numbers, momenta) / numbers;
    fclose(text);
    if (points == 0) {
      fprintf(stderr, "%s: no point of %d numbers\n", argv[1], numbers);
      return 1;
    }
    double times[RUNS];
    for (int run = 0; run < RUNS; ++run) {
      const double begin = now();
      for (int point = 0; point < points; ++point) {
        double result[3];
        int verdict;
        amp_evaluate_point(surrogate, momenta + point * numbers, result, &verdict);
      }
      times[run] = (now() - begin) / points;
    }
    qsort(times, RUNS, sizeof *times, ascending);
    printf("%s: shortest %.2f, median %.2f microseconds of %d runs over %d points\n", argv[m], times[0],
           times[RUNS / 2], RUNS, points);
    free(momenta);
    if (amp_unload(surrogate) != AMP_STATUS_OK) return 1;
  }
  return 0;
}
