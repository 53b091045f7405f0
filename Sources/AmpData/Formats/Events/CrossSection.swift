/// A cross section of protons, as it stands in files of events.
public struct CrossSection: Sendable, Equatable {
  /// The cross section in pb.
  public var value: Double
  /// Its error in pb.
  public var error: Double
  /// The largest weight of an event, in pb.
  public var largestWeight: Double
  /// The energy of each beam in GeV.
  public var beamEnergy: Double

  /// Joins a value with its error, the largest weight and the energy of a beam.
  public init(value: Double, error: Double, largestWeight: Double, beamEnergy: Double) {
    self.value = value
    self.error = error
    self.largestWeight = largestWeight
    self.beamEnergy = beamEnergy
  }
}
