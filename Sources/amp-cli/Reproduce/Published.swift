/// The numbers that arXiv:2412.12069 prints, by table.
///
/// Medians over its 200 000 test points of relative uncertainties. Which row is which was found
/// from the text and from σ_tot² = σ_syst² + σ_stat², see Docs/Reproduction.md.
enum Published {
  /// Table 3: σ_syst by hidden layers (1 to 6) and noise.
  static let noises = [0, 0.0025, 0.005, 0.0075, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1]
  static let deterministicByLayers: [[Double]] = [
    [0.050, 0.049, 0.048, 0.050, 0.052, 0.056, 0.060, 0.076, 0.094, 0.122],
    [0.010, 0.011, 0.012, 0.014, 0.015, 0.023, 0.033, 0.052, 0.071, 0.102],
    [0.0056, 0.0062, 0.0077, 0.010, 0.012, 0.021, 0.031, 0.051, 0.072, 0.104],
    [0.0041, 0.0048, 0.0066, 0.0086, 0.011, 0.020, 0.031, 0.052, 0.073, 0.105],
    [0.0038, 0.0046, 0.0061, 0.0083, 0.011, 0.021, 0.030, 0.053, 0.072, 0.110],
    [0.0038, 0.0043, 0.0062, 0.0085, 0.012, 0.021, 0.031, 0.054, 0.072, 0.102],
  ]
  static let bayesianByLayers: [[Double]] = [
    [0.050, 0.050, 0.046, 0.050, 0.050, 0.053, 0.060, 0.076, 0.094, 0.120],
    [0.012, 0.011, 0.013, 0.014, 0.016, 0.024, 0.033, 0.053, 0.073, 0.103],
    [0.0067, 0.0071, 0.0083, 0.011, 0.013, 0.022, 0.032, 0.052, 0.073, 0.104],
    [0.0043, 0.0049, 0.0068, 0.0090, 0.011, 0.021, 0.033, 0.051, 0.073, 0.103],
    [0.0038, 0.0068, 0.0065, 0.0091, 0.014, 0.023, 0.033, 0.054, 0.073, 0.103],
    [0.0034, 0.0055, 0.0063, 0.0084, 0.018, 0.020, 0.031, 0.052, 0.072, 0.101],
  ]

  /// Table 3 at a depth and a noise; nil for what is not printed.
  static func byLayers(_ method: Setup.Method, layers: Int, noise: Double) -> Double? {
    guard let column = noises.firstIndex(where: { abs($0 - noise) < 1e-9 }),
      (1...6).contains(layers)
    else { return nil }
    return (method == .bayesian ? bayesianByLayers : deterministicByLayers)[layers - 1][column]
  }

  /// Table 2: σ_syst without noise with 25, 50 and 75 % of the training points.
  static func withoutNoise(_ method: Setup.Method, fraction: Double) -> Double? {
    guard let row = [0.25, 0.5, 0.75].firstIndex(of: fraction) else { return nil }
    switch method {
    case .deterministic: return [0.0054, 0.0047, 0.0047][row]
    case .bayesian: return [0.0067, 0.0053, 0.0054][row]
    case .repulsive: return [0.0054, 0.0045, 0.0045][row]
    default: return nil
    }
  }

  /// Table 2: σ_syst of all methods with noise; the middle of what the rows print.
  static func withNoise(_ noise: Double) -> Double? {
    switch noise {
    case 0.0025: 0.0053
    case 0.005: 0.0067
    case 0.0075: 0.0089
    case 0.01: 0.011
    case 0.02: 0.021
    case 0.03: 0.031
    case 0.05: 0.051
    case 0.07: 0.0715
    case 0.1: 0.1025
    default: nil
    }
  }

  /// Table 1: σ_syst of MLP-I by hidden layers (1 to 6).
  static let invariantsByLayers = [0.00380, 0.00138, 0.00098, 0.00086, 0.00102, 0.00104]

  /// Table 4: by noise (0 to 2 %) σ_syst and σ_stat of the repulsive ensemble and the BNN, of DSI.
  static let statisticsNoises = [0, 0.0025, 0.005, 0.0075, 0.01, 0.02]
  static let repulsiveSystematic = [5.1e-5, 0.00249, 0.00498, 0.00753, 0.0100, 0.0205]
  static let bayesianSystematic = [7.0e-5, 0.00251, 0.00499, 0.00754, 0.0100, 0.0201]
  static let repulsiveStatistical = [4.8e-5, 0.00014, 0.00025, 0.00042, 0.00068, 0.00136]
  static let bayesianStatistical = [2.3e-5, 0.00016, 0.00026, 0.00070, 0.00083, 0.0014]
}
