import Foundation

/// How the learning rate runs over a training: a factor of the peak rate for every step.
public enum Schedule: String, Sendable, Codable, CaseIterable {
  /// The peak rate throughout.
  case constant
  /// PyTorch's OneCycleLR: cosine up from peak/25 over 30 % of the steps, down to peak/250 000.
  case oneCycle = "one-cycle"
  /// PyTorch's CosineAnnealingLR: a half cosine from the peak to zero.
  case cosine
  /// Cosine up from 4 % over the first 10 % of the steps, then a half cosine to 10⁻⁴ of the peak.
  case warmUpCosine = "warm-up-cosine"

  /// The factor of the peak rate in step 0 ≤ step < steps.
  public func factor(step: Int, of steps: Int) -> Double {
    func between(_ a: Double, _ b: Double, _ fraction: Double) -> Double {
      b + (a - b) * (1 + cos(.pi * fraction)) / 2
    }
    let t = Double(step)
    switch self {
    case .constant: return 1
    case .cosine: return between(1, 0, t / Double(steps))
    case .oneCycle:
      let top = max(0.3 * Double(steps) - 1, 1e-9)
      let end = max(Double(steps) - 1 - top, 1e-9)
      return t <= top ? between(1 / 25, 1, t / top) : between(1, 1 / 25e4, (t - top) / end)
    case .warmUpCosine:
      let fraction = t / Double(max(steps, 1))
      return fraction < 0.1
        ? between(0.04, 1, fraction / 0.1) : between(1, 1e-4, (fraction - 0.1) / 0.9)
    }
  }
}
