/// The tree-level |M|² of g g → g … g with n gluons, summed over maximally helicity-violating ones.
///
///     |M|² = g^(2n−4)/(4·64) · h Σ_{i<j} s_ij⁴ · Σ_σρ C(σ, ρ) P(σ) P(ρ)*,   h = 1 for n = 4, else 2
///     P(σ) = 1/(⟨1σ₂⟩⟨σ₂σ₃⟩ … ⟨σₙ₋₁n⟩⟨n1⟩),   g² = 4π α_s
///
/// S. Parke, T. Taylor, Phys. Rev. Lett. 56 (1986) 2459, with the exact colour sum of
/// `GluonColour`. Two gluons of one helicity and n − 2 of the other: for n = 4 and 5 these are
/// all helicities that exist and |M|² is the whole tree amplitude; from n = 6 on it is the MHV part
/// of it. Averaged over 2·2 spins and 8·8 colours, in GeV^(8 − 2n), without the factor 1/(n − 2)!
/// of identical particles.
///
/// Every point is evaluated in two frames at once. The accuracy is the larger of ten times their
/// relative difference and the effect of imprecise momenta, (4ε + 8δ) ŝ/min|s_ij|.
public struct GluonTreeAmplitude: SquaredAmplitude, Equatable {
  /// The numbers of gluons there are amplitudes for.
  ///
  /// The sum over colours takes ((n − 2)!)² steps: at 8 gluons about a millisecond for a point.
  public static let range = 4...8

  /// The strong coupling α_s, a constant.
  public var strongCoupling: Double

  private let gluons: Int
  private let colour: GluonColour

  /// The amplitude of `gluons` gluons in all, the two incoming ones included.
  ///
  /// - Throws: ``AmpError`` unless that is a number of ``range``.
  public init(gluons: Int, strongCoupling: Double = 0.118) throws(AmpError) {
    guard GluonTreeAmplitude.range.contains(gluons) else {
      throw AmpError(
        "there is no amplitude of \(gluons) gluons",
        remedy: "Use \(GluonTreeAmplitude.range.lowerBound) to "
          + "\(GluonTreeAmplitude.range.upperBound) gluons, incoming ones included.")
    }
    self.gluons = gluons
    self.strongCoupling = strongCoupling
    colour = GluonColour(gluons: gluons)
  }

  /// g g → g … g.
  public var process: ScatteringProcess { .gluons(gluons) }

  /// The factor in front of Σ s_ij⁴ Σ C P P*: couplings, averages, helicities.
  public var prefactor: Double {
    var couplings = 1.0
    for _ in 0..<gluons - 2 { couplings *= 4 * Double.pi * strongCoupling }
    return couplings / 256 * (gluons == 4 ? 1 : 2)
  }

  /// Evaluates a run of points on the calling thread; see ``SquaredAmplitude``.
  public func evaluate(
    _ momenta: UnsafePointer<Double>, count: Int, values: UnsafeMutablePointer<Double>,
    accuracies: UnsafeMutablePointer<Double>
  ) {
    let prefactor = self.prefactor
    var workspace = Workspace(gluons: gluons, orders: colour.orders.count)
    for point in 0..<count {
      let p = momenta + 4 * gluons * point
      let (sum, sensitivity) = evaluate(p, &workspace) ?? (Lanes(repeating: .nan), .nan)
      let value = prefactor * sum[0]
      let accuracy = max(
        10 * abs(sum[1] - sum[0]) / sum[0], sensitivity * roundings(in: p, particles: gluons))
      let valid = value.isFinite && value > 0 && accuracy.isFinite
      values[point] = valid ? value : .nan
      accuracies[point] = valid ? accuracy : .infinity
    }
  }

  /// Σ s_ij⁴ Σ C P P* of one point in both frames and ŝ/min|s_ij|, or nil without spinors.
  private func evaluate(
    _ p: UnsafePointer<Double>, _ workspace: inout Workspace
  ) -> (sum: Lanes, sensitivity: Double)? {
    guard workspace.fillSpinors(p) else { return nil }
    let n = gluons
    var (helicities, smallest) = (Lanes.zero, Double.infinity)
    for i in 0..<n {
      for j in i + 1..<n {
        let product = workspace.product(i, j)
        let norm = product.norm
        guard norm[0] > 0, norm[1] > 0 else { return nil }
        let inverse = product.conjugate * (Lanes(1, 1) / norm)
        workspace.inverse[n * i + j] = inverse
        workspace.inverse[n * j + i] = -inverse
        helicities += norm * norm * norm * norm
        smallest = min(smallest, norm[0])
      }
    }
    for (at, order) in colour.orders.enumerated() {
      var chain = workspace.inverse[n * (n - 1)]
      var last = 0
      for gluon in order {
        chain = chain * workspace.inverse[n * last + gluon]
        last = gluon
      }
      workspace.chains[at] = chain * workspace.inverse[n * last + n - 1]
    }
    let size = colour.orders.count
    var sum = Lanes.zero
    colour.matrix.withUnsafeBufferPointer { matrix in
      workspace.chains.withUnsafeBufferPointer { chains in
        for left in 0..<size {
          var total = LaneComplex.zero
          for right in 0..<size {
            total += chains[right] * Lanes(repeating: matrix[size * left + right])
          }
          sum += total.re * chains[left].re + total.im * chains[left].im
        }
      }
    }
    let energy = 2 * (p[0] * p[4] - p[1] * p[5] - p[2] * p[6] - p[3] * p[7])
    return (helicities * sum, energy / smallest)
  }

  /// Spinors, 1/⟨ij⟩ and products of one point.
  private struct Workspace {
    let gluons: Int
    var upper: [Lanes]
    var lower: [LaneComplex]
    var inverse: [LaneComplex]
    var chains: [LaneComplex]

    init(gluons: Int, orders: Int) {
      self.gluons = gluons
      upper = [Lanes](repeating: .zero, count: gluons)
      lower = [LaneComplex](repeating: .zero, count: gluons)
      inverse = [LaneComplex](repeating: .zero, count: gluons * gluons)
      chains = [LaneComplex](repeating: .zero, count: orders)
    }

    /// Spinors of all legs as if outgoing: an incoming one lacks a phase, common to all orders.
    mutating func fillSpinors(_ p: UnsafePointer<Double>) -> Bool {
      upper.withUnsafeMutableBufferPointer { upper in
        lower.withUnsafeMutableBufferPointer { lower in
          guard let upper = upper.baseAddress, let lower = lower.baseAddress else { return false }
          return findSpinors(of: p, count: gluons, upper, lower)
        }
      }
    }

    /// ⟨ij⟩, whose squared modulus is |s_ij|.
    func product(_ i: Int, _ j: Int) -> LaneComplex { lower[j] * upper[i] - lower[i] * upper[j] }
  }
}
