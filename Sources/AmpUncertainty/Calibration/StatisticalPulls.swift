import AmpCore
import Foundation

/// The pulls of the networks of a posterior or an ensemble, in units of their spread.
///
///     t_⟨A⟩(x, i) = (Ā_i(x) − ⟨A⟩(x)) / σ_stat(x)            arXiv:2412.12069, Eq. 35
///     t_A(x, i)   = (Ā_i(x) − A_true(x)) / σ_stat(x)                        Eq. 36
///     t^(M)(x)    = (⟨A⟩_M(x) − ⟨A⟩_N(x)) / (σ_stat(x)/√M)                  Eq. 37, 38
///     t_true^(M)  = (⟨A⟩_M(x) − A_true(x)) / (σ_stat(x)/√M)                 Eq. 39
///
/// ⟨A⟩_M is the mean of the first M of the N networks, ⟨A⟩ that of all. σ_stat is that of the
/// prediction, with its calibration; if it has none, the unbiased spread of the networks (Eq. 34).
/// In the space of ln A by default; in that of A, σ_A = σ · ⟨A⟩ to first order, as everywhere.
///
/// Where all networks agree exactly, σ_stat = 0 and pulls are not finite. Nothing of the size
/// points × networks is kept: pulls are formed when asked for, 8 bytes for each.
public struct StatisticalPulls: Sendable {
  /// The number N of networks.
  public let networks: Int

  /// Ā_i of each network in the space of the pulls.
  private let members: [[Double]]
  /// ⟨A⟩ of all networks.
  private let mean: [Double]
  /// σ_stat, NaN where it is below zero.
  private let sigma: [Double]
  private let space: SystematicPull.Space

  /// Prepares the pulls of a `prediction` that keeps its members.
  ///
  /// Throws if there are fewer than two of them.
  public init(
    _ prediction: Prediction, in space: SystematicPull.Space = .logarithmic
  ) throws(AmpError) {
    let kept = prediction.members ?? []
    guard kept.count > 1 else {
      throw AmpError(
        kept.isEmpty
          ? "the prediction does not tell its networks apart, so there is no statistical pull"
          : "there is one network, whose statistical uncertainty is unknown",
        remedy: "Use a method with several networks, and predict with all of them kept.")
    }
    precondition(
      kept.allSatisfy { $0.logMean.count == prediction.count },
      "\(prediction.count) points but members of \(kept.map(\.logMean.count))")
    networks = kept.count
    self.space = space
    let values: [[Double]] =
      switch space {
      case .logarithmic: kept.map(\.logMean)
      case .amplitude: kept.map { $0.logMean.map { exp($0) } }
      }
    members = values
    mean = StatisticalPulls.mean(of: values[...])
    let relative = prediction.logStatistical ?? StatisticalPulls.spread(of: kept.map(\.logMean))
    let average = mean
    sigma = relative.indices.map { i in
      guard relative[i] >= 0 else { return .nan }
      return space == .logarithmic ? relative[i] : relative[i] * average[i]
    }
  }

  /// The number of points.
  public var points: Int { mean.count }

  /// t_⟨A⟩ of every network at every point, equation 35.
  ///
  /// Its width is √((N−1)/N) for any networks and |t| ≤ (N−1)/√N; its shape is Gaussian if the
  /// networks are, see ``expectedDensity(_:networks:)``.
  public func toExpectation() -> Pull { sampled(against: mean) }

  /// t_A of every network at every point, equation 36; N(0, 1) if and only if σ_stat is calibrated.
  ///
  /// Traps unless there is one true amplitude per point.
  public func toTruth(_ truth: [Double]) -> Pull { sampled(against: inSpace(truth)) }

  /// t^(M) of every point, equation 38: its width about zero is √(1 − M/N).
  ///
  /// Traps unless 1 ≤ `count` ≤ N.
  public func scaled(_ count: Int) -> Pull { scaled(count, against: mean) }

  /// t_true^(M) of every point, equation 39.
  ///
  /// If all networks share an error b, its width about zero is √(1 + M b²/σ_stat²): calibrated for
  /// M = 1 only, and over-confident for more.
  public func scaled(_ count: Int, toTruth truth: [Double]) -> Pull {
    scaled(count, against: inSpace(truth))
  }

  /// 1, 2, 4, … up to N, and N itself.
  public var powersOfTwo: [Int] {
    var result = [1]
    while let last = result.last, 2 * last <= networks { result.append(2 * last) }
    return result.last == networks ? result : result + [networks]
  }

  /// The width of t^(M) about zero, √(1 − M/N), for any networks that are drawn alike.
  public static func expectedWidth(_ count: Int, of networks: Int) -> Double {
    max(0, 1 - Double(count) / Double(networks)).squareRoot()
  }

  /// The density of t_⟨A⟩ for N networks that scatter like a Gaussian.
  ///
  ///     f(t) = Γ((N−1)/2) / (Γ((N−2)/2) √π) · √N/(N−1) · (1 − N t²/(N−1)²)^((N−4)/2)
  ///
  /// for |t| < (N−1)/√N (W. R. Thompson, Ann. Math. Stat. 6 (1935) 214), and N(0, 1) in the limit.
  /// NaN below three networks, where t takes only the values ±1/√2.
  public static func expectedDensity(_ t: Double, networks: Int) -> Double {
    guard networks > 2 else { return .nan }
    let n = Double(networks)
    let part = 1 - n * t * t / ((n - 1) * (n - 1))
    guard part > 0 else { return 0 }
    let front =
      ChiSquare.logGamma(0.5 * (n - 1)) - ChiSquare.logGamma(0.5 * (n - 2)) - 0.5 * log(Double.pi)
    return exp(front + 0.5 * (n - 4) * log(part)) * n.squareRoot() / (n - 1)
  }
}

extension StatisticalPulls {
  private func inSpace(_ truth: [Double]) -> [Double] {
    precondition(truth.count == points, "\(points) points but \(truth.count) amplitudes")
    return space == .logarithmic ? truth.map { log($0) } : truth
  }

  private func sampled(against centre: [Double]) -> Pull {
    let count = networks
    let values = [Double](unsafeUninitializedCapacity: points * count) { buffer, filled in
      for (i, member) in members.enumerated() {
        member.withUnsafeBufferPointer { member in
          for point in member.indices {
            buffer[point * count + i] = (member[point] - centre[point]) / sigma[point]
          }
        }
      }
      filled = points * count
    }
    return Pull(values, perPoint: count)
  }

  private func scaled(_ count: Int, against centre: [Double]) -> Pull {
    precondition((1...networks).contains(count), "\(count) of \(networks) networks")
    let part = StatisticalPulls.mean(of: members.prefix(count))
    let root = Double(count).squareRoot()
    return Pull(part.indices.map { root * (part[$0] - centre[$0]) / sigma[$0] })
  }

  /// Running means: networks that agree have exactly their value as mean.
  private static func mean(of members: ArraySlice<[Double]>) -> [Double] {
    var mean = members.first ?? []
    for (k, member) in members.dropFirst().enumerated() {
      for i in mean.indices { mean[i] += (member[i] - mean[i]) / Double(k + 2) }
    }
    return mean
  }

  /// √(Σ_i (Ā_i − ⟨A⟩)² / (N − 1)), equation 34.
  private static func spread(of members: [[Double]]) -> [Double] {
    let mean = mean(of: members[...])
    var squares = [Double](repeating: 0, count: mean.count)
    for member in members {
      for i in mean.indices { squares[i] += (member[i] - mean[i]) * (member[i] - mean[i]) }
    }
    return squares.map { ($0 / Double(members.count - 1)).squareRoot() }
  }
}
