/// The exact leading-order |M|² of g(p₁) g(p₂) → γ(p₃) γ(p₄) g(p₅), in GeV⁻².
///
///     |M|² = C Σ_h |A(h)|²,   A(h) = Σ_σ a(σ; h)   (32 helicities h, 12 orderings σ)
///     C = 8π α² α_s³ (Σ Q²)² N/(N² − 1) = 8π α² α_s³ · (11/9)² · 3/8
///
/// for a loop of five massless quark flavours (no top, no Higgs), averaged over 2·2 spins and
/// 8·8 colours of the incoming gluons. The value does not depend on a renormalisation scale other
/// than through α_s. Z. Bern, L. Dixon, D. Kosower, Phys. Rev. Lett. 70 (1993) 2677;
/// D. de Florian, Z. Kunszt, hep-ph/9905283.
///
/// Every point is evaluated in two frames at once. The accuracy is the larger of ten times their
/// relative difference and the effect of imprecise momenta, (4ε + 8δ) ŝ/min|s_ij|, with δ the
/// violation of momentum conservation and of the mass shell in units of √ŝ.
public struct DiphotonGluonAmplitude: SquaredAmplitude, Equatable {
  /// The fine-structure constant α.
  public var electromagneticCoupling: Double

  /// The strong coupling α_s, a constant.
  public var strongCoupling: Double

  /// Whether |M|² contains the factor 1/2 of the two identical photons.
  ///
  /// NJet and the published data sets leave it to the cross section; MCFM includes it.
  public var includesPhotonSymmetry: Bool

  private let legs = FiveLegs()

  /// Creates the amplitude; the defaults are those of the published data sets (NJet).
  public init(
    electromagneticCoupling: Double = 1 / 137.035999084, strongCoupling: Double = 0.118,
    includesPhotonSymmetry: Bool = false
  ) {
    self.electromagneticCoupling = electromagneticCoupling
    self.strongCoupling = strongCoupling
    self.includesPhotonSymmetry = includesPhotonSymmetry
  }

  /// g g → γ γ g.
  public var process: ScatteringProcess { .diphotonGluon }

  /// The factor C in |M|² = C Σ_h |A(h)|².
  public var prefactor: Double {
    let charges = 11.0 / 9
    let couplings =
      electromagneticCoupling * electromagneticCoupling * strongCoupling * strongCoupling
      * strongCoupling
    return 8 * Double.pi * couplings * charges * charges * (3.0 / 8)
      * (includesPhotonSymmetry ? 0.5 : 1)
  }

  /// Evaluates a run of points on the calling thread; see ``SquaredAmplitude``.
  public func evaluate(
    _ momenta: UnsafePointer<Double>, count: Int, values: UnsafeMutablePointer<Double>,
    accuracies: UnsafeMutablePointer<Double>
  ) {
    let workspace = LoopWorkspace()
    defer { workspace.deallocate() }
    let prefactor = self.prefactor
    for point in 0..<count {
      let p = momenta + 20 * point
      let sum = workspace.sumOverHelicities(p, legs: legs) ?? Lanes(repeating: .nan)
      let value = prefactor * sum[0]
      let accuracy = max(
        10 * abs(sum[1] - sum[0]) / sum[0], workspace.sensitivity * roundings(in: p, particles: 5))
      let valid = value.isFinite && value > 0 && accuracy.isFinite
      values[point] = valid ? value : .nan
      accuracies[point] = valid ? accuracy : .infinity
    }
  }

  /// Whether couplings and convention are the same.
  public static func == (a: DiphotonGluonAmplitude, b: DiphotonGluonAmplitude) -> Bool {
    a.electromagneticCoupling == b.electromagneticCoupling
      && a.strongCoupling == b.strongCoupling
      && a.includesPhotonSymmetry == b.includesPhotonSymmetry
  }
}

extension LoopWorkspace {
  /// Σ_h |A(h)|² of one point in both frames, or nil if its momenta have no spinors.
  ///
  /// With A(h) = P + iQ and A(−h) = −(P − iQ)*, two helicities give 2|P|² + 2|Q|².
  func sumOverHelicities(
    _ momenta: UnsafePointer<Double>, legs: FiveLegs, shift: Double = 0
  ) -> Lanes? {
    guard sumOverOrderings(momenta, legs: legs, shift: shift, orderings: 0..<12) else { return nil }
    var sum = Lanes.zero
    for n in 0..<10 { sum += real[n].norm + imaginary[n].norm }
    for n in 0..<6 { sum += rational[n].norm }
    return sum + sum
  }

  /// Fills all tables for one point and adds up the given orderings; false without spinors.
  package func sumOverOrderings(
    _ momenta: UnsafePointer<Double>, legs: FiveLegs, shift: Double, orderings: Range<Int>
  ) -> Bool {
    guard fillSpinors(momenta, legs: legs) else { return false }
    fillLoopFunctions(legs: legs, shift: shift)
    clearSums()
    legs.orderings.withUnsafeBufferPointer { table in
      legs.pair.withUnsafeBufferPointer { pair in
        for n in orderings { add(ordering: table.baseAddress! + 5 * n, pair: pair.baseAddress!) }
      }
    }
    return true
  }

  /// ŝ/min|s_ij|: how much relative rounding errors of the momenta grow in the invariants.
  var sensitivity: Double {
    var smallest = Double.infinity
    for pair in 0..<10 { smallest = Swift.min(smallest, Swift.abs(pairS[pair][0])) }
    return pairS[0][0] / smallest
  }

  /// A(h) of all 32 helicities in the frame of the point, after `sumOverOrderings`.
  ///
  /// Bit i of the index is set if leg i has negative helicity, all legs counted as outgoing.
  package func helicityAmplitudes(legs: FiveLegs) -> [LaneComplex] {
    var amplitudes = [LaneComplex](repeating: .zero, count: 32)
    func set(_ mask: Int, _ p: LaneComplex, _ q: LaneComplex) {
      amplitudes[mask] = p + q.timesI
      amplitudes[31 ^ mask] = -(p - q.timesI).conjugate
    }
    set(0, rational[5], .zero)
    for leg in 0..<5 {
      set(1 << leg, rational[leg], .zero)
      for other in leg + 1..<5 {
        let n = legs.pair[5 * leg + other]
        set(1 << leg | 1 << other, real[n], imaginary[n])
      }
    }
    return amplitudes
  }
}
