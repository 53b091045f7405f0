import AmpCore
import TestSupport
import Testing

/// The kernels of all levels give the same over the whole range of numbers, to stated ulps.
///
/// Levels differ in the order of sums and in whether a product is fused with the sum behind it. So
/// kernels that only add or only multiply agree to the bit, the others to a few ulps of the largest
/// term; what is infinite, NaN or zero at one level is so at all of them. Arguments are random bit
/// patterns, every binade alike, with signed zeros, denormals, the largest numbers, ∞ and NaN.
@Suite struct LevelAgreementTests {
  /// Random bit patterns with all special values in front; without `huge` all below 2^30 in size.
  func anything<S: BitScalar>(_ count: Int, seed: UInt64, huge: Bool = true) -> [S] {
    var random = Philox(seed: seed, purpose: .other)
    let tiny = [S.leastNonzeroMagnitude, S.leastNormalMagnitude / 2, .leastNormalMagnitude]
    let large = [S.greatestFiniteMagnitude, .infinity]
    let special = [S.zero, 1, .nan] + tiny + (huge ? large : [])
    var values = special + special.map { -$0 }
    while values.count < count {
      let value = S.of(bits: random.next())
      if huge || abs(value) < 0x1p30 {
        values.append(random.next() % 16 == 0 ? value * S.leastNormalMagnitude : value)
      }
    }
    return Array(values.prefix(count))
  }

