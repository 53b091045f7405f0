// Amplitudes as the plug-in hands them to Sherpa, without Sherpa: evaluate POINTS SOURCE [MODEL [SHIFT]]
//
// A point per line: (E, px, py, pz) of g g, of the photons in any order, and of the gluon; numbers
// after these 20 are passed over. Prints |M|² at α_s = 0.118 and α = 1/137.035999084.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "Amplitude.h"

int main(int argc, char **argv) try {
  if (argc < 3) throw std::runtime_error("usage: evaluate POINTS SOURCE [MODEL [SHIFT]]");
  amp::Settings settings;
  settings.source = amp::source(argv[2]);
  if (argc > 3) settings.model = argv[3];
  if (argc > 4) settings.shift = std::stod(argv[4]);
  amp::Amplitude amplitude(settings);
  std::ifstream file(argv[1]);
  if (!file) throw std::runtime_error(std::string("cannot read ") + argv[1]);
  for (std::string line; std::getline(file, line);) {
    std::istringstream numbers(line);
    std::array<amp::Momentum, 5> p;
    for (auto &momentum : p)
      for (auto &component : momentum) numbers >> component;
    if (!numbers) throw std::runtime_error("not a point: " + line);
    const auto point = amp::Amplitude::ordered({p[0], p[1]}, {p[2], p[3]}, p[4]);
    std::printf("%.17g\n", amplitude(point));
  }
} catch (const std::exception &error) {
  std::cerr << error.what() << '\n';
  return 1;
}
