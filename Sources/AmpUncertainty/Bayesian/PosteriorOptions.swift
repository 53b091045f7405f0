// What Bayesian networks and the Laplace approximation make of their options.
extension UncertaintyOptions {
  /// σ_p, one unless given; throws an ``AmpError`` if it is not positive.
  func checkedPriorWidth() throws -> Double {
    let width = priorWidth ?? 1
    guard width > 0 && width.isFinite && width * width > 0 && 1 / (width * width) > 0 else {
      throw AmpError(
        "a prior of width \(width) is not possible", in: "--prior-width",
        remedy: "Give a positive number, for example 1.")
    }
    return width
  }

  /// The networks drawn for a prediction, 32 unless given.
  ///
  /// Throws an ``AmpError`` if there are none.
  func checkedSamples() throws -> Int {
    let samples = samples ?? 32
    guard (1...1_000_000).contains(samples) else {
      throw AmpError(
        "\(samples) samples are not possible", in: "--samples",
        remedy: "Give a number from 1 up, for example 32.")
    }
    return samples
  }
}
