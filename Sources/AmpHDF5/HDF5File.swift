@_exported import AmpData
import CHDF5

/// Points in an HDF5 file, one dataset for each process, read through libhdf5.
///
/// The layout of the public amplitude sets: datasets `aag`, `aagg`, `zg`, … with rows of 4n momenta
/// (E, px, py, pz) and the amplitude last, (N, 4n + 1). Momenta alone may be (N, 4n) or (N, n, 4).
/// Numbers of any floating-point type are converted to Double. libhdf5 is not made for several
/// threads: use one thread for all files.
public struct HDF5File: ~Copyable {
  /// The path of the file.
  public let path: String

  private let file: hid_t

  /// Opens a file.
  ///
  /// - Throws: ``AmpError`` if it is missing, damaged or not HDF5.
  public init(_ path: String) throws {
    file = try HDF5File.open(path)
    self.path = path
  }

  private static func open(_ path: String) throws -> hid_t {
    amp_h5_be_silent()
    // For what libhdf5 does not say: whether the file is there and may be read.
    let mapped = try MappedFile(path)
    guard mapped.isRegular, H5Fis_hdf5(path) > 0 else {
      throw AmpError(
        "this is no HDF5 file", in: path, remedy: "Give a file that was written by HDF5 or h5py.")
    }
    let file = H5Fopen(path, amp_h5_read_only(), amp_h5_default())
    guard file >= 0 else {
      throw AmpError(
        "the HDF5 file cannot be opened: it is damaged, or not closed", in: path,
        remedy: "Copy it again, or close the program that writes it.")
    }
    return file
  }

  deinit { H5Fclose(file) }

  /// The names of all datasets at the root of the file, sorted.
  public var datasets: [String] {
    var info = H5G_info_t()
    guard H5Gget_info(file, &info) >= 0 else { return [] }
    return (0..<info.nlinks).compactMap { at -> String? in
      let length = H5Lget_name_by_idx(
        file, ".", H5_INDEX_NAME, H5_ITER_INC, at, nil, 0, amp_h5_default())
      guard length > 0, length < 4096 else { return nil }
      var name = [CChar](repeating: 0, count: length + 1)
      H5Lget_name_by_idx(
        file, ".", H5_INDEX_NAME, H5_ITER_INC, at, &name, name.count, amp_h5_default())
      let text = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let dataset = H5Dopen2(file, text, amp_h5_default())
      guard dataset >= 0 else { return nil }
      H5Dclose(dataset)
      return text
    }.sorted()
  }

  /// The points of a dataset, without judging the numbers.
  ///
  /// - Parameter dataset: Its name, with the names of groups in front if it lies in some; nil for
  ///   the only one there is.
  /// - Throws: ``AmpError`` if there is no such dataset, if it is no list of points, or damaged.
  public func points(
    _ dataset: String? = nil
  ) throws -> (momenta: Momenta, amplitudes: [Double]?) {
    let names = datasets
    guard let name = dataset ?? (names.count == 1 ? names.first : nil) else {
      throw AmpError(
        "there are \(names.count) datasets", in: path,
        remedy: names.isEmpty
          ? "Give the name of one that lies in a group." : "Choose one of: \(listed(names)).")
    }
    let handle = H5Dopen2(file, name, amp_h5_default())
    guard handle >= 0 else {
      throw AmpError(
        "there is no dataset \"\(name)\"", in: path,
        remedy: names.isEmpty
          ? "Look at the file with h5dump -n." : "Choose one of: \(listed(names)).")
    }
    defer { H5Dclose(handle) }
    let place = "\(path)[\(name)]"
    let shape = try shape(of: handle, place)
    let width = shape.dropFirst().reduce(1, *)
    let particles = width / 4
    guard shape.count == 3 ? shape[2] == 4 : width % 4 <= 1, particles > 0 else {
      throw AmpError(
        "a dataset of the shape \(shape) is not a list of points", in: place,
        remedy: "Give rows of 4n momenta with or without the amplitude, or momenta as (N, n, 4).")
    }
    var momenta: [Double] = []
    var amplitudes: [Double] = []
    let rows = shape[0]
    let batch = max(1, (1 << 20) / width)
    var values = [Double](repeating: 0, count: min(batch, rows) * width)
    for first in stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - first)
      try read(first, count, shape, of: handle, into: &values, place)
      if width % 4 == 0 {
        momenta += values[..<(count * width)]
        continue
      }
      for row in 0..<count {
        momenta += values[row * width..<row * width + 4 * particles]
        amplitudes.append(values[row * width + width - 1])
      }
    }
    return (
      Momenta(momenta, particles: particles), width % 4 == 0 ? nil : amplitudes
    )
  }

  /// The shape of a dataset of numbers whose bytes are in the file.
  private func shape(of dataset: hid_t, _ place: String) throws -> [Int] {
    let type = H5Dget_type(dataset)
    defer { H5Tclose(type) }
    guard H5Tget_class(type) == H5T_FLOAT else {
      throw AmpError(
        "the dataset does not hold floating-point numbers", in: place,
        remedy: "Write it as a plain array of doubles.")
    }
    let space = H5Dget_space(dataset)
    defer { H5Sclose(space) }
    let rank = H5Sget_simple_extent_ndims(space)
    guard rank == 2 || rank == 3 else {
      throw AmpError(
        "a dataset with \(max(0, rank)) axes is not a list of points", in: place,
        remedy: "Give rows of 4n momenta with or without the amplitude, or momenta as (N, n, 4).")
    }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    H5Sget_simple_extent_dims(space, &lengths, nil)
    // Deflate compresses by a factor of 1032 at most; what is promised beyond is not there.
    let stored = H5Dget_storage_size(dataset).multipliedReportingOverflow(by: 2048)
    var promised = (partialValue: hsize_t(H5Tget_size(type)), overflow: false)
    for length in lengths where !promised.overflow {
      promised = promised.partialValue.multipliedReportingOverflow(by: length)
    }
    guard !promised.overflow, stored.overflow || promised.partialValue <= stored.partialValue,
      lengths.allSatisfy({ $0 <= 1 << 40 })
    else {
      throw AmpError(
        "the dataset promises more numbers, \(lengths), than the file can hold", in: place,
        remedy: "The file is damaged, or the dataset was never written: make it again.")
    }
    guard lengths[0] > 0 else {
      throw AmpError("there are no points", in: place, remedy: "Check that the file is complete.")
    }
    return lengths.map { Int($0) }
  }

  /// Reads `count` rows from `first` on.
  private func read(
    _ first: Int, _ count: Int, _ shape: [Int], of dataset: hid_t, into values: inout [Double],
    _ place: String
  ) throws {
    let space = H5Dget_space(dataset)
    defer { H5Sclose(space) }
    let start = [hsize_t(first)] + shape.dropFirst().map { _ in hsize_t(0) }
    let lengths = [hsize_t(count)] + shape.dropFirst().map { hsize_t($0) }
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, lengths, nil)
    let memory = H5Screate_simple(Int32(lengths.count), lengths, nil)
    defer { H5Sclose(memory) }
    let status = values.withUnsafeMutableBytes {
      H5Dread(dataset, amp_h5_native_double(), memory, space, amp_h5_default(), $0.baseAddress)
    }
    guard status >= 0 else {
      throw AmpError(
        "the numbers cannot be read", in: place, at: "row \(first)",
        remedy: "The file is damaged or ends too early: copy it again.")
    }
  }

  private func listed(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
  }
}
