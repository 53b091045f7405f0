// Amplitudes with uncertainties in C++: predict POINTS MODEL...
//
// As predict.c, with a class that owns a surrogate and evaluates all points of a file at once.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "amp.h"

class Surrogate {
 public:
  explicit Surrogate(const std::string &path, double maxUncertainty = 0) {
    char message[512];
    if (amp_load(path.c_str(), maxUncertainty, 0, &number, message, sizeof message))
      throw std::runtime_error(message);
  }
  ~Surrogate() { static_cast<void>(amp_unload(number)); }
  Surrogate(const Surrogate &) = delete;
  Surrogate &operator=(const Surrogate &) = delete;

  int particles() const { return amp_particles(number); }

  struct Prediction {
    std::vector<double> amplitude, systematic, statistical;
    std::vector<int> verdict;
  };

  Prediction predict(const std::vector<double> &momenta) const {
    const std::size_t points = momenta.size() / (4 * particles());
    const std::vector<double> zeros(points);
    Prediction p{zeros, zeros, zeros, std::vector<int>(points)};
    char message[512];
    const int status = amp_evaluate(number, points, particles(), momenta.data(),
                                    p.amplitude.data(), p.systematic.data(), p.statistical.data(),
                                    p.verdict.data(), message, sizeof message);
    if (status != AMP_STATUS_OK) throw std::runtime_error(message);
    return p;
  }

 private:
  int32_t number = 0;
};

int main(int argc, char **argv) try {
  if (argc < 3) throw std::runtime_error("usage: predict POINTS MODEL...");
  std::ifstream file(argv[1]);
  std::vector<double> momenta;
  for (double number; file >> number;) momenta.push_back(number);
  for (int m = 2; m < argc; ++m) {
    const auto p = Surrogate(argv[m], 0.01).predict(momenta);
    for (std::size_t i = 0; i < p.amplitude.size(); ++i)
      std::printf("%.17g %.17g %.17g %d\n", p.amplitude[i], p.systematic[i], p.statistical[i],
                  p.verdict[i]);
  }
} catch (const std::exception &error) {
  std::cerr << error.what() << '\n';
  return 1;
}
