import AmpData
import CHDF5

/// An HDF5 file and what it holds.
public struct HDF5File: Sendable {
  /// The path of the file.
  public let path: String

  private let file: HDF5Handle

  /// Opens a file.
  ///
  /// - Throws: ``AmpError`` if it is missing, damaged or not HDF5.
  public init(_ path: String) throws {
    self.path = path
    // For what libhdf5 does not say: whether the file is there and may be read.
    let mapped = try MappedFile(path)
    if LineBlocks.isGzip(mapped.bytes) {
      throw AmpError(
        "the file as a whole is compressed, and HDF5 cannot be read that way", in: path,
        remedy: "Unpack it with gunzip.")
    }
    guard mapped.isRegular, withHDF5({ H5Fis_hdf5(path) > 0 }) else {
      throw AmpError(
        "this is no HDF5 file", in: path, remedy: "Give a file that was written by HDF5 or h5py.")
    }
    guard let file = HDF5Handle({ H5Fopen(path, amp_h5_read_only(), amp_h5_default()) }) else {
      throw AmpError(
        "the HDF5 file cannot be opened: it is damaged, or not closed", in: path,
        remedy: "Copy it again, or close the program that writes it.")
    }
    self.file = file
  }

  /// The names of all datasets, sorted, with the names of groups in front of those in groups.
  public var datasets: [String] {
    var names: [String] = []
    withHDF5 { HDF5File.collect(&names, in: file.id, "", depth: 0) }
    return names.sorted()
  }

  // Groups may lie in each other in a circle.
  private static let deepest = 8
  private static let mostNames = 10_000

  private static func collect(
    _ names: inout [String], in group: hid_t, _ prefix: String, depth: Int
  ) {
    var info = H5G_info_t()
    guard H5Gget_info(group, &info) >= 0 else { return }
    for at in 0..<info.nlinks where names.count < mostNames {
      let length = H5Lget_name_by_idx(
        group, ".", H5_INDEX_NAME, H5_ITER_INC, at, nil, 0, amp_h5_default())
      guard length > 0, length < 4096 else { continue }
      var name = [CChar](repeating: 0, count: length + 1)
      H5Lget_name_by_idx(
        group, ".", H5_INDEX_NAME, H5_ITER_INC, at, &name, name.count, amp_h5_default())
      let object = H5Oopen(group, name, amp_h5_default())
      guard object >= 0 else { continue }
      defer { H5Oclose(object) }
      let text = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      switch H5Iget_type(object) {
      case H5I_DATASET: names.append(prefix + text)
      case H5I_GROUP where depth < deepest:
        collect(&names, in: object, prefix + text + "/", depth: depth + 1)
      default: break
      }
    }
  }

  /// Opens the dataset of that name; nil stands for the only one there is.
  func dataset(_ wanted: String?) throws -> (handle: HDF5Handle, name: String) {
    let names = datasets
    var list = names.prefix(20).joined(separator: ", ")
    if names.count > 20 { list += ", …" }
    guard let name = wanted ?? (names.count == 1 ? names.first : nil) else {
      throw AmpError(
        names.isEmpty ? "there are no datasets" : "there are \(names.count) datasets", in: path,
        remedy: names.isEmpty
          ? "Look at the file with h5dump -n." : "Choose one with --dataset: \(list).")
    }
    let handle = HDF5Handle {
      // As a whole in memory, so that batches of rows do not unpack a chunk again and again.
      let access = amp_h5_chunks_in_memory(64 << 20)
      defer { H5Pclose(access) }
      return H5Dopen2(file.id, name, access)
    }
    guard let handle else {
      throw AmpError(
        "there is no dataset '\(name)'", in: path,
        remedy: names.isEmpty
          ? "Look at the file with h5dump -n." : "Choose one with --dataset: \(list).")
    }
    return (handle, name)
  }
}
