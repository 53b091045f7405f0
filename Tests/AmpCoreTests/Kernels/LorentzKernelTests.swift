import AmpCore
import CAmpKernels
import TestSupport
import Testing

/// Every level and precision gives the numbers of the baseline in double precision, to rounding.
struct LorentzKernelTests {
  typealias Results = [(name: String, numbers: [Double])]

  @Test(arguments: 0..<8 as Range<UInt64>) func allLevelsAgree(seed: UInt64) throws {
    let reference = results(try #require(Double.lorentzLevels.first), seed: seed)
    func compare<S: LorentzKernelScalar>(_ type: S.Type, tolerance: Double) {
      for table in S.lorentzLevels {
        for (found, expected) in zip(results(table, seed: seed), reference) {
          let size = expected.numbers.reduce(0) { max($0, abs($1)) }
          expectClose(
            found.numbers, expected.numbers, absolute: tolerance * max(1, size),
            "\(found.name), \(table.level)")
        }
      }
    }
    compare(Double.self, tolerance: 1e-13)
    compare(Float.self, tolerance: 3e-5)
  }

  @Test func aMixingIsWhatItsDefinitionSays() throws {
    for table in Double.lorentzLevels {
      // y₀ = 7 + 2 x₁ − 3 x₀ on one panel.
      let (x, bias, weights) = ((0..<32).map(Double.init), [7.0], [2.0, 3])
      var y = [Double](repeating: 0, count: 16)
      weights.withUnsafeBufferPointer { w in
        bias.withUnsafeBufferPointer { b in
          let terms = [
            amp_term(depth: 1, a: w.baseAddress, a_row: 1, a_k: 1, source: 1, negative: 0),
            amp_term(
              depth: 1, a: w.baseAddress.map { $0 + 1 }, a_row: 1, a_k: 1, source: 0, negative: 1),
          ]
          terms.withUnsafeBufferPointer { t in
            let group = amp_mixing(
              target: 0, rows: 1, bias: b.baseAddress, terms: t.baseAddress, count: 2)
            withUnsafePointer(to: group) { table.mix(1, $0, 1, 2, x, nil, 1, &y) }
          }
        }
      }
      let expected: [Double] = (0..<16).map { i in
        let (x0, x1) = (Double(i), Double(16 + i))
        return 7.0 + 2.0 * x1 - 3.0 * x0
      }
      #expect(y == expected)
    }
  }

  /// What all kernels make of random numbers, which Float holds exactly.
  private func results<S: Scalar>(_ table: LorentzKernelTable<S>, seed: UInt64) -> Results {
    var rng = Philox(seed: seed, purpose: .other)
    func random(_ count: Int) -> [S] { (0..<count).map { _ in S(Float(rng.normal())) } }
    var all: Results = []
    func record(_ name: String, _ numbers: [S]) { all.append((name, numbers.map { Double($0) })) }
    let (channels, scalars, panels, tokens) = (4, 6, 6, 3)
    func shape(_ components: Int) -> amp_tokens {
      amp_tokens(components: components, channels: channels, scalars: scalars, panels: panels)
    }
    func size(_ rows: Int) -> Int { rows * panels * Int(AMP_LANES) }

    for norm in table.norms {
      var t = shape(norm.components)
      let rows = t.components * t.channels + t.scalars
      let (x, dy) = (random(size(rows)), random(size(rows)))
      var (y, dx) = ([S](repeating: .nan, count: x.count), random(x.count))
      for groups in [1, 2] {
        norm.forward(&t, groups, x, &y)
        record("\(norm.name) of \(groups)", y)
        norm.back(&t, groups, x, dy, &dx, 1)
        record("\(norm.name) of \(groups) back", dx)
      }
    }
    for map in table.maps {
      var t = shape(map.components)
      let rows = t.components * t.channels + t.scalars
      let read =
        map.name == "product"
        ? 32 * channels
        : map.name == "gate"
          ? rows
          : rows + 8 * channels
            + scalars
      let (x, dy) = (random(size(read)), random(size(rows)))
      // A product leaves the scalars to its caller.
      var (y, dx) = ([S](repeating: 0, count: dy.count), random(x.count))
      map.forward(&t, x, &y)
      record(map.name, y)
      map.back(&t, x, dy, &dx, 1)
      record("\(map.name) back", dx)
    }
    for components in [4, 16] {
      var t = shape(components)
      t.scalars = 4
      let rows = components * channels + t.scalars
      let (x, dy) = (random(size(3 * rows)), random(size(rows)))
      var weights = [S](repeating: 0, count: 2 * tokens * panels * Int(AMP_LANES))
      var (y, dx) = ([S](repeating: .nan, count: dy.count), random(x.count))
      table.attention(&t, 2, tokens, x, &weights, &y)
      record("attention", y)
      record("weights", weights)
      table.attentionBack(&t, 2, tokens, x, weights, dy, &dx, 1)
      record("attention back", dx)
    }
    linearMaps(table, random: random, record: record)
    return all
  }

  private func linearMaps<S: Scalar>(
    _ table: LorentzKernelTable<S>, random: (Int) -> [S], record: (String, [S]) -> Void
  ) {
    let panels = 3
    for (m, n) in [(1, 1), (4, 3), (5, 8), (8, 7), (13, 6)] {
      let (x, dy) = (random(m * panels * 16), random(n * panels * 16))
      let (weights, bias) = (random(m * n), random(n))
      var y = [S](repeating: .nan, count: dy.count)
      weights.withUnsafeBufferPointer { w in
        bias.withUnsafeBufferPointer { b in
          let term = amp_term(
            depth: m, a: w.baseAddress, a_row: 1, a_k: n, source: 0, negative: 1)
          withUnsafePointer(to: term) { terms in
            let group = amp_mixing(
              target: 0, rows: n, bias: b.baseAddress, terms: terms, count: 1)
            withUnsafePointer(to: group) { table.mix(panels, $0, 1, m, x, dy, n, &y) }
          }
        }
      }
      record("mixing \(m) to \(n)", y)
      var gradient = random(m * n)
      gradient.withUnsafeMutableBufferPointer { c in
        let pairs = [
          amp_pair(source: 0, target: 0, negative: 1), amp_pair(source: 0, target: 0, negative: 0),
          amp_pair(source: 0, target: 0, negative: 0),
        ]
        pairs.withUnsafeBufferPointer { pairs in
          let outer = amp_outer(
            m: m, n: n, c: c.baseAddress, accumulate: 1, pairs: pairs.baseAddress, count: 3)
          withUnsafePointer(to: outer) { table.outer(panels, $0, m, x, n, dy) }
        }
      }
      record("outer product \(m) by \(n)", gradient)
      var sums = random(n)
      table.rowSums(panels, n, dy, 0, n, &sums, 1)
      record("sums of \(n) rows", sums)
      var transposed = random(16 * m)
      table.transpose(m, 16, x, 16, &transposed, m, 0.5, 1)
      record("transposed \(m)", transposed)
    }
  }
}
