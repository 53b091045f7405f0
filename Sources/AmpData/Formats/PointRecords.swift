/// What a file holds, or a batch of its rows: momenta, amplitudes, or both.
public struct PointRecords: Sendable {
  /// The momenta, if there are any.
  public var momenta: Momenta?

  /// The amplitudes, if there are any; one per point if there are momenta.
  public var amplitudes: [Double]?

  /// Where in the file the rows are.
  public var positions: RowPositions

  /// PDG identifiers of all particles of all points where the file tells them, else empty.
  public var ids: [Int32] = []

  /// The weights of events, one per point; nil where all are one.
  public var weights: [Double]?

  /// Creates records.
  public init(momenta: Momenta?, amplitudes: [Double]?, positions: RowPositions = .init()) {
    self.momenta = momenta
    self.amplitudes = amplitudes
    self.positions = positions
  }

  /// The number of rows.
  public var count: Int { momenta?.count ?? amplitudes?.count ?? 0 }

  /// The rows that `rows` counts, in that order.
  public func rows(_ rows: [Int]) -> PointRecords {
    var picked = PointRecords(
      momenta: momenta?.rows(rows), amplitudes: amplitudes.map { all in rows.map { all[$0] } })
    if !ids.isEmpty, let particles = momenta?.particles {
      picked.ids = rows.flatMap { ids[$0 * particles..<($0 + 1) * particles] }
    }
    picked.weights = weights.map { all in rows.map { all[$0] } }
    return picked
  }

  /// Appends a batch of the same kind, in memory for `total` rows if that many are to come.
  mutating func append(_ batch: PointRecords, expecting total: Int?) {
    positions.append(batch.positions, after: count)
    if weights != nil || batch.weights != nil {
      let known = weights ?? [Double](repeating: 1, count: count)
      weights = known + (batch.weights ?? [Double](repeating: 1, count: batch.count))
    }
    if let more = batch.momenta {
      if momenta == nil {
        momenta = Momenta([], particles: more.particles)
        if let total { momenta?.components.reserveCapacity(total * 4 * more.particles) }
      }
      precondition(momenta?.particles == more.particles, "batches of different particles")
      momenta?.components += more.components
    }
    if let more = batch.amplitudes {
      if amplitudes == nil {
        amplitudes = []
        if let total { amplitudes?.reserveCapacity(total) }
      }
      amplitudes? += more
    }
    ids += batch.ids
  }
}

/// Turns the number of a row into words that lead to it: a line of a text file, or the row itself.
public struct RowPositions: Sendable, Equatable {
  // Text files: row r of a run is line `line` + `stride` · (r − `first`), for rows from `first` on.
  private struct Run: Equatable {
    var first: Int
    var line: Int
    var stride: Int?
  }

  private var runs: [Run] = []
  private var last: (row: Int, line: Int) = (-1, 0)

  /// The number of the first row in the file, where these are positions of a part of it.
  var start = 0

  /// Creates positions in a file without lines.
  public init() {}

  /// Notes that `row` was found in `line`; rows must come in order.
  public mutating func note(row: Int, line: Int) {
    defer { last = (row, line) }
    if let run = runs.last {
      let stride = run.stride ?? (row == run.first + 1 ? line - run.line : nil)
      if let stride, line == run.line + stride * (row - run.first) {
        runs[runs.count - 1].stride = stride
        return
      }
    }
    runs.append(Run(first: row, line: line, stride: nil))
  }

  /// `line 12` in a text file, `row 10` elsewhere.
  public func describe(_ row: Int) -> String {
    guard let run = runs.last(where: { $0.first <= row }) else { return "row \(start + row)" }
    return "line \(run.line + (run.stride ?? 1) * (row - run.first))"
  }

  /// Appends the positions of a batch whose first row is row `count` here.
  mutating func append(_ batch: RowPositions, after count: Int) {
    for run in batch.runs {
      var run = run
      run.first += count
      if let last = runs.last, let stride = last.stride, run.stride == nil || run.stride == stride,
        run.line == last.line + stride * (run.first - last.first)
      {
        continue
      }
      runs.append(run)
    }
  }

  /// Whether both describe every row alike.
  public static func == (a: RowPositions, b: RowPositions) -> Bool {
    a.runs == b.runs && a.start == b.start
  }
}
