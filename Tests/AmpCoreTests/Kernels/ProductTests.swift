import AmpCore
import TestSupport
import Testing

/// A (rows, columns) matrix with any strides in memory that is NaN, or a guard, everywhere else.
private struct Strided<S: Scalar> {
  var memory: [S]
  let (rows, columns, row, column): (Int, Int, Int, Int)
  static var margin: Int { 40 }

  init(
    _ rows: Int, _ columns: Int, row: Int, column: Int = 1, outside: S = .nan,
    _ random: inout Philox
  ) {
    (self.rows, self.columns, self.row, self.column) = (rows, columns, row, column)
    let extent = max(rows - 1, 0) * row + max(columns - 1, 0) * column + 1
    memory = [S](repeating: outside, count: extent + 2 * Strided.margin)
    for r in 0..<rows { for j in 0..<columns { self[r, j] = S(random.normal()) } }
  }

  subscript(r: Int, j: Int) -> S {
    get { memory[Strided.margin + r * row + j * column] }
    set { memory[Strided.margin + r * row + j * column] = newValue }
  }

  func read<T>(_ body: (UnsafePointer<S>?) -> T) -> T {
    memory.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + Strided.margin }) }
  }

  mutating func write(_ body: (UnsafeMutablePointer<S>?) -> Void) {
    memory.withUnsafeMutableBufferPointer { body($0.baseAddress.map { $0 + Strided.margin }) }
  }
}

@Suite struct ProductTests {
  static let outside = 12345.0

  /// Whether `result` is A·B + bias or old + A·B to rounding, and `old` everywhere else.
  private func expectProduct<S: KernelScalar>(
    _ a: Strided<S>, _ b: Strided<S>, bias: [S]?, old: Strided<S>, accumulate: Bool,
    _ result: Strided<S>, _ label: String
  ) {
    var expected = old.memory.map { Double($0) }
    var allowed = [Double](repeating: 0, count: expected.count)
    for r in 0..<a.rows {
      for j in 0..<b.columns {
        var (sum, size) = (0.0, 0.0)
        for k in 0..<a.columns {
          sum += Double(a[r, k]) * Double(b[k, j])
          size += abs(Double(a[r, k]) * Double(b[k, j]))
        }
        let extra = accumulate ? Double(old[r, j]) : Double(bias?[j] ?? 0)
        let at = Strided<S>.margin + r * result.row + j * result.column
        expected[at] = sum + extra
        allowed[at] = Double(S.ulpOfOne) * Double(a.columns + 2) * (size + abs(extra))
      }
    }
    let wrong = result.memory.indices.filter {
      !(abs(Double(result.memory[$0]) - expected[$0]) <= allowed[$0])
    }
    #expect(
      wrong.isEmpty,
      """
      \(label): (\(a.rows)×\(a.columns))·(\(a.columns)×\(b.columns)), accumulate \(accumulate): \
      \(wrong.count) elements wrong, the first at \(wrong.first ?? -1)
      """)
  }

  private func products<S: KernelScalar>(
    _: S.Type, m: Int, n: Int, depth: Int, accumulate: Bool, _ random: inout Philox
  ) {
    func gap() -> Int { random.whole(0...5) }
    let outside = S(ProductTests.outside)
    let bias: [S]? = accumulate || random.whole(0...1) == 0 ? nil : random.normals(n)
    let a = Strided<S>(m, depth, row: depth + gap(), &random)
    let b = Strided<S>(depth, n, row: n + gap(), &random)
    let aTransposed = Strided<S>(m, depth, row: 1, column: m + gap(), &random)
    let bTransposed = Strided<S>(depth, n, row: 1, column: depth + gap(), &random)
    let old = Strided<S>(m, n, row: n + gap(), outside: outside, &random)
    let oldTransposed = Strided<S>(m, n, row: 1, column: m + gap(), outside: outside, &random)
    let add: CInt = accumulate ? 1 : 0

    for kernels in S.levels {
      for (b, name) in [(b, "packed"), (bTransposed, "packed transpose")] {
        var (c, packed) = (old, [S](repeating: outside, count: depth * (n + 2 * kernels.panel)))
        b.read { kernels.pack(depth, n, $0, b.row, b.column, &packed) }
        let used = (n + kernels.panel - 1) / kernels.panel * kernels.panel * depth
        #expect(packed[used...].allSatisfy { $0 == outside }, "\(kernels.level): pack")
        c.write { c in
          a.read { a1 in
            bias.withUnsafePointer { bias in
              kernels.productPacked(m, n, depth, a1, a.row, packed, bias, c, old.row, add)
            }
          }
        }
        expectProduct(
          a, b, bias: bias, old: old, accumulate: accumulate, c, "\(kernels.level), \(name)")
      }
      for (a, aName) in [(a, "rows"), (aTransposed, "columns")] {
        for (old, cName) in [(old, "rows"), (oldTransposed, "columns")] {
          var c = old
          c.write { c in
            a.read { a1 in
              b.read { b1 in
                kernels.product(
                  m, n, depth, a1, a.row, a.column, b1, b.row, c, old.row, old.column, add)
              }
            }
          }
          expectProduct(
            a, b, bias: nil, old: old, accumulate: accumulate, c,
            "\(kernels.level), product of \(aName) into \(cName)")
        }
      }
      for (old, cName) in [(old, "rows"), (oldTransposed, "columns")] {
        var c = old
        c.write { c in
          aTransposed.read { a1 in
            b.read { b1 in
              kernels.productTransposed(
                m, n, depth, a1, aTransposed.column, b1, b.row, c, old.row, old.column, add)
            }
          }
        }
        expectProduct(
          aTransposed, b, bias: nil, old: old, accumulate: accumulate, c,
          "\(kernels.level), transposed product into \(cName)")
      }
    }
  }

  private func products(_ m: Int, _ n: Int, _ depth: Int, _ random: inout Philox) {
    for accumulate in [false, true] {
      products(Float.self, m: m, n: n, depth: depth, accumulate: accumulate, &random)
      products(Double.self, m: m, n: n, depth: depth, accumulate: accumulate, &random)
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func productsAreSumsOverKAndWriteNothingElse(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    for _ in 0..<4 {
      products(random.whole(1...40), random.whole(1...40), random.whole(1...40), &random)
    }
    // Few columns, few rows, and sums longer than a chunk of copied rows.
    products(random.whole(1...40), random.whole(1...3), random.whole(1...40), &random)
    products(random.whole(1...3), random.whole(1...40), random.whole(1...40), &random)
    products(random.whole(1...20), random.whole(1...20), random.whole(60...200), &random)
  }

  @Test func everyRemainderOfRowsAndColumnsIsRight() {
    var random = Philox(seed: 1, purpose: .other)
    for m in 1...14 { for n in 1...18 { products(m, n, 3, &random) } }
  }

  @Test(arguments: [1, 5, 8, 16, 20])
  func sumOverNothingIsZero(columns: Int) {
    var random = Philox(seed: 2, purpose: .other)
    products(7, columns, 0, &random)
  }
}

extension Optional {
  /// The elements of an array, or nil.
  fileprivate func withUnsafePointer<S, T>(_ body: (UnsafePointer<S>?) -> T) -> T
  where Wrapped == [S] {
    guard let array = self else { return body(nil) }
    return array.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
