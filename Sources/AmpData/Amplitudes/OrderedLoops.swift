// One ordering (i, j, k, l, m) of a massless quark loop with five legs, a = −16π²i A[1/2], for the
// helicities with at most two minus signs (all legs outgoing).
//
//   Z. Bern, L. Dixon, D. Kosower, Phys. Rev. Lett. 70 (1993) 2677;
//   D. de Florian, Z. Kunszt, hep-ph/9905283; Z. Bern, L. Dixon, C. Schmidt, hep-ph/0206194.
//
// Every a is a sum Σ c f of spinor coefficients c and loop functions f. Flipping all helicities
// exchanges ⟨⟩ and [], which for real momenta turns c into −c*, but leaves f alone. With
//
//   P = Σ c Re f,   Q = Σ c Im f   (summed over orderings as well)
//
// the amplitudes are A(h) = P + iQ and A(−h) = −(P − iQ)*, so that one pass serves both.
// Poles, ln μ² and constants common to all orderings multiply the sum of the tree amplitudes,
// which vanishes; they are left out.

extension LoopWorkspace {
  /// Sets the sums over orderings to zero.
  func clearSums() {
    for n in 0..<10 {
      real[n] = .zero
      imaginary[n] = .zero
    }
    for n in 0..<6 { rational[n] = .zero }
  }

  /// Adds one ordering, five legs, to the sums.
  ///
  /// `real` and `imaginary` are P and Q of the ten helicities with two minus signs, by the pair
  /// number of the two legs; `rational` holds A for one minus sign, by its leg, and at 5 for none.
  func add(ordering: UnsafePointer<Int>, pair: UnsafePointer<Int>) {
    let (o0, o1, o2, o3, o4) = (ordering[0], ordering[1], ordering[2], ordering[3], ordering[4])
    let treeDenominator =
      inverseAngle[5 * o0 + o1] * inverseAngle[5 * o1 + o2] * inverseAngle[5 * o2 + o3]
      * inverseAngle[5 * o3 + o4] * inverseAngle[5 * o4 + o0]
    rational[5] += allPlus(o0, o1, o2, o3, o4) * treeDenominator
    var (i, j, k, l, m) = (o0, o1, o2, o3, o4)
    for _ in 0..<5 {
      rational[i] += oneMinus(i, j, k, l, m) * treeDenominator
      let adjacent = pair[5 * i + j]
      addAdjacent(i, j, k, l, m, treeDenominator, pair, &real[adjacent], &imaginary[adjacent])
      let apart = pair[5 * i + k]
      addApart(i, j, k, l, m, treeDenominator, pair, &real[apart], &imaginary[apart])
      (i, j, k, l, m) = (j, k, l, m, i)
    }
  }

  /// i⁺j⁺k⁺l⁺m⁺ without the denominator 1/(⟨ij⟩⟨jk⟩⟨kl⟩⟨lm⟩⟨mi⟩).
  @inline(__always)
  private func allPlus(_ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int) -> LaneComplex {
    let (ij, jk, kl) = (at(i, j), at(j, k), at(k, l))
    let (lm, mi, li) = (at(l, m), at(m, i), at(l, i))
    let products = s[ij] * s[jk] + s[jk] * s[kl] + s[kl] * s[lm] + s[lm] * s[mi] + s[mi] * s[ij]
    let trace =
      square[ij] * angle[jk] * square[kl] * angle[li]
      - angle[ij] * square[jk] * angle[kl] * square[li]
    return (LaneComplex(products) + trace) * Lanes(repeating: -1.0 / 6)
  }

  /// i⁻j⁺k⁺l⁺m⁺ without the denominator 1/(⟨ij⟩⟨jk⟩⟨kl⟩⟨lm⟩⟨mi⟩).
  @inline(__always)
  private func oneMinus(_ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int) -> LaneComplex {
    let (ij, jk, kl, lm, mi) = (at(i, j), at(j, k), at(k, l), at(l, m), at(m, i))
    let (ik, il, jm) = (at(i, k), at(i, l), at(j, m))
    let first = square[jm] * (s[jk] + s[kl] + s[lm])
    let second = square[at(j, l)] * angle[at(l, k)] * square[at(k, m)]
    let chain =
      angleSquared[ik] * (angleSquared[ij] * ratio[jk] + angleSquared[il] * ratio[kl])
      + angleSquared[il] * angleSquared[mi] * ratio[lm]
    let ends = angleSquared[ij] * angleSquared[mi] * (inverseS[ij] * inverseS[mi])
    return (square[jm] * (first - second) * ends - chain) * Lanes(repeating: 1.0 / 3)
  }

  /// Adds i⁻j⁻k⁺l⁺m⁺: −V·tree − (2/3) F^f − G with V = (ln(−s_jk) + ln(−s_mi))/3.
  @inline(__always)
  private func addAdjacent(
    _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int, _ treeDenominator: LaneComplex,
    _ pair: UnsafePointer<Int>, _ p: inout LaneComplex, _ q: inout LaneComplex
  ) {
    let (ij, jk, kl, lm, mi) = (at(i, j), at(j, k), at(k, l), at(l, m), at(m, i))
    let (jl, km, li) = (at(j, l), at(k, m), at(l, i))
    let third = Lanes(repeating: 1.0 / 3)
    let (rJK, rMI) = (inverseS[jk], inverseS[mi])

    let squares = angleSquared[ij]
    let partial = squares * treeDenominator
    let tree = partial * squares
    let left = square[kl] * angle[li]
    let right = angle[jl] * square[lm]
    let x = angle[jk] * left + right * angle[mi]
    let inverse = inverseAngle[kl] * inverseAngle[lm]
    let both = left * right * inverse
    let c0 = partial * angle[ij] * x * (third * rMI)
    let c2 = both * x * (third * rMI * rMI * rMI)
    let spread = Lanes(1, 1) - s[km] * inverseS[ij]
    let half = Lanes(repeating: 0.5)
    let turned: LaneComplex = angleSquared[km].conjugate * (angle[jk] * angle[mi])
    let bare: LaneComplex = turned * inverse * spread + both * half
    let rest = angle[ij] * bare * (third * rJK * rMI)

    let loop = pair[jk] &* 10 &+ pair[mi]
    let v: LaneComplex = (logs[pair[jk]] + logs[pair[mi]]) * third
    p += c0 * l0[loop].re + c2 * l2[loop].re - tree * v.re - rest
    q += c0 * l0[loop].im + c2 * l2[loop].im - tree * v.im
  }

