import COpenBLAS

/// The BLAS and LAPACK behind Amp: OpenBLAS, always on one thread.
///
/// Parallelism lives above BLAS, in shards of a batch and members of an ensemble: for networks of
/// Amp's size OpenBLAS's own threads are slower than one, and with them the last bits of a result
/// would depend on the number of cores. Every entry point of ``LinearAlgebraScalar`` sees to it.
public enum BLAS {
  /// The library with its version and build, and the kernels that it picked for this CPU.
  ///
  /// Belongs into the metadata of a run: other kernels give other last bits.
  public static let description: String = {
    useOneThread()
    let build = String(cString: openblas_get_config()).split(separator: " ").joined(separator: " ")
    return "\(build), kernels \(String(cString: openblas_get_corename()))"
  }()

  /// The number of threads that BLAS calls use: 1.
  public static var threads: Int {
    useOneThread()
    return Int(openblas_get_num_threads())
  }

  /// Sets OpenBLAS to one thread when first called; after that it costs one comparison.
  @inline(__always)
  package static func useOneThread() { _ = oneThread }

  private static let oneThread: Void = openblas_set_num_threads(1)
}
