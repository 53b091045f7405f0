// |M|² of g g → γ γ g for Sherpa: the exact one, a surrogate's, or the surrogate's where it is trusted.
//
// Nothing here knows Sherpa, so that it can be tried without it (evaluate.cpp).
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace amp {

// Where |M|² comes from.
enum class Source { exact, surrogate, gated };

// What the run card says below AMP.
struct Settings {
  Source source = Source::surrogate;
  std::string model;          // the model file, unless the source is exact
  double maxUncertainty = 0;  // gated: σ_tot/A above which the exact amplitude is taken
  double shift = 0;           // |M|² + shift · σ_tot instead of |M|²
};

// The name in the run card; throws std::invalid_argument for another one.
Source source(const std::string &name);

using Momentum = std::array<double, 4>;  // (E, px, py, pz) in GeV, all energies positive

// What has been asked for so far.
struct Counts {
  std::int64_t points = 0;   // all points
  std::int64_t exact = 0;    // answered by the exact amplitude
  std::int64_t outside = 0;  // unlike the training points
  std::int64_t invalid = 0;  // without an amplitude
};

class Amplitude {
 public:
  // The couplings of the amplitudes that surrogates are trained on, and of the exact one.
  static constexpr double alphaS = 0.118, alpha = 1 / 137.035999084;

  // Throws std::runtime_error if the model cannot be read or is for another process.
  explicit Amplitude(const Settings &settings);
  ~Amplitude();
  Amplitude(const Amplitude &) = delete;
  Amplitude &operator=(const Amplitude &) = delete;

  // A point as surrogates want it: gluon along +z, gluon along −z, photons by falling p_T, gluon.
  static std::array<double, 20> ordered(const std::array<Momentum, 2> &in,
                                        const std::array<Momentum, 2> &photons,
                                        const Momentum &gluon);

  // |M|² in GeV⁻², averaged over 2·2 spins and 8·8 colours, summed over final ones, without the ½
  // of two identical photons, at alphaS and alpha; NaN where there is none.
  double operator()(const std::array<double, 20> &point);

  // By which |M|² ∝ α_s³ α² is multiplied for other couplings.
  static double rescaling(double alphaS, double alpha);

  const Counts &counts() const { return counts_; }

 private:
  double exact(const std::array<double, 20> &point);

  Settings settings_;
  Counts counts_;
  std::int32_t surrogate_ = 0;
};

}  // namespace amp
