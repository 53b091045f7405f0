import CAmpKernels

/// The arithmetic of a network: `Float` and `Double`, each with its own compiled kernels.
///
/// Generic code above stops here: a layer calls a whole matrix product or a whole activation, and
/// never loops over elements itself. The requirements are the kernels of CAmpKernels under the
/// names they have there; matrices are row-major, and a `stride` is the distance between rows.
public protocol Scalar: LinearAlgebraScalar, LorentzKernels, NoiseKernels, BitwiseCopyable,
  Codable
{
  /// The name in files and options: `float32` or `float64`.
  static var precisionName: String { get }

  /// The number of columns of a packed panel.
  static var panel: Int { get }

  /// Packs B(k, j) = b[k·kStride + j·jStride], (depth, columns), into panels.
  static func pack(
    depth: Int, columns: Int, _ b: UnsafePointer<Self>, kStride: Int, jStride: Int,
    into packed: UnsafeMutablePointer<Self>)

  /// C = A·B + bias, or C += A·B, for packed B; A is (rows, depth), C is (rows, columns).
  static func productPacked(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>, stride: Int,
    _ packed: UnsafePointer<Self>, bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>,
    cStride: Int, accumulate: Bool)

  /// C = f(A·B + bias) for packed B, without derivative; fetches what is packed behind B beforehand.
  static func dense(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>,
    stride: Int, _ packed: Panels, bias: UnsafePointer<Self>?, _ c: UnsafeMutablePointer<Self>,
    cStride: Int)

  /// Copies packed panels without the bytes at the end of every number, if these are zero in all of them;
  /// returns the bytes that are left of a number, 0 if nothing was copied, which is so for most widths.
  ///
  /// `shortened` has room for what is left and for a vector more.
  static func shorten(
    depth: Int, columns: Int, _ packed: UnsafePointer<Self>,
    into shortened: UnsafeMutableRawPointer
  ) -> Int

  /// C = (A·B) ∘ f'(z), or (C + A·B) ∘ f'(z), B in panels, and sums[j] += Σ_rows C.
  ///
  /// The packed product and the way back through an activation at once, to the same bits.
  static func productPulledBack(
    _ activation: Activation, rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>,
    stride: Int, _ packed: UnsafePointer<Self>, _ c: UnsafeMutablePointer<Self>, cStride: Int,
    accumulate: Bool, value: UnsafePointer<Self>, derivative: UnsafePointer<Self>?,
    sums: UnsafeMutablePointer<Self>?)

  /// C = A·B, or C += A·B, with A(r, k) = a[r·aRow + k·aColumn] and rows of B contiguous.
  static func product(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>, aRow: Int, aColumn: Int,
    _ b: UnsafePointer<Self>, stride: Int, _ c: UnsafeMutablePointer<Self>, cStride: Int,
    accumulate: Bool)

  /// C = AᵀB, or C += AᵀB, for A (depth, rows) and B (depth, columns).
  static func productTransposed(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Self>, aStride: Int,
    _ b: UnsafePointer<Self>, bStride: Int, _ c: UnsafeMutablePointer<Self>, cStride: Int,
    accumulate: Bool)

  /// value = f(z) and, where `derivative` is given and f needs it saved, f'(z); in place allowed.
  static func activate(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, _ z: UnsafePointer<Self>,
    value: UnsafeMutablePointer<Self>, derivative: UnsafeMutablePointer<Self>?)

  /// gradient ← gradient ∘ f'(z), and sums[j] += Σ_rows gradient (the gradient of a bias).
  static func pullBack(
    _ activation: Activation, rows: Int, columns: Int, stride: Int, value: UnsafePointer<Self>,
    derivative: UnsafePointer<Self>?, gradient: UnsafeMutablePointer<Self>,
    sums: UnsafeMutablePointer<Self>?)

  /// x[0..<count] ← Σ_p x[p·distance ..< p·distance + count] over a fixed binary tree.
  static func sumTree(
    count: Int, parts: Int, distance: Int, _ x: UnsafeMutablePointer<Self>)

  /// One update of Adam or AdamW: w ← keep·w − rate·m/(√v·root + ε).
  static func adam(
    count: Int, gradient: UnsafePointer<Self>, m: UnsafeMutablePointer<Self>,
    v: UnsafeMutablePointer<Self>, weights: UnsafeMutablePointer<Self>, beta1: Double,
    beta2: Double, rate: Double, root: Double, epsilon: Double, keep: Double)

  /// v ← β₂v + (1−β₂)g², direction = scale·m/(√v·root + ε).
  static func soapDirection(
    count: Int, gradient: UnsafePointer<Self>, m: UnsafePointer<Self>,
    v: UnsafeMutablePointer<Self>, direction: UnsafeMutablePointer<Self>, beta2: Double,
    root: Double, epsilon: Double, scale: Double)

  /// y ← αx + βy.
  static func axpby(
    count: Int, _ alpha: Double, _ x: UnsafePointer<Self>, _ beta: Double,
    _ y: UnsafeMutablePointer<Self>)

  /// z ← x∘y, or z ← z + x∘y.
  static func multiply(
    count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>,
    _ z: UnsafeMutablePointer<Self>, accumulate: Bool)

  /// The rows `indices` of `source` (·, columns), copied to `target` (indices.count, columns).
  static func gather(
    _ indices: UnsafeBufferPointer<Int32>, columns: Int, from source: UnsafePointer<Self>,
    to target: UnsafeMutablePointer<Self>, stride: Int)

  /// A (rows, columns) matrix with `stride` as contiguous Doubles.
  static func widen(
    rows: Int, columns: Int, _ source: UnsafePointer<Self>, stride: Int,
    to target: UnsafeMutablePointer<Double>)

  /// Contiguous Doubles (rows, columns), rounded into a matrix with `stride`.
  static func narrow(
    rows: Int, columns: Int, _ source: UnsafePointer<Double>,
    to target: UnsafeMutablePointer<Self>, stride: Int)

  /// x ← 0, at full speed also where the type is not known.
  static func clear(_ x: UnsafeMutablePointer<Self>, count: Int)

  /// to(r, j) ← from(r, j), or +=, for blocks (rows, columns) of two matrices.
  static func copyBlock(
    rows: Int, columns: Int, from source: UnsafePointer<Self>, stride: Int,
    to target: UnsafeMutablePointer<Self>, targetStride: Int, accumulate: Bool)

  /// value = P(x)/Q(x) by groups of columns; numerator (groups, 6), denominator (groups, 5).
  static func rational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Self>,
    numerator: UnsafePointer<Self>, denominator: UnsafePointer<Self>,
    value: UnsafeMutablePointer<Self>)

  /// The gradient of x, where wanted, and what is added to those of numerator and denominator.
  static func pullBackRational(
    rows: Int, columns: Int, stride: Int, groups: Int, _ x: UnsafePointer<Self>,
    numerator: UnsafePointer<Self>, denominator: UnsafePointer<Self>,
    gradient: UnsafePointer<Self>, inputGradient: UnsafeMutablePointer<Self>?, accumulate: Bool,
    numeratorGradient: UnsafeMutablePointer<Self>, denominatorGradient: UnsafeMutablePointer<Self>)

  /// All B-splines of every input and its SiLU, (rows, inputs · (cells + order + 1)).
  static func splineBasis(
    rows: Int, inputs: Int, cells: Int, order: Int, _ x: UnsafePointer<Self>, xStride: Int,
    low: UnsafePointer<Self>, perLength: UnsafePointer<Self>, value: UnsafeMutablePointer<Self>,
    derivative: UnsafeMutablePointer<Self>?, stride: Int)

  /// The gradient of x (rows, inputs) from that of its `width` basis functions per input.
  static func pullBackSplineBasis(
    rows: Int, inputs: Int, width: Int, gradient: UnsafePointer<Self>,
    derivative: UnsafePointer<Self>, stride: Int, xGradient: UnsafeMutablePointer<Self>,
    xStride: Int, accumulate: Bool)

  /// The weights (inputs · (splines + 1), outputs) from base, coefficients and scale.
  static func foldSplines(
    inputs: Int, splines: Int, outputs: Int, base: UnsafePointer<Self>,
    coefficients: UnsafePointer<Self>, scale: UnsafePointer<Self>,
    weight: UnsafeMutablePointer<Self>)

  /// Adds to the gradients of base, coefficients and scale what follows from the weights'.
  static func unfoldSplines(
    inputs: Int, splines: Int, outputs: Int, gradient: UnsafePointer<Self>,
    coefficients: UnsafePointer<Self>, scale: UnsafePointer<Self>,
    baseGradient: UnsafeMutablePointer<Self>, coefficientGradient: UnsafeMutablePointer<Self>,
    scaleGradient: UnsafeMutablePointer<Self>)
}

extension Scalar {
  /// y ← y + x if `adds`, y ← x where y holds nothing yet.
  static func addOrCopy(
    count: Int, _ x: UnsafePointer<Self>, to y: UnsafeMutablePointer<Self>, adds: Bool
  ) {
    if adds { axpby(count: count, 1, x, 1, y) } else { y.update(from: x, count: count) }
  }
}

extension Activation {
  /// The kernel's number and slope.
  var code: (kind: CInt, slope: Double) {
    switch self {
    case .identity: (CInt(AMP_IDENTITY.rawValue), 0)
    case .relu: (CInt(AMP_RELU.rawValue), 0)
    case .leakyReLU(let slope): (CInt(AMP_LEAKY_RELU.rawValue), slope)
    case .gelu: (CInt(AMP_GELU.rawValue), 0)
    case .silu: (CInt(AMP_SILU.rawValue), 0)
    case .tanh: (CInt(AMP_TANH.rawValue), 0)
    }
  }
}
