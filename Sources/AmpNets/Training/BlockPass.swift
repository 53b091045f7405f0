/// A block of points forward and backward through a network, on a tape of its own.
///
/// What is between the two is the caller's: a block may wait, or be weighted point by point. A pass
/// belongs to one thread at a time, and allocates nothing after its first block.
package final class BlockPass<S: Scalar> {
  private let network: any Network
  private let objective: any Objective
  private let tape: Tape<S>
  private var result: Tape<S>.Variable?
  private let memory: AlignedBuffer<Double>
  private let rows: Int

  /// The most points of a block where `points` go through `network` one block after the other.
  ///
  /// 128, which fill the tiles of the products; fewer, down to 32, as long as what the tape keeps of them takes
  /// more than 4 MB: all of it is read again on the way back, from farther away the more there is. But each
  /// block reads the weights and adds up their gradient, which is not worth it for less than twice the bytes
  /// of all parameters. The order of a gradient's sums depends on it, and it on nothing but the network.
  package static func rows(
    of points: Int, _ network: any Network, _ objective: any Objective,
    _ parameters: PackedParameters<S>, noise: NormalStream? = nil
  ) -> Int {
    let (few, most) = (32, 128)
    if points <= few { return max(1, points) }
    let pass = BlockPass(network, objective, parameters, rows: few)
    pass.noise = noise
    let perPoint = (pass.bytes(of: few) - pass.bytes(of: few / 2)) / (few / 2)
    let bound = max(4 << 20, 2 * parameters.layout.count * MemoryLayout<S>.stride)
    var rows = most
    while rows > few && rows * perPoint > bound { rows /= 2 }
    return min(rows, points)
  }

  /// Prepares blocks of at most `rows` points, whose tape is known to need `reserved` bytes.
  package init(
    _ network: any Network, _ objective: any Objective, _ parameters: PackedParameters<S>,
    rows: Int, reserved: Int? = nil
  ) {
    self.network = network
    self.objective = objective
    self.rows = rows
    tape = Tape(parameters, differentiates: true)
    if let reserved { tape.reserve(bytes: reserved) }
    memory = AlignedBuffer(rows * (2 * objective.outputs + 1))
  }

  private var outputs: UnsafeMutablePointer<Double> { memory.pointer }
  private var slopes: UnsafeMutablePointer<Double> { memory.pointer + rows * objective.outputs }
  private var targets: UnsafeMutablePointer<Double> { slopes + rows * objective.outputs }

  /// The noise on what uncertain weights act on, from the next ``forward(_:of:with:)`` on.
  package var noise: NormalStream? {
    get { tape.noise }
    set { tape.noise = newValue }
  }

  /// The bytes that the tape takes for `points` points, there and back; it forgets the block before.
  package func bytes(of points: Int) -> Int {
    let zeros = TrainingSet<S>(
      inputs: [S](repeating: 0, count: points * network.inputs),
      targets: [Double](repeating: 0, count: points))
    Array(0..<Int32(points)).withUnsafeBufferPointer {
      forward($0, of: zeros, with: tape.parameters)
    }
    // The slopes are zero: nobody is asked for a loss.
    slopes.update(repeating: 0, count: points * objective.outputs)
    let gradient = AlignedBuffer<S>(tape.parameters.layout.count + 32)
    carryBack(to: gradient.pointer, accumulate: false)
    return tape.bytes
  }

  /// Computes the outputs of `points` with `parameters`, and keeps them for what follows.
  @_specialize(where S == Float)
  @_specialize(where S == Double)
  package func forward(
    _ points: UnsafeBufferPointer<Int32>, of data: TrainingSet<S>,
    with parameters: PackedParameters<S>
  ) {
    precondition(points.count <= rows, "\(points.count) points in a block of \(rows)")
    tape.reset(to: parameters)
    let x = tape.input(rows: points.count, columns: network.inputs) { memory, stride in
      data.inputs.withUnsafeBufferPointer { inputs in
        guard let inputs = inputs.baseAddress else { return }
        S.gather(points, columns: network.inputs, from: inputs, to: memory, stride: stride)
      }
    }
    let result = network(x, on: tape)
    let node = tape.nodes[result.index]
    S.widen(
      rows: points.count, columns: objective.outputs, node.value, stride: node.stride, to: outputs)
    data.targets.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      Double.gather(points, columns: 1, from: all, to: targets, stride: 1)
    }
    self.result = result
  }

  /// Writes the loss of every point of the block.
  package func losses(to losses: UnsafeMutablePointer<Double>) {
    pointwise(objective) { row, loss in losses[row] = loss(1, nil) }
  }

  /// The sum of the losses of any number of points, block by block, and the gradient of `weight` times it
  /// for all parameters.
  package func differentiate(
    _ points: UnsafeBufferPointer<Int32>, of data: TrainingSet<S>,
    with parameters: PackedParameters<S>, weight: Double, gradient: UnsafeMutablePointer<S>
  ) -> Double {
    if points.isEmpty { S.clear(gradient, count: parameters.layout.count) }
    let blocks = (points.count + rows - 1) / rows
    var sum = 0.0
    for number in 0..<blocks {
      // As equal as can be: a last block of a few points would cost as much as a full one.
      let start = number * points.count / blocks
      let block = points[start..<(number + 1) * points.count / blocks]
      forward(UnsafeBufferPointer(rebasing: block), of: data, with: parameters)
      sum += objective.loss(
        outputs: outputs, targets: targets, rows: block.count, weight: weight, gradient: slopes)
      carryBack(to: gradient, accumulate: start > 0)
    }
    return sum
  }

  /// The sum of the losses, and the gradient of Σ weights[row] · loss(row) for all parameters.
  package func backward(
    weights: UnsafePointer<Double>, gradient: UnsafeMutablePointer<S>
  ) -> Double {
    var sum = 0.0
    pointwise(objective) { row, loss in
      sum += loss(weights[row], slopes + row * objective.outputs)
    }
    carryBack(to: gradient, accumulate: false)
    return sum
  }

  @_specialize(where S == Float)
  @_specialize(where S == Double)
  private func carryBack(to gradient: UnsafeMutablePointer<S>, accumulate: Bool) {
    guard let result else { preconditionFailure("backward before forward") }
    let (memory, _, stride) = tape.gradientMemory(of: result.index)
    S.narrow(
      rows: result.rows, columns: objective.outputs, slopes, to: memory, stride: stride)
    tape.backward(from: result, parameterGradients: gradient, accumulate: accumulate)
  }

  /// Calls `body` for every row with the loss of that row alone, as a function of its weight.
  private func pointwise<O: Objective>(
    _ objective: O,
    _ body: (Int, (_ weight: Double, _ gradient: UnsafeMutablePointer<Double>?) -> Double) -> Void
  ) {
    let (outputs, targets, width) = (outputs, targets, objective.outputs)
    for row in 0..<(result?.rows ?? 0) {
      body(row) { weight, gradient in
        objective.loss(
          outputs: outputs + row * width, targets: targets + row, rows: 1, weight: weight,
          gradient: gradient)
      }
    }
  }
}
