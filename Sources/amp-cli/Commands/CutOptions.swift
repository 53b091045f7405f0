import AmpCore
import AmpData
import ArgumentParser

/// The cuts of `amp-cli generate`; which of them there are depends on the process.
struct CutOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "Smallest p_T of the leading photon in GeV. (default: 40)")
  var ptGamma1: Double?

  @Option(
    parsing: .unconditional, help: "Smallest p_T of the subleading photon in GeV. (default: 30)")
  var ptGamma2: Double?

  @Option(parsing: .unconditional, help: "Largest |η| of a photon. (default: 2.37)")
  var etaGamma: Double?

  @Option(
    parsing: .unconditional,
    help: "Smallest p_T of an outgoing gluon in GeV. (default: 20, without photons 30)")
  var ptJet: Double?

  @Option(parsing: .unconditional, help: "Largest |η| of an outgoing gluon. (default: 5)")
  var etaJet: Double?

  @Option(parsing: .unconditional, help: "Smallest ΔR of the photons. (default: 0.4)")
  var drGammaGamma: Double?

  @Option(
    parsing: .unconditional, help: "Smallest ΔR of a photon and the gluon. (default: 0.4)")
  var drGammaJet: Double?

  @Option(
    parsing: .unconditional, help: "Smallest ΔR of two outgoing gluons. (default: 0.4)")
  var drJetJet: Double?

  /// The cuts on g g → γ γ g.
  func diphoton() throws -> DiphotonCuts {
    try refuse([("--dr-jet-jet", drJetJet)], "there is only one outgoing gluon")
    var cuts = DiphotonCuts()
    cuts.leadingPhoton = ptGamma1 ?? cuts.leadingPhoton
    cuts.subleadingPhoton = ptGamma2 ?? cuts.subleadingPhoton
    cuts.photonPseudorapidity = etaGamma ?? cuts.photonPseudorapidity
    cuts.jet = ptJet ?? cuts.jet
    cuts.jetPseudorapidity = etaJet ?? cuts.jetPseudorapidity
    cuts.photonSeparation = drGammaGamma ?? cuts.photonSeparation
    cuts.photonJetSeparation = drGammaJet ?? cuts.photonJetSeparation
    return cuts
  }

  /// `usual` cuts on gluons with what the options say.
  func gluons(_ usual: GluonCuts) throws -> GluonCuts {
    try refuse(
      [
        ("--pt-gamma1", ptGamma1), ("--pt-gamma2", ptGamma2), ("--eta-gamma", etaGamma),
        ("--dr-gamma-gamma", drGammaGamma), ("--dr-gamma-jet", drGammaJet),
      ], "the process has no photons")
    var cuts = usual
    cuts.transverseMomentum = ptJet ?? cuts.transverseMomentum
    cuts.pseudorapidity = etaJet ?? cuts.pseudorapidity
    cuts.separation = drJetJet ?? cuts.separation
    return cuts
  }

  private func refuse(_ options: [(String, Double?)], _ reason: String) throws {
    for (name, value) in options where value != nil {
      throw AmpError(reason, in: name, remedy: "Leave \(name) out.")
    }
  }
}
