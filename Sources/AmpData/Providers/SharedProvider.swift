/// A provider whose points are shared by several processes, each of which has one of its own.
///
/// All ranks get the amplitudes of all points.
public struct SharedProvider<Provider: AmplitudeProvider>: AmplitudeProvider {
  private let provider: Provider
  private let ranks: any Ranks

  /// Shares the points of `provider` among `ranks`.
  public init(_ provider: Provider, among ranks: any Ranks) {
    self.provider = provider
    self.ranks = ranks
  }

  /// The process of the provider.
  public var process: ScatteringProcess { provider.process }

  /// Evaluates this rank's share and collects those of the others; see ``AmplitudeProvider``.
  public func amplitudes(
    of momenta: Momenta, threads: Int, progress: (@Sendable (Int) -> Void)?
  ) throws(AmpError) -> EvaluatedAmplitudes {
    let (mine, count) = (ranks.share(of: momenta.count), ranks.count)
    var report: (@Sendable (Int) -> Void)?
    if let progress { report = { done in progress(done * count) } }
    let own = try provider.amplitudes(
      of: momenta.rows(mine), threads: threads, progress: report)
    var values = [Double](repeating: .nan, count: momenta.count)
    var accuracies = values
    values.replaceSubrange(mine, with: own.values)
    accuracies.replaceSubrange(mine, with: own.accuracies)
    gather(&values)
    gather(&accuracies)
    let failures = own.failures.map {
      EvaluatedAmplitudes.Failure(row: $0.row + mine.lowerBound, reason: $0.reason)
    }
    return EvaluatedAmplitudes(
      values: values, accuracies: accuracies, failures: collected(failures))
  }

  private func gather(_ numbers: inout [Double]) {
    let count = numbers.count
    numbers.withUnsafeMutableBufferPointer { numbers in
      if let base = numbers.baseAddress { ranks.gather(base, items: count) }
    }
  }

  /// The failures of all ranks, by row.
  private func collected(
    _ failures: [EvaluatedAmplitudes.Failure]
  ) -> [EvaluatedAmplitudes.Failure] {
    let lines = failures.map { "\($0.row) \($0.reason)" }.joined(separator: "\n")
    return ranks.collect(Array(lines.utf8)).flatMap { bytes in
      String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return Int(parts[0]).map { .init(row: $0, reason: parts.dropFirst().joined()) }
      }
    }
  }
}
