/// The Jacobian J of the weighted mean of a batch over all weights and biases of a dense stack.
///
/// J itself, (points, parameters), is never made. Point b has in layer ℓ the gradient ã_b d_bᵀ, with
/// the layer's input a_b and a one for the bias behind it, ã = (a, 1), and the sensitivity
/// d_b = w_b ∂μ_b/∂z_ℓ to what enters its activation. So
///
///     (JJᵀ)_bc = Σ_ℓ (ã_b·ã_c)(d_b·d_c),   (Jφ)_b = Σ_ℓ ã_bᵀ φ_ℓ d_b,   (Jᵀc)_ℓ = Σ_b c_b ã_b d_bᵀ
///
/// All is Double. A batch is cut into blocks of rows, fixed by its size and not by the threads.
/// Unchecked Sendable because the parts of a task write disjoint rows, tiles or parameters.
package final class SampleJacobian: @unchecked Sendable {
  /// The widths from the features to the one output, and the activation behind each layer.
  package let sizes: [Int], activations: [Activation]
  /// The points of a batch.
  package let points: Int
  /// The number of parameters.
  package let count: Int
  /// JJᵀ after ``product()``.
  package let gram: TiledMatrix
  /// θ and φ: for each layer (inputs + 1, outputs), the last row of which is the bias.
  package let parameters, direction: AlignedBuffer<Double>
  /// w of each point, to be set before ``forward()``.
  package let weights: AlignedBuffer<Double>
  /// μ of each point, and Jφ.
  package let means, along: AlignedBuffer<Double>

  private let crew: Crew
  private let offsets: [Int]
  /// The distance of rows of ã, and of d and f′ of the layer before.
  private let strides: [Int]
  private let inputs, derivatives, sensitivities: [AlignedBuffer<Double>]
  /// The blocks of ã and d transposed, (width, side) each, for products of two blocks.
  private let turnedInputs, turnedSensitivities: [AlignedBuffer<Double>]
  /// Two matrices of the size of a tile or a block for each worker.
  private let scratch: AlignedBuffer<Double>
  private let scratchSize: Int
  /// Rows of the parameters of a layer, one part of a step each.
  private let chunks: [(layer: Int, rows: Range<Int>)]
  /// What ``step(_:momentum:rate:)`` is about.
  private var coefficients: UnsafePointer<Double>?
  private var (momentum, rate) = (0.0, 0.0)

  /// For batches of `points` on dense layers of `sizes`, features first and 1 last.
  package init(sizes: [Int], activations: [Activation], points: Int, crew: Crew) {
    precondition(
      sizes.count >= 2 && activations.count == sizes.count - 1 && sizes.last == 1,
      "\(activations.count) activations for layers of \(sizes)")
    self.sizes = sizes
    self.activations = activations
    self.points = points
    self.crew = crew
    var offsets = [0]
    for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
      offsets.append(offsets[offsets.count - 1] + (inputs + 1) * outputs)
    }
    self.offsets = offsets
    let count = offsets[offsets.count - 1]
    self.count = count
    gram = TiledMatrix(order: points)
    (parameters, direction) = (AlignedBuffer(count), AlignedBuffer(count))
    weights = AlignedBuffer(points)
    (means, along) = (AlignedBuffer(points), AlignedBuffer(points))
    let strides = sizes.map { ($0 + 8) / 8 * 8 }
    self.strides = strides
    func matrices(_ strides: some Sequence<Int>) -> [AlignedBuffer<Double>] {
      strides.map { AlignedBuffer(points * $0) }
    }
    inputs = matrices(strides.dropLast())
    (derivatives, sensitivities) = (matrices(strides.dropFirst()), matrices(strides.dropFirst()))
    let (tiles, side) = (gram.tiles, gram.side)
    turnedInputs = sizes.dropLast().map { AlignedBuffer(tiles * side * ($0 + 1)) }
    turnedSensitivities = sizes.dropFirst().map { AlignedBuffer(tiles * side * $0) }
    for (layer, buffer) in inputs.enumerated() {
      for row in 0..<points { buffer.pointer[row * strides[layer] + sizes[layer]] = 1 }
    }
    scratchSize = gram.side * max(gram.side, strides.max() ?? 0)
    scratch = AlignedBuffer(crew.threads * 2 * scratchSize)
    chunks = activations.indices.flatMap { layer in
      stride(from: 0, to: sizes[layer] + 1, by: 64).map {
        (layer, $0..<min($0 + 64, sizes[layer] + 1))
      }
    }
  }

  /// The features of point `row`, to be set before ``forward()``.
  package func features(of row: Int) -> UnsafeMutablePointer<Double> {
    inputs[0].pointer + row * strides[0]
  }

  /// Computes means, sensitivities and Jφ with the parameters as they are.
  package func forward() { crew.run(parts: gram.tiles, forwardBlock) }

  /// Computes JJᵀ.
  package func product() { crew.run(parts: gram.tiles * (gram.tiles + 1) / 2, gramTile) }

  /// φ ← momentum · φ + Jᵀc, θ ← θ + rate · φ; spoils the sensitivities.
  package func step(_ coefficients: UnsafePointer<Double>, momentum: Double, rate: Double) {
    (self.coefficients, self.momentum, self.rate) = (coefficients, momentum, rate)
    crew.run(parts: gram.tiles, scaleBlock)
    crew.run(parts: chunks.count, stepChunk)
  }

  // The tasks are kept, so that a step allocates nothing.

  private lazy var forwardBlock: @Sendable (Int, Int) -> Void = { [unowned self] block, worker in
    let rows = gram.rows(block)
    let (start, count, last) = (rows.lowerBound, rows.count, activations.count - 1)
    func row(_ buffer: AlignedBuffer<Double>, _ stride: Int) -> UnsafeMutablePointer<Double> {
      buffer.pointer + start * stride
    }
    for layer in 0...last {
      let (stride, next) = (strides[layer], strides[layer + 1])
      let derivative = row(derivatives[layer], next)
      // The last layer has no next input: its output takes the place of its derivative.
      let value = layer < last ? row(inputs[layer + 1], next) : derivative
      Double.product(
        rows: count, columns: sizes[layer + 1], depth: sizes[layer] + 1, row(inputs[layer], stride),
        aRow: stride, aColumn: 1, parameters.pointer + offsets[layer], stride: sizes[layer + 1],
        value, cStride: next, accumulate: false)
      if layer < last {
        Double.activate(
          activations[layer], rows: count, columns: sizes[layer + 1], stride: next, value,
          value: value, derivative: derivative)
      }
    }
    let outputs = row(derivatives[last], strides[last + 1])
    let ends = row(sensitivities[last], strides[last + 1])
    for point in 0..<count {
      means.pointer[start + point] = outputs[point * strides[last + 1]]
      ends[point * strides[last + 1]] = weights.pointer[start + point]
      along.pointer[start + point] = 0
    }
    for layer in (1..<max(1, last + 1)).reversed() {
      let (stride, next) = (strides[layer], strides[layer + 1])
      let sensitivity = row(sensitivities[layer - 1], stride)
      Double.gemm(
        transposeA: false, transposeB: true, m: count, n: sizes[layer], k: sizes[layer + 1],
        alpha: 1, row(sensitivities[layer], next), lda: next, parameters.pointer + offsets[layer],
        ldb: sizes[layer + 1], beta: 0, sensitivity, ldc: stride)
      Double.pullBack(
        activations[layer - 1], rows: count, columns: sizes[layer], stride: stride,
        value: row(inputs[layer], stride), derivative: row(derivatives[layer - 1], stride),
        gradient: sensitivity, sums: nil)
    }
    let product = scratch.pointer + worker * 2 * scratchSize
    for layer in 0...last {
      let (stride, next, outputs) = (strides[layer], strides[layer + 1], sizes[layer + 1])
      Double.product(
        rows: count, columns: outputs, depth: sizes[layer] + 1, row(inputs[layer], stride),
        aRow: stride, aColumn: 1, direction.pointer + offsets[layer], stride: outputs, product,
        cStride: outputs, accumulate: false)
      let sensitivity = row(sensitivities[layer], next)
      for point in 0..<count {
        along.pointer[start + point] += Double.dot(
          outputs, product + point * outputs, sensitivity + point * next)
      }
      turn(row(inputs[layer], stride), stride, count, into: turnedInputs[layer], block)
      turn(sensitivity, next, count, into: turnedSensitivities[layer], block)
    }
  }

  /// Copies the rows of a block into the columns of its transpose.
  private func turn(
    _ source: UnsafePointer<Double>, _ stride: Int, _ rows: Int,
    into turned: AlignedBuffer<Double>, _ block: Int
  ) {
    let side = gram.side
    let width = turned.count / (gram.tiles * side)
    let target = turned.pointer + block * width * side
    for row in 0..<rows {
      for j in 0..<width { target[j * side + row] = source[row * stride + j] }
    }
  }

  private lazy var gramTile: @Sendable (Int, Int) -> Void = { [unowned self] part, worker in
    let (i, j) = upperPair(part)
    let (rows, columns, side) = (gram.rows(i), gram.rows(j), gram.side)
    let first = scratch.pointer + worker * 2 * scratchSize
    let second = first + scratchSize
    func outer(
      _ matrix: AlignedBuffer<Double>, _ stride: Int, _ turned: AlignedBuffer<Double>,
      _ tile: UnsafeMutablePointer<Double>
    ) {
      let depth = turned.count / (gram.tiles * side)
      Double.product(
        rows: rows.count, columns: columns.count, depth: depth,
        matrix.pointer + rows.lowerBound * stride, aRow: stride, aColumn: 1,
        turned.pointer + j * depth * side, stride: side, tile, cStride: side, accumulate: false)
    }
    for layer in activations.indices {
      outer(inputs[layer], strides[layer], turnedInputs[layer], first)
      outer(sensitivities[layer], strides[layer + 1], turnedSensitivities[layer], second)
      Double.multiply(
        count: (rows.count - 1) * side + columns.count, first, second, gram.tile(i, j),
        accumulate: layer > 0)
    }
  }

  private lazy var scaleBlock: @Sendable (Int, Int) -> Void = { [unowned self] block, _ in
    guard let coefficients else { return }
    for layer in activations.indices {
      for row in gram.rows(block) {
        Double.scal(
          sizes[layer + 1], coefficients[row],
          sensitivities[layer].pointer + row * strides[layer + 1])
      }
    }
  }

  private lazy var stepChunk: @Sendable (Int, Int) -> Void = { [unowned self] part, _ in
    let (layer, rows) = chunks[part]
    let outputs = sizes[layer + 1]
    let start = offsets[layer] + rows.lowerBound * outputs
    Double.scal(rows.count * outputs, momentum, direction.pointer + start)
    Double.productTransposed(
      rows: rows.count, columns: outputs, depth: points, inputs[layer].pointer + rows.lowerBound,
      aStride: strides[layer], sensitivities[layer].pointer, bStride: strides[layer + 1],
      direction.pointer + start, cStride: outputs, accumulate: true)
    Double.axpy(
      rows.count * outputs, rate, direction.pointer + start, parameters.pointer + start)
  }
}
