/// The maxima of both stages.
package struct UnweightingMaxima: Sendable, Equatable {
  /// s_max, in pb times trials.
  package var surrogate: Double
  /// x_max.
  package var ratio: Double
  /// w_max of the exact amplitude alone, in pb times trials.
  package var exact: Double

  package init(surrogate: Double, ratio: Double, exact: Double) {
    (self.surrogate, self.ratio, self.exact) = (surrogate, ratio, exact)
  }
}

/// Points on their way through the stages.
package struct UnweightingBatch {
  let points: PhaseSpacePoints
  /// s of each point.
  let surrogate: [Double]
  /// The random numbers of each point, one per stage.
  let randoms: [(Double, Double)]
  /// The rows that passed stage one.
  var survivors: [Int] = []
  /// x of each survivor.
  var ratios: [Double] = []

  /// Points with their surrogate weights and random numbers, and those that passed stage one.
  package init(
    points: PhaseSpacePoints, surrogate: [Double], randoms: [(Double, Double)],
    survivors: [Int] = [], ratios: [Double] = []
  ) {
    (self.points, self.surrogate, self.randoms) = (points, surrogate, randoms)
    (self.survivors, self.ratios) = (survivors, ratios)
  }
}

/// What the parts of the work have taken.
struct UnweightingCosts {
  /// Thread seconds of a number of points.
  struct Part {
    var seconds = 0.0
    var points = 0

    /// The thread seconds of a point; nil before the first.
    var perPoint: Double? { points > 0 ? seconds / Double(points) : nil }

    mutating func measure<Result>(
      _ count: Int, _ threads: Int, _ body: () throws -> Result
    ) rethrows -> Result {
      let start = ContinuousClock().now
      let result = try body()
      seconds += (ContinuousClock().now - start) / .seconds(1) * Double(threads)
      points += count
      return result
    }
  }

  var phaseSpace = Part()
  var surrogate = Part()
  var exact = Part()
  var inaccurate = 0
}

/// Sums over points, survivors and events.
package struct UnweightingTally {
  private let maxima: UnweightingMaxima
  var costs = UnweightingCosts()
  package private(set) var points = 0
  package private(set) var accepted = 0
  private var survived = 0
  private var trials = 0
  /// Σs over points.
  private var surrogate = 0.0
  /// Σ of stage-one weights over survivors, the same times x, and (1 − p)·(…)² up to second order.
  private var (first, firstRatio) = (0.0, 0.0)
  private var (free, freeRatio, freeSquares) = (0.0, 0.0, 0.0)
  /// w of survivors, and for how many points each stands.
  private var (weights, multiplicities): ([Double], [Double]) = ([], [])

  package init(_ maxima: UnweightingMaxima) { self.maxima = maxima }

  /// Stage two: the rows of new events with their weights.
  package mutating func add(
    _ batch: UnweightingBatch
  ) -> [(row: Int, amplitude: Double, weight: Double)] {
    points += batch.surrogate.count
    trials += batch.points.trials
    surrogate += batch.surrogate.reduce(0, +)
    survived += batch.survivors.count
    var events: [(row: Int, amplitude: Double, weight: Double)] = []
    for (row, ratio) in zip(batch.survivors, batch.ratios) {
      let relative = batch.surrogate[row] / maxima.surrogate
      let (probability, weight) = (min(1, relative), max(1, relative))
      first += weight
      firstRatio += weight * ratio
      let rest = (1 - probability) * weight * weight
      free += rest
      freeRatio += rest * ratio
      freeSquares += rest * ratio * ratio
      weights.append(batch.surrogate[row] * ratio)
      multiplicities.append(1 / probability)
      let second = ratio / maxima.ratio
      if second > batch.randoms[row].1 {
        accepted += 1
        events.append(
          (
            row, batch.surrogate[row] * ratio / batch.points.weights[row],
            weight * max(1, second)
          ))
      }
    }
    return events
  }

  /// All that is known at the end.
  func sample(_ events: UnweightedEvents) -> UnweightedSample {
    let (points, trials) = (Double(points), Double(trials))
    let ratio = first > 0 ? firstRatio / first : 0
    let sigma = surrogate / trials * ratio
    // The variance of Σ w over points, from survivors that stand for several; then that of the mean
    // ratio, given the points.
    let squares = zip(weights, multiplicities).reduce(0) { $0 + $1.1 * $1.0 * $1.0 }
    let ofPoints = max(0, squares / trials - sigma * sigma) / trials
    let ofRatio =
      first > 0
      ? max(0, freeSquares - 2 * ratio * freeRatio + ratio * ratio * free) / (first * first) : 0
    let scale = surrogate / trials
    let error = (ofPoints + scale * scale * ofRatio).squareRoot()

    let alone = maxima.exact
    var (expected, sum, sumOfSquares) = (0.0, 0.0, 0.0)
    for (weight, multiplicity) in zip(weights, multiplicities) where alone > 0 {
      let probability = min(1, weight / alone)
      expected += multiplicity * probability
      sum += multiplicity * weight / alone
      sumOfSquares += multiplicity * probability * max(1, weight / alone) * max(1, weight / alone)
    }
    let all = events.weights
    let statistics = UnweightingStatistics(
      points: self.points, trials: self.trials, survivors: survived, accepted: accepted,
      events: all.count, inaccurate: costs.inaccurate, surrogateMaximum: maxima.surrogate,
      ratioMaximum: maxima.ratio, crossSection: sigma, crossSectionError: error,
      surrogateCrossSection: scale, meanRatio: ratio,
      overweights: all.count { $0 > 1 }, largestWeight: all.max() ?? 0,
      overweightShare: all.reduce(0) { $0 + max(0, $1 - 1) } / max(1, all.reduce(0, +)),
      effectiveFraction: AmpData.effectiveFraction(
        sum: all.reduce(0, +), squares: all.reduce(0) { $0 + $1 * $1 }, count: Double(all.count)),
      exactEfficiency: points > 0 ? expected / points : 0,
      exactEffectiveFraction: AmpData.effectiveFraction(
        sum: sum, squares: sumOfSquares, count: expected),
      phaseSpaceCost: costs.phaseSpace.perPoint, surrogateCost: costs.surrogate.perPoint,
      exactCost: costs.exact.perPoint)
    return UnweightedSample(
      table: AmplitudeTable(
        momenta: Momenta(events.components, particles: events.particles),
        amplitudes: events.amplitudes),
      weights: all, statistics: statistics)
  }
}

/// Events so far.
struct UnweightedEvents {
  let particles: Int
  private(set) var components: [Double] = []
  private(set) var amplitudes: [Double] = []
  private(set) var weights: [Double] = []

  init(particles: Int) { self.particles = particles }

  var count: Int { weights.count }

  mutating func append(
    _ batch: UnweightingBatch, _ accepted: [(row: Int, amplitude: Double, weight: Double)]
  ) {
    let width = 4 * particles
    for event in accepted {
      components += batch.points.momenta.components[event.row * width..<(event.row + 1) * width]
      amplitudes.append(event.amplitude)
      weights.append(event.weight)
    }
  }

  mutating func truncate(to count: Int) {
    components.removeLast(max(0, components.count - 4 * particles * count))
    amplitudes.removeLast(max(0, amplitudes.count - count))
    weights.removeLast(max(0, weights.count - count))
  }
}
