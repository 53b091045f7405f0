/// Which predictions to trust: a threshold on the relative total uncertainty, and a look at the domain.
///
/// An uncertainty that was learned means nothing far away from the points it was learned on; the
/// ``Domain`` stands in front of it.
public struct TrustGate: Sendable, Equatable {
  /// The largest relative total uncertainty σ_tot/A of a trusted point; nil for no threshold.
  public var maximum: Double?
  /// Whether a point must be like the training points, where a surrogate knows these.
  public var checksDomain: Bool

  /// A gate that trusts uncertainties up to `maximum`.
  public init(maximum: Double?, checksDomain: Bool = true) {
    self.maximum = maximum
    self.checksDomain = checksDomain
  }

  /// The verdict on one point.
  public func verdict(on point: PointPrediction) -> Verdict {
    verdict(logTotal: point.logTotal, isInside: point.isInside)
  }

  /// The verdict for a total uncertainty of ln A and a place inside or outside of the domain.
  func verdict(logTotal: Double?, isInside: Bool?) -> Verdict {
    if checksDomain, isInside == false { return .outside }
    if let maximum, let logTotal { return logTotal <= maximum ? .trusted : .uncertain }
    return maximum == nil && checksDomain && isInside == true ? .trusted : .unknown
  }
}

/// What a ``TrustGate`` says about a point.
public enum Verdict: String, Sendable, Codable, CaseIterable {
  /// Within the threshold, and like the training points where that is known.
  case trusted
  /// The relative total uncertainty is above the threshold, or not a number.
  case uncertain
  /// Not like the training points.
  case outside
  /// There is nothing to judge by: no uncertainty for a threshold, or neither of them asked for.
  case unknown
}

/// Predictions of which those that are not trusted may have been replaced by the exact amplitude.
public struct GatedPrediction: Sendable {
  /// What the surrogate predicts.
  public let prediction: Prediction
  /// The verdict on each point.
  public let verdicts: [Verdict]
  /// The amplitudes: predicted where trusted, exact elsewhere.
  public let amplitudes: [Double]

  /// The part of the points that are trusted.
  public var trustedFraction: Double {
    verdicts.isEmpty
      ? 0 : Double(verdicts.count { $0 == .trusted }) / Double(verdicts.count)
  }
}

extension Surrogate {
  /// The verdicts of `gate` on a `prediction` for the points `momenta`.
  public func verdicts(
    on prediction: Prediction, at momenta: Momenta, by gate: TrustGate, threads: Int = 1
  ) throws -> [Verdict] {
    precondition(
      prediction.count == momenta.count, "\(prediction.count) predictions, \(momenta.count) points")
    let features = description.features
    let domain = gate.checksDomain ? description.domain : nil
    let x: [Double] = domain == nil ? [] : try features(momenta, threads: threads)
    let total = prediction.logTotal
    return x.withUnsafeBufferPointer { x in
      (0..<prediction.count).map { i in
        let isInside = domain.flatMap { domain in
          x.baseAddress.map { domain.contains($0 + i * features.width) }
        }
        return gate.verdict(logTotal: total?[i], isInside: isInside)
      }
    }
  }

  /// The amplitudes of all points, from `exact` where `gate` does not trust the prediction.
  ///
  /// `exact` is called once with the points that are not trusted, in their order, unless there are
  /// none; traps unless it returns one amplitude for each. Throws as
  /// ``predict(_:threads:samples:keepingMembers:posteriorMean:ranks:)`` does, or what `exact` throws.
  public func predict(
    _ momenta: Momenta, trusting gate: TrustGate, threads: Int = 1, samples: Int? = nil,
    exact: (Momenta) throws -> [Double]
  ) throws -> GatedPrediction {
    let prediction = try predict(momenta, threads: threads, samples: samples)
    let verdicts = try verdicts(on: prediction, at: momenta, by: gate, threads: threads)
    var amplitudes = prediction.amplitude
    let rows = verdicts.indices.filter { verdicts[$0] != .trusted }
    if !rows.isEmpty {
      let values = try exact(momenta.rows(rows))
      precondition(
        values.count == rows.count, "\(values.count) exact amplitudes for \(rows.count) points")
      for (row, value) in zip(rows, values) { amplitudes[row] = value }
    }
    return GatedPrediction(prediction: prediction, verdicts: verdicts, amplitudes: amplitudes)
  }
}
