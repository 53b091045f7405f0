#include "Amplitude.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "amp.h"

namespace amp {

namespace {

constexpr int process[5] = {21, 21, 22, 22, 21};

double squaredPT(const Momentum &p) { return p[1] * p[1] + p[2] * p[2]; }

}  // namespace

Source source(const std::string &name) {
  if (name == "exact") return Source::exact;
  if (name == "surrogate") return Source::surrogate;
  if (name == "gated") return Source::gated;
  throw std::invalid_argument("the source '" + name + "' is none of exact, surrogate, gated");
}

Amplitude::Amplitude(const Settings &settings) : settings_(settings) {
  if (settings.source == Source::exact) return;
  char message[512];
  if (amp_load(settings.model.c_str(), settings.maxUncertainty, 0, &surrogate_, message,
               sizeof message))
    throw std::runtime_error(message);
  int particles[5];
  if (amp_particles(surrogate_) != 5 || amp_process(surrogate_, particles, 5) ||
      !std::equal(process, process + 5, particles)) {
    static_cast<void>(amp_unload(surrogate_));
    throw std::runtime_error(settings.model + " is no surrogate of g g -> gamma gamma g");
  }
}

Amplitude::~Amplitude() {
  if (surrogate_) static_cast<void>(amp_unload(surrogate_));
}

std::array<double, 20> Amplitude::ordered(const std::array<Momentum, 2> &in,
                                          const std::array<Momentum, 2> &photons,
                                          const Momentum &gluon) {
  const bool swapIn = in[0][3] < in[1][3];
  const bool swapPhotons = squaredPT(photons[0]) < squaredPT(photons[1]);
  std::array<double, 20> point;
  auto at = point.begin();
  for (const Momentum &p : {in[swapIn], in[!swapIn], photons[swapPhotons], photons[!swapPhotons],
                            gluon})
    at = std::copy(p.begin(), p.end(), at);
  return point;
}

double Amplitude::rescaling(double alphaS, double alpha) {
  const double strong = alphaS / Amplitude::alphaS, electromagnetic = alpha / Amplitude::alpha;
  return strong * strong * strong * electromagnetic * electromagnetic;
}

double Amplitude::exact(const std::array<double, 20> &point) {
  ++counts_.exact;
  double value;
  if (amp_exact(process, 5, 1, point.data(), &value, nullptr, nullptr, 0)) {
    ++counts_.invalid;
    return std::numeric_limits<double>::quiet_NaN();
  }
  return value;
}

double Amplitude::operator()(const std::array<double, 20> &point) {
  ++counts_.points;
  if (settings_.source == Source::exact) return exact(point);
  double result[3];
  int verdict;
  const int status = amp_evaluate_point(surrogate_, point.data(), result, &verdict);
  counts_.outside += verdict == AMP_VERDICT_OUTSIDE;
  if (settings_.source == Source::gated && verdict != AMP_VERDICT_TRUSTED) return exact(point);
  if (status) {
    ++counts_.invalid;
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double systematic = std::isnan(result[1]) ? 0 : result[1];
  const double statistical = std::isnan(result[2]) ? 0 : result[2];
  return result[0] + settings_.shift * std::hypot(systematic, statistical);
}

}  // namespace amp
