extension Surrogate {
  /// The factors by which all recalibrations together change σ_syst; nil if there are none.
  ///
  /// One per point of `momenta`, for the average of `samples` networks.
  package func systematicScales(
    at momenta: Momenta, threads: Int = 1, samples: Int? = nil
  ) throws -> [Double]? {
    if description.recalibrations.isEmpty { return nil }
    let before = try withoutRecalibrations().predict(momenta, threads: threads, samples: samples)
    let after = description.recalibrated(
      before, at: momenta, networks: samples ?? self.samples, threads: threads)
    guard let new = after.logSystematic, let old = before.logSystematic else {
      return after.logMean.map { _ in 1 }
    }
    return zip(new, old).map { $1 > 0 ? $0 / $1 : 1 }
  }

  /// The surrogate with a network of its own for what is left of σ.
  ///
  /// See ``Recalibration/network(_:heldOut:features:seed:threads:)``, to which also `seed` belongs.
  ///
  /// - Parameters:
  ///   - table: the points to learn from.
  ///   - held: the points that choose; nil for a tenth of `table`, drawn with `seed`, from which
  ///     is not learned then.
  ///   - seed: of that tenth, the initial weights, and the order of points.
  ///   - threads: changes nothing in the result.
  /// - Throws: an ``AmpError`` if there are too few points, if they are of another process, or if the
  ///   surrogate states no uncertainty.
  public func calibratingByNetwork(
    with table: AmplitudeTable, heldOut held: AmplitudeTable? = nil, seed: UInt64 = 0,
    threads: Int = 1
  ) throws -> Surrogate {
    guard let held else {
      let count = table.count / 10
      try Recalibration.requireForNetwork(
        table.count - count, features: description.features, share: 0.9)
      var random = Philox(seed: seed, purpose: .split)
      let order = random.permutation(table.count).map(Int.init)
      return try calibratingByNetwork(
        with: table.rows(order[count...].sorted()), heldOut: table.rows(order[..<count].sorted()),
        seed: seed, threads: threads)
    }
    return try recalibrated(
      by: .network(
        CalibrationPoints(self, table, threads: threads),
        heldOut: CalibrationPoints(self, held, threads: threads),
        features: description.features, seed: seed, threads: threads))
  }

  /// The surrogate with `recalibration` on top of those that it has.
  ///
  /// `recalibration` must have been learned from this surrogate's predictions. Throws an
  /// ``AmpError`` if it does not fit the process.
  public func recalibrated(by recalibration: Recalibration) throws -> Surrogate {
    var description = description
    description.recalibrations.append(recalibration)
    return try Surrogate(description, weights: weights)
  }

  /// The surrogate without the factors of its recalibrations; a refitted head stays.
  package func withoutRecalibrations() throws -> Surrogate {
    var description = description
    description.recalibrations = []
    return try Surrogate(description, weights: weights)
  }

  /// The surrogate for a gate whose trusted points exceed five σ as rarely as a Gaussian.
  ///
  /// First its domain is narrowed to the part `share` of `table`, see
  /// ``Domain/narrowed(to:of:in:threads:)``, then σ is scaled by ``Recalibration/tail(_:)`` of the
  /// points that stay inside. Throws an ``AmpError`` if they are too few.
  public func calibratingTail(
    with table: AmplitudeTable, share: Double, threads: Int = 1
  ) throws -> Surrogate {
    var description = description
    description.domain = try description.domain?.narrowed(
      to: share, of: table.momenta, in: description.features, threads: threads)
    let narrowed = try Surrogate(description, weights: weights)
    let verdicts = try narrowed.verdicts(
      on: Prediction(logMean: [Double](repeating: 0, count: table.count), logSystematic: nil),
      at: table.momenta, by: TrustGate(maximum: nil), threads: threads)
    let inside = verdicts.indices.filter { verdicts[$0] != .outside }
    let points = try CalibrationPoints(narrowed, table.rows(inside), threads: threads)
    return try narrowed.recalibrated(by: .tail(points))
  }

  /// The surrogate with the head of ln σ² fitted to held-out points: conditional calibration.
  ///
  /// ``HeadRefit`` with the mean left as it is, so amplitudes do not change. Earlier
  /// recalibrations belong to the old head and are dropped. Throws an ``AmpError`` unless networks
  /// have a dense head that is read as mean and ln σ² of a Gaussian, and nothing else is stored that
  /// belongs to the old head, or if there are fewer points than the head has weights.
  public func refittingHead(to table: AmplitudeTable, threads: Int = 1) throws -> Surrogate {
    guard description.method.canRefitHeads(with: description.likelihood),
      let network = try description.network() as? any DenseHeadNetwork,
      let likelihood = description.likelihood.base as? HeteroscedasticGaussian,
      layout.count == description.method.base.layout(for: network).count
    else {
      throw AmpError(
        "only networks that learn a Gaussian width with a dense last layer, with fixed weights, "
          + "can have it fitted again",
        remedy: "Use the method bins, which needs nothing but predictions.")
    }
    let fewest = network.head.weight.rows + 1
    guard table.count >= fewest else {
      throw AmpError(
        "\(table.count) points are too few for the \(fewest) weights of the head",
        remedy: "Give at least \(fewest) points, better ten times as many, or use one factor.")
    }
    var refit = HeadRefit(network, likelihood)
    refit.refitsMean = false
    func refitted<S: Scalar>(_ values: [S]) throws -> Weights {
      let data = TrainingSet<S>(
        inputs: try description.features(table.momenta, threads: threads),
        targets: try description.target.targets(of: table))
      let parameters = description.method.base.refittingHeads(
        of: Parameters(layout, values: values), by: refit, to: data, threads: threads)
      return Weights(parameters.values)
    }
    let weights: Weights =
      switch weights {
      case .float32(let values): try refitted(values)
      case .float64(let values): try refitted(values)
      }
    var changed = description
    changed.recalibrations = [Recalibration(.head, .systematic, points: table.count)]
    return try Surrogate(changed, weights: weights)
  }
}
