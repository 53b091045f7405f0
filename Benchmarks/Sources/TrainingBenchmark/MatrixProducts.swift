import AmpCore

/// Milliseconds per OpenBLAS product of square matrices, and the products timed.
///
/// Every thread multiplies matrices of its own, so `threads` products are done in that time: what
/// the cores can do at best, to compare the steps with.
func timeProducts<S: LinearAlgebraScalar>(_ request: Request, as type: S.Type) -> (Double, Int) {
  let (n, threads) = (request.size, max(1, request.threads))
  let memory = UnsafeMutablePointer<S>.allocate(capacity: 3 * n * n * threads)
  memory.initialize(repeating: 0.5, count: 3 * n * n * threads)
  defer { memory.deallocate() }
  nonisolated(unsafe) let shared = memory  // worker w uses its own three matrices
  let between = max(1, 100_000_000 / (2 * n * n * n))

  func products() {
    parallel(threads: threads) { worker in
      let a = shared + 3 * n * n * worker
      for _ in 0..<between {
        S.gemm(
          transposeA: false, transposeB: false, m: n, n: n, k: n, alpha: 1, a, lda: n, a + n * n,
          ldb: n, beta: 0, a + 2 * n * n, ldc: n)
      }
    }
  }

  products()
  let clock = ContinuousClock()
  let start = clock.now
  var (elapsed, count) = (Duration.zero, 0)
  repeat {
    products()
    count += between
    elapsed = clock.now - start
  } while elapsed < .seconds(request.seconds)
  return (elapsed / .milliseconds(1) / Double(count), count)
}
