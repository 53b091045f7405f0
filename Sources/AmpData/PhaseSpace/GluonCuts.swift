/// Cuts on outgoing gluons, alike for all of them and boost-invariant along the beam but |η|.
public struct GluonCuts: Sendable, Equatable {
  /// The smallest transverse momentum of a gluon, in GeV.
  public var transverseMomentum = 30.0
  /// The largest |η| of a gluon.
  public var pseudorapidity = 5.0
  /// The smallest ΔR = √(Δη² + Δφ²) of two gluons.
  public var separation = 0.4

  /// The number of outgoing gluons.
  public let gluons: Int

  /// The default cuts on `gluons` outgoing gluons; traps for fewer than two.
  public init(gluons: Int) {
    precondition(gluons >= 2, "\(gluons) outgoing gluons")
    self.gluons = gluons
  }

  /// The smallest √ŝ in GeV that the transverse momenta allow, √ŝ ≥ Σ p_T.
  public var minimumEnergy: Double { Double(gluons) * transverseMomentum }

  /// Whether point `point` passes; traps unless it has two incoming and ``gluons`` outgoing ones.
  public func accept(_ momenta: Momenta, point: Int) -> Bool {
    precondition(
      momenta.particles == gluons + 2,
      "\(momenta.particles) particles instead of \(gluons + 2)")
    return momenta.components.withUnsafeBufferPointer { components in
      guard let base = components.baseAddress else { return false }
      let p = base + 4 * (gluons + 2) * point + 8
      return acceptTransverse(p) && acceptAngles(p)
    }
  }
}

extension GluonCuts: PhaseSpaceCuts {
  func validate() throws(AmpError) {
    try check(limits: [transverseMomentum, pseudorapidity, separation])
    try check(transverse: [transverseMomentum])
    guard gluons == 2 || separation > 0 else {
      throw AmpError(
        "the distance of two gluons is not bounded from below", in: "cuts",
        remedy: "|M|² diverges for collinear gluons: set the smallest ΔR above 0.")
    }
  }

  func acceptTransverse(_ p: UnsafePointer<Double>) -> Bool {
    for gluon in 0..<gluons {
      let q = p + 4 * gluon
      if q[1] * q[1] + q[2] * q[2] <= transverseMomentum * transverseMomentum { return false }
    }
    return true
  }

  func acceptAngles(_ p: UnsafePointer<Double>) -> Bool {
    withUnsafeTemporaryAllocation(of: Direction.self, capacity: gluons) { directions in
      for gluon in 0..<gluons {
        let direction = Direction(p + 4 * gluon)
        if abs(direction.eta) >= pseudorapidity { return false }
        for other in 0..<gluon
        where direction.squaredDistance(directions[other]) <= separation * separation {
          return false
        }
        directions.initializeElement(at: gluon, to: direction)
      }
      return true
    }
  }

  func order(_ p: UnsafeMutablePointer<Double>) {
    func transverse(_ gluon: Int) -> Double {
      p[4 * gluon + 1] * p[4 * gluon + 1] + p[4 * gluon + 2] * p[4 * gluon + 2]
    }
    for end in 1..<gluons {
      var at = end
      while at > 0, transverse(at - 1) < transverse(at) {
        for component in 0..<4 { swap(&p[4 * (at - 1) + component], &p[4 * at + component]) }
        at -= 1
      }
    }
  }
}
