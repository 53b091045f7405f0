import AmpCore
import TestSupport
import Testing

/// Panels whose numbers lack their last bytes.
@Suite struct ShortenedTests {
  /// The levels with vectors of 64 bytes; the others leave panels as they are.
  private var levels: [KernelTable<Double>] {
    Double.levels.filter { $0.level.hasPrefix("avx512") }
  }

  private func rounded(_ count: Int, _ random: inout Philox) -> [Double] {
    (0..<count).map { _ in random.normal().roundedToSixBytes }
  }

  private func layer(_ random: inout Philox) {
    let (rows, depth) = (random.whole(1...5), random.whole(1...40))
    // Whole groups of panels.
    let columns = 64 * random.whole(1...3)
    let (aRow, cRow) = (depth + random.whole(0...5), columns + random.whole(0...5))
    let a: [Double] = random.normals(rows * aRow)
    let b: [Double] = rounded(depth * columns, &random)
    let bias: [Double]? = random.whole(0...1) == 0 ? nil : random.normals(columns)
    for kernels in levels {
      var packed = [Double](repeating: 0, count: depth * columns)
      kernels.pack(depth, columns, b, columns, 1, &packed)
      var short = [UInt8](repeating: 255, count: 6 * depth * columns + 64)
      #expect(kernels.shorten(depth, columns, packed, &short) == 6)
      for activation in kernelActivations {
        var one = [Double](repeating: 7, count: rows * cRow)
        var two = one
        kernels.dense(
          activation.kind, 0.03, rows, columns, depth, a, aRow, packed, 8, bias, &one, cRow)
        kernels.dense(
          activation.kind, 0.03, rows, columns, depth, a, aRow, short, 6, bias, &two, cRow)
        #expect(one == two, "\(kernels.level): \(activation.name), \(rows) rows of \(columns)")
      }
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func shortPanelsGiveTheSameBits(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    layer(&random)
  }

  @Test func oneNumberWithMoreBytesLeavesPanelsAsTheyAre() {
    var random = Philox(seed: 1, purpose: .other)
    for kernels in levels {
      for at in [0, 63, 64, 1000, 64 * 20 - 1] {
        var packed = rounded(64 * 20, &random)
        packed[at] = Double(bitPattern: packed[at].bitPattern | (at % 2 == 0 ? 1 : 0x8000))
        var short = [UInt8](repeating: 0, count: 8 * packed.count)
        #expect(kernels.shorten(20, 64, packed, &short) == 0, "\(kernels.level)")
      }
    }
  }

  @Test func columnsThatFillNoGroupsOfPanelsStayAsTheyAre() {
    for kernels in levels {
      let group = 4 * kernels.panel
      for columns in [1, 4, kernels.panel, group - 1, group + 1] {
        let packed = [Double](repeating: 0, count: 3 * (columns + kernels.panel))
        var short = [UInt8](repeating: 0, count: 8 * packed.count)
        #expect(kernels.shorten(3, columns, packed, &short) == 0, "\(kernels.level): \(columns)")
      }
    }
  }

  @Test func singlePrecisionAndShorterVectorsLeaveNumbersWhole() {
    func check<S: KernelScalar>(_ levels: [KernelTable<S>]) {
      for kernels in levels {
        let packed = [S](repeating: 0, count: 3 * 128)
        var short = [UInt8](repeating: 0, count: 8 * packed.count)
        #expect(kernels.shorten(3, 128, packed, &short) == 0, "\(kernels.level)")
      }
    }
    check(Float.levels)
    check(Double.levels.filter { !$0.level.hasPrefix("avx512") })
  }

  @Test func theNearestNumberOfSixBytesIsTaken() {
    // 1 and its neighbours of 37 bits, 2⁻³⁶ apart; in the middle the even one.
    let step = 0x1p-36
    for (x, expected) in [
      (0, 0), (-0.0, -0.0), (1, 1), (1 + step, 1 + step), (1 + 0.49 * step, 1),
      (1 + 0.5 * step, 1), (1 + 0.51 * step, 1 + step), (1 + 1.5 * step, 1 + 2 * step),
      (-1 - 0.51 * step, -1 - step), (2 - 0.01 * step, 2),
      (.infinity, .infinity), (-.infinity, -.infinity),
    ] as [(Double, Double)] {
      #expect(x.roundedToSixBytes.bitPattern == expected.bitPattern, "\(x)")
    }
    #expect(Double.nan.roundedToSixBytes.isNaN)
    #expect(Double.greatestFiniteMagnitude.roundedToSixBytes.isFinite)
  }

  @Test(arguments: 0..<32 as Range<UInt64>)
  func roundingIsSmallAndDoneOnce(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    for _ in 0..<100 {
      let x =
        random.normal() * Double(sign: .plus, exponent: random.whole(-900...900), significand: 1)
      let rounded = x.roundedToSixBytes
      #expect(abs(rounded - x) <= 0x1p-37 * abs(x), "\(x)")
      #expect(rounded.bitPattern & 0xffff == 0 && rounded.roundedToSixBytes == rounded, "\(x)")
      #expect((-x).roundedToSixBytes == -rounded)
    }
  }
}
