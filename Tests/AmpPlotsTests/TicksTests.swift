import AmpCore
import AmpPlots
import Foundation
import TestSupport
import Testing

struct TicksTests {
  @Test func linearTicksAreRound() {
    let ticks = Ticks(0...1, scale: .linear, target: 5)
    #expect(ticks.major.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(ticks.exponent == 0)
    #expect(
      Ticks(-5...5, scale: .linear, target: 5).major.map(\.label) == ["−4", "−2", "0", "2", "4"])
  }

  @Test func largeAndSmallNumbersGiveUpAPowerOfTen() {
    let large = Ticks(0...2e6, scale: .linear, target: 4)
    #expect(large.exponent == 6)
    #expect(large.major.map(\.label) == ["0.0", "0.5", "1.0", "1.5", "2.0"])
    #expect(Ticks(0...3e-7, scale: .linear, target: 4).exponent == -7)
  }

  @Test func logarithmicTicksArePowersOfTen() {
    let ticks = Ticks(1e-5...1e-1, scale: .logarithmic, target: 6)
    #expect(ticks.major.map(\.label) == ["10^{−5}", "10^{−4}", "10^{−3}", "10^{−2}", "10^{−1}"])
    #expect(ticks.minor.count == 32)
    #expect(Ticks(1...9, scale: .logarithmic, target: 6).major.map(\.label) == ["1", "2", "5"])
    #expect(
      Ticks(1e-20...1, scale: .logarithmic, target: 5).major.map(\.label)
        == ["10^{−20}", "10^{−15}", "10^{−10}", "10^{−5}", "10^{0}"])
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func ticksLieInTheirRangeAndLabelsSayWhere(seed: UInt64) throws {
    var rng = Philox(seed: seed, purpose: .other)
    let size = pow(10, 8 * rng.normal())
    let centre = size * rng.normal() * 3
    let range = centre...(centre + size)
    let ticks = Ticks(range, scale: .linear, target: 5)
    #expect((2...11).contains(ticks.major.count), "\(range): \(ticks.major)")
    for tick in ticks.major {
      #expect(tick.value >= range.lowerBound - 1e-8 * size)
      #expect(tick.value <= range.upperBound + 1e-8 * size)
      let number = try #require(Double(tick.label.replacing("−", with: "-")))
      expectClose(number * pow(10, Double(ticks.exponent)), tick.value, absolute: 1e-6 * size)
    }
    #expect(Set(ticks.major.map(\.label)).count == ticks.major.count)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func logarithmicTicksLieInTheirRange(seed: UInt64) {
    var rng = Philox(seed: seed, purpose: .other)
    let low = pow(10, 10 * rng.normal())
    let range = low...(low * (1 + pow(10, 4 * rng.normal())))
    let ticks = Ticks(range, scale: .logarithmic, target: 6)
    #expect((2...12).contains(ticks.major.count), "\(range): \(ticks.major)")
    for value in ticks.major.map(\.value) + ticks.minor {
      #expect(value >= range.lowerBound * (1 - 1e-8) && value <= range.upperBound * (1 + 1e-8))
    }
  }
}
