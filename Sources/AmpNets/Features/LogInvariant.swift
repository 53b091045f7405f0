import Foundation

/// ln s_ij with s_ij = 2 p_i·p_j in GeV², all energies positive.
///
/// Rounding can make s_ij of parallel momenta zero or negative; it is then taken as the smallest
/// value that the cancellation can resolve, 2⁻⁵¹ E_i E_j.
package func logInvariant(_ momenta: UnsafePointer<Double>, _ i: Int, _ j: Int) -> Double {
  let (p, q) = (momenta + 4 * i, momenta + 4 * j)
  let energies = p[0] * q[0]
  let product = energies - p[1] * q[1] - p[2] * q[2] - p[3] * q[3]
  return log(2 * max(product, energies * 0x1p-52))
}
