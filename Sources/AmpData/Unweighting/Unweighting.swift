/// Unweighted events in two stages: a surrogate accepts first, the exact amplitude has the last word.
///
/// Points of flat phase space weigh w = weight · |M|². With a surrogate s of w, known cheaply
/// (arXiv:2109.11964, 2301.13562),
///
///     stage one   accept with min(1, s/s_max);      weight max(1, s/s_max)
///     stage two   evaluate w, x = w/s,
///                 accept with min(1, x/x_max);      times max(1, x/x_max)
///
/// Events are distributed as |M|² whatever the surrogate says; a poor one costs efficiency. The
/// maxima come from points of a stream of their own, so that they are the same for any event:
/// those at which weights above one carry the share ``overflow``; for s the median over eight parts
/// of these points, because |M|² has rare values many times larger than all others. Without a surrogate the exact
/// amplitude accepts alone.
public struct Unweighting: Sendable {
  /// The amplitudes of points as a surrogate predicts them.
  public typealias Surrogate = (Momenta) throws -> [Double]

  /// Where points come from, and the exact amplitude.
  public var phaseSpace: FlatPhaseSpace

  /// The share of the cross section that weights above one may carry in each stage.
  public var overflow = 1e-3

  /// The points that find the maxima.
  public var pilotPoints = 131_072

  /// Selects the events.
  public var seed: UInt64 = 0

  /// The number of threads, without influence on the events.
  public var threads = 1

  /// When to stop.
  public enum Goal: Sendable, Equatable {
    /// After so many points in phase space, rounded up to whole blocks.
    case points(Int)
    /// After so many events.
    case events(Int)
  }

  /// The parts of the pilot whose median is the maximum of stage one.
  private static let parts = 8

  /// Blocks of points that are held at the same time.
  private static let blocksAtOnce = 32

  /// Unweighting of the points of `phaseSpace`.
  public init(_ phaseSpace: FlatPhaseSpace) { self.phaseSpace = phaseSpace }

  /// Makes events.
  ///
  /// - Parameters:
  ///   - goal: When to stop.
  ///   - surrogate: Predicts amplitudes, the same for any division into calls; nil for the exact
  ///     amplitude in its place and no second stage.
  ///   - progress: Called with the points and events so far.
  /// - Throws: ``AmpError`` for options that allow no events, a surrogate that is not finite and
  ///   positive, or what the surrogate throws.
  public func run(
    _ goal: Goal, surrogate: Surrogate?,
    progress: (_ points: Int, _ events: Int) -> Void = { _, _ in }
  ) throws -> UnweightedSample {
    try check(goal)
    let maxima = try pilot(surrogate)
    var tally = UnweightingTally(maxima)
    var events = UnweightedEvents(particles: phaseSpace.amplitude.particles)
    var block = 0
    func isReached() -> Bool {
      switch goal {
      case .points(let count): block * FlatPhaseSpace.blockSize >= count
      case .events(let count): events.count >= count
      }
    }
    while !isReached() {
      var blocks = Unweighting.blocksAtOnce
      if case .points(let count) = goal {
        let all = (count + FlatPhaseSpace.blockSize - 1) / FlatPhaseSpace.blockSize
        blocks = min(blocks, all - block)
      }
      var batch = try points(block..<block + blocks, stream: .events, surrogate, &tally.costs)
      try acceptFirst(&batch, maxima, surrogate, &tally.costs)
      let accepted = tally.add(batch)
      events.append(batch, accepted)
      block += blocks
      progress(block * FlatPhaseSpace.blockSize, events.count)
      guard tally.points < 1_000_000 || tally.accepted > 0 else {
        throw AmpError(
          "not one of \(tally.points) points became an event", in: "surrogate",
          remedy: "Its amplitudes are far off: fit a better one, or unweight without it.")
      }
    }
    if case .events(let count) = goal { events.truncate(to: count) }
    return tally.sample(events)
  }

  private func check(_ goal: Goal) throws(AmpError) {
    let most = Int(UInt32.max) / 2
    switch goal {
    case .points(let count) where !(1...most).contains(count):
      throw AmpError("\(count) points cannot be drawn", in: "points", remedy: "Ask for 1 to 2e9.")
    case .events(let count) where !(1...most).contains(count):
      throw AmpError("\(count) events cannot be made", in: "events", remedy: "Ask for 1 to 2e9.")
    default: break
    }
    guard overflow >= 0, overflow < 0.5 else {
      throw AmpError(
        "an overflow of \(overflow) is not between 0 and 0.5", in: "overflow",
        remedy: "Give the share of the cross section with weights above one, usually 0.001.")
    }
    guard (1024...1 << 24).contains(pilotPoints) else {
      throw AmpError(
        "\(pilotPoints) points cannot find the maxima", in: "pilot points",
        remedy: "Use 1024 to 16777216, usually 131072.")
    }
  }

  // MARK: - Stages

  /// The streams of random numbers; 0 is that of generated points, which surrogates train on.
  private enum Stream: UInt32 {
    case pilot = 1
    case events = 2
  }

