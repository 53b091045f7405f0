/// All networks of a surrogate run forward for one point, one after the other.
///
/// Their steps were taken from a tape once, see ``Tape/steps()``: the same memory serves all networks
/// in turn. What knows the precision of the weights is bound into functions when a pass is made, so
/// that a call asks for no generic code.
final class NetworkPass {
  private let networks: Int
  /// Asks for the first weights, for a caller who has something else to do before.
  let fetch: () -> Void
  /// Rounds standardised features into the memory that the first step reads.
  private let begin: (UnsafePointer<Double>) -> Void
  /// The steps of all networks, as many for each.
  private let steps: [() -> Void]
  private let stepsOfOne: Int
  /// Brings the outputs of a network to `outputs`.
  private let end: () -> Void
  /// Runs a network of an architecture without steps on the tape; `begin` and `end` do nothing then.
  private let runOnTape: ((_ member: Int, UnsafePointer<Double>) -> Void)?
  private let outputs: AlignedBuffer<Double>

  init<S: Scalar>(_ network: any Network, _ networks: [PackedParameters<S>]) {
    let (inputs, columns) = (network.inputs, network.outputs)
    let outputs = AlignedBuffer<Double>(columns)
    let tape = Tape(networks[0], differentiates: false)

    /// Runs one network on the tape, for zeros if there are no features; where it reads and writes.
    func run(
      _ parameters: PackedParameters<S>, _ features: UnsafePointer<Double>?
    ) -> (UnsafeMutablePointer<S>, UnsafePointer<S>) {
      tape.reset(to: parameters)
      let x = tape.input(rows: 1, columns: inputs) { memory, stride in
        guard let features else { return S.clear(memory, count: inputs) }
        S.narrow(rows: 1, columns: inputs, features, to: memory, stride: stride)
      }
      let result = network(x, on: tape)
      return (tape.nodes[x.index].value, UnsafePointer(tape.nodes[result.index].value))
    }
    func widen(_ output: UnsafePointer<S>) {
      S.widen(rows: 1, columns: columns, output, stride: columns, to: outputs.pointer)
    }

    // The first pass finds how much memory there must be; from then on it stays where it is.
    var (input, output) = run(networks[0], nil)
    var steps: [() -> Void] = []
    for parameters in networks {
      (input, output) = run(parameters, nil)
      guard let own = tape.steps() else { break }
      steps += own
    }
    (self.networks, self.outputs, self.steps) = (networks.count, outputs, steps)
    stepsOfOne = steps.count / networks.count
    let parameters = networks[0]
    fetch = { parameters.fetch() }
    let (first, last) = (input, output)
    if steps.isEmpty {
      begin = { _ in }
      end = {}
      runOnTape = { member, features in widen(run(networks[member], features).1) }
    } else {
      begin = { S.narrow(rows: 1, columns: inputs, $0, to: first, stride: inputs) }
      // The tape owns the memory of the steps.
      end = { withExtendedLifetime(tape) { widen(last) } }
      runOnTape = nil
    }
  }

  /// Mean and variances over the networks for standardised features.
  func callAsFunction<L: Likelihood>(
    _ features: UnsafePointer<Double>, _ likelihood: L
  ) -> PointMoments {
    var moments = PointMoments()
    begin(features)
    for member in 0..<networks {
      if let runOnTape { runOnTape(member, features) }
      for step in member * stepsOfOne..<(member + 1) * stepsOfOne { steps[step]() }
      end()
      moments.add(likelihood.moments(outputs.pointer))
    }
    return moments
  }
}
