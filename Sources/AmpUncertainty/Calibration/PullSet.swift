/// Every pull that a prediction allows, formed one at a time.
///
/// Which amplitudes a pull is against follows from its σ: the systematic uncertainty has learned the
/// noise of the data, so its pull and the total one are against amplitudes of training type; the
/// statistical one knows nothing of noise, so its pull is against the truth.
public struct PullSet: Sendable {
  /// A pull of arXiv:2412.12069.
  public enum Kind: String, Sendable, CaseIterable {
    /// (⟨A⟩ − A_train)/σ_syst, Eq. 33.
    case systematic
    /// Φ⁻¹(F(A_train)) with the predicted distribution F, for densities that are no Gaussian.
    ///
    /// See ``Surrogate/probabilityPulls(at:against:threads:samples:)``. It has the sign of data less
    /// prediction, opposite to the others.
    case probability
    /// (Ā_i − ⟨A⟩)/σ_stat of every network, Eq. 35.
    case toExpectation
    /// (Ā_i − A_true)/σ_stat of every network, Eq. 36.
    ///
    /// For one network that states a σ_stat itself, the generic pull (⟨A⟩ − A_true)/σ_stat, Eq. 25.
    case toTruth
    /// (⟨A⟩ − A_train)/σ_tot, Eq. 25 with the uncertainty of Eq. 10.
    case total
  }

  /// The prediction.
  public let prediction: Prediction
  /// The amplitudes without noise.
  public let truth: [Double]
  /// The amplitudes of training type.
  public let data: [Double]
  /// The pulls of the networks, nil if there are not several.
  public let statistical: StatisticalPulls?
  /// The pulls by probability, one per point; nil if there are none.
  public let probability: [Double]?

  private let space: SystematicPull.Space

  /// Joins a prediction with the true amplitudes and those of training type, the truth if nil.
  ///
  /// The pulls by `probability` come with the surrogate, for they need more than the prediction.
  /// Traps unless there is one of each per point.
  public init(
    _ prediction: Prediction, truth: [Double], data: [Double]? = nil, probability: [Double]? = nil,
    in space: SystematicPull.Space = .logarithmic
  ) {
    precondition(
      truth.count == prediction.count && (data?.count ?? truth.count) == truth.count,
      "\(prediction.count) predictions but \(truth.count) true amplitudes and "
        + "\(data?.count ?? truth.count) of the data")
    precondition(
      probability.map { $0.count == prediction.count } ?? true,
      "\(prediction.count) predictions but \(probability?.count ?? 0) pulls by probability")
    self.probability = probability
    self.prediction = prediction
    self.truth = truth
    self.data = data ?? truth
    self.space = space
    statistical = try? StatisticalPulls(prediction, in: space)
  }

  /// The pull of one kind, nil if the prediction does not allow it.
  public func callAsFunction(_ kind: Kind) -> Pull? {
    switch kind {
    case .systematic: return try? Pull(prediction, against: data, over: .systematic, in: space)
    case .probability: return probability.map { Pull($0) }
    case .toExpectation: return statistical?.toExpectation()
    case .toTruth:
      return statistical?.toTruth(truth)
        ?? (try? Pull(prediction, against: truth, over: .statistical, in: space))
    case .total: return try? Pull(prediction, against: data, over: .total, in: space)
    }
  }
}
