import AmpCore
import CPeak

/// Milliseconds in which every thread does 10⁹ operations of its multipliers, and the times taken.
func timePeak<S: Scalar>(_ request: Request, as type: S.Type) -> (Double, Int) {
  let kernel = S.self == Float.self ? peak_f32 : peak_f64
  let threads = max(1, request.threads)
  let rounds = Int(1e9 / kernel(1))
  func operations() { parallel(threads: threads) { _ in _ = kernel(rounds) } }

  operations()
  let clock = ContinuousClock()
  let start = clock.now
  var (elapsed, count) = (Duration.zero, 0)
  repeat {
    operations()
    count += 1
    elapsed = clock.now - start
  } while elapsed < .seconds(request.seconds)
  return (elapsed / .milliseconds(1) / Double(count), count)
}
