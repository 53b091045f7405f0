// Complex numbers on two lanes. Lane 0 carries a phase-space point as given, lane 1 the same
// point in a rotated frame: both cost one SIMD instruction, and their difference measures the
// rounding error of the result.

/// The two lanes of a real number.
package typealias Lanes = SIMD2<Double>

/// A complex number on two lanes.
package struct LaneComplex: Sendable {
  package var re: Lanes
  package var im: Lanes

  @inline(__always)
  package init(_ re: Lanes, _ im: Lanes = .zero) {
    self.re = re
    self.im = im
  }

  @inline(__always)
  package static var zero: LaneComplex { LaneComplex(.zero) }

  @inline(__always)
  package var conjugate: LaneComplex { LaneComplex(re, -im) }

  /// The squared modulus.
  @inline(__always)
  package var norm: Lanes { re * re + im * im }

  /// This number times i.
  @inline(__always)
  package var timesI: LaneComplex { LaneComplex(-im, re) }

  /// This number squared.
  @inline(__always)
  package var squared: LaneComplex {
    let cross = re * im
    return LaneComplex((re - im) * (re + im), cross + cross)
  }

  @inline(__always)
  package static prefix func - (a: LaneComplex) -> LaneComplex { LaneComplex(-a.re, -a.im) }

  @inline(__always)
  package static func + (a: LaneComplex, b: LaneComplex) -> LaneComplex {
    LaneComplex(a.re + b.re, a.im + b.im)
  }

  @inline(__always)
  package static func - (a: LaneComplex, b: LaneComplex) -> LaneComplex {
    LaneComplex(a.re - b.re, a.im - b.im)
  }

  @inline(__always)
  package static func * (a: LaneComplex, b: LaneComplex) -> LaneComplex {
    LaneComplex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
  }

  @inline(__always)
  package static func * (a: LaneComplex, b: Lanes) -> LaneComplex {
    LaneComplex(a.re * b, a.im * b)
  }

  @inline(__always)
  package static func += (a: inout LaneComplex, b: LaneComplex) { a = a + b }

  @inline(__always)
  package static func -= (a: inout LaneComplex, b: LaneComplex) { a = a - b }
}
