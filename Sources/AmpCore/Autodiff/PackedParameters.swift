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
  private let forward: AlignedBuffer<Int>
  private let backward: AlignedBuffer<Int>

  /// Where all of it stands.
  package let memory: Memory
  private var shortened: ShortenedPanels?

  /// Packs `parameters`; without `transposed`, for forward passes alone.
  package init(_ parameters: Parameters<S>, transposed: Bool = true) {
    layout = parameters.layout
    let weights = AlignedBuffer(parameters.values)
    self.weights = weights
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
      forward.append(isPacked ? claim(view.rows, view.columns) : -1)
      backward.append(isPacked && transposed ? claim(view.columns, view.rows) : -1)
    }
    self.forward = AlignedBuffer(forward)
    self.backward = AlignedBuffer(backward)
    variances = AlignedBuffer(isUncertain ? layout.count : 0)
    packed = AlignedBuffer(size + 16)
    memory = Memory(
      views: layout.views.count, all: weights.pointer, variances: variances.pointer,
      packed: packed.pointer, forward: self.forward.pointer, backward: self.backward.pointer)
    for view in layout.views { pack(view) }
  }

  /// The range to which ln σ² of a weight is kept.
  package static var logVarianceRange: ClosedRange<Double> { -30...11 }

  /// Brings the panels of `view` up to date with the weights; a table has none.
  package func pack(_ view: ParameterView) {
    precondition(shortened == nil, "weights for single points do not change")
    var source = weights.pointer + view.offset
    if layout.weight(ofLogVariance: view) != nil {
      let target = variances.pointer + view.offset
      S.variances(
        count: view.count, PackedParameters.logVarianceRange, logVariance: source,
        variance: target)
      source = target
    }
    let (place, transposedPlace) = (forward.pointer[view.index], backward.pointer[view.index])
    if place < 0 { return }
    S.pack(
      depth: view.rows, columns: view.columns, source, kStride: view.columns, jStride: 1,
      into: packed.pointer + place)
    if transposedPlace < 0 { return }
    S.pack(
      depth: view.columns, columns: view.rows, source, kStride: 1, jStride: view.columns,
      into: packed.pointer + transposedPlace)
  }

  /// The same for single points, see ``ShortenedPanels``; traps if parameters change from then on.
  package convenience init(forPoints parameters: Parameters<S>) {
    self.init(parameters, transposed: false)
    shortened = ShortenedPanels(self)
  }

  /// Panels of W for a product with so many rows, as long as this lives: of more than two, each weight is
  /// used so often that reading it is no matter.
  package func panels(of view: ParameterView, rows: Int) -> Panels {
    if rows <= 2, let panels = shortened?[view] { return panels }
    return Panels(memory.panels(of: view, transposed: false))
  }

  package func values(of view: ParameterView) -> UnsafeMutablePointer<S> { memory.values(of: view) }

  /// σ² of the weights whose ln σ² stands in `view`.
  package func variances(of view: ParameterView) -> UnsafePointer<S> { memory.variances(of: view) }

  /// Asks for what a forward pass reads first, half of a first-level cache.
  package func fetch() {
    let bytes = 24 << 10
    if let shortened { return shortened.fetch(bytes) }
    amp_fetch(packed.pointer, min(packed.count * MemoryLayout<S>.stride, bytes))
  }

  package func update(_ values: [S]) {
    weights.fill(with: values)
    for view in layout.views { pack(view) }
  }
}

extension PackedParameters {
  /// Bare pointers to weights and panels, as long as their owner lives.
  ///
  /// Threads that share an owner would wait for each other whenever they count references to it.
  package struct Memory: @unchecked Sendable {
    fileprivate let views: Int
    /// All weights, view by view.
    package let all: UnsafeMutablePointer<S>
    fileprivate let variances: UnsafeMutablePointer<S>
    fileprivate let packed: UnsafeMutablePointer<S>
    /// For each view where its panels begin; -1 without any.
    fileprivate let forward: UnsafeMutablePointer<Int>
    fileprivate let backward: UnsafeMutablePointer<Int>

    /// The weights of `view`, (rows, columns).
    package func values(of view: ParameterView) -> UnsafeMutablePointer<S> { all + view.offset }

    /// σ² of the weights whose ln σ² stands in `view`.
    package func variances(of view: ParameterView) -> UnsafePointer<S> {
      UnsafePointer(variances + view.offset)
    }

    /// Panels of W, or of Wᵀ if `transposed`, or of σ² for a view of ln σ².
    ///
    /// Traps for a table, and for Wᵀ where matrices are packed for forward passes alone.
    package func panels(of view: ParameterView, transposed: Bool) -> UnsafePointer<S> {
      precondition(view.index < views, "\(view.name) belongs to another network")
      let place = (transposed ? backward : forward)[view.index]
      precondition(place >= 0, "\(view.name) has no panels\(transposed ? " of its transpose" : "")")
      return UnsafePointer(packed + place)
    }
  }
}
