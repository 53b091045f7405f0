import AmpCore
import AmpData
import AmpNets
import ArgumentParser

/// The options of a generator of points, shared by all commands that draw them.
struct GeneratorOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The hadronic centre-of-mass energy in GeV.")
  var sqrtS = 1000.0

  @Option(
    help: "The gluon density: ct18 or nnpdf31.", completion: .list(densities.map(\.name)))
  var pdf = "ct18"

  @OptionGroup(title: "Cuts") var cuts: CutOptions

  @Option(
    parsing: .unconditional,
    help: "The relative accuracy below which a point is replaced or left out.")
  var tolerance = 1e-8

  /// The generator of g g → γ γ g.
  func diphoton() throws -> DiphotonGenerator {
    var generator = DiphotonGenerator()
    (generator.collisionEnergy, generator.density) = (sqrtS, try density())
    (generator.cuts, generator.tolerance) = (try cuts.diphoton(), tolerance)
    return generator
  }

  /// The generator of gluons; throws an ``AmpError`` with the list of processes for any other.
  func gluons(of process: ScatteringProcess) throws -> GluonGenerator {
    let density = try density()
    _ = try located("--process") { try BuiltInAmplitudes.amplitude(of: process) }
    var generator = try GluonGenerator(gluons: process.particles.count)
    (generator.collisionEnergy, generator.density) = (sqrtS, density)
    (generator.cuts, generator.tolerance) = (try cuts.gluons(generator.cuts), tolerance)
    return generator
  }

  /// The phase space of a process.
  func phaseSpace(of process: ScatteringProcess) throws -> FlatPhaseSpace {
    process == .diphotonGluon ? try diphoton().phaseSpace : try gluons(of: process).phaseSpace
  }

  private func density() throws -> GluonDensity {
    try located("--pdf") {
      try choose(pdf, among: GeneratorOptions.densities, of: "gluon density", by: \.name).density
    }
  }

  private static let densities = [
    (name: "ct18", density: GluonDensity.ct18), (name: "nnpdf31", density: .nnpdf31),
  ]

  /// What generators call their options, and what they are called here.
  static let names = [
    "points": "--points", "collision energy": "--sqrt-s", "density": "--pdf",
    "tolerance": "--tolerance", "events": "--events", "overflow": "--overflow",
    "pilot points": "--pilot", "enrichment": "--enrich",
  ]
}
