/// Memory for one pass over the tape: handed out in order, taken back all at once.
///
/// When a pass needs more than there is, a further chunk is added; the next ``reset()`` joins the
/// chunks into one, so that a step of fixed shape allocates nothing after the first.
struct Arena<S: Scalar> {
  private var chunks: [AlignedBuffer<S>] = []
  private var used = 0
  private(set) var allocations = 0
  /// The elements handed out since the last reset.
  private(set) var taken = 0

  /// Makes room for `bytes` at once, before anything is taken.
  mutating func reserve(bytes: Int) {
    if chunks.isEmpty { chunks = [AlignedBuffer(bytes / MemoryLayout<S>.stride)] }
  }

  mutating func reset() {
    if chunks.count > 1 {
      let total = chunks.reduce(0) { $0 + $1.count }
      chunks = [AlignedBuffer(total)]
      allocations += 1
    }
    (used, taken) = (0, 0)
  }

  /// `count` elements on a cache line's boundary, with old contents.
  mutating func take(_ count: Int) -> UnsafeMutablePointer<S> {
    let line = 64 / MemoryLayout<S>.stride
    let rounded = (count + line - 1) / line * line
    if chunks.isEmpty || used + rounded > chunks[chunks.count - 1].count {
      chunks.append(AlignedBuffer(max(rounded, 1 << 14, chunks.last?.count ?? 0)))
      allocations += 1
      used = 0
    }
    defer {
      used += rounded
      taken += rounded
    }
    return chunks[chunks.count - 1].pointer + used
  }
}
