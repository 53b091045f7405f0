import AmpCore

// Functions of whole tensors, put together from the operators of ONNX.
extension Graph {
  mutating func add(_ x: Value, _ y: Value) -> Value { self("Add", x, y) }
  mutating func subtract(_ x: Value, _ y: Value) -> Value { self("Sub", x, y) }
  mutating func multiply(_ x: Value, _ y: Value) -> Value { self("Mul", x, y) }
  mutating func divide(_ x: Value, _ y: Value) -> Value { self("Div", x, y) }

  /// Side by side along the last axis.
  mutating func join(_ parts: [Value], axis: Int = -1) -> Value {
    parts.count == 1 ? parts[0] : node("Concat", parts, [("axis", .int(axis))])
  }

  /// The elements `range` of the last axis.
  mutating func slice(_ x: Value, _ range: Range<Int>) -> Value {
    self(
      "Slice", x, indices([range.lowerBound]), indices([range.upperBound]), indices([-1]))
  }

  /// The element `index` of an axis, which disappears.
  mutating func pick(_ x: Value, _ index: Int, axis: Int) -> Value {
    let index = constant(Double(index), .int64)
    return self("Gather", x, index, attributes: [("axis", .int(axis))])
  }

  /// The column `index` of the last axis, which disappears.
  mutating func column(_ x: Value, _ index: Int) -> Value { pick(x, index, axis: -1) }

  /// `value` within `range`.
  mutating func clip(_ x: Value, _ range: ClosedRange<Double>) -> Value {
    self(
      "Clip", x, constant(range.lowerBound, .float64), constant(range.upperBound, .float64))
  }

  /// The mean over the first axis, which disappears.
  mutating func mean(_ x: Value) -> Value {
    node("ReduceMean", [x], [("axes", .ints([0])), ("keepdims", .int(0))])
  }

  /// An axis of length one in front of `axis`.
  mutating func widened(_ x: Value, axis: Int) -> Value {
    self("Unsqueeze", x, indices([axis]))
  }

  /// The same numbers with elements of another type.
  mutating func cast(_ x: Value, to element: Element) -> Value {
    self("Cast", x, attributes: [("to", .int(element.rawValue))])
  }

  /// Σ c_i xⁱ by Horner's rule.
  mutating func polynomial(_ x: Value, _ coefficients: [Value]) -> Value {
    var sum = coefficients[coefficients.count - 1]
    for coefficient in coefficients.dropLast().reversed() {
      sum = add(multiply(sum, x), coefficient)
    }
    return sum
  }

  /// f(z), elementwise.
  mutating func apply(_ activation: Activation, to z: Value, _ element: Element) -> Value {
    switch activation {
    case .identity: return z
    case .relu: return self("Relu", z)
    case .leakyReLU(let slope):
      // Not LeakyRelu, whose slope is of single precision.
      let below = multiply(self("Min", z, constant(0, element)), constant(slope, element))
      return add(self("Relu", z), below)
    case .silu: return multiply(z, self("Sigmoid", z))
    case .tanh: return self("Tanh", z)
    case .gelu: return multiply(z, cumulative(z, element))
    }
  }

  /// Φ(z), the integral of the unit Gaussian.
  ///
  /// Runtimes know `Erf` in single precision only. In double precision the tail beyond |z| ≤ 9 is
  /// exp(−z²/2) P(u)/(|z| + 1) with u = (|z| − 5)/(|z| + 5) and a polynomial P of degree 15, the same
  /// as in the kernels of AmpCore.
  private mutating func cumulative(_ z: Value, _ element: Element) -> Value {
    let (half, one) = (constant(0.5, element), constant(1, element))
    if element == .float32 {
      let erf = self("Erf", multiply(z, constant(0.5.squareRoot(), element)))
      return multiply(add(erf, one), half)
    }
    let size = self("Min", self("Abs", z), constant(9, element))
    let five = constant(5, element)
    let u = divide(subtract(size, five), add(size, five))
    let p = polynomial(u, gaussianTail.map { constant($0, element) })
    let density = self("Exp", multiply(multiply(z, z), constant(-0.5, element)))
    let tail = divide(multiply(density, p), add(size, one))
    let isBelow = self("Less", z, constant(0, element))
    return self("Where", isBelow, tail, subtract(one, tail))
  }
}

private let gaussianTail = [
  0.46151582984989829098, -0.091552281826291297559, 0.031030368595928791826,
  0.010002353521271220101, -0.026401041722448824446, 0.024536940508579455985,
  -0.015170550093328722483, 0.0065217211076199516299, -0.001675800608516320352,
  0.000011038481795872755954, 0.00019216677877794657292, -0.000035904155418694990249,
  0.000011346075820167527605, 0.000026244519184794132523, 8.7753674287672504296e-6,
  9.8208681879282973463e-7,
]
