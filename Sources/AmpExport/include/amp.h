// Amp for C, C++ and Fortran: surrogate amplitudes with their uncertainties.
//
// Made by scripts/c-header.sh from what the Swift compiler says of Sources/AmpExport: do not edit.
#ifndef AMP_H
#define AMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What to think of the prediction for one point.
typedef enum {
  // Like the training points, and its relative uncertainty is not above the threshold.
  AMP_VERDICT_TRUSTED = 0,
  // The relative total uncertainty is above the threshold: evaluate the exact amplitude.
  AMP_VERDICT_UNCERTAIN = 1,
  // Unlike the training points: evaluate the exact amplitude.
  AMP_VERDICT_OUTSIDE = 2,
  // Nothing is known to judge it by.
  AMP_VERDICT_UNKNOWN = 3,
  // The momenta are not finite, or have no amplitude: the results are NaN.
  AMP_VERDICT_INVALID = 4,
} amp_verdict;

// What a function of the C interface returns.
typedef enum {
  // Everything is as asked.
  AMP_STATUS_OK = 0,
  // A pointer is NULL, a size is negative or does not fit the model, or a process is not known.
  AMP_STATUS_ARGUMENT = 1,
  // There is no surrogate of that number.
  AMP_STATUS_HANDLE = 2,
  // The model file cannot be read, or is no surrogate of this version.
  AMP_STATUS_MODEL = 3,
  // At least one point has momenta that are not finite, or no amplitude.
  AMP_STATUS_POINT = 4,
} amp_status;

// Evaluates `points` points of `particles` particles, momenta (points, particles, 4), row by row.
// Every array but `amplitude` may be NULL; each has one element per point. A point that has no
// amplitude gets NaN and the verdict amp_verdict invalid, and the others are evaluated all the same.
int amp_evaluate(int32_t surrogate, ptrdiff_t points, ptrdiff_t particles, const double *momenta, double *amplitude, double *systematic, double *statistical, int *verdict, char *message, ptrdiff_t capacity);

// Evaluates one point.
// `momenta` are (E, px, py, pz) in GeV of all particles in the order of the process, all energies
// positive. `result` receives three numbers: the amplitude, its systematic and its statistical
// uncertainty, NaN for one that the surrogate does not know. `verdict` (may be NULL) receives an
// amp_verdict. The same numbers for any number of threads.
int amp_evaluate_point(int32_t surrogate, const double *momenta, double *result, int *verdict);

// Evaluates the exact amplitude of a process that Amp itself knows, as what a surrogate is held to.
// `pdg` are the PDG identifiers of the `particles` particles in the order of the momenta: 21 21 22 22
// 21, or four to eight gluons. `momenta` (points, particles, 4) are those of amp_evaluate; the order of
// identical particles does not matter. `amplitude` receives |M|² in GeV^(8 − 2 particles) with
// α_s = 0.118 and α = 1/137.035999084, averaged over initial and summed over final spins and colours,
// without a factor for identical particles; `accuracy` (may be NULL) its estimated relative error. A
// point that has no amplitude gets NaN and infinity, and the others are evaluated all the same.
int amp_exact(const int *pdg, ptrdiff_t particles, ptrdiff_t points, const double *momenta, double *amplitude, double *accuracy, char *message, ptrdiff_t capacity);

// The version of this interface: it rises when a program must be compiled anew.
int amp_interface_version(void);

// Loads a model file that amp-cli wrote (.safetensors), and writes its number to `surrogate`.
// `max_uncertainty` is the relative total uncertainty above which a point is not trusted, 0 for no
// threshold. `samples` is the number of networks to average over, 0 for the model's own choice.
int amp_load(const char *path, double maxUncertainty, ptrdiff_t samples, int32_t *surrogate, char *message, ptrdiff_t capacity);

// Evaluates process `label`, accord 1: `momenta` (particles, 5) are (E, px, py, pz, m) in GeV.
// `alphaS` points to α_s (NULL: as set). `values` receives one number, |M|², for a process with
// `AmplitudeType LoopInduced`, and otherwise four: two poles, |M|² as the finite part, and the Born
// term. `values[0]` is NaN for an unknown label. `scale` has no influence.
void OLP_EvalSubProcess(int label, const double *momenta, double scale, const double *alphaS, double *values);

// Evaluates process `label`, accord 2, with the couplings as set.
// As OLP_EvalSubProcess; `accuracy` receives the relative total uncertainty: at least 1 for a point
// unlike those of the training, infinity where `values` are NaN, −1 where it is not known.
void OLP_EvalSubProcess2(const int *label, const double *momenta, const double *scale, double *values, double *accuracy);

// Writes name and version, at most 15 bytes each, and what to cite, at most 255 bytes.
void OLP_Info(char *name, char *version, char *message);

// Writes what was wrong in the last OLP function that sets `ok`, or an empty text.
void amp_olp_message(char *message, ptrdiff_t capacity);

// Answers an order: reads the file `order` and writes the file `contract`.
// `ok` becomes 1, −1 if a file cannot be read or written, or −2 if the contract contains errors.
void OLP_Order(const char *order, const char *contract, int *ok);

// Writes the values of all parameters to a file.
void OLP_PrintParameter(const char *path);

// Sets a parameter: `alphas` (α_s) or `alpha` (α); the case of letters does not matter.
// `ok` becomes 1, 0 for a value that is not possible, or 2 for a parameter on which the amplitude
// does not depend, or that is not known. A mass of a light quark other than zero is not possible.
void OLP_SetParameter(const char *name, const double *re, const double *im, int *ok);

// Begins a contract: reads the file that `OLP_Order` wrote, and the model that it names.
// `ok` becomes 1, or 0 for a contract that cannot be fulfilled; an earlier contract is over.
void OLP_Start(const char *contract, int *ok);

// The number of particles of a point, incoming ones included; 0 for an unknown surrogate.
int amp_particles(int32_t surrogate);

// Writes the PDG identifiers of the particles to `pdg`, incoming ones first.
// `count` is the room in `pdg`, which must be enough.
int amp_process(int32_t surrogate, int *pdg, ptrdiff_t count);

// Gives a surrogate back; its number is not used again.
int amp_unload(int32_t surrogate);

// Writes the version of Amp, for example 0.1.0, to `version`, a buffer of `capacity` bytes.
void amp_version(char *version, ptrdiff_t capacity);

#ifdef __cplusplus
}
#endif

#endif
