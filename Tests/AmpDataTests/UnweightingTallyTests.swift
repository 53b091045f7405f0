import AmpData
import TestSupport
import Testing

/// Stage two of unweighting, on points made by hand.
struct UnweightingTallyTests {
  /// Points that all passed stage one, of weight 2 each: s, x and the random number of stage two.
  private func batch(_ points: [(s: Double, x: Double, random: Double)]) -> UnweightingBatch {
    UnweightingBatch(
      points: PhaseSpacePoints(
        momenta: Momenta([Double](repeating: 0, count: 20 * points.count), particles: 5),
        weights: points.map { _ in 2 }, trials: points.count),
      surrogate: points.map(\.s), randoms: points.map { (0, $0.random) },
      survivors: Array(points.indices), ratios: points.map(\.x))
  }

  /// s_max = 2 and x_max = 4: weights are max(1, s/2) · max(1, x/4), amplitudes s·x/2.
  @Test func weightsAboveOneAreThoseOfBothStages() {
    var tally = UnweightingTally(UnweightingMaxima(surrogate: 2, ratio: 4, exact: 8))
    let events = tally.add(
      batch([
        (1, 2, 0.25), (1, 2, 0.5), (3, 2, 0.25), (1, 6, 0.99), (3, 10, 0.99), (3, 3, 0.875),
      ]))
    #expect(events.map(\.row) == [0, 2, 3, 4])
    #expect(events.map(\.weight) == [1, 1.5, 1.5, 1.5 * 2.5])
    #expect(events.map(\.amplitude) == [1, 3, 3, 15])
    #expect(tally.points == 6 && tally.accepted == 4)
  }

  /// Over evenly spaced random numbers the weights of a point add up to its share max(1, s/s_max)·x,
  /// in units of x_max, wherever the maxima are: to 1/n, and exactly above them.
  @Test(arguments: 0..<64)
  func meanWeightIsTheExactOne(seed: Int) {
    var random = Philox(seed: UInt64(seed), purpose: .other)
    let (s, x) = (4 * random.uniform(), 4 * random.uniform())
    let (surrogate, ratio) = (0.1 + 2 * random.uniform(), 0.1 + 2 * random.uniform())
    var tally = UnweightingTally(UnweightingMaxima(surrogate: surrogate, ratio: ratio, exact: 1))
    let n = 1000
    let events = tally.add(batch((0..<n).map { (s, x, (Double($0) + 0.5) / Double(n)) }))
    let mean = events.reduce(0) { $0 + $1.weight } / Double(n)
    let expected = max(1, s / surrogate) * x / ratio
    expectClose(
      mean, expected, absolute: x < ratio ? max(1, s / surrogate) / Double(n) : 1e-9 * expected)
  }
}
