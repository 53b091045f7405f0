/// Runs a network forward over many points, without derivatives, on all threads.
///
/// Holds one tape per thread over shared packed weights, and threads that stay; it belongs to one
/// thread at a time. Unchecked Sendable because worker w uses place w only.
public final class Evaluator<S: Scalar>: @unchecked Sendable {
  private let network: any Network
  private let places: [Place]
  /// Whether the weights stay as they are until ``use(_:)`` brings others.
  private let isFixed: Bool
  private let crew: Crew
  private let ranks: any Ranks

  /// The points that a worker takes at once.
  package static var block: Int { 128 }

  /// Where one worker computes: a tape, and the steps of full blocks once they are known.
  private final class Place {
    let tape: Tape<S>
    var pass: Pass?

    init(_ parameters: PackedParameters<S>) {
      tape = Tape(parameters, differentiates: false)
    }
  }

  /// What computes a full block again for other inputs, as long as nothing else uses its tape.
  private struct Pass {
    let steps: [() -> Void]
    let input: (memory: UnsafeMutablePointer<S>, stride: Int)
    let output: (memory: UnsafePointer<S>, stride: Int)
  }

  /// Shares the threads of `crew` with others that wait meanwhile, and the points with `ranks`.
  ///
  /// With `isFixed` the weights stay as they are: then blocks need no bookkeeping but the first ones.
  package init(
    _ network: any Network, _ parameters: PackedParameters<S>, crew: Crew,
    ranks: any Ranks = SingleRank(), isFixed: Bool = false
  ) {
    self.network = network
    self.crew = crew
    self.ranks = ranks
    self.isFixed = isFixed
    places = (0..<crew.threads).map { _ in Place(parameters) }
  }

  package convenience init(
    _ network: any Network, _ parameters: PackedParameters<S>, threads: Int
  ) {
    self.init(network, parameters, crew: Crew(threads: threads))
  }

  /// Prepares a network with fixed parameters for the threads of `crew`, which several evaluators may
  /// share if one works at a time.
  public convenience init(
    _ network: any Network, _ parameters: Parameters<S>, crew: Crew,
    ranks: any Ranks = SingleRank()
  ) {
    self.init(
      network, PackedParameters(parameters, transposed: false), crew: crew, ranks: ranks,
      isFixed: true)
  }

  /// The outputs (points, outputs) for standardised features (points, width).
  ///
  /// Traps unless `inputs` are full rows.
  public func callAsFunction(_ inputs: [S]) -> [Double] {
    callAsFunction(inputs, hidden: false)
  }

  /// Goes on with other parameters of the same network.
  package func use(_ parameters: PackedParameters<S>) {
    for place in places {
      place.pass = nil
      place.tape.reset(to: parameters)
    }
  }

  /// The outputs (points, outputs) for inputs (points, width); with `hidden`, the last hidden layer.
  ///
  /// With `noise`, the stream for each block of points, uncertain weights are drawn for each point.
  package func callAsFunction(
    _ inputs: [S], hidden: Bool, noise: (@Sendable (_ block: Int) -> NormalStream)? = nil
  ) -> [Double] {
    let width = network.inputs
    precondition(inputs.count % width == 0, "\(inputs.count) features in rows of \(width)")
    let points = inputs.count / width
    let headed = hidden ? network as? any DenseHeadNetwork : nil
    precondition(!hidden || headed != nil, "the network has no dense last layer")
    let columns = headed?.head.weight.rows ?? network.outputs
    return [Double](unsafeUninitializedCapacity: points * columns) { buffer, initialized in
      initialized = points * columns
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = base  // blocks write disjoint rows
      inputs.withUnsafeBufferPointer { inputs in
        guard let base = inputs.baseAddress else { return }
        nonisolated(unsafe) let source = base  // only read
        let block = Evaluator.block
        // Every rank takes whole blocks, so that noise belongs to the same points for any number.
        let blocks = (points + block - 1) / block
        let mine = ranks.share(of: blocks)
        crew.run(parts: mine.count) { [self] number, worker in
          let part = mine.lowerBound + number
          let rows = min(block, points - part * block)
          let from = source + part * block * width
          let to = target + part * block * columns
          let place = places[worker]
          let isPlain = isFixed && !hidden && noise == nil && rows == block
          if isPlain, let pass = place.pass {
            S.copyBlock(
              rows: rows, columns: width, from: from, stride: width, to: pass.input.memory,
              targetStride: pass.input.stride, accumulate: false)
            for step in pass.steps { step() }
            S.widen(
              rows: rows, columns: columns, pass.output.memory, stride: pass.output.stride, to: to)
            return
          }
          let tape = place.tape
          place.pass = nil  // other shapes overwrite what its steps rely on
          tape.reset()
          let allocations = tape.allocations
          tape.noise = noise?(part)
          let x = tape.input(rows: rows, columns: width) { memory, stride in
            S.copyBlock(
              rows: rows, columns: width, from: from, stride: width, to: memory,
              targetStride: stride, accumulate: false)
          }
          let result = headed?.hidden(x, on: tape) ?? network(x, on: tape)
          let (input, node) = (tape.nodes[x.index], tape.nodes[result.index])
          S.widen(rows: rows, columns: columns, node.value, stride: node.stride, to: to)
          // Memory that has grown moves with the next reset.
          if isPlain, tape.allocations == allocations, let steps = tape.steps() {
            place.pass = Pass(
              steps: steps, input: (input.value, input.stride),
              output: (UnsafePointer(node.value), node.stride))
          }
        }
        if ranks.count > 1 {
          let row = columns * MemoryLayout<Double>.size
          let bounds = (0...ranks.count).map {
            row * min(points, block * ranks.bound(of: blocks, $0))
          }
          ranks.gather(target, bounds: bounds)
        }
      }
    }
  }
}
