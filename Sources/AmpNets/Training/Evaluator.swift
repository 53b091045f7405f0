/// Runs a network forward over many points, without derivatives, on all threads.
///
/// Holds one tape per thread over shared packed weights, and threads that stay; it belongs to one
/// thread at a time. Unchecked Sendable because worker w uses tape w only.
public final class Evaluator<S: Scalar>: @unchecked Sendable {
  private let network: any Network
  private let tapes: [Tape<S>]
  private let crew: Crew
  private let ranks: any Ranks

  /// The points that a worker takes at once.
  package static var block: Int { 128 }

  /// Shares the threads of `crew` with others that wait meanwhile, and the points with `ranks`.
  package init(
    _ network: any Network, _ parameters: PackedParameters<S>, crew: Crew,
    ranks: any Ranks = SingleRank()
  ) {
    self.network = network
    self.crew = crew
    self.ranks = ranks
    tapes = (0..<crew.threads).map { _ in Tape(parameters, differentiates: false) }
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
      network, PackedParameters(parameters, transposed: false), crew: crew, ranks: ranks)
  }

  /// The outputs (points, outputs) for standardised features (points, width).
  ///
  /// Traps unless `inputs` are full rows.
  public func callAsFunction(_ inputs: [S]) -> [Double] {
    callAsFunction(inputs, hidden: false)
  }

  /// Goes on with other parameters of the same network.
  package func use(_ parameters: PackedParameters<S>) {
    for tape in tapes { tape.reset(to: parameters) }
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
          let tape = tapes[worker]
          let rows = min(block, points - part * block)
          tape.reset()
          tape.noise = noise?(part)
          let x = tape.input(rows: rows, columns: width) { memory, stride in
            for row in 0..<rows {
              (memory + row * stride).update(
                from: source + (part * block + row) * width, count: width)
            }
          }
          let result = headed?.hidden(x, on: tape) ?? network(x, on: tape)
          let node = tape.nodes[result.index]
          S.widen(
            rows: rows, columns: columns, node.value, stride: node.stride,
            to: target + part * block * columns)
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
