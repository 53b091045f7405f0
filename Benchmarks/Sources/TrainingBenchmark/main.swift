// Times training steps of networks and prints one JSON line per measurement.
//
//     TrainingBenchmark --threads 2 --rounds 7 --seconds 0.25

import AmpNets
import AmpUncertainty
import Foundation

struct Case {
  var name: String
  var activation: Activation
  var optimizer: OptimizerChoice
}

func option(_ name: String, _ fallback: String) -> String {
  let arguments = CommandLine.arguments
  guard let at = arguments.firstIndex(of: "--" + name), at + 1 < arguments.count else {
    return fallback
  }
  return arguments[at + 1]
}

/// Milliseconds per step of batch 1024 on 65 536 random points, over `epochs` epochs.
func milliseconds<S: Scalar>(_ test: Case, threads: Int, epochs: Int, as type: S.Type) -> Double {
  let (points, width) = (65536, 20)
  var rng = Philox(seed: 1, purpose: .other)
  let data = TrainingSet(
    inputs: (0..<points * width).map { _ in S(rng.normal()) },
    targets: (0..<points).map { _ in rng.normal() })
  let few = TrainingSet(
    inputs: Array(data.inputs.prefix(128 * width)), targets: Array(data.targets.prefix(128)))
  let network = MLP(inputs: width, outputs: 2, activation: test.activation)
  let trainer = Trainer<S>(
    network, objective: HeteroscedasticGaussian(),
    options: TrainingOptions(epochs: epochs, optimizer: test.optimizer, schedule: .constant))
  var seconds: [Double] = []
  do {
    _ = try trainer.run(
      from: trainer.start(), training: data, validation: few, threads: threads
    ) { if case .epoch(let record, _, _) = $0 { seconds.append(record.seconds) } }
  } catch {
    fatalError("\(error)")
  }
  // The first epoch warms up.
  return (seconds[epochs - 1] - seconds[0]) / Double((epochs - 1) * points / 1024) * 1e3
}

func main() {
  let threads = Int(option("threads", "2")) ?? 2
  let rounds = Int(option("rounds", "7")) ?? 7
  let epochs = 1 + (Int(option("epochs", "4")) ?? 4)
  let cases = [
    Case(name: "mlp_relu", activation: .relu, optimizer: .adam),
    Case(name: "mlp_gelu", activation: .gelu, optimizer: .adam),
    Case(name: "mlp_gelu_soap", activation: .gelu, optimizer: .soap),
  ]
  for test in cases {
    for precision in ["f32", "f64"] where option("dtype", precision) == precision {
      let all = (0..<rounds).map { _ in
        precision == "f32"
          ? milliseconds(test, threads: threads, epochs: epochs, as: Float.self)
          : milliseconds(test, threads: threads, epochs: epochs, as: Double.self)
      }.sorted()
      print(
        """
        {"kind": "train", "model": "\(test.name)", "mode": "amp", "dtype": "\(precision)", \
        "threads": \(threads), "batch": 1024, "ms": \(all[rounds / 2]), "best_ms": \(all[0])}
        """)
    }
  }
}

main()
