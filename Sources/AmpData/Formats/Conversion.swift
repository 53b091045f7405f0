/// What became of the points of a file that was written in another format.
public struct Conversion: Sendable {
  /// What was found in the rows, and what was changed.
  public var report: ValidationReport

  /// What the new file holds.
  public var layout: PointLayout

  /// The number of rows written.
  public var written: Int { report.kept }
}

extension PointFormats {
  /// Reads a file and writes its good rows to another one, whose name chooses the format.
  ///
  /// Both are gone through in batches, so that the memory does not grow with the file. `progress` is
  /// told the rows read so far. Nothing is left behind if anything goes wrong.
  ///
  /// - Throws: ``AmpError`` if the file cannot be read, has no good row or, with ``BadRows/stop``,
  ///   has a bad one, or if the new one cannot be written.
  public func convert(
    _ path: String, to output: String, badRows: BadRows, options: ReadingOptions = .init(),
    progress: (Int) -> Void = { _ in }
  ) throws -> Conversion {
    try checkWritable(output)
    var stream = try PointStream(path, formats: self, options: options)
    var rows = 0
    var target: (writer: any PointWriter, layout: PointLayout)?
    while let batch = try stream.next() {
      if badRows == .stop, !batch.rejected.isEmpty { try settle(stream.report, path, .stop) }
      let kept = batch.kept
      if target == nil {
        let layout = try layout(of: kept, in: stream, options)
        target = (try named(output).writer(output, layout), layout)
      }
      try target?.writer.append(kept)
      rows += batch.records.count
      progress(rows)
    }
    try settle(stream.report, path, badRows)
    guard var (writer, layout) = target else { preconditionFailure("a stream without rows") }
    try writer.commit()
    layout.count = stream.report.kept
    return Conversion(report: stream.report, layout: layout)
  }

  private func layout(
    of batch: PointRecords, in stream: PointStream, _ options: ReadingOptions
  ) throws -> PointLayout {
    let particles = batch.momenta?.particles ?? 0
    var process = options.process?.process
    if process == nil, options.process == nil, let pdg = options.pdg {
      process = ScatteringProcess(pdg)
    }
    if options.process == nil { process = process ?? stream.process }
    // With bad rows left out there will be fewer than the file has.
    return PointLayout(
      particles: particles, hasAmplitudes: batch.amplitudes != nil, process: process)
  }
}
