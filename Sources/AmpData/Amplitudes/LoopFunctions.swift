#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

// Loop functions of a ratio r = s_a/s_b of two invariants, with ln r = ln(−s_a−i0) − ln(−s_b−i0):
//
//   L0 = ln r/(1−r)   L1 = (L0 + 1)/(1−r)   L2 = (ln r − (r − 1/r)/2)/(1−r)³
//   D  = Li2(1−r), continued to r < 0
//
// and the box function of a base pair b and pairs a, c, d of the three other legs, o = s_d/s_b:
//
//   Ls1 = [(D(a,b) + D(c,b) + ln(s_a/s_b) ln(s_c/s_b) − π²/6)/o + L0(a,b) + L0(c,b)]/o
//
// Z. Bern, L. Dixon, D. Kosower, Phys. Rev. Lett. 70 (1993) 2677.

/// The loop functions of one ratio r and of 1/r.
package struct RatioFunctions {
  package var log, l0, l1, l2, dilog: LaneComplex

  /// The functions of r = `a`/`b`, for 0 < |r| ≤ 1 up to rounding.
  @inline(__always)
  package init(a: Lanes, b: Lanes) {
    let r = a / b
    let d = Lanes(1, 1) - r
    let lnR = logarithm(Lanes(Swift.abs(r[0]), Swift.abs(r[1])))
    let inverse = Lanes(1, 1) / d
    // r < 0: one of the two invariants is time-like, −iπ if it is the numerator.
    let phase = r[0] < 0 ? (a[0] > 0 ? -Double.pi : Double.pi) : 0
    log = LaneComplex(lnR, Lanes(repeating: phase))
    if d[0] > 0.2 {
      l0 = log * inverse
      l1 = LaneComplex(l0.re + Lanes(1, 1), l0.im) * inverse
      let odd = (r - Lanes(1, 1) / r) * 0.5
      l2 = LaneComplex(lnR - odd, log.im) * (inverse * inverse * inverse)
    } else {
      // Σ dⁿ/(n+3) carries all three: nothing cancels as r → 1.
      var sum = Lanes.zero
      for n in stride(from: 25, through: 0, by: -1) {
        sum = sum * d + Lanes(repeating: 1 / Double(n + 3))
      }
      l1 = LaneComplex(-(Lanes(0.5, 0.5) + d * sum))
      l0 = LaneComplex(d * l1.re - Lanes(1, 1))
      l2 = LaneComplex(Lanes(0.5, 0.5) / r - sum)
    }
    if r[0] < 0.5 {
      let t = logarithm(d)
      let sixth = Lanes(repeating: Double.pi * Double.pi / 6)
      dilog = LaneComplex(sixth - debye(-t) - log.re * t, -(log.im * t))
    } else {
      dilog = LaneComplex(debye(-lnR))
    }
  }

  /// The same functions of 1/r.
  @inline(__always)
  package func inverted(a: Lanes, b: Lanes) -> RatioFunctions {
    let r = a / b
    var other = self
    other.log = -log
    other.l0 = l0 * r
    other.l1 = LaneComplex(Lanes(1, 1) + r * l1.re, r * l1.im) * (-r)
    other.l2 = l2 * (r * r * r)
    other.dilog = log.squared * Lanes(-0.5, -0.5) - dilog
    return other
  }
}

/// The natural logarithm, lane by lane.
@inline(__always)
private func logarithm(_ x: Lanes) -> Lanes { Lanes(log(x[0]), log(x[1])) }

/// Li2(1 − e^−u) = u − u²/4 + Σ B₂ₙ u^(2n+1)/(2n+1)! for |u| ≤ ln 2.
@inline(__always)
private func debye(_ u: Lanes) -> Lanes {
  let x = u * u
  var sum = Lanes(repeating: 1.9939295860721076e-14)
  sum = sum * x + Lanes(repeating: -8.921691020456452e-13)
  sum = sum * x + Lanes(repeating: 4.0647616451442256e-11)
  sum = sum * x + Lanes(repeating: -1.8978869988970999e-9)
  sum = sum * x + Lanes(repeating: 9.185773074661964e-8)
  sum = sum * x + Lanes(repeating: -4.72411186696901e-6)
  sum = sum * x + Lanes(repeating: 2.7777777777777778e-4)
  sum = sum * x + Lanes(repeating: -0.027777777777777776)
  return u - x * 0.25 - u * x * sum
}

extension LoopWorkspace {
  /// Fills the tables of loop functions from the invariants.
  ///
  /// - Parameter shift: A constant added to ln(−s) where it stands alone, that is −ln μ².
  func fillLoopFunctions(legs: FiveLegs, shift: Double) {
    let unit = pairS[0]
    for pair in 0..<10 {
      let s = pairS[pair]
      let x = s / unit
      logs[pair] = LaneComplex(
        logarithm(Lanes(Swift.abs(x[0]), Swift.abs(x[1]))) + Lanes(repeating: shift),
        Lanes(repeating: s[0] > 0 ? -Double.pi : 0))
    }
    legs.disjoint.withUnsafeBufferPointer { disjoint in
      for n in 0..<15 {
        var a = disjoint[2 * n]
        var b = disjoint[2 * n + 1]
        if Swift.abs(pairS[a][0]) > Swift.abs(pairS[b][0]) { swap(&a, &b) }
        let functions = RatioFunctions(a: pairS[a], b: pairS[b])
        store(functions, 10 * a + b)
        store(functions.inverted(a: pairS[a], b: pairS[b]), 10 * b + a)
      }
    }
    legs.corners.withUnsafeBufferPointer { corners in
      let sixth = LaneComplex(Lanes(repeating: Double.pi * Double.pi / 6))
      for n in 0..<30 {
        let corner = corners.baseAddress! + 6 * n
        let base = corner[0]
        let a = 10 * corner[2] + base
        let c = 10 * corner[3] + base
        let inverse = pairS[base] / pairS[corner[4]]
        let box = dilog[a] + dilog[c] + logRatio[a] * logRatio[c] - sixth
        ls1[5 * base + corner[1]] = (box * inverse + l0[a] + l0[c]) * inverse
      }
    }
  }

  @inline(__always)
  private func store(_ functions: RatioFunctions, _ at: Int) {
    logRatio[at] = functions.log
    l0[at] = functions.l0
    l1[at] = functions.l1
    l2[at] = functions.l2
    dilog[at] = functions.dilog
  }
}
