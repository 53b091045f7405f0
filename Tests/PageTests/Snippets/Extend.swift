import AmpPlots
import AmpUncertainty
import Foundation

// The Swift of Docs/Extend.md.

// shown
/// A Laplace density: p(y) = exp(−|y − μ|/b)/(2b), of variance 2b².
struct Laplacian: Likelihood {
  static let name = "laplacian"

  var outputs: Int { 2 }
  var learnsWidth: Bool { true }
  var initialHeadScales: [Double] { [1, 0.1] }

  func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let (residual, logScale) = (outputs[2 * row] - targets[row], outputs[2 * row + 1])
      let distance = abs(residual) * exp(-logScale)
      sum += distance + logScale + log(2)
      if let gradient {
        gradient[2 * row] = weight * (residual < 0 ? -1 : 1) * exp(-logScale)
        gradient[2 * row + 1] = weight * (1 - distance)
      }
    }
    return sum
  }

  func moments(_ outputs: UnsafePointer<Double>) -> Moments {
    Moments(mean: outputs[0], systematic: 2 * exp(2 * outputs[1]))
  }

  func tails(_ y: Double, _ outputs: UnsafePointer<Double>) -> Tails {
    let t = (y - outputs[0]) * exp(-outputs[1])
    let (near, far) = (log(0.5) - abs(t), log1p(-0.5 * exp(-abs(t))))
    return t < 0 ? Tails(logBelow: near, logAbove: far) : Tails(logBelow: far, logAbove: near)
  }
}
// hidden

func extend(_ pulls: [Double]) throws {
  // shown
  var figure = Figure("Pulls", x: Axis("t"), y: Axis("points"))
  figure.marks = [
    .histogram(Histogram(pulls, bins: 40, range: -5...5), label: "test points"),
    .vertical(at: 0),
  ]
  try figure.write(to: "pulls.svg")
  // hidden
}
