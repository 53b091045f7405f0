/// Histograms as text of YODA 2, the format of Rivet.
///
/// `YODA_HISTO1D_V3` holds sums of weights, filled like a histogram of Rivet;
/// `YODA_ESTIMATE1D_V3` values with named errors, densities already divided by the bin width.
/// The first row of numbers is the underflow, the last one the overflow.
public struct YODAFile: Sendable {
  private var text = ""

  /// An empty file.
  public init() {}

  /// The sums of one bin of a `HISTO1D`.
  public struct Sums: Sendable, Equatable {
    /// Σw, Σw², Σwx, Σwx² and the number of fills.
    public var weight, weightSquares, weightedX, weightedXSquares, entries: Double

    /// Joins the sums of a bin.
    public init(
      weight: Double = 0, weightSquares: Double = 0, weightedX: Double = 0,
      weightedXSquares: Double = 0, entries: Double = 0
    ) {
      (self.weight, self.weightSquares) = (weight, weightSquares)
      (self.weightedX, self.weightedXSquares) = (weightedX, weightedXSquares)
      self.entries = entries
    }
  }

  /// Appends a histogram; traps unless there are sums of the underflow, each bin, the overflow.
  public mutating func append(path: String, title: String, edges: [Double], sums: [Sums]) {
    precondition(sums.count == edges.count + 1, "\(sums.count) sums for \(edges.count) edges")
    let weight = sums.reduce(0) { $0 + $1.weight }
    let mean = weight != 0 ? sums.reduce(0) { $0 + $1.weightedX } / weight : .nan
    begin("HISTO1D", path, title)
    text += "# Mean: \(number(mean))\n# Integral: \(number(weight))\n"
    text += "Edges(A1): [\(edges.map(number).joined(separator: ", "))]\n"
    text += "# sumW\tsumW2\tsumW(A1)\tsumW2(A1)\tnumEntries\n"
    for bin in sums {
      let values = [
        bin.weight, bin.weightSquares, bin.weightedX, bin.weightedXSquares, bin.entries,
      ]
      text += values.map(number).joined(separator: "\t") + "\n"
    }
    text += "END YODA_HISTO1D_V3\n\n"
  }

  /// Appends values of bins with the errors that `labels` name, each as large downwards as upwards.
  ///
  /// Traps unless there is a value per bin and an error per bin for every label.
  public mutating func append(
    path: String, title: String, edges: [Double], values: [Double], labels: [String],
    errors: [[Double]]
  ) {
    precondition(
      values.count == edges.count - 1 && errors.count == labels.count
        && errors.allSatisfy { $0.count == values.count },
      "\(values.count) values, \(errors.map(\.count)) errors for \(edges.count) edges")
    begin("ESTIMATE1D", path, title)
    text += "Edges(A1): [\(edges.map(number).joined(separator: ", "))]\n"
    text += "ErrorLabels: [\(labels.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
    text +=
      "# value\t"
      + labels.indices.map { "errDn(\($0 + 1))\terrUp(\($0 + 1))" }
      .joined(separator: "\t") + "\n"
    let nothing = (["nan"] + labels.flatMap { _ in ["---", "---"] }).joined(separator: "\t") + "\n"
    text += nothing
    for (bin, value) in values.enumerated() {
      let bars = errors.flatMap { [number(-$0[bin]), number($0[bin])] }
      text += ([number(value)] + bars).joined(separator: "\t") + "\n"
    }
    text += nothing + "END YODA_ESTIMATE1D_V3\n\n"
  }

  /// Writes the file, all of it or nothing.
  ///
  /// - Throws: ``AmpError`` if it cannot be written.
  public func write(to path: String) throws {
    try AtomicFile.write(to: path) { try $0.write(text) }
  }

  /// The text so far.
  public var contents: String { text }

  private mutating func begin(_ kind: String, _ path: String, _ title: String) {
    let type = kind.prefix(1) + kind.dropFirst().lowercased()
    text += "BEGIN YODA_\(kind)_V3 \(path)\nPath: \(path)\nTitle: \(title)\n"
    text += "Type: \(type.replacing("1d", with: "1D"))\n---\n"
  }

  /// As C prints numbers: YODA reads no others.
  private func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return "\(value)"
  }
}
