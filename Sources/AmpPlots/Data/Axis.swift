import Foundation

func commonLogarithm(_ x: Double) -> Double { log10(x) }

/// An axis: what it shows, how it is divided, and from where to where.
public struct Axis: Sendable, Equatable {
  /// How values are laid out.
  public enum Scale: Sendable, Equatable {
    /// Equal differences take equal lengths.
    case linear
    /// Equal ratios take equal lengths; values that are not positive have no place.
    case logarithmic
  }

  /// The label, with its unit; `_{…}` lowers and `^{…}` raises.
  public var label: String

  /// How values are laid out.
  public var scale: Scale

  /// From where to where; nil takes it from the data.
  public var range: ClosedRange<Double>?

  /// Creates an axis.
  public init(_ label: String, _ scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.scale = scale
    self.range = range
  }

  /// The range to draw: as asked for, or around the data, never of zero width.
  ///
  /// `headroom` is the part of the length to leave free above the data.
  func resolved(_ extent: Extent, padding: Double, headroom: Double = 0) -> ClosedRange<Double> {
    switch scale {
    case .linear:
      if let range { return widened(range) }
      guard extent.low <= extent.high else { return 0...1 }
      let data = widened(extent.low...extent.high)
      let length = data.upperBound - data.lowerBound
      let low = extent.baseline && extent.low >= 0 ? 0 : data.lowerBound - padding * length
      let high = data.upperBound + padding * length
      return widened(low...(high + headroom / (1 - headroom) * (high - low)))
    case .logarithmic:
      var low = extent.lowestPositive
      var high = extent.high
      if let range, range.upperBound > 0 {
        high = min(range.upperBound, 1e300)
        low = range.lowerBound > 0 ? max(range.lowerBound, 1e-290) : high * 1e-6
      }
      guard low.isFinite, high > 0, low <= high else { return 0.1...10 }
      if high / low < 1 + 1e-9 { return (low / 2)...(high * 2) }
      if range != nil { return low...high }
      let length = log10(high) - log10(low)
      let pad = max(padding, extent.baseline ? 0.06 : 0) * length
      let top = log10(high) + pad + headroom / (1 - headroom) * (length + 2 * pad)
      return pow(10, max(log10(low) - pad, -299))...pow(10, min(top, 299))
    }
  }
}

/// The smallest interval that holds the data of an axis.
struct Extent {
  var low = Double.infinity
  var high = -Double.infinity
  var lowestPositive = Double.infinity
  /// Whether the data stand on 0, like the bars of a histogram.
  var baseline = false

  mutating func include(_ value: Double) {
    guard value.isFinite, abs(value) <= 1e300 else { return }
    low = min(low, value)
    high = max(high, value)
    if value > 1e-290 { lowestPositive = min(lowestPositive, value) }
  }
}

/// Places values of an axis on pixels.
struct AxisMap {
  let range: ClosedRange<Double>
  let scale: Axis.Scale
  let start: Double
  let end: Double

  /// The pixel of `value`; nil if it has no place (not finite, or not positive on a log axis).
  ///
  /// Values far outside stop a few lengths away, so that coordinates stay small.
  func callAsFunction(_ value: Double) -> Double? {
    guard value.isFinite, abs(value) <= 1e300 else { return nil }
    let fraction: Double
    switch scale {
    case .linear:
      fraction = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithmic:
      guard value > 0 else { return nil }
      let low = log10(range.lowerBound)
      fraction = (log10(value) - low) / (log10(range.upperBound) - low)
    }
    return start + (end - start) * min(max(fraction, -3), 4)
  }

  /// As the call, but values that are not positive lie on the far side of a logarithmic axis.
  func floored(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    if scale == .logarithmic && value <= 0 { return start - (end - start) }
    return self(value)
  }

  func contains(_ value: Double) -> Bool { range.contains(value) }
}
