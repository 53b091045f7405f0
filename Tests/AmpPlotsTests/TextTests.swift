import AmpCore
import AmpPlots
import Foundation
import Testing

struct TextTests {
  @Test func numbersHaveAFixedFormat() {
    #expect(fixed(1.005, decimals: 1) == "1")
    #expect(fixed(-0.001) == "0")
    #expect(fixed(-1.25, decimals: 2) == "-1.25")
    #expect(fixed(3, decimals: 3, trimmed: false) == "3.000")
    #expect(fixed(0.05, decimals: 2) == "0.05")
    #expect(fixed(-12.5) == "-12.5")
    #expect(fixed(1e6, decimals: 0) == "1000000")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, .leastNonzeroMagnitude])
  func anyNumberPrintsAsDigits(value: Double) {
    #expect(fixed(value).allSatisfy { "-0123456789.".contains($0) })
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func fixedNumbersReadBack(seed: UInt64) throws {
    var rng = Philox(seed: seed, purpose: .other)
    let value = 1000 * rng.normal()
    for decimals in 0...6 {
      let read = try #require(Double(fixed(value, decimals: decimals)))
      #expect(abs(read - value) <= 0.500001 * pow(10, -Double(decimals)))
    }
  }

  @Test func reservedCharactersAreEscapedAndForbiddenOnesDropped() {
    #expect(escaped("<b a='1'>\"&\u{1}\u{0}σ²") == "&lt;b a=&#39;1&#39;&gt;&quot;&amp;σ²")
  }

  @Test func labelsSplitIntoRuns() {
    #expect(
      runs("σ_{syst}/10^{−3}x").map(\.text) == ["σ", "syst", "/10", "−3", "x"])
    #expect(runs("σ_{syst}").map(\.level) == [.plain, .lowered])
    #expect(runs("run_1 ^{open").map(\.text) == ["run_1 ^{open"])
    #expect(runs("").isEmpty)
  }
}
