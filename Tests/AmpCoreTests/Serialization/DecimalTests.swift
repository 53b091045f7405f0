import AmpCore
import TestSupport
import Testing

struct DecimalTests {
  private func scan(_ text: String) -> (value: Double?, length: Int) {
    let utf8 = Array(text.utf8)
    return utf8.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return (nil, 0) }
      var cursor = start
      let value = scanDouble(&cursor, end: start + buffer.count)
      return (value, cursor - start)
    }
  }

  private func expectSame(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let (value, length) = scan(text)
    let reference = Double(text)
    #expect(
      value?.bitPattern == reference?.bitPattern && length == text.utf8.count,
      "\(text): \(value as Any), not \(reference as Any)", sourceLocation: sourceLocation)
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func shortestDigitsGiveTheSameBits(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    for _ in 0..<2000 {
      // Momenta and amplitudes, then any bit pattern.
      expectSame((random.normal() * 100).description)
      let any = Double(bitPattern: random.next())
      if any.isFinite { expectSame(any.description) }
      let scale = Double(sign: .plus, exponent: Int(random.next() % 180) - 90, significand: 1)
      expectSame((random.normal() * scale).description)
    }
  }

  @Test(arguments: 0..<64 as Range<UInt64>)
  func anyDigitsAreRoundedCorrectly(seed: UInt64) {
    var random = Philox(seed: seed, purpose: .other)
    for _ in 0..<2000 {
      let digits = String(random.next() >> (random.next() % 60))
      expectSame("\(digits)e\(Int(random.next() % 70) - 35)")
      expectSame("-0.\(digits)")
    }
  }

  /// Numbers half-way between two doubles, and their neighbours in the last digit.
  @Test(arguments: [
    "9007199254740993", "9007199254740992.9", "9007199254740993.1", "9007199254740995",
    "4503599627370496.5", "4503599627370497.5", "4503599627370496.49", "1e23", "8.5e-27",
    "18446744073709551615", "18446744073709551616", "36893488147419103232", "1e22", "1e27",
    "0.000000000000000000000000001", "123456789012345678901234567890", "5e-324", "2e-324",
    "1.7976931348623157e308", "1e309", "-0.0", "0", "0e99999", "00012.5", "1.", ".5", "+3",
  ])
  func hardCases(text: String) { expectSame(text) }

  @Test func wordsAndTheirEnds() {
    #expect(scan("nan,1").value?.isNaN == true)
    #expect(scan("nan,1").length == 3)
    #expect(scan("-Inf").value == -.infinity)
    #expect(scan("infinity").value == .infinity)
    #expect(scan("12.5,3") == (12.5, 4))
    #expect(scan("7e").value == 7)
    #expect(scan("7e").length == 1)
    for text in ["", "abc", "-", ".", "e5", "--1", ",", "nano"] {
      #expect(scan(text).value == nil, "\(text)")
      #expect(scan(text).length == 0, "\(text)")
    }
  }
}
