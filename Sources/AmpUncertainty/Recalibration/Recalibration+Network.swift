import Foundation

// Factors that differ from point to point, learned by a network of their own.
extension Recalibration {
  /// Factors c exp(½ α g(x)) with a small network g of the features, fitted to squared pulls.
  ///
  /// The loss is mean[½ t² exp(−g) + ½ g], whose minimum at every x is exp(g) = ⟨t²⟩. A head of ln σ²
  /// shares its hidden layers with the mean, for which they were made; this network has its own, and
  /// learns where σ is too large or too small, the cause of long tails.
  ///
  /// ⟨t²⟩ contains the bias of the mean: where errors are a smooth function of x, as those of a
  /// network that has not learned enough, g would bring every |t| near one, which is no Gaussian
  /// either. So g is scaled by the α from 0 to 1 for which the coverages of `held` are nearest to those
  /// of a Gaussian, see ``CalibrationCurve/miscalibration``; 0 leaves one factor. c is the compromise
  /// of width and coverage of ``smooth(_:_:by:)`` on `held`.
  ///
  /// About 4·10⁶ points are learned from, each ten to a hundred times, by Adam with one cycle, |t|
  /// above eight times that compromise counted as eight times; the best epoch by the loss on `held`
  /// stays. So `points` may be training points, if `held` are not.
  ///
  /// - Parameters:
  ///   - points: the points to learn from, at least ``fewestForNetwork(features:)``.
  ///   - held: the points that choose the epoch, α and c; at least ``CalibrationPoints/fewest``.
  ///   - features: the features of the surrogate.
  ///   - seed: of the initial weights and the order of points.
  ///   - threads: changes nothing in the result.
  /// - Throws: an ``AmpError`` for fewer points, pulls that are not finite, or that are all zero.
  public static func network(
    _ points: CalibrationPoints, heldOut held: CalibrationPoints, features: FeatureMap,
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> Recalibration {
    try requireForNetwork(points.count, features: features)
    let width = exp(try logFactor(of: points.pulls, in: points))
    _ = try held.rms(held.pulls)
    func prepared(_ points: CalibrationPoints) throws -> TrainingSet<Double> {
      let set = TrainingSet<Double>(
        inputs: try features(points.momenta, threads: threads),
        targets: points.pulls.map { clamped($0 / width, to: -8...8) })
      try set.requireFinite(width: features.width, "calibration")
      return set
    }
    let (training, validation) = (try prepared(points), try prepared(held))
    let options = TrainingOptions(
      epochs: min(100, max(10, 4_000_000 / points.count)), rate: 3e-3, schedule: .oneCycle,
      seed: seed)
    let network = WidthNetwork.network(features: features.width, hidden: hidden)
    let trainer = Trainer<Double>(network, objective: PullWidth(), options: options)
    let state = try trainer.run(
      from: trainer.start(), training: training, validation: validation, threads: threads)

    let g = Evaluator(network, state.best, crew: Crew(threads: threads))(validation.inputs)
    let candidates = try (0...10).map { step in
      let share = Double(step) / 10
      let pulls = zip(held.pulls, g).map { $0 / WidthNetwork.factor(share * $1) }
      let factor = exp(try logFactor(of: pulls, in: held))
      let distance = CalibrationCurve(of: pulls.map { $0 / factor }).miscalibration
      return (share: share, factor: factor, distance: distance)
    }
    let best = candidates.min { $0.distance < $1.distance } ?? candidates[0]
    var weights = state.best.values
    for position in network.head.positions(output: 0) { weights[position] *= best.share }
    return Recalibration(
      .network, points.uncertainty, points: points.count, factors: [best.factor],
      network: WidthNetwork(features, hidden: hidden, weights: weights))
  }

  private static let hidden = [24, 24, 24]

  /// The fewest points that a network of so many features is learned from: ten for each weight.
  public static func fewestForNetwork(features: Int) -> Int {
    10 * WidthNetwork.network(features: features, hidden: hidden).layout.count
  }

  /// Throws an ``AmpError`` unless a network can be learned from `count` points.
  ///
  /// `share` is the part of what was given that they are.
  static func requireForNetwork(
    _ count: Int, features: FeatureMap, share: Double = 1
  ) throws(AmpError) {
    let fewest = fewestForNetwork(features: features.width)
    guard count >= fewest else {
      let needed = Int((Double(fewest) / share).rounded(.up))
      throw AmpError(
        "\(Int((Double(count) / share).rounded())) points to calibrate with are too few for a network, "
          + "which needs \(needed)",
        remedy: "Give more (half of other data than the run's calibrate), or use the method smooth."
      )
    }
  }
}
