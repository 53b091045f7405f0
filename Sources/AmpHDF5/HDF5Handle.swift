import CHDF5
import Foundation

/// Something that libhdf5 has opened; closed when nobody holds it any more.
final class HDF5Handle: Sendable {
  /// What libhdf5 calls it.
  let id: hid_t

  /// Keeps what `open` opens; nil if that fails.
  init?(_ open: () -> hid_t) {
    id = withHDF5(open)
    if id < 0 { return nil }
  }

  deinit { _ = withHDF5 { H5Idec_ref(id) } }
}

// libhdf5 has state of its own for the whole process, and is often built for one thread only.
private let turn = NSLock()

/// Calls libhdf5, one thread after the other, and without its own stack of errors.
///
/// No ``HDF5Handle`` may be made or let go inside.
func withHDF5<Result>(_ body: () throws -> Result) rethrows -> Result {
  turn.lock()
  defer { turn.unlock() }
  amp_h5_be_silent()
  return try body()
}
