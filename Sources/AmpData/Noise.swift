extension AmplitudeTable {
  /// The table with Gaussian noise of relative width f on its amplitudes.
  ///
  ///     A_train = A_true (1 + f ε),   ε ~ N(0, 1)          (arXiv:2412.12069, Eqs. 27 and 52)
  ///
  /// Point i draws from its own stream of random numbers, so that it keeps its noise whatever
  /// points follow. A draw that would make the amplitude zero or negative is repeated: ε is then
  /// a normal deviate cut off at −1/f. This concerns a fraction Φ(−1/f) of the draws: 10⁻²³ at
  /// f = 0.1, 4 · 10⁻⁴ at 0.3, 2 % at 0.5 and 16 % at f = 1, beyond which noise is refused.
  /// In ln A the noise has bias −f²/2 and width f √(1 + 2.5 f²) to leading orders.
  ///
  /// - Parameters:
  ///   - width: The relative width f, from 0 (no noise) to 1.
  ///   - seed: Selects the noise.
  /// - Throws: ``AmpError`` if f is not between 0 and 1.
  public func smeared(by width: Double, seed: UInt64) throws(AmpError) -> AmplitudeTable {
    guard width >= 0 && width <= 1 else {
      throw AmpError(
        "a relative noise of \(width) is not between 0 and 1", in: "noise",
        remedy: "Give the width as a fraction of the amplitude, for example 0.05 for 5 %.")
    }
    if width == 0 { return self }
    var noisy = self
    noisy.amplitudes.withUnsafeMutableBufferPointer { amplitudes in
      for point in amplitudes.indices {
        var random = Philox(
          seed: seed, purpose: .noise, member: UInt32(truncatingIfNeeded: point >> 32),
          step: UInt32(truncatingIfNeeded: point))
        var factor = 0.0
        while factor <= 0 { factor = 1 + width * random.normal() }
        amplitudes[point] *= factor
      }
    }
    return noisy
  }
}
