import CAmpKernels

/// The arithmetic of Lorentz-equivariant transformers on token matrices.
///
/// A token matrix consists of panels of 16 points: one row of 16 numbers per number of the token,
/// `components` blocks of `channels` rows and then `scalars` rows, as `amp_tokens` says.
public protocol LorentzKernels {
  /// y = base + M x for each panel, M given by `groups`; `base` may be absent, or y.
  static func mix(
    panels: Int, _ groups: UnsafeBufferPointer<amp_mixing>, xRows: Int, _ x: UnsafePointer<Self>,
    base: UnsafePointer<Self>?, yRows: Int, _ y: UnsafeMutablePointer<Self>
  )

  /// C(i, o) = Σ_pairs ± Σ_j X(i, j) Y(o, j), or C +=, for C (m, n) contiguous.
  static func outerProduct(
    panels: Int, _ outer: amp_outer, xRows: Int, _ x: UnsafePointer<Self>, yRows: Int,
    _ y: UnsafePointer<Self>
  )

  /// sums(r) = Σ_j X(first + r, j), or sums +=.
  static func rowSums(
    panels: Int, xRows: Int, _ x: UnsafePointer<Self>, first: Int, rows: Int,
    _ sums: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// Y(j, i) = factor · X(i, j), or Y +=.
  static func transposePart(
    rows: Int, columns: Int, _ x: UnsafePointer<Self>, xRow: Int, _ y: UnsafeMutablePointer<Self>,
    yRow: Int, factor: Self, accumulate: Bool
  )

  /// Equivariant layer norm of multivectors, and layer norm of scalars, in each of `groups` groups.
  static func geometricNorm(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of ``geometricNorm(_:groups:_:_:)``.
  static func geometricNormBack(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// One root-mean-square norm for vectors and scalars together, in each of `groups` groups.
  static func jointNorm(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of ``jointNorm(_:groups:_:_:)``.
  static func jointNormBack(
    _ tokens: amp_tokens, groups: Int, _ x: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// Attention among the tokens of a point; `tokens` is the shape of the output.
  static func attention(
    _ tokens: amp_tokens, heads: Int, count: Int, _ x: UnsafePointer<Self>,
    weights: UnsafeMutablePointer<Self>?, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of attention, with the weights of the forward pass.
  static func attentionBack(
    _ tokens: amp_tokens, heads: Int, count: Int, _ x: UnsafePointer<Self>,
    weights: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// The geometric product of channels with those behind them; `tokens` is the shape of the output.
  static func geometricProduct(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of ``geometricProduct(_:_:_:)``.
  static func geometricProductBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// GELU(x₀)·x for multivectors with the tanh approximation, exact GELU for scalars.
  static func gate(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of ``gate(_:_:_:)``.
  static func gateBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )

  /// GELU(<a, b>)·v for vectors, GELU(g)·s for scalars; `tokens` is the shape of the output.
  static func gatedUnit(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  )

  /// The gradient of ``gatedUnit(_:_:_:)``.
  static func gatedUnitBack(
    _ tokens: amp_tokens, _ x: UnsafePointer<Self>, gradient dy: UnsafePointer<Self>,
    to dx: UnsafeMutablePointer<Self>, accumulate: Bool
  )
}
