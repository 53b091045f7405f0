/// Cuts on two photons and a jet (one gluon), all boost-invariant along the beam but |η|.
///
/// Defaults: p_T > 40 and 30 GeV, |η| < 2.37 for the photons; p_T > 20 GeV, |η| < 5 for the jet;
/// ΔR = √(Δη² + Δφ²) > 0.4 for every pair (arXiv:2106.09474). With one gluon, isolation of the
/// photons in cones up to the photon–jet distance adds nothing.
public struct DiphotonCuts: Sendable, Equatable {
  /// The smallest transverse momentum of the leading photon, in GeV.
  public var leadingPhoton = 40.0
  /// The smallest transverse momentum of the sub-leading photon, in GeV.
  public var subleadingPhoton = 30.0
  /// The largest |η| of the photons.
  public var photonPseudorapidity = 2.37
  /// The smallest transverse momentum of the jet, in GeV.
  public var jet = 20.0
  /// The largest |η| of the jet.
  public var jetPseudorapidity = 5.0
  /// The smallest ΔR of the two photons.
  public var photonSeparation = 0.4
  /// The smallest ΔR of the jet and each photon.
  public var photonJetSeparation = 0.4

  /// The default cuts.
  public init() {}

  /// The smallest √ŝ in GeV that the transverse momenta allow.
  ///
  /// √ŝ ≥ Σ p_T, and the three p_T close to a triangle: none exceeds the sum of the others.
  public var minimumEnergy: Double {
    let leading = max(leadingPhoton, subleadingPhoton)
    return max(leading + subleadingPhoton + jet, 2 * max(leading, jet))
  }

  /// Whether point `point` of g g → γ γ g passes, photons in either order.
  public func accept(_ momenta: Momenta, point: Int) -> Bool {
    precondition(momenta.particles == 5, "\(momenta.particles) particles instead of 5")
    return momenta.components.withUnsafeBufferPointer {
      accept($0.baseAddress! + 20 * point + 8)
    }
  }

  /// Whether the outgoing momenta of two photons and a jet pass.
  package func accept(_ p: UnsafePointer<Double>) -> Bool {
    acceptTransverse(p) && acceptAngles(p)
  }
}

extension DiphotonCuts: PhaseSpaceCuts {
  func validate() throws(AmpError) {
    try check(limits: [
      leadingPhoton, subleadingPhoton, jet, photonPseudorapidity, jetPseudorapidity,
      photonSeparation, photonJetSeparation,
    ])
    try check(transverse: [jet, leadingPhoton, subleadingPhoton])
  }

  /// Whether the transverse momenta pass.
  package func acceptTransverse(_ p: UnsafePointer<Double>) -> Bool {
    let first = p[1] * p[1] + p[2] * p[2]
    let second = p[5] * p[5] + p[6] * p[6]
    let third = p[9] * p[9] + p[10] * p[10]
    return max(first, second) > leadingPhoton * leadingPhoton
      && min(first, second) > subleadingPhoton * subleadingPhoton && third > jet * jet
  }

  /// Whether pseudorapidities and distances pass.
  package func acceptAngles(_ p: UnsafePointer<Double>) -> Bool {
    let first = Direction(p)
    let second = Direction(p + 4)
    let third = Direction(p + 8)
    return abs(first.eta) < photonPseudorapidity && abs(second.eta) < photonPseudorapidity
      && abs(third.eta) < jetPseudorapidity
      && first.squaredDistance(second) > photonSeparation * photonSeparation
      && first.squaredDistance(third) > photonJetSeparation * photonJetSeparation
      && second.squaredDistance(third) > photonJetSeparation * photonJetSeparation
  }

  /// Exchanges the photons if the second has the larger p_T.
  func order(_ p: UnsafeMutablePointer<Double>) {
    if p[1] * p[1] + p[2] * p[2] < p[5] * p[5] + p[6] * p[6] {
      for component in 1..<4 { swap(&p[component], &p[4 + component]) }
    }
  }
}
