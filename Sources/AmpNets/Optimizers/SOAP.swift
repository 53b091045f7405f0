/// SOAP: Adam in the slowly refreshed eigenbasis of Shampoo's two factors (arXiv:2409.11321).
///
/// Per matrix W (m, n) with gradient G: L ← β₂L + (1−β₂)GGᵀ and R ← β₂R + (1−β₂)GᵀG with bases of
/// eigenvectors Q_L, Q_R; Adam acts on G′ = Q_LᵀGQ_R and its direction is rotated back. Now and then
/// one power iteration and a QR factorisation refresh the bases. The momentum is kept in the rotated
/// basis, which is the same up to rounding and saves two products per step. The first step finds L, R
/// and their eigenvectors and leaves W as it is. Vectors and tables use plain Adam.
///
/// Where the paper learns L and R in every step and refreshes in every tenth, L and R here learn from
/// every fourth gradient, with β₂⁴, and bases are refreshed in every fortieth step: that is as accurate
/// in the same time, see Docs/Results.md, and leaves a step near one of Adam.
package final class SOAP<S: Scalar>: Optimizer {
  private let matrices: [SOAPMatrix<S>?]
  private let vectors: Adam<S>
  private let weightDecay: Double

  /// With `learnEvery` 1 and `refreshEvery` 10 it is the paper's.
  package init(
    _ layout: ParameterLayout, weightDecay: Double = 0, learnEvery: Int = 4, refreshEvery: Int = 40
  ) {
    matrices = layout.views.map { view in
      isRotated(view)
        ? SOAPMatrix(view, learnEvery: learnEvery, refreshEvery: refreshEvery) : nil
    }
    vectors = Adam(layout, beta1: 0.95, beta2: 0.95, weightDecay: weightDecay)
    self.weightDecay = weightDecay
  }

  package func update(
    _ view: ParameterView, step: Int, rate: Double, gradient: UnsafePointer<S>,
    weights: UnsafeMutablePointer<S>
  ) {
    guard let matrix = matrices[view.index] else {
      return vectors.update(view, step: step, rate: rate, gradient: gradient, weights: weights)
    }
    if step == 1 { return matrix.start(gradient) }
    let direction = matrix.direction(gradient, step: step - 1)
    S.axpby(count: view.count, -rate, direction, 1 - rate * weightDecay, weights)
    matrix.learn(gradient, step: step - 1)
  }

  package var state: [(name: String, buffer: AlignedBuffer<S>)] {
    vectors.state + matrices.compactMap { $0 }.flatMap(\.state)
  }

  package func cost(of view: ParameterView) -> Int {
    isRotated(view) ? 4 * view.count * (view.rows + view.columns) : view.count
  }
}

/// Whether `view` has two sides to rotate: vectors and tables do not.
private func isRotated(_ view: ParameterView) -> Bool { view.isMatrix && view.rows > 1 }

/// SOAP's state of one matrix; touched by one thread at a time.
///
/// Unchecked Sendable because the training step gives each matrix to one thread.
private final class SOAPMatrix<S: Scalar>: @unchecked Sendable {
  private let view: ParameterView
  private let learnEvery: Int
  private let refreshEvery: Int
  private let beta = 0.95
  private let left: SOAPFactor<S>
  private let right: SOAPFactor<S>
  private let momentum: AlignedBuffer<S>
  private let variance: AlignedBuffer<S>
  private let scratch: AlignedBuffer<S>
  private let rotated: AlignedBuffer<S>

  init(_ view: ParameterView, learnEvery: Int, refreshEvery: Int) {
    self.view = view
    self.learnEvery = learnEvery
    self.refreshEvery = refreshEvery
    left = SOAPFactor(order: view.rows)
    right = SOAPFactor(order: view.columns)
    momentum = AlignedBuffer(view.count)
    variance = AlignedBuffer(view.count)
    scratch = AlignedBuffer(view.count)
    rotated = AlignedBuffer(view.count)
  }

  var state: [(name: String, buffer: AlignedBuffer<S>)] {
    [
      ("left.factor", left.factor), ("left.basis", left.basis), ("right.factor", right.factor),
      ("right.basis", right.basis), ("momentum", momentum), ("variance", variance),
    ].map { ("optimizer.\(view.name).\($0.0)", $0.1) }
  }

  /// L = GGᵀ, R = GᵀG and their eigenvectors.
  func start(_ gradient: UnsafePointer<S>) {
    accumulate(gradient, fresh: true)
    left.diagonalise()
    right.diagonalise()
  }

  /// The direction −ΔW/rate in step `step` ≥ 1.
  func direction(_ gradient: UnsafePointer<S>, step: Int) -> UnsafePointer<S> {
    rotate(gradient, into: rotated.pointer)
    S.axpby(count: view.count, 1 - beta, rotated.pointer, beta, momentum.pointer)
    S.soapDirection(
      count: view.count, gradient: rotated.pointer, m: momentum.pointer, v: variance.pointer,
      direction: rotated.pointer, beta2: beta, root: 1 / (1 - power(beta, step)).squareRoot(),
      epsilon: 1e-8, scale: 1 / (1 - power(beta, step)))
    rotateBack(rotated.pointer, into: rotated.pointer)
    return UnsafePointer(rotated.pointer)
  }

