import AmpCore
import TestSupport
import Testing

@Suite struct PhiloxTests {
  /// The known answers of Random123 (kat_vectors, philox4x32 with 10 rounds).
  static let knownAnswers: [(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, answer: SIMD4<UInt32>)] = [
    (SIMD4(), SIMD2(), SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)),
    (
      SIMD4(repeating: .max), SIMD2(repeating: .max),
      SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
      SIMD2(0xa409_3822, 0x299f_31d0),
      SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ]

  @Test(arguments: knownAnswers.indices)
  func blockGivesTheKnownAnswers(index: Int) {
    let (counter, key, answer) = PhiloxTests.knownAnswers[index]
    #expect(Philox.block(counter, key: key) == answer)
  }

  @Test func streamIsTheBlocksOfItsCounter() {
    let seed: UInt64 = 0x0123_4567_89ab_cdef
    var stream = Philox(seed: seed, purpose: .noise, member: 3, step: 9)
    for index in 0..<5 as Range<UInt32> {
      let block = Philox.block(
        SIMD4(index, Philox.Purpose.noise.rawValue, 3, 9), key: SIMD2(0x89ab_cdef, 0x0123_4567))
      #expect(stream.next() == UInt64(block[0]) | UInt64(block[1]) << 32)
      #expect(stream.next() == UInt64(block[2]) | UInt64(block[3]) << 32)
    }
  }

  @Test func equalStreamsRepeatAndOthersShareNoNumbers() {
    func start(_ stream: Philox) -> [UInt64] {
      var stream = stream
      return (0..<64).map { _ in stream.next() }
    }
    let first = start(Philox(seed: 1, purpose: .weights, member: 2, step: 3))
    #expect(first == start(Philox(seed: 1, purpose: .weights, member: 2, step: 3)))
    let others = [
      Philox(seed: 2, purpose: .weights, member: 2, step: 3),
      Philox(seed: 1 + 1 << 32, purpose: .weights, member: 2, step: 3),
      Philox(seed: 1, purpose: .order, member: 2, step: 3),
      Philox(seed: 1, purpose: .weights, member: 3, step: 3),
      Philox(seed: 1, purpose: .weights, member: 2, step: 4),
    ]
    for other in others { #expect(Set(first).isDisjoint(with: start(other))) }
  }

  /// Mean and variance over n draws within 5 standard errors of what they should be.
  func expectMoments(
    _ values: [Double], mean: Double, variance: Double, fourthMoment: Double, _ label: String
  ) {
    let n = Double(values.count)
    let found = values.reduce(0, +) / n
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    expectClose(found, mean, absolute: 5 * (variance / n).squareRoot(), "\(label), mean")
    expectClose(
      spread, variance, absolute: 5 * ((fourthMoment - variance * variance) / n).squareRoot(),
      "\(label), variance")
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func uniformHasTheMomentsOfTheUnitInterval(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let values = (0..<100_000).map { _ in random.uniform() }
    #expect(values.allSatisfy { 0 < $0 && $0 < 1 })
    expectMoments(values, mean: 0.5, variance: 1.0 / 12, fourthMoment: 1.0 / 80, "uniform")
  }

  @Test(arguments: 0..<16 as Range<UInt64>)
  func normalHasTheMomentsOfAGaussian(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    let pairs = (0..<100_000).map { _ in random.normalPair() }
    expectMoments(pairs.map(\.0), mean: 0, variance: 1, fourthMoment: 3, "first")
    expectMoments(pairs.map(\.1), mean: 0, variance: 1, fourthMoment: 3, "second")
    expectMoments(pairs.map { $0.0 * $0.1 }, mean: 0, variance: 1, fourthMoment: 9, "product")
    let cubes = pairs.map { $0.0 * $0.0 * $0.0 }
    expectClose(cubes.reduce(0, +) / 1e5, 0, absolute: 5 * (15.0 / 1e5).squareRoot(), "skewness")
    let inside = Double(pairs.count { abs($0.0) < 1 }) / 1e5
    expectClose(inside, 0.682689492137, absolute: 5 * (0.2166 / 1e5).squareRoot(), "within 1σ")
  }

  @Test(arguments: [0, 1, 2, 3, 17, 1000])
  func permutationHoldsEveryIndexOnce(count: Int) {
    var random = Philox(seed: 4, purpose: .order)
    #expect(random.permutation(count).sorted() == (0..<count).map(Int32.init))
  }

  /// Orders of points must not change with the way in which they are computed.
  @Test(arguments: [2, 3, 63, 64, 65, 66, 67, 129, 1000])
  func permutationExchangesFromTheEnd(count: Int) {
    for skipped in 0..<3 {
      var (random, other) = (Philox(seed: 4, purpose: .order), Philox(seed: 4, purpose: .order))
      for _ in 0..<skipped { (_, _) = (random.next(), other.next()) }
      var expected = (0..<count).map(Int32.init)
      for i in stride(from: count - 1, to: 0, by: -1) {
        expected.swapAt(i, Int(other.next().multipliedFullWidth(by: UInt64(i + 1)).high))
      }
      #expect(random.permutation(count) == expected)
      #expect(random == other, "the stream goes on behind the last number used")
    }
  }

  @Test func everyPermutationIsEquallyLikely() {
    var random = Philox(seed: 11, purpose: .order)
    var counts: [[Int32]: Int] = [:]
    let draws = 24_000
    for _ in 0..<draws { counts[random.permutation(4), default: 0] += 1 }
    #expect(counts.count == 24)
    let expected = Double(draws) / 24
    let chiSquared = counts.values.reduce(0.0) {
      $0 + (Double($1) - expected) * (Double($1) - expected) / expected
    }
    // χ² with 23 degrees of freedom: 1e-4 lies above 56 and 1e-4 below 5.
    #expect(chiSquared > 5 && chiSquared < 56)
  }
}
