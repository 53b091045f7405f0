/// What to do about bad rows.
public enum BadRows: String, Sendable, CaseIterable, Codable {
  /// Refuse the file.
  case stop
  /// Leave them out; the report tells which.
  case skip
}

/// The unit of the momenta in a file.
public enum EnergyUnit: String, Sendable, CaseIterable, Codable {
  /// 10⁹ electronvolts, the unit inside Amp.
  case gev
  /// 10⁶ electronvolts.
  case mev
}

/// How a file of points is to be understood.
public struct ReadingOptions: Sendable, Equatable {
  /// The file with the amplitudes, for momenta without them.
  public var labels: String?

  /// The column, array, dataset or weight with the amplitudes, if it is not called `amplitude` or
  /// `amplitudes`.
  public var amplitudeName: String?

  /// The dataset with the points, in a file that holds several.
  public var dataset: String?

  /// What a point must satisfy.
  public var checks: PointChecks

  /// The process: which events are taken, and in which order particles stand.
  public var process: ProcessPattern?

  /// PDG identifiers of the particles in the order of a file that does not tell them itself.
  public var pdg: [Int]?

  /// What the columns of a table or array hold: `E1`, `px1`, …, `amplitude`; others are passed over.
  ///
  /// Four names without numbers (`px`, `py`, `pz`, `E`) are the order for every particle.
  public var columns: [String]?

  /// The unit of momenta and amplitudes, if the file does not tell it and it is not GeV.
  public var unit: EnergyUnit?

  /// Whether points whose file does not name their particles are put in the order of ``process``, too.
  public var ordersArrays = true

  /// Whether events of several processes may stand beside each other.
  public var allowsSeveralProcesses = false

  /// Creates options.
  public init(
    labels: String? = nil, amplitudeName: String? = nil, dataset: String? = nil,
    checks: PointChecks = PointChecks(), process: ProcessPattern? = nil, pdg: [Int]? = nil,
    columns: [String]? = nil, unit: EnergyUnit? = nil
  ) {
    self.labels = labels
    self.amplitudeName = amplitudeName
    self.dataset = dataset
    self.checks = checks
    self.process = process
    self.pdg = pdg
    self.columns = columns
    self.unit = unit
  }

  /// Options that take the events of `process` and leave points without identifiers as they are.
  public static func events(
    of process: ScatteringProcess, dataset: String? = nil, checks: PointChecks = PointChecks()
  ) -> ReadingOptions {
    var options = ReadingOptions(
      dataset: dataset, checks: checks, process: ProcessPattern(process))
    options.ordersArrays = false
    return options
  }
}
