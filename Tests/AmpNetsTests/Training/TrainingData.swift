import AmpNets
import Foundation

/// ½ Σ (f(x) − y)².
struct SquaredError: Objective {
  let outputs = 1

  func loss(
    outputs: UnsafePointer<Double>, targets: UnsafePointer<Double>, rows: Int, weight: Double,
    gradient: UnsafeMutablePointer<Double>?
  ) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let residual = outputs[row] - targets[row]
      gradient?[row] = weight * residual
      sum += residual * residual / 2
    }
    return sum
  }
}

/// Points x of `width` normal deviates with y = tanh(x₁ + x₂ …) + noise.
func trainingSet<S: Scalar>(
  _ count: Int, width: Int, noise: Double = 0.1, seed: UInt64, as _: S.Type = S.self
) -> TrainingSet<S> {
  var random = Philox(seed: seed, purpose: .other)
  var (inputs, targets) = ([S](), [Double]())
  for _ in 0..<count {
    let x = (0..<width).map { _ in random.normal() }
    inputs += x.map { S($0) }
    targets.append(tanh(x.reduce(0, +)) + noise * random.normal())
  }
  return TrainingSet(inputs: inputs, targets: targets)
}
