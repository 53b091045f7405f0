/// Cuts on the outgoing particles of a generated point, in the partonic frame and the laboratory.
///
/// Functions get the outgoing momenta, four components each.
protocol PhaseSpaceCuts: Sendable {
  /// The smallest √ŝ in GeV that the transverse momenta allow.
  var minimumEnergy: Double { get }

  /// Throws an ``AmpError`` for cuts that are no cuts, or under which |M|² diverges.
  func validate() throws(AmpError)

  /// Whether the transverse momenta pass.
  func acceptTransverse(_ p: UnsafePointer<Double>) -> Bool

  /// Whether pseudorapidities and distances in the laboratory pass.
  func acceptAngles(_ p: UnsafePointer<Double>) -> Bool

  /// Brings identical particles into the order of their p_T, leading first.
  ///
  /// Energies need not be moved: they are computed anew.
  func order(_ p: UnsafeMutablePointer<Double>)
}

extension PhaseSpaceCuts {
  /// Throws unless all `limits` are finite and not negative.
  func check(limits: [Double]) throws(AmpError) {
    guard limits.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw AmpError(
        "a cut is negative or not finite", in: "cuts",
        remedy: "Use finite transverse momenta in GeV, |η| and ΔR; 0 switches a lower cut off.")
    }
  }

  /// Throws unless all `transverse` momenta are bounded from below.
  func check(transverse: [Double]) throws(AmpError) {
    guard transverse.allSatisfy({ $0 > 0 }) else {
      throw AmpError(
        "a transverse momentum is not bounded from below", in: "cuts",
        remedy: "|M|² diverges for soft and collinear gluons: set all p_T cuts above 0 GeV.")
    }
  }
}
