import AmpData
import CHDF5

/// The rows of a dataset, read as doubles from front to back in pieces of bounded size.
///
/// Numbers of any floating-point type and byte order, chunks and compression are for libhdf5 to
/// undo.
package struct HDF5Rows: ArrayRows {
  package let shape: [Int]
  package let width: Int
  package let isCountSure = true

  /// The file and the dataset, as messages name them.
  let place: String

  package var count: Int { shape[0] }

  private let dataset: HDF5Handle
  private var row = 0

  /// The most elements of a row; more of them are no list of anything.
  static let widestRow = 1 << 20

  /// Opens the dataset of that name; nil stands for the only one there is.
  package init(_ file: HDF5File, _ wanted: String?) throws {
    let (dataset, name) = try file.dataset(wanted)
    self.dataset = dataset
    place = "\(file.path)[\(name)]"
    shape = try HDF5Rows.shape(of: dataset.id, place)
    width = shape.dropFirst().reduce(1, *)
  }

  /// The shape of a dataset of numbers whose bytes are in the file.
  private static func shape(of dataset: hid_t, _ place: String) throws -> [Int] {
    try withHDF5 {
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
      guard (1...3).contains(rank) else {
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
        lengths.allSatisfy({ $0 <= 1 << 40 }),
        lengths.dropFirst().allSatisfy({ $0 <= hsize_t(widestRow) }),
        lengths.dropFirst().reduce(1, *) <= hsize_t(widestRow)
      else {
        throw AmpError(
          "the dataset promises more numbers, \(lengths), than the file or a point can hold",
          in: place,
          remedy: "The file is damaged, or the dataset was never written: make it again.")
      }
      return lengths.map { Int($0) }
    }
  }

  package mutating func next(_ limit: Int) throws -> [Double] {
    let rows = width == 0 ? 0 : min(limit, count - row)
    if rows == 0 { return [] }
    let start = [hsize_t(row)] + shape.dropFirst().map { _ in hsize_t(0) }
    let lengths = [hsize_t(rows)] + shape.dropFirst().map { hsize_t($0) }
    var isRead = false
    let values = [Double](unsafeUninitializedCapacity: rows * width) { buffer, initialized in
      isRead = withHDF5 {
        let space = H5Dget_space(dataset.id)
        defer { H5Sclose(space) }
        let memory = H5Screate_simple(Int32(lengths.count), lengths, nil)
        defer { H5Sclose(memory) }
        return H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nil, lengths, nil) >= 0
          && H5Dread(
            dataset.id, amp_h5_native_double(), memory, space, amp_h5_default(),
            buffer.baseAddress) >= 0
      }
      initialized = isRead ? rows * width : 0
    }
    guard isRead else {
      throw AmpError(
        "the numbers cannot be read", in: place, at: "row \(row)",
        remedy: "The file is damaged or ends too early: copy it again.")
    }
    row += rows
    return values
  }
}
