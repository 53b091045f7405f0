/// 4ε plus eight times the violation of momentum conservation and mass shells, in units of √ŝ.
///
/// How imprecise the massless momenta of a point are; times ŝ/min|s_ij| it bounds what that does
/// to an amplitude.
func roundings(in p: UnsafePointer<Double>, particles: Int) -> Double {
  var violation = 0.0
  for component in 0..<4 {
    let incoming = p[component] + p[4 + component]
    var outgoing = p[8 + component]
    for leg in 3..<particles { outgoing += p[4 * leg + component] }
    violation = max(violation, abs(incoming - outgoing))
  }
  for leg in 0..<particles {
    let (e, x, y, z) = (p[4 * leg], p[4 * leg + 1], p[4 * leg + 2], p[4 * leg + 3])
    violation = max(violation, abs(e - (x * x + y * y + z * z).squareRoot()))
  }
  let (e, z) = (p[0] + p[4], p[3] + p[7])
  let (x, y) = (p[1] + p[5], p[2] + p[6])
  let mass = (e * e - x * x - y * y - z * z).squareRoot()
  return 0x1p-50 + 8 * violation / mass
}
