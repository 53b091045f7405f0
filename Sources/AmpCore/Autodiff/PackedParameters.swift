import CAmpKernels

/// The weights of a network in the order in which the products read them.
///
/// Every matrix W stands here twice, as panels of W (for the forward pass) and of Wᵀ (for the
/// gradient of a layer's input). Packing happens once per update instead of once per product.
/// Where a view holds λ = ln σ² of weights, λ is kept within a range and σ² = exp λ is packed.
/// Unchecked Sendable because views occupy disjoint memory: threads may repack different views at
/// the same time, and read all of them once that is done.
package final class PackedParameters<S: Scalar>: @unchecked Sendable {
  package let layout: ParameterLayout
  package let weights: AlignedBuffer<S>
  private let packed: AlignedBuffer<S>
  private let variances: AlignedBuffer<S>
  private let forward: [Int]
  private let backward: [Int]
  private let hasTransposed: Bool

  /// Packs `parameters`; without `transposed`, for forward passes alone.
  package init(_ parameters: Parameters<S>, transposed: Bool = true) {
    hasTransposed = transposed
    layout = parameters.layout
    weights = AlignedBuffer(parameters.values)
    var (forward, backward, size) = ([Int](), [Int](), 0)
    func claim(_ depth: Int, _ columns: Int) -> Int {
      defer { size += (columns + S.panel - 1) / S.panel * S.panel * depth + 16 }
      return (size + 15) / 16 * 16
    }
    var isUncertain = false
    for view in layout.views {
      let isVariance = layout.weight(ofLogVariance: view) != nil
      isUncertain = isUncertain || isVariance
      let isPacked = view.isMatrix || isVariance
      forward.append(isPacked ? claim(view.rows, view.columns) : 0)
      backward.append(isPacked && transposed ? claim(view.columns, view.rows) : 0)
    }
    self.forward = forward
    self.backward = backward
    variances = AlignedBuffer(isUncertain ? layout.count : 0)
    packed = AlignedBuffer(size + 16)
    for view in layout.views { pack(view) }
  }

  /// The range to which ln σ² of a weight is kept.
  package static var logVarianceRange: ClosedRange<Double> { -30...11 }

  /// Brings the panels of `view` up to date with the weights; a table has none.
  package func pack(_ view: ParameterView) {
    var source = weights.pointer + view.offset
    if layout.weight(ofLogVariance: view) != nil {
      let target = variances.pointer + view.offset
      S.variances(
        count: view.count, PackedParameters.logVarianceRange, logVariance: source,
        variance: target)
      source = target
    } else if !view.isMatrix {
      return
    }
    S.pack(
      depth: view.rows, columns: view.columns, source, kStride: view.columns, jStride: 1,
      into: packed.pointer + forward[view.index])
    if !hasTransposed { return }
    S.pack(
      depth: view.columns, columns: view.rows, source, kStride: 1, jStride: view.columns,
      into: packed.pointer + backward[view.index])
  }

  package func values(of view: ParameterView) -> UnsafeMutablePointer<S> {
    weights.pointer + view.offset
  }

  /// σ² of the weights whose ln σ² stands in `view`.
  package func variances(of view: ParameterView) -> UnsafePointer<S> {
    UnsafePointer(variances.pointer + view.offset)
  }

  /// Panels of W, or of Wᵀ if `transposed`; of σ² for a view of ln σ².
  package func panels(of view: ParameterView, transposed: Bool) -> UnsafePointer<S> {
    precondition(
      view.isMatrix || layout.weight(ofLogVariance: view) != nil,
      "\(view.name) is a table and has no panels")
    precondition(hasTransposed || !transposed, "\(view.name) is packed for forward passes alone")
    return UnsafePointer(packed.pointer + (transposed ? backward : forward)[view.index])
  }

  /// Asks for what a forward pass reads first, half of a first-level cache.
  package func fetch() {
    amp_fetch(packed.pointer, min(packed.count * MemoryLayout<S>.stride, 24 << 10))
  }

  package func update(_ values: [S]) {
    weights.fill(with: values)
    for view in layout.views { pack(view) }
  }
}
