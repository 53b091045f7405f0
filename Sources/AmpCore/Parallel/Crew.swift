import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that stay together for many short tasks, such as the steps of a training.
///
/// ``run(_:)`` is ``parallel(threads:_:)`` with workers that are there already and are awake:
/// it costs about a microsecond, where the system's pool needs some 40 µs to wake a thread.
/// The caller is worker 0. A crew belongs to one thread at a time; its threads end with it.
public final class Crew: Sendable {
  /// What workers and caller share; outlives the crew until the last worker has left.
  private final class Shared: Sendable {
    let begin: [Baton]
    let end: [Baton]
    /// Written by the caller only, while all workers wait.
    nonisolated(unsafe) var task: (@Sendable (Int) -> Void)?

    init(workers: Int) {
      begin = (0..<workers).map { _ in Baton() }
      end = (0..<workers).map { _ in Baton() }
    }

    /// Does the task, if there is one.
    ///
    /// Not inlined, so that no reference to it is left afterwards.
    @inline(never)
    func perform(_ worker: Int) -> Bool {
      task?(worker) != nil
    }
  }

  /// The number of workers, the caller among them.
  public let threads: Int
  private let shared: Shared
  private let turn = Atomic<Int>(0)

  /// Starts `threads` − 1 threads; traps where the system refuses one.
  public init(threads: Int) {
    self.threads = max(1, threads)
    shared = Shared(workers: self.threads - 1)
    for worker in 1..<self.threads { start(worker, shared) }
  }

  deinit {
    shared.task = nil
    for baton in shared.begin { baton.pass() }
  }

  /// Runs `task(worker)` for worker 0 ..< threads at the same time and waits for all of them.
  public func run(_ task: @Sendable (_ worker: Int) -> Void) {
    if threads == 1 { return task(0) }
    let turn = turn.add(1, ordering: .relaxed).newValue
    withoutActuallyEscaping(task) { task in
      shared.task = task
      for baton in shared.begin { baton.pass() }
      task(0)
      for baton in shared.end { baton.wait(for: turn) }
      shared.task = nil
    }
  }

  /// Runs `task(part, worker)` for part 0 ..< parts, and waits; whoever is free takes the next part.
  public func run(parts: Int, _ task: @Sendable (_ part: Int, _ worker: Int) -> Void) {
    let next = Atomic<Int>(0)
    run { worker in
      while true {
        let part = next.add(1, ordering: .relaxed).oldValue
        if part >= parts { return }
        task(part, worker)
      }
    }
  }

  private func start(_ worker: Int, _ shared: Shared) {
    let work = Work { [begin = shared.begin[worker - 1], end = shared.end[worker - 1]] in
      var turn = 0
      while true {
        turn += 1
        begin.wait(for: turn)
        if !shared.perform(worker) { return }
        end.pass()
      }
    }
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        #else
          guard let argument else { return nil }
          let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        #endif
        work.body()
        return nil
      }, Unmanaged.passRetained(work).toOpaque())
    precondition(code == 0, "no thread \(worker) of \(threads): \(systemComplaint(code))")
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
  }
}

/// What a thread does, as one object that the C library can hand on.
private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
