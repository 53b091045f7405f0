import Dispatch

/// Runs `body(worker)` for worker 0 ..< threads at the same time and waits for all of them.
///
/// The workers are the threads of the system's pool; what worker computes what is the caller's
/// choice, and must not change the result: Amp cuts work into a fixed number of parts and lets
/// worker w take the parts w, w + threads, w + 2·threads, …
public func parallel(threads: Int, _ body: @Sendable (_ worker: Int) -> Void) {
  if threads <= 1 { return body(0) }
  DispatchQueue.concurrentPerform(iterations: threads, execute: body)
}

/// Runs `body(part)` for part 0 ..< parts on `threads` workers and waits for all of them.
public func parallel(parts: Int, threads: Int, _ body: @Sendable (_ part: Int) -> Void) {
  let workers = max(1, min(threads, parts))
  parallel(threads: workers) { worker in
    for part in stride(from: worker, to: parts, by: workers) { body(part) }
  }
}
