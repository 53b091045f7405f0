/// The processes whose |M|² Amp knows itself.
public enum BuiltInAmplitudes {
  /// The amplitude of `process` with its default couplings.
  ///
  /// - Throws: ``AmpError`` that lists the processes there are.
  public static func amplitude(
    of process: ScatteringProcess
  ) throws(AmpError) -> any SquaredAmplitude {
    if process == .diphotonGluon { return DiphotonGluonAmplitude() }
    if process.particles.allSatisfy({ $0 == 21 }) {
      return try GluonTreeAmplitude(gluons: process.particles.count)
    }
    throw AmpError(
      "Amp has no amplitude of \(process)",
      remedy: "Use one of \(names.joined(separator: ", ")), or label points of your own with a "
        + "library: amp-cli amplitude POINTS --provider LIBRARY.")
  }

  /// The names of all processes.
  public static var names: [String] {
    [ScatteringProcess.diphotonGluon.name]
      + GluonTreeAmplitude.range.map { ScatteringProcess.gluons($0).name }
  }
}