  /// Expects finite `values` within `ulps` of `expected`, in units in the last place of `sizes`, and
  /// the same infinities, NaN and, where the size is the value itself, zeros.
  func expect<S: BitScalar>(
    _ values: [S], _ expected: [S], ulps: S, of sizes: [S]? = nil, _ label: String
  ) {
    var worst: (ulps: S, index: Int) = (0, 0)
    for i in values.indices {
      let (value, reference) = (values[i], expected[i])
      if value.isNaN != reference.isNaN || value.isInfinite != reference.isInfinite
        || (reference.isInfinite && value != reference)
      {
        Issue.record("\(label): \(value) and \(reference) at \(i)")
        return
      }
      if !reference.isFinite || value == reference { continue }
      let size = max(sizes.map { $0[i] } ?? abs(reference), .leastNormalMagnitude)
      let off = abs(value - reference) / size.ulp
      if !(off <= worst.ulps) { worst = (off, i) }
    }
    #expect(
      worst.ulps <= ulps,
      "\(label): \(values[worst.index]), not \(expected[worst.index]): \(worst.ulps) ulps")
  }

  /// Calls `body` for every level with the first one.
  func forLevels<S: BitScalar>(
    _: S.Type, _ body: (_ level: KernelTable<S>, _ first: KernelTable<S>) -> Void
  ) {
    guard let first = S.levels.first else { return }
    for level in S.levels.dropFirst() { body(level, first) }
  }

  func functions<S: BitScalar>(_: S.Type) {
    let x: [S] = anything(40_000, seed: 1)
    // Where a function is the small difference of larger numbers, ulps are those of the larger ones:
    // 1 in GELU and its slope, the argument in slopes.
    let one = x.map { max(1, abs($0)) }
    forLevels(S.self) { level, first in
      expect(level.exp(x), first.exp(x), ulps: 2, "\(level.level): exp")
      for activation in kernelActivations {
        let label = "\(level.level): \(activation.name)"
        let a = level.values(activation.kind, of: x, saves: activation.saves)
        let b = first.values(activation.kind, of: x, saves: activation.saves)
        let isExact = ["identity", "relu", "leaky relu"].contains(activation.name)
        let sizes = activation.name == "gelu" ? one : nil
        expect(a.value, b.value, ulps: isExact ? 0 : 4, of: sizes, label)
        guard activation.saves else { continue }
        let ones = x.map { _ in S(1) }
        expect(a.slope, b.slope, ulps: 8, of: ones, "\(label), slope")
      }
    }
  }

  @Test func functionsOfOneNumber() {
    functions(Float.self)
    functions(Double.self)
  }

  func arithmetic<S: BitScalar>(_: S.Type) {
    let n = 20_011
    let (x, y): ([S], [S]) = (anything(n, seed: 2), anything(n, seed: 3))
    // Every number meets every special one.
    let z: [S] = Array(anything(n, seed: 4).shuffled(seed: 5))
    forLevels(S.self) { level, first in
      func both(_ body: (KernelTable<S>, inout [S]) -> Void) -> ([S], [S]) {
        var (a, b) = (z, z)
        body(level, &a)
        body(first, &b)
        return (a, b)
      }
      let (product, otherProduct) = both { $0.multiply(n, x, y, &$1, 0) }
      expect(product, otherProduct, ulps: 0, "\(level.level): x·y")
      let (added, otherAdded) = both { $0.multiply(n, x, y, &$1, 1) }
      expect(
        added, otherAdded, ulps: 1, of: (0..<n).map { abs(x[$0] * y[$0]) + abs(z[$0]) },
        "\(level.level): z + x·y")
      let (sum, otherSum) = both { $0.axpby(n, 0.7, x, -1.3, &$1) }
      expect(
        sum, otherSum, ulps: 2, of: (0..<n).map { S(0.7) * abs(x[$0]) + S(1.3) * abs(z[$0]) },
        "\(level.level): ax + by")
      let parts = 11
      let (tree, otherTree) = both { $0.sumTree(n / parts, parts, n / parts, &$1) }
      expect(tree, otherTree, ulps: 0, "\(level.level): sum over shards")
    }
  }

  @Test func arithmeticOfVectors() {
    arithmetic(Float.self)
    arithmetic(Double.self)
  }

  func optimisers<S: BitScalar>(_: S.Type) {
    let n = 20_011
    let (g, m, w): ([S], [S], [S]) = (
      anything(n, seed: 6), anything(n, seed: 7), anything(n, seed: 8)
    )
    let v: [S] = anything(n, seed: 9).map { abs($0) }
    let (beta1, beta2, epsilon, keep) = (S(0.9), S(0.99), S(1e-8), S(0.95))
    forLevels(S.self) { level, first in
      func step(_ kernels: KernelTable<S>) -> (m: [S], v: [S], w: [S], direction: [S]) {
        var (m1, v1, w1, v2, direction) = (m, v, w, v, w)
        kernels.adam(n, g, &m1, &v1, &w1, beta1, beta2, S(0.01), S(1.3), epsilon, keep)
        kernels.soapDirection(n, g, m, &v2, &direction, beta2, S(1.3), epsilon, S(0.01))
        return (m1, v1, w1, direction)
      }
      let (a, b) = (step(level), step(first))
      expect(
        a.m, b.m, ulps: 2, of: (0..<n).map { abs(m[$0]) + abs(g[$0]) }, "\(level.level): Adam, m")
      expect(a.v, b.v, ulps: 2, "\(level.level): Adam, v")
      let sizes = (0..<n).map { i -> S in
        let root = b.v[i].squareRoot() * S(1.3) + epsilon
        return abs(w[i]) + S(0.01) * (abs(m[i]) + abs(g[i])) / root
      }
      expect(a.w, b.w, ulps: 4, of: sizes, "\(level.level): Adam, w")
      expect(a.direction, b.direction, ulps: 4, "\(level.level): SOAP, direction")
    }
  }

  @Test func stepsOfOptimisers() {
    optimisers(Float.self)
    optimisers(Double.self)
  }

  /// C = A·B + bias with rows of every kind: |ΔC| ≤ ½ depth ulps of Σ|a||b|, by the usual bound.
  func products<S: BitScalar>(_: S.Type) {
    let (rows, columns, depth) = (67, 45, 33)
    let a: [S] = anything(rows * depth, seed: 10, huge: false).shuffled(seed: 11)
    var b: [S] = anything(depth * columns, seed: 12, huge: false).shuffled(seed: 13)
    // NaN belongs to a few rows and columns only.
    b = b.map { $0.isNaN ? 1 : $0 }
    b[7] = .nan
    b[columns * 3 + 9] = .infinity
    let bias: [S] = anything(columns, seed: 14, huge: false).map { $0.isNaN ? 0 : $0 }
    func product(_ kernels: KernelTable<S>) -> [S] {
      let panels = (columns + kernels.panel - 1) / kernels.panel
      var packed = [S](repeating: .nan, count: panels * kernels.panel * depth)
      kernels.pack(depth, columns, b, columns, 1, &packed)
      var c = [S](repeating: .nan, count: rows * columns)
      kernels.productPacked(rows, columns, depth, a, depth, packed, bias, &c, columns, 0)
      return c
    }
    let sizes = (0..<rows * columns).map { at -> S in
      (0..<depth).reduce(abs(bias[at % columns])) {
        $0 + abs(a[at / columns * depth + $1] * b[$1 * columns + at % columns])
      }
    }
    forLevels(S.self) { level, first in
      let (c, expected) = (product(level), product(first))
      #expect(expected.contains { $0.isNaN } && expected.contains { $0.isFinite })
      expect(c, expected, ulps: S(depth) / 2, of: sizes, "\(level.level): A·B + bias")
    }
  }

  @Test func matrixProducts() {
    products(Float.self)
    products(Double.self)
  }

  func splines<S: BitScalar>(_: S.Type) {
    let (inputs, cells, order) = (1003, 6, 3)
    let width = cells + order + 1
    let x: [S] = anything(inputs, seed: 15, huge: false)
    // Also numbers in the grid, from −1 to 1, and its knots.
    let inside = x.enumerated().map { i, value in i % 2 == 0 ? value : S(i % 97) / 48 - 1 }
    let low = [S](repeating: -1, count: inputs)
    let perLength = [S](repeating: 3, count: inputs)
    forLevels(S.self) { level, first in
      func basis(_ kernels: KernelTable<S>) -> (value: [S], slope: [S]) {
        var value = [S](repeating: .nan, count: inputs * width)
        var slope = value
        kernels.splineBasis(
          1, inputs, cells, CInt(order), inside, inputs, low, perLength, &value, &slope,
          inputs * width)
        return (value, slope)
      }
      let (a, b) = (basis(level), basis(first))
      let sizes = (0..<inputs * width).map { max(1, abs(inside[$0 / width])) }
      expect(a.value, b.value, ulps: 8, of: sizes, "\(level.level): splines")
      expect(a.slope, b.slope, ulps: 32, of: sizes, "\(level.level): slopes of splines")
    }
  }

  @Test func splineBases() {
    splines(Float.self)
    splines(Double.self)
  }
}

/// A number made of any bits.
protocol BitScalar: KernelScalar {
  static func of(bits: UInt64) -> Self
}

extension Float: BitScalar {
  static func of(bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
}

extension Double: BitScalar {
  static func of(bits: UInt64) -> Double { Double(bitPattern: bits) }
}

extension Array {
  /// The same elements in a random order.
  fileprivate func shuffled(seed: UInt64) -> [Element] {
    var random = Philox(seed: seed, purpose: .other)
    return shuffled(using: &random)
  }
}
