// A forward pass computed again and again for other inputs, without the bookkeeping of a tape.
extension Tape {
  /// What computes the nodes on this tape anew, in order, when the memory of its inputs has changed.
  ///
  /// Parameters are those of now. A step reads and writes the memory in which the first pass left
  /// its values: it holds until the tape takes more memory than ever before, and passes of the same
  /// shape (other parameters after ``reset(to:)``) may share it. Nil if a node has no step, noise,
  /// or if there are other inputs than the first node.
  package func steps() -> [() -> Void]? {
    if differentiates || noise != nil { return nil }
    var steps: [() -> Void] = []
    for index in nodes.indices.dropFirst() {
      guard let step = nodes[index].rule.step(index, on: self) else { return nil }
      steps.append(step)
    }
    return steps
  }

  /// A copy of `count` numbers that a step keeps, because the next pass overwrites them.
  func kept(_ numbers: UnsafePointer<S>, count: Int) -> AlignedBuffer<S> {
    let copy = AlignedBuffer<S>(count)
    copy.pointer.update(from: numbers, count: count)
    return copy
  }
}
