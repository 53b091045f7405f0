/// Memory of fixed size on a cache line's boundary, zero at first, freed with its last owner.
///
/// Unchecked Sendable because it is bare memory: whoever shares a buffer between threads lets
/// them write disjoint ranges of it, as the training step does with its blocks.
package final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  package let pointer: UnsafeMutablePointer<Element>
  package let count: Int

  package init(_ count: Int) {
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Element>.stride + 127) / 64 * 64)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    pointer = raw.assumingMemoryBound(to: Element.self)
  }

  package convenience init(_ elements: [Element]) {
    self.init(elements.count)
    elements.withUnsafeBufferPointer {
      if let source = $0.baseAddress { pointer.update(from: source, count: $0.count) }
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  package func fill(with elements: [Element]) {
    precondition(elements.count == count, "\(elements.count) elements for a buffer of \(count)")
    elements.withUnsafeBufferPointer {
      if let source = $0.baseAddress { pointer.update(from: source, count: count) }
    }
  }
}
