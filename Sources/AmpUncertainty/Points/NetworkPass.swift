/// All networks of a surrogate run forward for one point.
protocol PointPass: AnyObject {
  /// Mean and variances over the networks for standardised features.
  func callAsFunction(
    _ features: UnsafePointer<Double>, _ likelihood: any Likelihood
  ) -> PointMoments
}

/// A pass whose steps were taken from a tape once: the same memory serves all networks in turn.
final class NetworkPass<S: Scalar>: PointPass {
  private let network: any Network
  private let networks: [PackedParameters<S>]
  private let tape: Tape<S>
  /// The steps of each network; empty for an architecture that has none, which then runs on the tape.
  private var steps: [[() -> Void]] = []
  private var input: UnsafeMutablePointer<S>
  private var output: UnsafePointer<S>
  private let outputs: AlignedBuffer<Double>

  init(_ network: any Network, _ networks: [PackedParameters<S>]) {
    self.network = network
    self.networks = networks
    outputs = AlignedBuffer(network.outputs)
    tape = Tape(networks[0], differentiates: false)
    // The first pass finds how much memory there must be; from then on it stays where it is.
    (input, output) = NetworkPass.run(network, networks[0], on: tape, nil)
    for parameters in networks {
      (input, output) = NetworkPass.run(network, parameters, on: tape, nil)
      guard let own = tape.steps() else { break }
      steps.append(own)
    }
  }

  func callAsFunction(
    _ features: UnsafePointer<Double>, _ likelihood: any Likelihood
  ) -> PointMoments {
    if steps.isEmpty {
      return average(likelihood) { member in
        (_, output) = NetworkPass.run(network, networks[member], on: tape, features)
      }
    }
    S.narrow(rows: 1, columns: network.inputs, features, to: input, stride: network.inputs)
    return average(likelihood) { member in
      for step in steps[member] { step() }
    }
  }

  private func average<L: Likelihood>(
    _ likelihood: L, _ run: (_ member: Int) -> Void
  ) -> PointMoments {
    var moments = PointMoments()
    for member in networks.indices {
      run(member)
      S.widen(
        rows: 1, columns: outputs.count, output, stride: outputs.count, to: outputs.pointer)
      moments.add(likelihood.moments(outputs.pointer))
    }
    return moments
  }

  /// Runs one network on the tape, for zeros if there are no features; where it reads and writes.
  private static func run(
    _ network: any Network, _ parameters: PackedParameters<S>, on tape: Tape<S>,
    _ features: UnsafePointer<Double>?
  ) -> (UnsafeMutablePointer<S>, UnsafePointer<S>) {
    tape.reset(to: parameters)
    let width = network.inputs
    let x = tape.input(rows: 1, columns: width) { memory, stride in
      guard let features else { return S.clear(memory, count: width) }
      S.narrow(rows: 1, columns: width, features, to: memory, stride: stride)
    }
    let result = network(x, on: tape)
    return (tape.nodes[x.index].value, UnsafePointer(tape.nodes[result.index].value))
  }
}
