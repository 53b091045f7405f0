import AmpCore
import TestSupport
import Testing

@Suite struct PullBackTests {
  struct Case<S: KernelScalar> {
    let (rows, columns, stride): (Int, Int, Int)
    var z: [S]
    var gradient: [S]
    var sums: [S]
  }

  func random<S: KernelScalar>(_ seed: UInt64, _: S.Type) -> Case<S> {
    var random = Philox(seed: seed, purpose: .other)
    let (rows, columns) = (random.whole(1...9), random.whole(1...35))
    let stride = columns + random.whole(0...5)
    return Case(
      rows: rows, columns: columns, stride: stride, z: random.normals(rows * stride),
      gradient: random.normals(rows * stride), sums: random.normals(columns))
  }

  /// Value and pulled-back gradient, with the sums.
  func run<S: KernelScalar>(
    _ kernels: KernelTable<S>, _ activation: (name: String, kind: CInt, saves: Bool),
    _ test: Case<S>, slope: S
  ) -> (gradient: [S], sums: [S]) {
    var (value, saved, result) = (test.z, test.z, test)
    kernels.activate(
      activation.kind, test.rows, test.columns, test.stride, test.z, slope, &value, &saved)
    kernels.pullBack(
      activation.kind, test.rows, test.columns, test.stride, value, saved, slope,
      &result.gradient, &result.sums)
    return (result.gradient, result.sums)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func gradientIsTimesTheSlopeAndSumsAreOfItsColumns(seed: UInt64) {
    let (slope, h) = (0.03, 1e-5)
    let test = random(seed, Double.self)
    for kernels in Double.levels {
      for activation in kernelActivations {
        let label = "\(kernels.level): \(activation.name)"
        let (gradient, sums) = run(kernels, activation, test, slope: slope)
        let up = kernels.values(activation.kind, of: test.z.map { $0 + h }, saves: false)
        let down = kernels.values(activation.kind, of: test.z.map { $0 - h }, saves: false)
        func value(_ values: [Double], _ i: Int) -> Double {
          guard activation.name == "leaky relu" else { return values[i] }
          return values[i] < 0 ? values[i] / 0.01 * slope : values[i]  // values(…) has slope 0.01
        }
        var expected = test.gradient
        var columns = test.sums
        for row in 0..<test.rows {
          for j in 0..<test.columns {
            let i = row * test.stride + j
            if abs(test.z[i]) < h { continue }  // on the kink
            expected[i] *= (value(up.value, i) - value(down.value, i)) / (2 * h)
            columns[j] += gradient[i]
          }
        }
        expectClose(gradient, expected, relative: 1e-9, absolute: 1e-8, label)
        expectClose(sums, columns, absolute: 1e-13, label + ", sums")
        for row in 0..<test.rows {  // between the rows nothing is written
          let gap = row * test.stride + test.columns..<(row + 1) * test.stride
          #expect(gradient[gap] == test.gradient[gap], "\(label)")
        }
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func singlePrecisionIsTheRoundedDouble(seed: UInt64) {
    let single = random(seed, Float.self)
    let double = Case<Double>(
      rows: single.rows, columns: single.columns, stride: single.stride,
      z: single.z.map { Double($0) }, gradient: single.gradient.map { Double($0) },
      sums: single.sums.map { Double($0) })
    for kernels in Float.levels {
      for activation in kernelActivations {
        let (gradient, sums) = run(kernels, activation, single, slope: 0.25)
        let reference = run(Double.levels[0], activation, double, slope: 0.25)
        let label = "\(kernels.level): \(activation.name)"
        expectClose(
          gradient.map { Double($0) }, reference.gradient, relative: 1e-6, absolute: 1e-6, label)
        expectClose(
          sums.map { Double($0) }, reference.sums, relative: 1e-6, absolute: 5e-6, label)
      }
    }
  }

  /// A NaN must reach the gradient, or training would go on with a network that is broken.
  @Test func gradientOfNaNIsNotZero() {
    func check<S: KernelScalar>(_: S.Type) {
      for kernels in S.levels {
        for activation in kernelActivations {
          let test = Case<S>(
            rows: 1, columns: 9, stride: 9, z: .init(repeating: .nan, count: 9),
            gradient: .init(repeating: 1, count: 9), sums: .init(repeating: 0, count: 9))
          let (gradient, _) = run(kernels, activation, test, slope: 0.25)
          #expect(gradient.allSatisfy { $0 != 0 }, "\(kernels.level): \(activation.name)")
        }
      }
    }
    check(Float.self)
    check(Double.self)
  }

  private func product<S: KernelScalar>(_: S.Type, _ random: inout Philox) {
    let (rows, columns, depth) = (random.whole(1...30), random.whole(1...150), random.whole(1...40))
    let (aRow, cRow) = (depth + random.whole(0...5), columns + random.whole(0...5))
    let (a, b): ([S], [S]) = (random.normals(rows * aRow), random.normals(depth * columns))
    let (c, z): ([S], [S]) = (random.normals(rows * cRow), random.normals(rows * cRow))
    for kernels in S.levels {
      var packed = [S](repeating: 0, count: depth * (columns + kernels.panel))
      kernels.pack(depth, columns, b, columns, 1, &packed)
      for activation in kernelActivations {
        let test = Case(
          rows: rows, columns: columns, stride: cRow, z: z, gradient: c,
          sums: [S](repeating: 0, count: columns))
        var (value, saved) = (z, z)
        kernels.activate(activation.kind, rows, columns, cRow, z, 0.03, &value, &saved)
        for add in [CInt(0), 1] {
          var (one, two) = (test, test)
          kernels.productPulledBack(
            activation.kind, 0.03, rows, columns, depth, a, aRow, packed, &one.gradient, cRow, add,
            value, saved, &one.sums)
          kernels.productPacked(
            rows, columns, depth, a, aRow, packed, nil, &two.gradient, cRow, add)
          kernels.pullBack(
            activation.kind, rows, columns, cRow, value, saved, 0.03, &two.gradient, &two.sums)
          let label = "\(kernels.level): \(activation.name), \(rows) rows of \(columns), \(add)"
          // As text, which tells −0 from 0.
          #expect(one.gradient.map { "\($0)" } == two.gradient.map { "\($0)" }, "\(label)")
          #expect(one.sums == two.sums, "\(label), sums")
        }
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func aProductPulledBackAtOnceHasTheSameBits(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    product(Float.self, &random)
    product(Double.self, &random)
  }
}