  /// Adds i⁻j⁺k⁻l⁺m⁺: −V·tree − F^f − F^s with V = (ln(−s_kl) + ln(−s_mi))/3.
  ///
  /// The terms come in two kinds A and B that a reflection about j exchanges (i ↔ k, l ↔ m).
  @inline(__always)
  private func addApart(
    _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int, _ treeDenominator: LaneComplex,
    _ pair: UnsafePointer<Int>, _ p: inout LaneComplex, _ q: inout LaneComplex
  ) {
    let (ij, jk, kl, lm, mi) = (at(i, j), at(j, k), at(k, l), at(l, m), at(m, i))
    let (ik, jl, jm, li, mk) = (at(i, k), at(j, l), at(j, m), at(l, i), at(m, k))
    let third = Lanes(repeating: 1.0 / 3)
    let twoThirds = third + third
    let half = Lanes(repeating: 0.5)
    let (rMI, rKL) = (inverseS[mi], inverseS[kl])

    let squares = angleSquared[ik]
    let partial = squares * treeDenominator
    let tree = partial * squares

    // Y = ⟨im⟩[mj]⟨jk⟩ − ⟨kl⟩[lj]⟨ji⟩ = yB − yA
    let edges = angle[ij] * angle[kl]
    let sides = angle[jk] * angle[mi]
    let yA = edges * square[jl]
    let yB = sides * square[jm]
    let y = angle[ik] * (yB - yA)

    // u = ⟨li⟩[jl]/s_mi, gA = u/(⟨jl⟩⟨lm⟩⟨mi⟩) and their reflections
    let u = angle[li] * square[jl] * rMI
    let w = angle[mk] * square[jm] * rKL
    let hA = u * inverseAngle[jl]
    let hB = w * inverseAngle[jm]
    let gA = hA * inverseAngle[lm] * inverseAngle[mi]
    let gB = hB * inverseAngle[lm] * inverseAngle[kl]

    // Coefficients of L1 + L1 + 2 Ls1 in F^s, of Ls1 in F^f, of L0, of L2.
    let dA = -(edges * angle[jk] * hA * gA)
    let dB = -(sides * angle[ij] * hB * gB)
    let fA: LaneComplex = squares * gA * (s[jl] * rMI)
    let fB: LaneComplex = -(squares * gB) * (s[jm] * rKL)
    let c0 = partial * y * (rMI * third)
    let e1 = gA * (angle[jk] * u).squared * twoThirds
    let e2 = -gB * (angle[ij] * w).squared * twoThirds
    let n = square[jl] * square[jm] * inverseAngle[lm]
    let curls: LaneComplex = gA * yA.squared * s[mi] - gB * yB.squared * s[kl]
    let e3 = (n * y + curls + curls) * (third * rMI * rMI * rMI)
    let corner: LaneComplex = yA * yB * (inverseS[ij] * inverseS[jk]) + squares * half
    let rest = n * corner * (third * rKL * rMI)

    let (onJK, onKL) = (pair[jk] &* 10 &+ pair[mi], pair[kl] &* 10 &+ pair[mi])
    let (onIJ, onMI) = (pair[ij] &* 10 &+ pair[kl], pair[mi] &* 10 &+ pair[kl])
    let boxA = ls1[pair[mi] &* 5 &+ k]
    let boxB = ls1[pair[kl] &* 5 &+ i]
    let restA: Lanes = third * s[jl] * s[mi] * inverseS[jk] * rKL
    let restB: Lanes = third * s[jm] * s[kl] * inverseS[ij] * rMI
    var loopA: LaneComplex = l1[onJK] + l1[onKL]
    loopA += boxA + boxA - LaneComplex(restA)
    var loopB: LaneComplex = l1[onIJ] + l1[onMI]
    loopB += boxB + boxB - LaneComplex(restB)
    let v: LaneComplex = (logs[pair[kl]] + logs[pair[mi]]) * third
    var re: LaneComplex = tree * v.re + fA * boxA.re + fB * boxB.re + rest
    re += dA * loopA.re + dB * loopB.re - c0 * l0[onKL].re
    re += e1 * l2[onJK].re + e2 * l2[onIJ].re + e3 * l2[onKL].re
    p -= re
    var im: LaneComplex = tree * v.im + fA * boxA.im + fB * boxB.im
    im += dA * loopA.im + dB * loopB.im - c0 * l0[onKL].im
    im += e1 * l2[onJK].im + e2 * l2[onIJ].im + e3 * l2[onKL].im
    q -= im
  }
}

/// The place of a pair of legs in the tables.
@inline(__always)
private func at(_ i: Int, _ j: Int) -> Int { i &* 5 &+ j }
