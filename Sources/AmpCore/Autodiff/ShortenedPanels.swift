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
    func shorten(_ view: ParameterView, rows: Int, into memory: UnsafeMutableRawPointer) -> Int {
      S.shorten(
        depth: rows, columns: view.columns,
        parameters.memory.panels(of: view, transposed: false), into: memory)
    }
    // Of no rows nothing is written; the result is the bytes of a number all the same.
    let nowhere = UnsafeMutableRawPointer(parameters.weights.pointer)
    let bytes = views.map { $0.isMatrix ? shorten($0, rows: 0, into: nowhere) : 0 }
    /// The cache lines of all numbers, and one more, into which the last vector may reach.
    func room(_ view: ParameterView) -> Int { (view.count * bytes[view.index] + 127) / 64 * 64 }
    let possible = views.filter { bytes[$0.index] > 0 }
    if possible.isEmpty { return nil }
    let memory = AlignedBuffer<UInt8>(possible.reduce(0) { $0 + room($1) })
    var (end, all) = (0, [Panels?](repeating: nil, count: views.count))
    for view in possible {
      let start = memory.pointer + end
      let left = shorten(view, rows: view.rows, into: start)
      if left == 0 { continue }
      end += room(view)
      all[view.index] = Panels(memory: start, bytes: left)
    }
    if end == 0 { return nil }
    (self.memory, panels) = (memory, all)
  }

  /// The panels of `view`, as long as this value lives; nil where they are not shortened.
  subscript(view: ParameterView) -> Panels? { panels[view.index] }

  /// Asks for the first of them.
  func fetch(_ bytes: Int) { amp_fetch(memory.pointer, min(memory.count, bytes)) }
}
