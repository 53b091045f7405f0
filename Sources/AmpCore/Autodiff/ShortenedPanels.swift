import CAmpKernels

/// Panels of a network's matrices without the bytes at the end of their numbers, where these are zero.
///
/// A single point reads every weight once, and weights in double precision may come from the third-level
/// cache, which takes longer than the arithmetic. Of rounded weights, see ``Swift/Double/roundedToSixBytes``,
/// a quarter less is read, for the same result to the bit.
struct ShortenedPanels {
  private let memory: AlignedBuffer<UInt8>
  /// For each view its panels; nil where they are not shortened.
  private let panels: [Panels?]

  /// Shortens the panels of `parameters`; nil if none can be.
  init?<S: Scalar>(_ parameters: PackedParameters<S>) {
    let views = parameters.layout.views
    /// The cache lines of numbers with `bytes` bytes each, and one more, into which a vector may reach.
    func room(_ view: ParameterView, _ bytes: Int) -> Int { (view.count * bytes + 127) / 64 * 64 }
    let memory = AlignedBuffer<UInt8>(views.reduce(0) { $0 + room($1, MemoryLayout<S>.stride) })
    var end = 0
    panels = views.map { view in
      guard view.isMatrix else { return nil }
      let start = memory.pointer + end
      let bytes = S.shorten(
        depth: view.rows, columns: view.columns,
        parameters.memory.panels(of: view, transposed: false), into: start)
      guard bytes > 0 else { return nil }
      end += room(view, bytes)
      return Panels(memory: start, bytes: bytes)
    }
    guard end > 0 else { return nil }
    self.memory = memory
  }

  /// The panels of `view`, as long as this value lives; nil where they are not shortened.
  subscript(view: ParameterView) -> Panels? { panels[view.index] }

  /// Asks for the first of them.
  func fetch(_ bytes: Int) { amp_fetch(memory.pointer, min(memory.count, bytes)) }
}
