#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The gluon density of the proton at Q = 91.188 GeV in closed form.
///
///     ln x g(x) = c₀ + c₁ ln x + c₂ ln(1−x) + c₃ ln²x + c₄ ln³x + c₅ x + c₆ x² + c₇ x³
///
/// The coefficients are fits for 10⁻³ < x < 0.6 (0.7 for CT18); outside they extrapolate.
public struct GluonDensity: Sendable, Equatable {
  /// The name of the parton densities the fit stands for.
  public let name: String

  /// The coefficients c₀ … c₇.
  public let coefficients: SIMD8<Double>

  /// A density of the form above with other coefficients.
  public init(name: String, coefficients: SIMD8<Double>) {
    self.name = name
    self.coefficients = coefficients
  }

  /// NNPDF3.1 at next-to-next-to-leading order (arXiv:1706.00428), within 0.6 % for x < 0.5.
  public static var nnpdf31: GluonDensity {
    GluonDensity(
      name: "NNPDF31_nnlo",
      coefficients: SIMD8(
        -1.482816115500015, -1.0202993089877432, 28.430425691882654, -0.05801270872495798,
        -0.0017803963578516652, 21.594959505120514, 11.834481380300648, 16.771119459594594))
  }

  /// CT18 at next-to-next-to-leading order (arXiv:1912.10053), within 0.3 % for x < 0.7.
  public static var ct18: GluonDensity {
    GluonDensity(
      name: "CT18NNLO",
      coefficients: SIMD8(
        -0.984876464769348, -0.7902475405775181, 2.87474717723991, -0.023828603924683556,
        -8.98061250894133e-05, -5.9719118196044345, 9.089786412364868, -8.894348096093582))
  }

  /// x g(x) for 0 < x < 1, and 0 elsewhere.
  public func callAsFunction(_ x: Double) -> Double {
    guard x > 0 && x < 1 else { return 0 }
    let l = log(x)
    let powers = SIMD8(1, l, log(1 - x), l * l, l * l * l, x, x * x, x * x * x)
    return exp((coefficients * powers).sum())
  }
}
