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
      rational[i] += oneMinus(i, j, k, l, m)
      let adjacent = pair[5 * i + j]
      addAdjacent(i, j, k, l, m, treeDenominator, pair, &real[adjacent], &imaginary[adjacent])
      let apart = pair[5 * i + k]
      addApart(i, j, k, l, m, treeDenominator, pair, &real[apart], &imaginary[apart])
      (i, j, k, l, m) = (j, k, l, m, i)
    }
  }

  /// i⁺j⁺k⁺l⁺m⁺ without its denominator ⟨ij⟩⟨jk⟩⟨kl⟩⟨lm⟩⟨mi⟩.
  @inline(__always)
  private func allPlus(_ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int) -> LaneComplex {
    let (ij, jk, kl) = (5 * i + j, 5 * j + k, 5 * k + l)
    let (lm, mi, li) = (5 * l + m, 5 * m + i, 5 * l + i)
    let products = s[ij] * s[jk] + s[jk] * s[kl] + s[kl] * s[lm] + s[lm] * s[mi] + s[mi] * s[ij]
    let trace =
      square[ij] * angle[jk] * square[kl] * angle[li]
      - angle[ij] * square[jk] * angle[kl] * square[li]
    return (LaneComplex(products) + trace) * Lanes(repeating: -1.0 / 6)
  }

  /// i⁻j⁺k⁺l⁺m⁺.
  @inline(__always)
  private func oneMinus(_ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int) -> LaneComplex {
    let (ij, jk, kl, lm, mi) = (5 * i + j, 5 * j + k, 5 * k + l, 5 * l + m, 5 * m + i)
    let (ik, il, jm) = (5 * i + k, 5 * i + l, 5 * j + m)
    let first = square[jm] * (s[jk] + s[kl] + s[lm])
    let second = square[5 * j + l] * angle[5 * l + k] * square[5 * k + m]
    let chain =
      angleSquared[ik] * (angleSquared[ij] * ratio[jk] + angleSquared[il] * ratio[kl])
      + angleSquared[il] * angleSquared[mi] * ratio[lm]
    let numerator = square[jm] * (first - second) - ratio[ij] * ratio[mi] * chain
    let denominator =
      inverseSquare[ij] * inverseAngle[jk] * inverseAngle[kl] * inverseAngle[lm]
      * inverseSquare[mi]
    return numerator * denominator * Lanes(repeating: 1.0 / 3)
  }

  /// Adds i⁻j⁻k⁺l⁺m⁺.
  @inline(__always)
  private func addAdjacent(
    _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int, _ treeDenominator: LaneComplex,
    _ pair: UnsafePointer<Int>, _ p: inout LaneComplex, _ q: inout LaneComplex
  ) {
    let (ij, jk, kl, lm, mi) = (5 * i + j, 5 * j + k, 5 * k + l, 5 * l + m, 5 * m + i)
    let (jl, km, li) = (5 * j + l, 5 * k + m, 5 * l + i)
    let loop = 10 * pair[jk] + pair[mi]
    let third = Lanes(repeating: 1.0 / 3)

    let squares = angleSquared[ij]
    let left = angle[jk] * square[kl] * angle[li]
    let bracket = square[kl] * angle[li] * angle[jl] * square[lm]
    let x = left + angle[jl] * square[lm] * angle[mi]
    let inverse = inverseAngle[kl] * inverseAngle[lm]

    let tree = squares * squares * treeDenominator
    let c0 = squares * angle[ij] * x * treeDenominator * (third * inverseS[mi])
    let s3 = inverseS[mi] * inverseS[mi] * inverseS[mi]
    let c2 = bracket * x * inverse * (third * s3)
    let ends = inverseSquare[jk] * inverseSquare[mi]
    let km2 = square[km].squared
    let rest =
      (km2 * ends * (angle[ij] - angle[km] * square[km] * inverseSquare[ij])
        + angle[ij] * bracket * (inverseS[jk] * inverseS[mi] * 0.5)) * inverse * third

    let v = (logs[pair[jk]] + logs[pair[mi]]) * third
    p += c0 * l0[loop].re + c2 * l2[loop].re - tree * v.re - rest
    q += c0 * l0[loop].im + c2 * l2[loop].im - tree * v.im
  }

  /// Adds i⁻j⁺k⁻l⁺m⁺.
  @inline(__always)
  private func addApart(
    _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int, _ treeDenominator: LaneComplex,
    _ pair: UnsafePointer<Int>, _ p: inout LaneComplex, _ q: inout LaneComplex
  ) {
    let (ij, jk, kl, lm, mi) = (5 * i + j, 5 * j + k, 5 * k + l, 5 * l + m, 5 * m + i)
    let (ik, jl, jm, li, mk) = (5 * i + k, 5 * j + l, 5 * j + m, 5 * l + i, 5 * m + k)
    let third = Lanes(repeating: 1.0 / 3)
    let (rMI, rKL) = (inverseS[mi], inverseS[kl])
    let (rMI2, rKL2) = (rMI * rMI, rKL * rKL)

    let squares = angleSquared[ik]
    let tree = squares * squares * treeDenominator
    let u = angle[li] * square[jl]
    let w = angle[mk] * square[jm]
    let u2 = u.squared
    let w2 = w.squared
    let edges = angle[ij] * angle[kl]
    let sides = angle[jk] * angle[mi]  // ⟨jk⟩⟨mi⟩ = −⟨jk⟩⟨im⟩
    // Y = ⟨im⟩[mj]⟨jk⟩ − ⟨kl⟩[lj]⟨ji⟩
    let y = sides * square[jm] - edges * square[jl]
    let gA = inverseAngle[lm] * inverseAngle[mi]
    let gB = inverseAngle[kl] * inverseAngle[lm]
    let hA = u * inverseAngle[jl] * rMI
    let hB = w * inverseAngle[jm] * rKL
    let aSquare = u * square[jl] * gA
    let bSquare = w * square[jm] * gB

    // Coefficients of L1 and, twice, of Ls1 in F^s; of Ls1 in F^f; of L0.
    let dA = -(edges * angle[jk] * gA * hA.squared)
    let dB = -(sides * angle[ij] * gB * hB.squared)
    let cA = dA + dA - squares * aSquare * rMI2
    let cB = dB + dB + squares * bSquare * rKL2
    let c0 = squares * angle[ik] * y * treeDenominator * (rMI * third)

    // Coefficients of L2.
    let twoThirds = third + third
    let e1 = angleSquared[jk] * gA * u2 * hA * (rMI2 * twoThirds)
    let e2 = -(angleSquared[ij] * gB * w2 * hB) * (rKL2 * twoThirds)
    let corner = angle[ik] * square[jl] * square[jm] * inverseAngle[lm]
    let e3 =
      (corner * y * third
        + (edges.squared * aSquare * square[jl] * inverseAngle[jl]
          - sides.squared * bSquare * square[jm] * inverseAngle[jm]) * twoThirds)
      * (rMI2 * rMI)

    let inverseSquares = inverseSquare[jk] * inverseSquare[kl]
    let inverseSquaresB = inverseSquare[ij] * inverseSquare[mi]
    let rest =
      ((square[jl] * square[jm]).squared * inverseSquares * inverseSquaresB * inverseAngle[lm]
        - angle[ij] * u2 * square[jl] * gA * inverseAngle[jl] * inverseSquares * rMI
        - angle[jk] * w2 * square[jm] * gB * inverseAngle[jm] * inverseSquaresB * rKL
        + angle[ik] * corner * (rKL * rMI * 0.5)) * third

    let boxA = ls1[5 * pair[mi] + k]
    let boxB = ls1[5 * pair[kl] + i]
    let v = (logs[pair[kl]] + logs[pair[mi]]) * third
    let (jkOverMI, klOverMI) = (10 * pair[jk] + pair[mi], 10 * pair[kl] + pair[mi])
    let (ijOverKL, miOverKL) = (10 * pair[ij] + pair[kl], 10 * pair[mi] + pair[kl])
    let fA = l1[jkOverMI] + l1[klOverMI]
    let fB = l1[ijOverKL] + l1[miOverKL]
    var re = tree * v.re + cA * boxA.re + cB * boxB.re
    re += dA * fA.re + dB * fB.re - c0 * l0[klOverMI].re
    re += e1 * l2[jkOverMI].re + e2 * l2[ijOverKL].re + e3 * l2[klOverMI].re
    p -= re + rest
    var im = tree * v.im + cA * boxA.im + cB * boxB.im
    im += dA * fA.im + dB * fB.im - c0 * l0[klOverMI].im
    im += e1 * l2[jkOverMI].im + e2 * l2[ijOverKL].im + e3 * l2[klOverMI].im
    q -= im
  }
}
