@_exported import AmpData

/// Points in an HDF5 file, one dataset for each process; read only.
///
/// The layout of the public amplitude sets: datasets `aag`, `aagg`, `zg`, … with rows of 4n momenta
/// (E, px, py, pz) and the amplitude last, (N, 4n + 1). Momenta alone may be (N, 4n) or (N, n, 4),
/// amplitudes alone (N). Where there is one dataset it is taken; of several,
/// ``ReadingOptions/dataset`` names one, with the names of groups in front if it lies in some.
public struct HDF5Format: PointFormat {
  /// What messages call the format.
  public let name = "HDF5"
  /// None: such files are read only.
  public let suffixes: [String] = []
  /// Yes: every dataset has a name.
  public let hasDatasets = true

  /// The command of a process that serves as an ``HDF5Worker``; nil reads in this one.
  private let worker: [String]?

  /// Creates the format.
  ///
  /// With `worker`, the command of a process that calls ``HDF5Worker/serve()``, files are read there:
  /// what is damaged so badly that libhdf5 breaks is then an error like any other.
  public init(worker: [String]? = nil) { self.worker = worker }

  /// Whether HDF5's signature begins `head`, or stands behind a block of the user's.
  public func recognizes(_ head: [UInt8]) -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
    return [0, 512, 1024, 2048].contains { head.dropFirst($0).starts(with: signature) }
  }

  /// Reads a dataset, converting its numbers to Double.
  ///
  /// The amplitudes of momenta in one dataset may stand in another one: that is a file of labels,
  /// where the name of the amplitudes is that of a dataset.
  public func reader(_ path: String, _ options: ReadingOptions) throws -> any PointReader {
    if let worker {
      return try reader(path, options) { try RemoteRows(worker, path, $0) }
    }
    let file = try HDF5File(path)
    return try reader(path, options) { try HDF5Rows(file, $0) }
  }

  private func reader<Rows: NamedRows>(
    _ path: String, _ options: ReadingOptions, _ dataset: (String?) throws -> Rows
  ) throws -> any PointReader {
    guard options.columns == nil, let label = options.amplitudeName else {
      let rows = try dataset(options.dataset)
      return try ArrayReader(rows, place: rows.place, options)
    }
    guard options.dataset == nil else {
      throw AmpError(
        "the columns of a dataset have no names, and '\(label)' is asked for", in: path,
        remedy: "Name all of them with --columns; for amplitudes in a dataset of their own, "
          + "give the file as --labels, too.")
    }
    let rows = try dataset(label)
    let reader = try ArrayReader(rows, place: rows.place, options)
    guard reader.isLabels else {
      throw AmpError(
        "the amplitudes are not a list of numbers", in: rows.place,
        remedy: "Save them with the shape (N), or name the points with --dataset.")
    }
    return reader
  }

  /// Throws: such files are read only.
  public func writer(_ path: String, _ layout: PointLayout) throws -> any PointWriter {
    throw AmpError(
      "HDF5 is read, but not written", in: path, remedy: "Write NumPy: end the name in .npz.")
  }
}

extension PointFormats {
  /// The formats of AmpData, and HDF5.
  public static let withHDF5 = PointFormats.standard.adding(HDF5Format())
}
