import Foundation

/// Where the marks of an axis go and what they say.
package struct Ticks: Equatable {
  package struct Major: Equatable {
    package var value: Double
    package var label: String
  }

  package var major: [Major] = []
  package var minor: [Double] = []

  /// The power of ten taken out of the labels, 0 if none.
  package var exponent = 0

  package init(_ range: ClosedRange<Double>, scale: Axis.Scale, target: Int) {
    switch scale {
    case .linear: setLinear(range, target: max(target, 2))
    case .logarithmic: setLogarithmic(range, target: max(target, 2))
    }
  }

  /// Steps of 1, 2 or 5 times a power of ten.
  private mutating func setLinear(_ range: ClosedRange<Double>, target: Int) {
    let low = range.lowerBound
    let high = range.upperBound
    var step = Self.niceStep((high - low) / Double(target))
    if floor(high / step) - ceil(low / step) < 1 {
      step = Self.niceStep(0.35 * step)
    }
    let largest = max(abs(low), abs(high))
    let order = Int(floor(log10(largest) + 1e-9))
    exponent = order >= 5 || order <= -4 ? order : 0
    let unit = pow(10, Double(exponent))
    let decimals = max(0, Int(ceil(-log10(step / unit) - 1e-6)))
    let tolerance = 1e-9 * step
    var k = ceil((low - tolerance) / step)
    while k * step <= high + tolerance, major.count < 50 {
      let text = fixed(k * step / unit, decimals: decimals, trimmed: false)
      major.append(Major(value: k * step, label: text.replacing("-", with: "−")))
      k += 1
    }
    // Steps of 2 fall into quarters, of 1 and 5 into fifths.
    let leading = step / pow(10, floor(log10(step * 1.000_001)))
    let parts = leading > 1.5 && leading < 3 ? 4.0 : 5
    var m = ceil((low - tolerance) * parts / step)
    while m * step / parts <= high + tolerance, minor.count < 300 {
      if m.truncatingRemainder(dividingBy: parts) != 0 { minor.append(m * step / parts) }
      m += 1
    }
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below `rough`.
  private static func niceStep(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    let factor = [1.0, 2, 5].first { $0 * power >= rough * (1 - 1e-9) } ?? 10
    return factor * power
  }

  /// Powers of ten; over less than two of them 1, 2, 5; over less than that, linear steps.
  private mutating func setLogarithmic(_ range: ClosedRange<Double>, target: Int) {
    let low = range.lowerBound * (1 - 1e-9)
    let high = range.upperBound * (1 + 1e-9)
    let first = Int(ceil(log10(low)))
    let last = Int(floor(log10(high)))
    let span = Int(floor(log10(low)))...max(last, Int(floor(log10(low))))
    if last > first {
      let step = (last - first) / target + 1
      let crowded = last - first > 40
      for power in first...last {
        let value = pow(10, Double(power))
        if power % step == 0 {
          major.append(Major(value: value, label: "10^{\(power)}".replacing("-", with: "−")))
        } else if !crowded {
          minor.append(value)
        }
      }
      guard step == 1 else { return }
      minor = span.flatMap { power in (2...9).map { Double($0) * pow(10, Double(power)) } }
        .filter { $0 >= low && $0 <= high }
      return
    }
    let steps = span.flatMap { power in (1...9).map { ($0, power) } }
      .map { (digit: $0.0, power: $0.1, value: Double($0.0) * pow(10, Double($0.1))) }
      .filter { $0.value >= low && $0.value <= high }
    let round = steps.filter { [1, 2, 5].contains($0.digit) }
    guard round.count >= 2 else { return setLinear(range, target: target) }
    major = round.map { Major(value: $0.value, label: plain($0.digit, $0.power)) }
    minor = steps.filter { ![1, 2, 5].contains($0.digit) }.map(\.value)
  }

  private func plain(_ digit: Int, _ power: Int) -> String {
    if (-3...3).contains(power) {
      return fixed(Double(digit) * pow(10, Double(power)), decimals: max(0, -power))
    }
    let tens = "10^{\(power)}".replacing("-", with: "−")
    return digit == 1 ? tens : "\(digit)×\(tens)"
  }
}
