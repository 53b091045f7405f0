// The plug-in: a squared matrix element of g g → γ γ g for Sherpa 3, chosen by AMP in the run card.
//
// Sherpa's generator External asks for Σ|M|², without averages and symmetry factors, and divides by
// them itself: 2·2 spins and 8·8 colours of the incoming gluons, and 2 for two identical photons.
#include <fstream>
#include <iostream>
#include <memory>

#include "ATOOLS/Org/Exception.H"
#include "ATOOLS/Org/Message.H"
#include "ATOOLS/Org/Scoped_Settings.H"
#include "Amplitude.h"
#include "PHASIC++/Process/External_ME_Args.H"
#include "PHASIC++/Process/Tree_ME2_Base.H"

namespace amp {

// One amplitude for the whole run, because Sherpa makes several objects per process.
class Run {
 public:
  static Run &shared() {
    static Run run;
    return run;
  }

  double operator()(const std::array<double, 20> &point) {
    const double value = (*amplitude)(point);
    if (written < points) {
      for (const double component : point) file << component << ' ';
      file << value << '\n';
      ++written;
    }
    return value;
  }

 private:
  Run() {
    auto card = ATOOLS::Settings::GetMainSettings()["AMP"];
    const auto name = card["SOURCE"].SetDefault("surrogate").Get<std::string>();
    Settings settings;
    settings.model = card["MODEL"].SetDefault("run/best.safetensors").Get<std::string>();
    settings.maxUncertainty = card["MAX_UNCERTAINTY"].SetDefault(0.0).Get<double>();
    settings.shift = card["SHIFT"].SetDefault(0.0).Get<double>();
    points = card["POINTS"].SetDefault(0).Get<long>();
    const auto path = card["POINTS_FILE"].SetDefault("points.txt").Get<std::string>();
    try {
      settings.source = source(name);
      amplitude.reset(new Amplitude(settings));
    } catch (const std::exception &error) {
      THROW(fatal_error, std::string("AMP: ") + error.what());
    }
    if (points > 0) {
      file.open(path);
      if (!file) THROW(fatal_error, "AMP: cannot write POINTS_FILE " + path);
      file.precision(17);
    }
    std::cout << "AMP: |M|^2 of g g -> gamma gamma g, source " << name;
    if (settings.source != Source::exact) std::cout << ", model " << settings.model;
    std::cout << std::endl;
  }

  ~Run() {
    const Counts &counts = amplitude->counts();
    std::cout << "AMP: " << counts.points << " points, " << counts.exact << " exact, "
              << counts.outside << " unlike the training points, " << counts.invalid
              << " without an amplitude" << std::endl;
  }

  std::unique_ptr<Amplitude> amplitude;
  std::ofstream file;
  long points = 0, written = 0;
};

class DiphotonGluon : public PHASIC::Tree_ME2_Base {
 public:
  explicit DiphotonGluon(const PHASIC::External_ME_Args &args) : Tree_ME2_Base(args) {
    // Sherpa orders outgoing particles as it likes.
    size_t found = 0;
    for (size_t i = 2; i < 5; ++i)
      (m_flavs[i].IsPhoton() ? photons[found++] : gluon) = i;
    Run::shared();
  }

  double Calc(const ATOOLS::Vec4D_Vector &p) override {
    const auto point =
        Amplitude::ordered({momentum(p[0]), momentum(p[1])},
                           {momentum(p[photons[0]]), momentum(p[photons[1]])}, momentum(p[gluon]));
    const double value = Run::shared()(point);
    if (!(value >= 0)) return 0;  // counted as without an amplitude
    // Averaged without the photons' ½: the average is taken back, and the ½ is Sherpa's.
    return average * value * Amplitude::rescaling(AlphaQCD(), AlphaQED());
  }

  int OrderQCD(const int & = -1) const override { return 3; }
  int OrderEW(const int & = -1) const override { return 2; }

 private:
  static constexpr double average = 2 * 2 * 8 * 8;

  static Momentum momentum(const ATOOLS::Vec4D &p) { return {p[0], p[1], p[2], p[3]}; }

  std::array<size_t, 2> photons;
  size_t gluon;
};

}  // namespace amp

DECLARE_TREEME2_GETTER(amp::DiphotonGluon, "Amp_gg_yyg")
PHASIC::Tree_ME2_Base *
ATOOLS::Getter<PHASIC::Tree_ME2_Base, PHASIC::External_ME_Args, amp::DiphotonGluon>::operator()(
    const PHASIC::External_ME_Args &args) const {
  const auto &in = args.m_inflavs, &out = args.m_outflavs;
  if (args.m_orders.size() < 2 || args.m_orders[0] != 3 || args.m_orders[1] != 2) return nullptr;
  if (in.size() != 2 || out.size() != 3 || !in[0].IsGluon() || !in[1].IsGluon()) return nullptr;
  size_t photons = 0, gluons = 0;
  for (const auto &flavour : out) {
    photons += flavour.IsPhoton();
    gluons += flavour.IsGluon();
  }
  return photons == 2 && gluons == 1 ? new amp::DiphotonGluon(args) : nullptr;
}
