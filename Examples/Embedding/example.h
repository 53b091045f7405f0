// What the examples in C share: a model, and points from a text. Where there is none, or no memory, the
// program ends with a sentence.
#include <stdio.h>
#include <stdlib.h>

#include "amp.h"

// The surrogate of a model file; points with more than 1 % uncertainty are not to be trusted.
static inline int32_t load(const char *path) {
  char message[512];
  int32_t surrogate;
  if (amp_load(path, 0.01, 0, &surrogate, message, sizeof message) != AMP_STATUS_OK) {
    fprintf(stderr, "%s\n", message);
    exit(1);
  }
  return surrogate;
}

static inline FILE *open_text(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    exit(1);
  }
  return file;
}

static inline double *memory(size_t numbers) {
  double *momenta = malloc(numbers * sizeof *momenta);
  if (!momenta) {
    perror("momenta");
    exit(1);
  }
  return momenta;
}

// Up to so many numbers; returns how many there were.
static inline int read_numbers(FILE *text, int count, double *numbers) {
  int read = 0;
  while (read < count && fscanf(text, "%lf", &numbers[read]) == 1) ++read;
  return read;
}
