#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Momentum fractions (x₁, x₂) of two gluons, distributed as g(x₁) g(x₂) dx₁ dx₂ for x₁x₂ ≥ τ_min.
///
/// In τ = x₁x₂ and y = ½ ln(x₁/x₂) the density is x₁g(x₁)·x₂g(x₂) d ln τ dy with |y| < ½ ln 1/τ.
/// Proposals are uniform in a box of y in each of 64 slices of ln τ, the slices chosen by an upper
/// bound of the density; a proposal is accepted with the ratio of density and bound.
package struct PartonSampler: Sendable {
  /// One slice of ln τ: its ends, the bound of the density, the weight of all slices up to it.
  private struct Slice: Sendable {
    var low, high, bound, cumulative: Double
  }

  private let density: GluonDensity
  private let slices: [Slice]

  /// The integral of the bound over all slices: ∫ density = volume · accepted/proposed.
  package let volume: Double

  /// The number of proposals so far.
  package private(set) var proposals = 0

  /// Whether a density above its bound was met: the sample is then not to be used.
  package private(set) var boundExceeded = false

  /// Prepares slices of τ from `minimum` to 1.
  package init(density: GluonDensity, minimum: Double, slices count: Int = 64) {
    let length = -log(minimum)
    var slices = [Slice]()
    var total = 0.0
    for n in 0..<count {
      let low = -length * (1 - Double(n) / Double(count))
      let high = -length * (1 - Double(n + 1) / Double(count))
      var bound = 0.0
      for i in 0...8 {
        for j in 0...16 {
          let half = (low + (high - low) * Double(i) / 8) / 2
          let y = -low / 2 * Double(j) / 16
          bound = max(bound, density(exp(half + y)) * density(exp(half - y)))
        }
      }
      bound *= 1.05
      total += bound * (high - low) * -low
      slices.append(Slice(low: low, high: high, bound: bound, cumulative: total))
    }
    self.density = density
    self.slices = slices
    volume = total
  }

  /// The next pair of momentum fractions.
  package mutating func sample(using random: inout Philox) -> (x1: Double, x2: Double) {
    slices.withUnsafeBufferPointer { slices in
      while true {
        proposals += 1
        let target = random.uniform() * volume
        var (first, last) = (0, slices.count - 1)
        while first < last {
          let middle = (first + last) / 2
          if slices[middle].cumulative < target { first = middle + 1 } else { last = middle }
        }
        let slice = slices[first]
        let logTau = slice.low + (slice.high - slice.low) * random.uniform()
        let y = -slice.low * (random.uniform() - 0.5)
        let threshold = slice.bound * random.uniform()
        if 2 * abs(y) >= -logTau { continue }
        let x1 = exp(logTau / 2 + y)
        let x2 = exp(logTau / 2 - y)
        let value = density(x1) * density(x2)
        if value > slice.bound { boundExceeded = true }
        if value > threshold { return (x1, x2) }
      }
    }
  }
}
