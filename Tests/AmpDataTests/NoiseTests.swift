import AmpData
import Foundation
import TestSupport
import Testing

struct NoiseTests {
  /// A table of `count` amplitudes 2.
  private func table(_ count: Int) -> AmplitudeTable {
    AmplitudeTable(
      momenta: Momenta([Double](repeating: 1, count: 4 * count), particles: 1),
      amplitudes: [Double](repeating: 2, count: count))
  }

  @Test(arguments: [0.0025, 0.01, 0.05, 0.1])
  func noiseHasTheMomentsOfItsWidth(width: Double) throws {
    let count = 200_000
    let n = Double(count)
    let noisy = try table(count).smeared(by: width, seed: 3).amplitudes.map { $0 / 2 }
    let mean = noisy.reduce(0, +) / n
    let spread = (noisy.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n).squareRoot()
    expectClose(mean, 1, absolute: 5 * width / n.squareRoot())
    expectClose(spread, width, absolute: 5 * width / (2 * n).squareRoot())
    // In ln A: bias −f²/2 and width f √(1 + 2.5 f²), to leading orders.
    let logs = noisy.map { log($0) }
    let bias = logs.reduce(0, +) / n
    let logSpread = (logs.map { ($0 - bias) * ($0 - bias) }.reduce(0, +) / n).squareRoot()
    let f2 = width * width
    expectClose(bias, -f2 / 2, absolute: 5 * width / n.squareRoot() + f2 * f2)
    expectClose(
      logSpread, width * (1 + 2.5 * f2).squareRoot(),
      absolute: 6 * width / (2 * n).squareRoot() + 12 * width * f2 * f2)
  }

  @Test func noiseBelongsToThePointAndTheSeed() throws {
    let long = try table(1000).smeared(by: 0.1, seed: 1)
    #expect(try table(10).smeared(by: 0.1, seed: 1).amplitudes == Array(long.amplitudes[..<10]))
    #expect(try table(1000).smeared(by: 0.1, seed: 2).amplitudes != long.amplitudes)
    #expect(long.momenta == table(1000).momenta)
    // Twice the noise is the same noise, twice.
    let twice = try table(1000).smeared(by: 0.2, seed: 1).amplitudes
    expectClose(
      twice.map { $0 - 2 }, long.amplitudes.map { 2 * ($0 - 2) }, absolute: 1e-14)
    #expect(Set(long.amplitudes).count == 1000)
  }

  @Test func noNoiseIsNoChange() throws {
    #expect(try table(5).smeared(by: 0, seed: 1) == table(5))
  }

  @Test func amplitudesStayPositiveAtAnyWidth() throws {
    let noisy = try table(50_000).smeared(by: 1, seed: 4).amplitudes
    #expect(noisy.allSatisfy { $0 > 0 })
    // Normal deviates above −1: mean φ(1)/Φ(1) = 0.2876.
    expectClose(noisy.reduce(0, +) / 50_000, 2 * 1.2876, absolute: 0.02)
  }

  @Test(arguments: [-0.1, 1.5, .nan, .infinity])
  func impossibleWidthsAreRefused(width: Double) {
    #expect(throws: AmpError.self) { try table(2).smeared(by: width, seed: 1) }
  }
}
