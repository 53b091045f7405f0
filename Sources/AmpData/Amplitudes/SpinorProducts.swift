#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Spinor products ⟨ij⟩ and [ij] of five massless momenta, all counted as outgoing:
//
//   p₊ = E + px,   λ = (√p₊, (py + i pz)/√p₊),   λ̃ = (√p₊, (py − i pz)/√p₊)
//   ⟨ij⟩ = λ¹ᵢλ²ⱼ − λ²ᵢλ¹ⱼ,   [ij] = −(λ̃¹ᵢλ̃²ⱼ − λ̃²ᵢλ̃¹ⱼ),   s_ij = ⟨ij⟩[ji]
//
// λ and λ̃ of the two incoming legs carry a factor i. For real momenta therefore
// [ij] = ∓⟨ij⟩*, the lower sign for one incoming and one outgoing leg, and s_ij = ±|⟨ij⟩|².

extension LoopWorkspace {
  /// Fills the tables of spinor products and invariants.
  ///
  /// Returns false if the momenta have no spinors (non-finite or vanishing ones, energies that
  /// are not positive, an incoming energy of zero, two exactly parallel legs).
  func fillSpinors(_ momenta: UnsafePointer<Double>, legs: FiveLegs) -> Bool {
    withUnsafeTemporaryAllocation(of: LaneComplex.self, capacity: 5) { lower in
      withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 5) { upper in
        guard findSpinors(of: momenta, count: 5, upper.baseAddress!, lower.baseAddress!) else {
          return false
        }
        return fillProducts(upper.baseAddress!, lower.baseAddress!, legs: legs)
      }
    }
  }

  private func fillProducts(
    _ upper: UnsafeMutablePointer<Lanes>, _ lower: UnsafeMutablePointer<LaneComplex>,
    legs: FiveLegs
  ) -> Bool {
    var nonzero = true
    legs.pair.withUnsafeBufferPointer { pair in
      for i in 0..<5 {
        for j in i + 1..<5 {
          let ij = 5 * i + j
          let ji = 5 * j + i
          var product = lower[j] * upper[i] - lower[i] * upper[j]
          let incoming = (i < 2 ? 1 : 0) + (j < 2 ? 1 : 0)
          if incoming == 1 { product = product.timesI }
          if incoming == 2 { product = -product }
          let norm = product.norm
          nonzero = nonzero && norm[0] > 0 && norm[1] > 0
          let bracket = incoming == 1 ? product.conjugate : -product.conjugate
          let invariant = incoming == 1 ? -norm : norm
          let reciprocal = Lanes(1, 1) / invariant
          angle[ij] = product
          angle[ji] = -product
          square[ij] = bracket
          square[ji] = -bracket
          s[ij] = invariant
          s[ji] = invariant
          pairS[pair[ij]] = invariant
          inverseS[ij] = reciprocal
          inverseS[ji] = reciprocal
          inverseAngle[ij] = -bracket * reciprocal
          inverseAngle[ji] = bracket * reciprocal
          inverseSquare[ij] = -product * reciprocal
          inverseSquare[ji] = product * reciprocal
          ratio[ij] = -bracket.squared * reciprocal
          ratio[ji] = ratio[ij]
          angleSquared[ij] = product.squared
          angleSquared[ji] = angleSquared[ij]
        }
      }
    }
    return nonzero
  }
}

/// λ¹ = √p₊ and λ² of `count` legs, as if all were outgoing, in both frames.
///
/// Returns false if the momenta have no spinors.
func findSpinors(
  of momenta: UnsafePointer<Double>, count: Int, _ upper: UnsafeMutablePointer<Lanes>,
  _ lower: UnsafeMutablePointer<LaneComplex>
) -> Bool {
  for leg in 0..<count { upper[leg] = .zero }
  for lane in 0..<2 {
    // A momentum along −x has no spinor: turn the event until none is. n legs can spoil n
    // directions at most, so one of n + 1 frames is good.
    var found = false
    for turn in 0...count where !found {
      let frame = Frame(lane: lane, turn: turn)
      found = true
      for leg in 0..<count {
        let energy = momenta[4 * leg]
        let (x, y, z) = frame.turn(
          momenta[4 * leg + 1], momenta[4 * leg + 2], momenta[4 * leg + 3])
        let plus = x > 0 ? energy + x : (y * y + z * z) / (energy - x)
        guard energy > 0, plus > 1e-9 * energy, plus < .infinity else {
          found = false
          break
        }
        let root = plus.squareRoot()
        upper[leg][lane] = root
        lower[leg].re[lane] = y / root
        lower[leg].im[lane] = z / root
      }
    }
    if !found { return false }
  }
  return true
}

/// A rotation of space: turn 0 of lane 0 is the identity.
private struct Frame {
  private var x: SIMD3<Double>
  private var y: SIMD3<Double>
  private var z: SIMD3<Double>
  private let identity: Bool

  /// Lane 0 turns about z; lane 1 tilts first by a rational rotation (quaternion 3, 2, 4, 6).
  @inline(__always)
  init(lane: Int, turn: Int) {
    identity = lane == 0 && turn == 0
    let n = 1.0 / 65
    x = lane == 0 ? SIMD3(1, 0, 0) : SIMD3(-39, -20, 48) * n
    y = lane == 0 ? SIMD3(0, 1, 0) : SIMD3(52, -15, 36) * n
    z = lane == 0 ? SIMD3(0, 0, 1) : SIMD3(0, 60, 25) * n
    if turn > 0 {
      let c = cos(Double(turn))
      let s = sin(Double(turn))
      (x, y) = (c * x - s * y, s * x + c * y)
    }
  }

  @inline(__always)
  func turn(_ px: Double, _ py: Double, _ pz: Double) -> (Double, Double, Double) {
    if identity { return (px, py, pz) }
    return (
      x[0] * px + x[1] * py + x[2] * pz,
      y[0] * px + y[1] * py + y[2] * pz,
      z[0] * px + z[1] * py + z[2] * pz
    )
  }
}
