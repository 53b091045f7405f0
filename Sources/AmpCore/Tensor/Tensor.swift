/// A dense array of numbers with a shape: contiguous, row-major, a value.
///
/// Tensors carry data into and out of networks; inside a training step the tape works on its own
/// memory. Mismatched shapes are programming errors and trap with both shapes.
public struct Tensor<Element: Scalar>: Sendable, Equatable {
  /// The extent along each axis; a scalar has none.
  public let shape: [Int]

  /// The elements, the last axis running fastest.
  public var elements: [Element]

  /// Wraps `elements`; traps unless their number is the product of `shape`.
  public init(_ elements: [Element], shape: [Int]) {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements cannot have shape \(shape)")
    self.elements = elements
    self.shape = shape
  }

  /// A tensor of `shape` whose elements are all `value`.
  public init(repeating value: Element = 0, shape: [Int]) {
    self.init([Element](repeating: value, count: shape.reduce(1, *)), shape: shape)
  }

  /// The element at `index`, one number per axis; traps outside the shape.
  public subscript(index: Int...) -> Element {
    get { elements[offset(index)] }
    set { elements[offset(index)] = newValue }
  }

  /// The same elements under another shape of as many elements.
  public func reshaped(_ shape: [Int]) -> Tensor { Tensor(elements, shape: shape) }

  /// The tensor with every element rounded to `Other`.
  public func converted<Other: Scalar>(to type: Other.Type = Other.self) -> Tensor<Other> {
    Tensor<Other>(elements.map { Other($0) }, shape: shape)
  }

  private func offset(_ index: [Int]) -> Int {
    precondition(index.count == shape.count, "index \(index) for a tensor of shape \(shape)")
    return zip(index, shape).reduce(0) { sum, axis in
      precondition(
        axis.0 >= 0 && axis.0 < axis.1, "index \(index) lies outside the shape \(shape)")
      return sum * axis.1 + axis.0
    }
  }
}