  /// Updates L and R or the bases, if it is time, carrying momentum and variance along.
  func learn(_ gradient: UnsafePointer<S>, step: Int) {
    if step % learnEvery == 0 { accumulate(gradient, fresh: false) }
    guard step % refreshEvery == 0 else { return }
    rotateBack(momentum.pointer, into: momentum.pointer)
    let (rows, columns) = (left.refresh(), right.refresh())
    rotate(momentum.pointer, into: momentum.pointer)
    scratch.pointer.update(from: variance.pointer, count: view.count)
    for (i, row) in rows.enumerated() {
      for (j, column) in columns.enumerated() {
        variance.pointer[i * view.columns + j] = scratch.pointer[row * view.columns + column]
      }
    }
  }

  private func accumulate(_ gradient: UnsafePointer<S>, fresh: Bool) {
    let (m, n) = (view.rows, view.columns)
    let keep = fresh ? 0 : S(power(beta, learnEvery))
    let alpha = 1 - keep
    S.syrk(
      transpose: false, n: m, k: n, alpha: alpha, gradient, lda: n, beta: keep,
      left.factor.pointer, ldc: m)
    S.syrk(
      transpose: true, n: n, k: m, alpha: alpha, gradient, lda: n, beta: keep,
      right.factor.pointer, ldc: n)
  }

  /// Q_Lᵀ x Q_R.
  private func rotate(_ x: UnsafePointer<S>, into result: UnsafeMutablePointer<S>) {
    let (m, n) = (view.rows, view.columns)
    S.productTransposed(
      rows: m, columns: n, depth: m, left.basis.pointer, aStride: m, x, bStride: n,
      scratch.pointer, cStride: n, accumulate: false)
    S.product(
      rows: m, columns: n, depth: n, scratch.pointer, aRow: n, aColumn: 1, right.basis.pointer,
      stride: n, result, cStride: n, accumulate: false)
  }

  /// Q_L x Q_Rᵀ.
  private func rotateBack(_ x: UnsafePointer<S>, into result: UnsafeMutablePointer<S>) {
    let (m, n) = (view.rows, view.columns)
    S.product(
      rows: m, columns: n, depth: m, left.basis.pointer, aRow: m, aColumn: 1, x, stride: n,
      scratch.pointer, cStride: n, accumulate: false)
    S.product(
      rows: m, columns: n, depth: n, scratch.pointer, aRow: n, aColumn: 1,
      right.transposedBasis, stride: n, result, cStride: n, accumulate: false)
  }
}

/// One of Shampoo's factors, (order, order), of which the lower triangle is kept, and its basis.
private final class SOAPFactor<S: Scalar> {
  let order: Int
  let factor: AlignedBuffer<S>
  let basis: AlignedBuffer<S>
  private let transposed: AlignedBuffer<S>
  private var transposedIsCurrent = false
  private let product: AlignedBuffer<S>
  private var workspace = LinearAlgebraWorkspace<S>()

  init(order: Int) {
    self.order = order
    factor = AlignedBuffer(order * order)
    basis = AlignedBuffer(order * order)
    transposed = AlignedBuffer(order * order)
    product = AlignedBuffer(order * order)
  }

  /// Qᵀ, made anew when the basis has changed or was restored.
  var transposedBasis: UnsafePointer<S> {
    if !transposedIsCurrent {
      S.transpose(rows: order, columns: order, basis.pointer, transposed.pointer)
      transposedIsCurrent = true
    }
    return UnsafePointer(transposed.pointer)
  }

  /// The exact eigenvectors, those of the largest eigenvalues first.
  func diagonalise() {
    var full = [Double](repeating: 0, count: order * order)
    for i in 0..<order {
      for j in 0...i {
        full[i * order + j] = Double(factor.pointer[i * order + j])
        full[j * order + i] = full[i * order + j]
      }
    }
    // Without a finite gradient there is no basis to find; training stops on its loss.
    let vectors = (try? Double.eigensystem(full, order: order))?.vectors
    for i in 0..<order {
      for j in 0..<order {
        basis.pointer[i * order + j] =
          vectors.map { S($0[i * order + order - 1 - j]) } ?? (i == j ? 1 : 0)
      }
    }
    transposedIsCurrent = false
  }

  /// Q ← qr(factor · Q) with columns by descending Rayleigh quotient; returns that order.
  func refresh() -> [Int] {
    S.symm(
      m: order, n: order, alpha: 1, factor.pointer, lds: order, basis.pointer, ldb: order, beta: 0,
      product.pointer, ldc: order)
    S.multiply(
      count: order * order, basis.pointer, product.pointer, transposed.pointer, accumulate: false)
    var quotients = [S](repeating: 0, count: order)
    for i in 0..<order {
      S.axpy(order, 1, transposed.pointer + i * order, &quotients)
    }
    let columns = (0..<order).sorted {
      quotients[$0] > quotients[$1] || (quotients[$0] == quotients[$1] && $0 < $1)
    }
    for i in 0..<order {
      for (j, column) in columns.enumerated() {
        basis.pointer[i * order + j] = product.pointer[i * order + column]
      }
    }
    S.qr(rows: order, columns: order, basis.pointer, workspace: &workspace)
    transposedIsCurrent = false
    return columns
  }
}