  /// s_max and x_max from the points of the pilot.
  private func pilot(_ surrogate: Surrogate?) throws -> UnweightingMaxima {
    var maxima = UnweightingMaxima(surrogate: 0, ratio: 1, exact: 0)
    var costs = UnweightingCosts()
    let blocks = (pilotPoints + FlatPhaseSpace.blockSize - 1) / FlatPhaseSpace.blockSize
    var batches: [UnweightingBatch] = []
    for first in stride(from: 0, to: blocks, by: Unweighting.blocksAtOnce) {
      let range = first..<min(blocks, first + Unweighting.blocksAtOnce)
      batches.append(try points(range, stream: .pilot, surrogate, &costs))
    }
    maxima.surrogate = OverflowMaximum.median(
      of: batches.flatMap(\.surrogate), parts: Unweighting.parts, share: overflow)
    maxima.exact = maxima.surrogate
    if surrogate == nil { return maxima }
    // What the exact amplitude alone would find, from the survivors by how many each stands for.
    var weights = [Double](repeating: 0, count: blocks * FlatPhaseSpace.blockSize)
    var counts = weights
    var start = 0
    var (ratios, multiplicities): ([Double], [Double]) = ([], [])
    for i in batches.indices {
      try acceptFirst(&batches[i], maxima, surrogate, &costs)
      for (row, ratio) in zip(batches[i].survivors, batches[i].ratios) {
        ratios.append(ratio)
        let relative = batches[i].surrogate[row] / maxima.surrogate
        multiplicities.append(max(1, relative))
        weights[start + row] = batches[i].surrogate[row] * ratio
        counts[start + row] = 1 / min(1, relative)
      }
      start += batches[i].surrogate.count
    }
    guard ratios.count >= 20 else {
      throw AmpError(
        "only \(ratios.count) of \(pilotPoints) points pass the first stage", in: "pilot points",
        remedy: "Raise their number, allow more overflow, or use a better surrogate.")
    }
    maxima.exact = OverflowMaximum.median(
      of: weights, multiplicities: counts, parts: Unweighting.parts, share: overflow)
    maxima.ratio = OverflowMaximum.of(ratios, multiplicities: multiplicities, share: overflow)
    return maxima
  }

  /// Points with their surrogate weights and random numbers.
  private func points(
    _ blocks: Range<Int>, stream: Stream, _ surrogate: Surrogate?, _ costs: inout UnweightingCosts
  ) throws -> UnweightingBatch {
    let points = try costs.phaseSpace.measure(blocks.count * FlatPhaseSpace.blockSize, threads) {
      try phaseSpace.points(
        blocks: blocks, seed: seed, member: stream.rawValue, threads: threads)
    }
    var amplitudes: [Double]
    if let surrogate {
      amplitudes = try costs.surrogate.measure(points.weights.count, threads) {
        try surrogate(points.momenta)
      }
      precondition(
        amplitudes.count == points.weights.count,
        "\(amplitudes.count) amplitudes for \(points.weights.count) points")
      if let bad = amplitudes.first(where: { !($0 > 0 && $0.isFinite) }) {
        throw AmpError(
          "the surrogate predicts an amplitude of \(bad)", in: "surrogate",
          remedy: "Only positive, finite predictions can be unweighted: fit it again.")
      }
    } else {
      amplitudes = exact(points.momenta, &costs)
    }
    for i in amplitudes.indices { amplitudes[i] *= points.weights[i] }
    let randoms = blocks.flatMap { block in
      var random = Philox(
        seed: seed, purpose: .unweighting, member: stream.rawValue, step: UInt32(block))
      return (0..<FlatPhaseSpace.blockSize).map { _ in (random.uniform(), random.uniform()) }
    }
    return UnweightingBatch(points: points, surrogate: amplitudes, randoms: randoms)
  }

  /// Stage one, and the exact amplitudes of those that survive it.
  private func acceptFirst(
    _ batch: inout UnweightingBatch, _ maxima: UnweightingMaxima, _ surrogate: Surrogate?,
    _ costs: inout UnweightingCosts
  ) throws {
    let survivors = batch.surrogate.indices.filter {
      batch.surrogate[$0] > batch.randoms[$0].0 * maxima.surrogate
    }
    batch.survivors = survivors
    if surrogate == nil {
      batch.ratios = survivors.map { _ in 1 }
      return
    }
    let values = exact(batch.points.momenta.rows(survivors), &costs)
    batch.ratios = zip(survivors, values).map { row, value in
      value * batch.points.weights[row] / batch.surrogate[row]
    }
  }

  /// Exact amplitudes; 0 where they are not accurate, as the generator leaves such points out.
  private func exact(_ momenta: Momenta, _ costs: inout UnweightingCosts) -> [Double] {
    let evaluated = costs.exact.measure(momenta.count, threads) {
      phaseSpace.amplitude.amplitudes(of: momenta, threads: threads)
    }
    return zip(evaluated.values, evaluated.accuracies).map { value, accuracy in
      if accuracy <= phaseSpace.tolerance { return value }
      costs.inaccurate += 1
      return 0
    }
  }
}
