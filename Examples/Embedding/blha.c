// A Monte Carlo program's view of Amp, by the Binoth Les Houches Accord: blha ORDER CONTRACT POINTS
//
// Asks for a contract, begins it, and evaluates process 1 at all POINTS, a text with one point per
// line: E px py pz in GeV of all particles. Prints |M|² and the relative uncertainty of each.
#include "example.h"

enum { PARTICLES = 5 };

static void expect(int ok, const char *what) {
  if (ok == 1) return;
  char message[512];
  amp_olp_message(message, sizeof message);
  fprintf(stderr, "%s: %d, %s\n", what, ok, message);
  exit(1);
}

int main(int argc, char **argv) {
  if (argc < 4) {
    fprintf(stderr, "usage: %s ORDER CONTRACT POINTS [ALPHAS]\n", argv[0]);
    return 2;
  }
  char name[15], version[15], message[255];
  OLP_Info(name, version, message);
  fprintf(stderr, "%s %s. %s\n", name, version, message);

  int ok;
  OLP_Order(argv[1], argv[2], &ok);
  expect(ok, "OLP_Order");
  OLP_Start(argv[2], &ok);
  expect(ok, "OLP_Start");
  if (argc > 4) {
    const double alphas = atof(argv[4]), zero = 0;
    OLP_SetParameter("alphas", &alphas, &zero, &ok);
    expect(ok, "OLP_SetParameter");
  }

  FILE *points = open_text(argv[3]);
  double momenta[PARTICLES][5] = {{0}};  // E, px, py, pz and the mass, which is zero
  for (;;) {
    int read = 0;
    while (read < 4 * PARTICLES && fscanf(points, "%lf", &momenta[read / 4][read % 4]) == 1)
      ++read;
    if (read < 4 * PARTICLES) break;
    const int process = 1;
    const double scale = 100;
    double values[4], accuracy;
    OLP_EvalSubProcess2(&process, momenta[0], &scale, values, &accuracy);
    printf("%.17g %.17g\n", values[0], accuracy);
  }
  fclose(points);
  return 0;
}
