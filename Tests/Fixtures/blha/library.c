// A library for the tests that speaks the Binoth Les Houches accord, and misbehaves on request.
//
// It knows g g -> g g in the closed form
//     |M|^2 = g^4 9/2 (3 - tu/s^2 - su/t^2 - st/u^2),   g^2 = 4 pi alpha_s,
// (subprocess 7) and anything else by looking the point up in a table (subprocess 8). The setting
// TestBehaviour of order or contract says how it misbehaves, at some points: those whose third
// leg has an energy in GeV with the last digit 3. Macros leave functions out:
// NO_START, NO_SET, NO_EVAL, NO_EVAL2, NO_ORDER; BY_POINTER is the calling convention of Fortran.

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char behaviour[64] = "";
static char type[64] = "";
static double *table;
static long rows, width;
static double alphas = 0.118;

static int is(const char *name) { return strcmp(behaviour, name) == 0; }

static void fall_over(void) { raise(SIGSEGV); }

static void wait_for_ever(void) {
  for (;;) sleep(1000);
}

#ifndef NO_ORDER
void OLP_Order(char *order, char *contract, int *ok) {
  char line[512], chosen[64] = "";
  FILE *in = fopen(order, "r"), *out;
  *ok = -1;
  if (!in) return;
  while (fgets(line, sizeof line, in)) sscanf(line, "TestBehaviour %63s", chosen);
  rewind(in);
  if (strcmp(chosen, "order-crash") == 0) fall_over();
  if (strcmp(chosen, "order-nothing") == 0) return;
  out = fopen(contract, "w");
  if (!out) return;
  while (fgets(line, sizeof line, in)) {
    line[strcspn(line, "#\n")] = 0;
    if (strspn(line, " \t\r") == strlen(line)) continue;
    if (strcmp(chosen, "order-short") == 0 && strncmp(line, "CorrectionType", 14) == 0) continue;
    if (!strstr(line, "->")) {
      int refused = strcmp(chosen, "order-refuse") == 0 && strncmp(line, "IRreg", 5) == 0;
      fprintf(out, "%s | %s\n", line, refused ? "Error: unsupported scheme" : "OK");
    } else if (strcmp(chosen, "order-unknown") == 0) {
      fprintf(out, "%s | Error: no such process\n", line);
    } else if (strcmp(chosen, "order-wrong") == 0) {
      fprintf(out, "%s | 1 99\n", line);
    } else {
      fprintf(out, "%s | 1 %d\n", line, strncmp(line, "21 21 -> 21 21", 14) || line[14] ? 8 : 7);
    }
  }
  fclose(in);
  fclose(out);
  *ok = 1;
}
#endif

#ifndef NO_START
void OLP_Start(char *contract, int *ok) {
  char line[512], path[400] = "";
  FILE *in = fopen(contract, "r");
  *ok = 0;
  if (!in) return;
  while (fgets(line, sizeof line, in)) {
    sscanf(line, "TestBehaviour %63s", behaviour);
    sscanf(line, "AmplitudeType %63s", type);
    sscanf(line, "TestTable %399s", path);
  }
  fclose(in);
  if (is("start-crash")) {
    fprintf(stderr, "cannot find my own feet\n");
    fall_over();
  }
  if (is("start-hang")) wait_for_ever();
  if (is("once")) {
    // Starts as long as the folder has no file of this name, which a crash leaves behind.
    if (access("started", F_OK) == 0) return;
  }
  if (is("start-refuse")) return;
  if (is("prints")) printf("Welcome to a library that talks a lot\n");
  if (path[0]) {
    // rows, momenta in a row, then rows of momenta and the value, all doubles.
    double head[2];
    FILE *file = fopen(path, "rb");
    if (!file || fread(head, sizeof(double), 2, file) != 2) return;
    rows = (long)head[0];
    width = (long)head[1] + 1;
    table = malloc(sizeof(double) * rows * width);
    if (fread(table, sizeof(double), rows * width, file) != (size_t)(rows * width)) return;
    fclose(file);
  }
  *ok = 1;
}
#endif

#ifndef NO_SET
void OLP_SetParameter(char *name, double *re, double *im, int *ok) {
  (void)im;
  if (strcmp(name, "alphas") != 0) {
    *ok = 2;
  } else if (*re <= 0) {
    *ok = 0;
  } else {
    alphas = *re;
    *ok = 1;
  }
}
#endif

static double dot(const double *p, const double *q) {
  return p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3];
}

static double looked_up(const double *p) {
  long row, at, legs = (width - 1) / 4;
  for (row = 0; row < rows; row++) {
    const double *known = table + row * width;
    int same = 1;
    for (at = 0; at < legs && same; at++)
      same = memcmp(known + 4 * at, p + 5 * at, 4 * sizeof(double)) == 0 && p[5 * at + 4] == 0;
    if (same) return known[width - 1];
  }
  return NAN;
}

/// Returns 0 if nothing is to be written.
static int evaluate(int id, const double *p, double coupling, double *value) {
  if (is("mass")) {
    *value = p[14] > 0 ? p[14] : 1;
    return 1;
  }
  int odd = (long)p[10] % 10 == 3;
  if (is("crash") && odd) fall_over();
  if (is("once") && (long)p[10] % 100 == 37) {
    FILE *mark = fopen("started", "w");
    if (mark) fclose(mark);
    fall_over();
  }
  if (is("crash-always")) fall_over();
  if (is("hang") && odd) wait_for_ever();
  if (is("exit") && odd) exit(0);
  if (is("prints")) {
    printf("point done\n");
    fflush(stdout);
    fprintf(stderr, "and again\n");
    close(0);
  }
  if (is("silent") && odd) return 0;
  if (id == 7) {
    double s = 2 * dot(p, p + 5), t = -2 * dot(p, p + 10), u = -2 * dot(p, p + 15);
    double g2 = 4 * M_PI * coupling;
    *value = g2 * g2 * 4.5 * (3 - t * u / (s * s) - s * u / (t * t) - s * t / (u * u));
  } else if (id == 8) {
    *value = looked_up(p);
  } else {
    return 0;
  }
  if (is("nan") && odd) *value = NAN;
  if (is("infinite") && odd) *value = INFINITY;
  if (is("negative") && odd) *value = -*value;
  return 1;
}

static int place(void) { return strcmp(type, "loopsq") == 0 ? 4 : 0; }

#ifndef NO_EVAL2
void OLP_EvalSubProcess2(int *id, double *p, double *mu, double *r, double *acc) {
  double value;
  (void)mu;
  if (!evaluate(*id, p, alphas, &value)) return;
  if (place() == 4) r[0] = r[1] = r[2] = r[3] = 0;
  r[place()] = value;
  if (!is("no-accuracy")) *acc = is("inaccurate") && (long)p[10] % 10 == 3 ? 0.5 : 1e-9;
}
#endif

#ifndef NO_EVAL
#ifdef BY_POINTER
void OLP_EvalSubProcess(int *id, double *p, double *mu, double *coupling, double *r) {
  double value;
  (void)mu;
  if (evaluate(*id, p, *coupling, &value)) r[place()] = value;
}
#else
void OLP_EvalSubProcess(int id, double *p, double mu, double *coupling, double *r) {
  double value;
  (void)mu;
  if (evaluate(id, p, *coupling, &value)) r[place()] = value;
}
#endif
#endif
