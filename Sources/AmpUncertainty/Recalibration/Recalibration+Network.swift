import Foundation

// Factors that differ from point to point, learned by a network of their own.
extension Recalibration {
  /// Factors c exp(½ g(x)) with a small network g of the features: c² the mean of t², and g fitted to
  /// the squared pulls that are left.
  ///
  /// The loss is mean[½ t² exp(−g) + ½ g] for t/c, whose minimum at every x is exp(g) = ⟨t²⟩/c². A
  /// head of ln σ² shares its hidden layers with the mean, for which they were made; this network has
  /// its own, and learns where σ is too large or too small. What it leaves has neither long tails nor
  /// regions of another width, as far as `points` can tell.
  ///
  /// About 4·10⁶ points are learned from, at least ten times each, by Adam with one cycle; the best
  /// epoch by the loss on `held` stays, the one before the first included. So `points` may be training points, if `held` are not.
  ///
  /// - Parameters:
  ///   - points: the points to learn from, at least ten for each weight.
  ///   - held: the points that choose the epoch.
  ///   - features: the features of the surrogate.
  ///   - seed: of the initial weights and the order of points.
  ///   - threads: changes nothing in the result.
  /// - Throws: an ``AmpError`` for fewer points, pulls that are not finite, or that are all zero.
  public static func network(
    _ points: CalibrationPoints, heldOut held: CalibrationPoints, features: FeatureMap,
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> Recalibration {
    let hidden = [24, 24, 24]
    let network = WidthNetwork.network(features: features.width, hidden: hidden)
    let fewest = 10 * network.layout.count
    guard points.count >= fewest else {
      throw AmpError(
        "\(points.count) points are too few for the \(network.layout.count) weights of a network",
        remedy: "Give at least \(fewest) points, or use the method smooth.")
    }
    let width = try points.rms(points.pulls)
    func prepared(_ points: CalibrationPoints) throws -> TrainingSet<Double> {
      let set = TrainingSet<Double>(
        inputs: try features(points.momenta, threads: threads),
        targets: points.pulls.map { $0 / width })
      try set.requireFinite(width: features.width, "calibration")
      return set
    }
    let (training, validation) = (try prepared(points), try prepared(held))
    let options = TrainingOptions(
      epochs: min(100, max(10, 4_000_000 / points.count)), rate: 3e-3, schedule: .oneCycle,
      seed: seed)
    let trainer = Trainer<Double>(network, objective: PullWidth(), options: options)
    let start = trainer.start()
    let state = try trainer.run(
      from: start, training: training, validation: validation, threads: threads)
    // A network that says nothing has the loss of g = 0.
    let plain = validation.targets.reduce(0) { $0 + 0.5 * $1 * $1 } / Double(max(1, held.count))
    let best =
      state.bestLoss < plain
      ? state.best.values : [Double](repeating: 0, count: network.layout.count)
    return Recalibration(
      .network, points.uncertainty, points: points.count, factors: [width],
      network: WidthNetwork(features, hidden: hidden, weights: best))
  }
}
